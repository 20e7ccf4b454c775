// One person's connection to the site: the room list, what is unread, the outbox. Every page has one.
/** @import { Attachment, Draft, Frame, Limits, PageData, Person, RoomEntry, RoomSettings } from './types.js' */
/** @import { Status } from './connection.js' */
import { batch, signal } from '@preact/signals-core';
import { Connection, Lost, Refused } from './connection.js';
import { forget, keep, kept } from './db.js';
import { meansMe } from './format.js';
import { startAlerts } from './looking.js';
import { Outbox } from './outbox.js';

export class Session {
  /** @param {PageData} data */
  constructor(data) {
    this.data = data;
    /** @type {Person} */
    this.user = data.user;
    /** @type {import('@preact/signals-core').Signal<Status>} */
    this.status = signal('connecting');
    this.rooms = signal(data.rooms);
    /** Who is here now, as the classes of their avatars: `on` or `away`. @type {import('@preact/signals-core').Signal<Map<number, string>>} */
    this.present = signal(new Map());
    /** Whom this person ignores. */
    this.ignored = signal(new Set(data.ignored));
    /** Grows when `user` changed. */
    this.userVersion = signal(0);
    /** Grows when the outbox changed. */
    this.outboxVersion = signal(0);
    /** What moderation says to this person. @type {import('@preact/signals-core').Signal<Frame | null>} */
    this.notice = signal(null);
    this.outbox = new Outbox();
    /** Null until the site has told them. @type {Limits | null} */
    this.limits = null;
    /** The slug of the room that the page shows. */
    this.current = data.page?.room ?? null;
    /** Takes the frames of the shown room. @type {((frame: Frame) => void) | null} */
    this.onRoomFrame = null;
    /** Takes what concerns the person. @type {((frame: Frame) => void) | null} */
    this.onNotify = null;
    /** A line that asks whether the browser may show notifications. @type {import('@preact/signals-core').Signal<unknown>} */
    this.offer = signal(null);
    /** Called on each `hello`. @type {(() => void) | null} */
    this.onLive = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.dueTimer = undefined;
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    this.connection = new Connection({
      url: `${scheme}//${location.host}/ws/chat/`,
      onFrame: frame => batch(() => this.#take(frame)),
      onStatus: status => this.#changed(status),
    });
  }

  async start() {
    for (const event of ['online', 'offline']) addEventListener(event, () => this.connection.wake());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.connection.wake();
    });
    // A page out of the back-forward cache comes with a dead socket.
    addEventListener('pageshow', event => {
      if (event.persisted) location.reload();
    });
    this.connection.open();
    this.outbox.restore(await kept(this.user.id));
    this.outboxVersion.value += 1;
    this.flush();
    startAlerts(this);
  }

  /** @param {Status} status */
  #changed(status) {
    if (status !== 'live') {
      this.outbox.lost();
      this.outboxVersion.value += 1;
    }
    this.status.value = status;
    if (status === 'signed-out') location.assign(this.data.signIn);
    if (status === 'banned') location.reload();
  }

  /** @param {Frame} frame */
  #take(frame) {
    if (frame.type === 'hello') this.#hello(frame);
    else if (frame.type === 'room_joined') this.#joined(frame.entry);
    else if (frame.type === 'ignored') this.ignored.value = new Set(frame.people);
    else if (frame.type === 'notice') this.notice.value = frame;
    else if (frame.type === 'read' && frame.room) this.markRead(frame.room, frame.seq);
    else if (frame.type === 'presence') this.#present(frame);
    else if (frame.type === 'status' || frame.type === 'my_status') this.#said(frame);
    else if (frame.type === 'room_settings' && frame.room) this.patch(frame.room, { settings: frame.settings });
    else if (frame.type === 'room_order')
      this.#arrange(({ slug }) => ({ place: frame.rooms.includes(slug) ? frame.rooms.indexOf(slug) : null }));
    else if (frame.type === 'my_level') {
      this.user.notify = frame.notify;
      this.#arrange(({ settings }) => (settings.own_level ? {} : { notify: frame.notify }));
    } else if (frame.type === 'events' && frame.room) this.#count(frame);
    else if (frame.type === 'resync') this.#follow(frame.room);
    else if (frame.type === 'room_left') this.rooms.value = this.rooms.value.filter(room => room.slug !== frame.room);
    else this.onNotify?.(frame);
    if (frame.room && frame.room === this.current) this.onRoomFrame?.(frame);
  }

  /** @param {(room: RoomEntry) => Partial<RoomSettings>} change */
  #arrange(change) {
    this.rooms.value = this.rooms.peek().map(room => ({ ...room, settings: { ...room.settings, ...change(room) } }));
  }

  /** @param {Frame} frame */
  #hello(frame) {
    this.user = frame.user;
    this.limits = frame.limits;
    this.userVersion.value += 1;
    this.rooms.value = frame.rooms;
    this.present.value = new Map();
    this.ignored.value = new Set(frame.ignored);
    this.onLive?.();
    for (const room of this.rooms.value.slice(0, frame.limits.rooms - 1)) this.#follow(room.slug);
    this.flush();
  }

  /** Live unread marks of a room that is not shown. @param {string | undefined} slug */
  #follow(slug) {
    const room = this.entry(slug);
    if (!room || slug === this.current) return;
    const { rev, epoch } = room;
    const presence = room.kind === 'direct';
    this.connection.request({ type: 'subscribe', room: room.slug, since: rev, epoch, backlog: 0, presence }).then(
      frame => batch(() => this.#count(frame)),
      () => {}, // gone by now, or the connection is: the next hello knows
    );
  }

  /** Somebody says something else of themselves. @param {Frame} frame */
  #said({ type, user, status, dnd_until, invisible }) {
    if (type === 'my_status') {
      this.user = { ...this.user, status, dnd_until, invisible };
      this.userVersion.value += 1;
      return;
    }
    this.rooms.value = this.rooms.peek().map(room => ({
      ...room,
      people: room.people.map(person => (person.id === user ? { ...person, status } : person)),
    }));
  }

  /** @param {Frame} frame */
  #present({ online = [], away = [], offline = [] }) {
    const present = new Map(this.present.peek());
    for (const id of online) present.set(id, 'on');
    for (const id of away) present.set(id, 'away');
    for (const id of offline) present.delete(id);
    this.present.value = present;
  }

  /** @param {RoomEntry} entry */
  #joined(entry) {
    const others = this.rooms.value.filter(room => room.slug !== entry.slug);
    this.rooms.value = [...others, entry].sort((a, b) => a.name.localeCompare(b.name));
    this.#follow(entry.slug);
  }

  /** Takes what `events` or `subscribed` say about unread messages. @param {Frame} frame */
  #count(frame) {
    const room = this.entry(frame.room);
    if (!room) return;
    /** @type {import('./types.js').Message[]} */
    const messages = frame.messages;
    const fresh = messages.filter(message => message.seq > room.seq && message.seq > room.read_seq);
    const heard = fresh.filter(message => !this.ignored.peek().has(message.author?.id ?? 0));
    const { id, invisible } = this.user;
    // Whoever is not seen online is not called by `@here`.
    const isCalled = (/** @type {import('./types.js').Message} */ { mentions, mentions_all }) =>
      !invisible || mentions_all !== 'here' || mentions.includes(id);
    const mentions = heard.filter(message => meansMe(message, id) && isCalled(message)).length;
    const seq = messages.reduce((newest, message) => Math.max(newest, message.seq), frame.seq ?? room.seq);
    const name = frame.state?.name ?? room.name;
    const epoch = frame.epoch ?? room.epoch;
    this.patch(room.slug, { seq, rev: frame.rev, epoch, name, mentions: room.mentions + mentions });
    if (frame.type === 'subscribed') this.markRead(room.slug, frame.me.read_seq);
  }

  /** @param {string | undefined} slug */
  entry(slug) {
    return this.rooms.peek().find(room => room.slug === slug);
  }

  /** @param {string} slug @param {Partial<RoomEntry>} fields */
  patch(slug, fields) {
    this.rooms.value = this.rooms.peek().map(room => (room.slug === slug ? { ...room, ...fields } : room));
  }

  /** The read marker of a room is here now. @param {string} slug @param {number} seq */
  markRead(slug, seq) {
    const room = this.entry(slug);
    if (!room || seq === room.read_seq) return;
    // How many mentions are left is the server's to say; past the newest message there is none.
    this.patch(slug, { read_seq: seq, mentions: seq >= room.seq ? 0 : room.mentions });
  }

  // ---------- sending

  /** Puts a message into the outbox; it goes as soon as it can. @param {string} room @param {string} body @param {number | null} replyTo @param {Attachment[]} files */
  post(room, body, replyTo, files) {
    const draft = this.outbox.add({
      client_id: newClientId(),
      user: this.user.id,
      room,
      body,
      reply_to: replyTo,
      files,
      created_at: new Date().toISOString(),
    });
    keep(draft);
    this.outboxVersion.value += 1;
    this.flush();
    return draft;
  }

  /** @param {string} clientId */
  again(clientId) {
    this.outbox.again(clientId);
    this.outboxVersion.value += 1;
    this.connection.wake();
    this.flush();
  }

  /** Takes a message out of the outbox. @param {string} clientId @returns {Draft | undefined} */
  discard(clientId) {
    forget(clientId);
    const draft = this.outbox.remove(clientId);
    this.outboxVersion.value += 1;
    this.flush();
    return draft;
  }

  /** Lets go of drafts that the room shows. @param {Draft[]} drafts */
  settled(drafts) {
    for (const draft of drafts) forget(draft.client_id);
  }

  flush() {
    clearTimeout(this.dueTimer);
    if (this.connection.status === 'live') {
      for (const draft of this.outbox.take(Date.now())) this.#send(draft);
    }
    const due = this.outbox.nextDue();
    if (due !== null) this.dueTimer = setTimeout(() => this.flush(), Math.max(50, due - Date.now()));
  }

  /** @param {Draft} draft */
  async #send(draft) {
    const { room, body, client_id, reply_to } = draft;
    const attachments = draft.files.map(file => file.id);
    try {
      const ack = await this.connection.request({ type: 'send', room, body, client_id, reply_to, attachments });
      this.outbox.acked(client_id, ack.rev);
      forget(client_id);
      if (room !== this.current) this.outbox.remove(client_id);
    } catch (error) {
      if (error instanceof Lost) return; // goes again with the next hello
      if (!(error instanceof Refused)) throw error;
      const { code, detail, retry_after, until } = error;
      this.outbox.refused(client_id, { code, detail, retry_after, until }, Date.now());
      keep(draft);
    }
    this.outboxVersion.value += 1;
    this.flush();
  }
}

// `crypto.randomUUID` is there in secure contexts only; a site on plain HTTP in a local network is none.
export function newClientId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = [...crypto.getRandomValues(new Uint8Array(15))];
  const hex = bytes.map(byte => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{3})(.{3})/, '$1-$2-4$3-8$4-');
}
