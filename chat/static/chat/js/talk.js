// The room that the page shows: its timeline kept up by the session, and everything one can do in it.
/** @import { Continuity, Draft, Frame, HistoryPage, Message, Person, Subscribed } from './types.js' */
/** @import { Room } from './room.js' */
/** @import { Session } from './session.js' */
import { batch, effect } from '@preact/signals-core';
import { Lost, Refused } from './connection.js';
import { isMine } from './rows.js';

const PAGE = 50;
const TYPING_MS = 6000;
const TELL_TYPING_MS = 3000;
const READ_MS = 1000;

export class Talk {
  /** @param {Session} session @param {Room} room */
  constructor(session, room) {
    this.session = session;
    this.room = room;
    this.slug = room.slug;
    this.readSeq = room.timeline.me.read_seq;
    /** New messages of others, as they come. @type {((messages: Message[]) => void) | null} */
    this.onHeard = null;
    /** Whether the person looks at the room. */
    this.attentive = () => !document.hidden && document.hasFocus();
    this.toldTyping = 0;
    this.drawsSoon = false;
    this.subscribing = false;
    this.isFirst = true;
    /** Marked unread by hand: what is seen counts no more. */
    this.isHeld = false;
    this.readGoal = 0;
    this.readAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.readTimer = undefined;
    session.onLive = () => this.subscribe();
    session.onRoomFrame = frame => this.#take(frame);
    room.live = this;
    effect(() => {
      room.status.value = session.status.value;
    });
    effect(() => {
      session.outboxVersion.value;
      room.drafts.value = session.outbox.of(room.slug);
    });
  }

  async subscribe() {
    if (this.room.left.peek() || this.subscribing) return;
    this.subscribing = true;
    const { cursor, epoch } = this.room.timeline;
    try {
      const frame = await this.session.connection.request({
        type: 'subscribe',
        room: this.slug,
        since: cursor,
        epoch,
        backlog: PAGE,
      });
      this.subscribing = false;
      this.#subscribed(/** @type {never} */ (frame));
    } catch (error) {
      this.subscribing = false;
      if (error instanceof Refused && (error.code === 'not_found' || error.code === 'banned'))
        this.room.left.value = 'removed';
      else if (error instanceof Refused) setTimeout(() => this.subscribe(), 1000 * (error.retry_after ?? 2));
    }
  }

  /** @param {Subscribed} frame */
  #subscribed(frame) {
    const before = this.room.timeline.newest;
    const counts = this.room.timeline.subscribed(frame, true);
    if (!this.isFirst) this.room.continuity.value = counts;
    this.isFirst = false;
    this.readSeq = Math.max(this.readSeq, frame.me.read_seq);
    this.#applied(frame.messages, before);
  }

  /** @param {Frame} frame */
  #take(frame) {
    if (frame.type === 'events') {
      const before = this.room.timeline.newest;
      if (this.room.timeline.events(/** @type {never} */ (frame))) this.#applied(frame.messages, before, true);
      else this.subscribe();
    } else if (frame.type === 'resync') this.subscribe();
    else if (frame.type === 'typing') this.#typed(frame.user);
    else if (frame.type === 'join_requests') this.room.asking.value = frame.waiting;
    else if (frame.type === 'read') this.readSeq = frame.seq;
    else if (frame.type === 'room_left') this.room.left.value = frame.reason;
    else if (frame.type === 'room_joined') location.reload();
    else if (frame.type === 'me') {
      this.room.timeline.me = { ...this.room.timeline.me, role: frame.role, can: frame.can };
      this.room.version.value += 1;
    }
  }

  /** @param {Message[]} messages @param {number} newestBefore @param {boolean} [isLive] more may come at once */
  #applied(messages, newestBefore, isLive = false) {
    const mine = this.session.user.id;
    for (const message of messages) {
      const quote = this.room.quotes.get(message.seq);
      if (quote && quote.rev < message.rev) this.room.quotes.set(message.seq, message);
    }
    const heard = messages.filter(message => message.seq > newestBefore && message.author?.id !== mine);
    if (heard.length) {
      const authors = new Set(heard.map(message => message.author?.id));
      this.room.typing.value = this.room.typing.peek().filter(person => !authors.has(person.id));
      // What comes while nobody looks is new since the last that was read.
      if (!this.attentive() && this.readSeq >= newestBefore) this.room.newAfter = newestBefore;
      this.onHeard?.(heard);
    }
    const { timeline } = this.room;
    timeline.trim(this.room.heldAfter.peek() ? 'bottom' : 'top');
    const { newest, state } = timeline;
    this.session.patch(this.slug, { seq: newest, ...(state ? { name: state.name } : {}) });
    this.#shown(isLive);
  }

  /** The timeline changed: sends that it shows by now leave the outbox. @param {boolean} [isLive] */
  #shown(isLive = false) {
    const { session, room } = this;
    const { timeline } = room;
    const gone = session.outbox.settle(this.slug, timeline.cursor, id => timeline.holds(session.user.id, id));
    batch(() => {
      if (gone.length) {
        session.settled(gone);
        room.drafts.value = session.outbox.of(this.slug);
      }
      if (gone.length || !isLive) room.version.value += 1;
      else this.#drawSoon();
    });
  }

  /** What others say is drawn once for each frame of the screen, however much of it comes. */
  #drawSoon() {
    if (this.drawsSoon) return;
    this.drawsSoon = true;
    const draw = () => {
      this.drawsSoon = false;
      this.room.version.value += 1;
    };
    if (document.hidden) setTimeout(draw);
    else requestAnimationFrame(draw);
  }

  // ---------- older and newer pages

  /** @param {'before' | 'after'} side */
  async more(side) {
    const { timeline } = this.room;
    const wanted = side === 'before' ? timeline.hasBefore : !timeline.attached;
    if (this.room.loading.peek() || !wanted || this.session.status.peek() !== 'live') return;
    await this.#history(side === 'before' ? { before: timeline.first } : { after: timeline.last }, side);
  }

  /** Loads the window around a message, unless it is loaded. @param {number} seq */
  async around(seq) {
    if (this.room.timeline.held.has(seq)) return true;
    await this.#history({ around: seq }, 'around');
    return this.room.timeline.held.has(seq);
  }

  /** Goes back to the newest messages. */
  async newest() {
    if (!this.room.timeline.attached) await this.#history({ before: this.room.timeline.newest + 1 }, 'around');
  }

  /** @param {Record<string, number>} place @param {'before' | 'after' | 'around'} side */
  async #history(place, side) {
    if (this.session.status.peek() !== 'live') return;
    this.room.loading.value = true;
    this.room.timeline.pageAsked();
    try {
      const frame = await this.session.connection.request({ type: 'history', room: this.slug, limit: PAGE, ...place });
      this.room.timeline.page(/** @type {never} */ (frame), side);
      if (side !== 'around') this.room.timeline.trim(side === 'before' ? 'bottom' : 'top');
      this.#shown();
    } catch {
      this.room.timeline.pageFailed(); // scrolling asks again
    } finally {
      this.room.loading.value = false;
    }
  }

  /** Asks for a message that a reply quotes. @param {number} seq */
  async fetchQuote(seq) {
    if (this.session.status.peek() !== 'live') return;
    this.room.quotes.set(seq, null);
    try {
      const frame = await this.session.connection.request({ type: 'history', room: this.slug, around: seq, limit: 1 });
      const message = frame.messages.find((/** @type {Message} */ one) => one.seq === seq);
      if (message) this.room.quotes.set(seq, message);
      this.room.version.value += 1;
    } catch {
      this.room.quotes.delete(seq);
    }
  }

  // ---------- acts

  /** @param {string} body @param {number | null} replyTo @returns {Draft} */
  post(body, replyTo) {
    this.toldTyping = 0;
    return this.session.post(this.slug, body, replyTo);
  }

  /** @param {number} seq @param {string} body @returns {Promise<string>} why not, or '' */
  edit(seq, body) {
    return this.#command({ type: 'edit', room: this.slug, seq, body });
  }

  /** @param {number} seq @param {string} reason @returns {Promise<string>} why not, or '' */
  remove(seq, reason) {
    return this.#command({ type: 'delete', room: this.slug, seq, ...(reason ? { reason } : {}) });
  }

  /** @param {Message} message @param {string} emoji @returns {Promise<string>} why not, or '' */
  react(message, emoji) {
    return this.#command({
      type: 'react',
      room: this.slug,
      seq: message.seq,
      emoji,
      on: !isMine(message, emoji, this.room),
    });
  }

  /** @param {Message} message @returns {Promise<string>} why not, or '' */
  pin(message) {
    return this.#command({ type: 'pin', room: this.slug, seq: message.seq, on: !message.pinned });
  }

  /** Everything from this message on counts as unread until the person leaves. @param {number} seq */
  async unread(seq) {
    this.isHeld = true;
    clearTimeout(this.readTimer);
    const refusal = await this.#command({ type: 'read', room: this.slug, seq: seq - 1, back: true });
    if (refusal) return refusal;
    this.readSeq = seq - 1;
    this.room.newAfter = seq - 1;
    this.session.markRead(this.slug, seq - 1);
    this.room.version.value += 1;
    return '';
  }

  /** Whom one may mean here, the latest to speak first. @returns {Person[]} */
  people() {
    return [...this.room.people().values()]
      .filter(person => person.username && person.id !== this.room.user.id)
      .reverse();
  }

  /** @param {Record<string, unknown> & {type: string}} command */
  async #command(command) {
    try {
      await this.session.connection.request(command);
      return '';
    } catch (error) {
      if (error instanceof Refused) return error.detail;
      if (error instanceof Lost) return 'lost';
      throw error;
    }
  }

  /** The person writes. */
  writes() {
    const now = Date.now();
    if (now - this.toldTyping < TELL_TYPING_MS) return;
    this.toldTyping = now;
    this.session.connection.tell({ type: 'typing', room: this.slug });
  }

  /** @param {Person} person */
  #typed(person) {
    if (this.room.ignored.peek().has(person.id)) return;
    const others = this.room.typing.peek().filter(other => other.id !== person.id);
    this.room.typing.value = [...others, person];
    clearTimeout(this.#fades.get(person.id));
    const fade = () => {
      this.room.typing.value = this.room.typing.peek().filter(other => other.id !== person.id);
    };
    this.#fades.set(person.id, setTimeout(fade, TYPING_MS));
  }

  /** @type {Map<number, ReturnType<typeof setTimeout>>} */
  #fades = new Map();

  /** The person has read up to here; told at most once a second. @param {number} seq */
  read(seq) {
    if (this.isHeld || this.room.timeline.me.role === null || seq <= Math.max(this.readSeq, this.readGoal)) return;
    this.readGoal = seq;
    this.readTimer ??= setTimeout(() => this.#tellRead(), Math.max(0, this.readAt + READ_MS - Date.now()));
  }

  async #tellRead() {
    this.readTimer = undefined;
    this.readAt = Date.now();
    const seq = this.readGoal;
    this.readGoal = 0;
    try {
      const ack = await this.session.connection.request({ type: 'read', room: this.slug, seq });
      this.readSeq = Math.max(this.readSeq, ack.read_seq);
      this.session.markRead(this.slug, ack.read_seq);
    } catch {
      // the marker moves with the next row that is seen
    }
  }
}
