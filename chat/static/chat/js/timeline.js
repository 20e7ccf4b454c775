// One room as this page holds it: frames in, ordered messages out. No DOM, no clock, no socket.
/** @import { Continuity, Events, HistoryPage, Message, RoomState, Standing, Subscribed } from './types.js' */

const LOADED_MOST = 300;

export class Timeline {
  constructor() {
    /** @type {Map<number, Message>} */
    this.held = new Map();
    this.epoch = '';
    /** The last rev applied. */
    this.cursor = 0;
    /** The newest seq heard of, loaded or not. */
    this.newest = 0;
    /** The latest time of the site's that is known: what was edited later was edited since. */
    this.heardAt = '';
    /** The loaded window reaches the newest message, so live ones are added to it. */
    this.attached = true;
    this.hasBefore = false;
    /** @type {RoomState | null} */
    this.state = null;
    /** @type {Standing} */
    this.me = { role: null, can: [], read_seq: 0 };
    // Changes of messages not held, kept while a history page is under way: the page may be older than they are.
    /** @type {Map<number, Message>} */
    this.passing = new Map();
    this.pagesUnderWay = 0;
    /** @type {Message[] | null} */
    this.sorted = null;
  }

  /** Loaded messages by seq. @returns {Message[]} */
  messages() {
    this.sorted ??= [...this.held.values()].sort((a, b) => a.seq - b.seq);
    return this.sorted;
  }

  get first() {
    return this.messages()[0]?.seq ?? 0;
  }

  get last() {
    return this.messages().at(-1)?.seq ?? 0;
  }

  /**
   * Applies `subscribed`: a fresh page, or what changed after the cursor.
   * @param {Subscribed} frame
   * @param {boolean} resumed whether `since` was asked for
   * @returns {Continuity}
   */
  subscribed(frame, resumed) {
    const fresh = frame.reset || !resumed;
    const { newest: newestBefore, heardAt } = this;
    const counts = { reset: frame.reset, posted: 0, edited: 0, removed: 0 };
    if (fresh) {
      this.held.clear();
      this.sorted = null;
      this.attached = true;
      this.hasBefore = frame.has_before ?? (frame.messages[0]?.seq ?? 1) > 1;
    }
    for (const message of marked(frame)) {
      const before = this.held.get(message.seq);
      if (message.seq > newestBefore) counts.posted += 1;
      else if (message.deleted && !before?.deleted) counts.removed += 1;
      else if (message.edited_at && (before ? message.edited_at !== before.edited_at : message.edited_at > heardAt))
        counts.edited += 1;
      this.#put(message, fresh);
    }
    this.epoch = frame.epoch;
    this.cursor = frame.rev;
    this.newest = Math.max(frame.seq, this.last);
    this.state = frame.state;
    this.me = frame.me;
    return counts;
  }

  /**
   * Applies `events`. False means a hole before them: nothing was applied, subscribe again with the cursor.
   * @param {Events} frame
   */
  events(frame) {
    if (frame.prev !== this.cursor) return frame.rev <= this.cursor;
    for (const message of marked(frame)) {
      this.newest = Math.max(this.newest, message.seq);
      this.#put(message, false);
    }
    if (frame.state) this.state = frame.state;
    this.cursor = frame.rev;
    return true;
  }

  /** A history page was asked for. */
  pageAsked() {
    this.pagesUnderWay += 1;
  }

  /** A history page came, or will not come. */
  #pageDone() {
    this.pagesUnderWay = Math.max(0, this.pagesUnderWay - 1);
    if (!this.pagesUnderWay) this.passing.clear();
  }

  pageFailed() {
    this.#pageDone();
  }

  /**
   * Merges a page of history; the higher rev of a message wins.
   * @param {HistoryPage} page
   * @param {'before' | 'after' | 'around'} side `around` replaces the window, the others prolong it
   */
  page(page, side) {
    if (page.epoch !== this.epoch || !this.#joins(page.messages, side)) {
      this.#pageDone();
      return;
    }
    const old = side === 'around' ? new Map(this.held) : null;
    if (old) this.held.clear();
    for (const message of marked(page)) {
      for (const known of [old?.get(message.seq), this.passing.get(message.seq)]) {
        if (known && !this.held.has(message.seq)) this.held.set(message.seq, known);
        else if (known) this.#newer(known);
      }
      this.#newer(message);
    }
    this.sorted = null;
    if (side !== 'after') this.hasBefore = page.has_before;
    // Live messages that came while the page was under way were not added: then it takes one more page.
    if (side !== 'before') this.attached = !page.has_after && this.last >= this.newest;
    this.#pageDone();
  }

  // The window may have moved since the page was asked for; seqs are dense, so a page that joins it shows it.
  /** @param {Message[]} messages @param {string} side */
  #joins(messages, side) {
    const [from, to] = [messages[0]?.seq, messages.at(-1)?.seq];
    if (side === 'around' || from === undefined || to === undefined || !this.held.size) return true;
    return side === 'before' ? to + 1 >= this.first && from <= this.first : from <= this.last + 1;
  }

  /** Lets go of rows far from where the reader is. @param {'top' | 'bottom'} end @returns {boolean} */
  trim(end) {
    const all = this.messages();
    const surplus = all.length - LOADED_MOST;
    if (surplus <= 0) return false;
    const gone = end === 'top' ? all.slice(0, surplus) : all.slice(-surplus);
    for (const message of gone) this.held.delete(message.seq);
    if (end === 'top') this.hasBefore = true;
    else this.attached = false;
    this.sorted = null;
    return true;
  }

  /** @param {number} author @param {string} clientId */
  holds(author, clientId) {
    for (const message of this.held.values()) {
      if (message.client_id === clientId && message.author?.id === author) return true;
    }
    return false;
  }

  /** @param {Message} message @param {boolean} page it belongs to a page of the window, whatever its seq */
  #put(message, page) {
    const inside = page || this.held.has(message.seq) || this.#belongs(message.seq);
    if (inside) this.#newer(message);
    else if (this.pagesUnderWay && (this.passing.get(message.seq)?.rev ?? 0) < message.rev) {
      this.passing.set(message.seq, message);
    }
  }

  // A live message may come after one with a higher seq, so a hole in the window takes it in as well.
  /** @param {number} seq */
  #belongs(seq) {
    if (!this.held.size) return this.attached && !this.hasBefore;
    return seq > this.first && (this.attached || seq < this.last);
  }

  /** @param {Message} message */
  #newer(message) {
    const known = this.held.get(message.seq);
    if (known && known.rev >= message.rev) return;
    this.held.set(message.seq, message);
    const at = message.edited_at ?? message.created_at;
    if (at > this.heardAt) this.heardAt = at;
    this.sorted = null;
  }
}

/** The messages of a frame, each with what is mine of reactions that name too few people. @param {{messages: Message[], mine?: Record<string, string[]>}} frame */
function marked(frame) {
  for (const [seq, mine] of Object.entries(frame.mine ?? {})) {
    const message = frame.messages.find(one => one.seq === Number(seq));
    if (message) message.mine = mine;
  }
  return frame.messages;
}
