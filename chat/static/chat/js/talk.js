// The room that the page shows: its timeline kept up by the session, and what one can do in it.
/** @import { Attachment, Draft, Frame, Message, Person, Subscribed } from './types.js' */
/** @import { Room } from './room.js' */
/** @import { Session } from './session.js' */
import { batch, effect } from '@preact/signals-core';
import { Lost, Refused } from './connection.js';
import { PAGE, Past } from './history.js';
import { Reading } from './reading.js';
import { isMine } from './rows.js';

const TYPING_MS = 6000;
const TELL_TYPING_MS = 3000;
/** From one drawing of what others say to the next. */
const REST_MS = 100;

export class Talk {
  /** @param {Session} session @param {Room} room */
  constructor(session, room) {
    this.session = session;
    this.room = room;
    this.slug = room.slug;
    this.history = new Past(this);
    this.reading = new Reading(room.timeline.me.read_seq, async seq => {
      const { read_seq } = await session.connection.request({ type: 'read', room: this.slug, seq });
      session.markRead(this.slug, read_seq);
      return read_seq;
    });
    /** New messages of others, as they come. @type {((messages: Message[]) => void) | null} */
    this.onHeard = null;
    /** Whether the person looks at the room. */
    this.attentive = () => !document.hidden && document.hasFocus();
    this.toldTyping = 0;
    this.drawsSoon = false;
    this.drawnAt = 0;
    this.subscribing = false;
    this.isFirst = true;
    session.onLive = () => this.subscribe();
    session.onRoomFrame = frame => this.#take(frame);
    room.live = this.history;
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
    this.reading.seq = Math.max(this.reading.seq, frame.me.read_seq);
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
    else if (frame.type === 'read') this.reading.seq = frame.seq;
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
      if (!this.attentive() && this.reading.seq >= newestBefore) this.room.newAfter = newestBefore;
      this.onHeard?.(heard);
    }
    this.room.timeline.trim(this.room.heldAfter.peek() ? 'bottom' : 'top');
    this.shown(isLive);
  }

  /** The timeline changed: sends that it shows by now leave the outbox. @param {boolean} [isLive] */
  shown(isLive = false) {
    const { session, room } = this;
    const { timeline } = room;
    const gone = session.outbox.settle(this.slug, timeline.cursor, id => timeline.holds(session.user.id, id));
    batch(() => {
      if (gone.length) {
        session.settled(gone);
        room.drafts.value = session.outbox.of(this.slug);
      }
      if (gone.length || !isLive) this.#draw();
      else this.#drawSoon();
    });
  }

  #draw() {
    const { version, timeline } = this.room;
    const { newest, state } = timeline;
    this.drawsSoon = false;
    this.drawnAt = performance.now();
    batch(() => {
      this.session.patch(this.slug, { seq: newest, ...(state ? { name: state.name } : {}) });
      version.value += 1;
    });
  }

  /** What others say is drawn with the next frame; where much of it comes, ten times a second. */
  #drawSoon() {
    if (this.drawsSoon) return;
    this.drawsSoon = true;
    const draw = () => (document.hidden ? this.#draw() : requestAnimationFrame(() => this.#draw()));
    setTimeout(draw, this.drawnAt + REST_MS - performance.now());
  }

  // ---------- acts

  /** @param {string} body @param {number | null} replyTo @param {Attachment[]} files @returns {Draft} */
  post(body, replyTo, files) {
    this.toldTyping = 0;
    return this.session.post(this.slug, body, replyTo, files);
  }

  /** @param {Message} message @param {string} emoji @returns {Promise<string>} why not, or '' */
  react(message, emoji) {
    return this.command({ type: 'react', seq: message.seq, emoji, on: !isMine(message, emoji, this.room) });
  }

  /** Everything from this message on counts as unread until the person leaves. @param {number} seq */
  async unread(seq) {
    this.reading.hold(seq - 1);
    const refusal = await this.command({ type: 'read', seq: seq - 1, back: true });
    if (refusal) return refusal;
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

  /** Asks for something in this room. @param {Record<string, unknown> & {type: string}} command @returns {Promise<string>} why not, or '' */
  async command(command) {
    try {
      await this.session.connection.request({ room: this.slug, ...command });
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
}
