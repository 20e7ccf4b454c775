// A room as the page shows it, and which keys send.
/** @import { Continuity, Device, Draft, Message, PageData, Person, Subscribed } from './types.js' */
/** @import { Signal } from '@preact/signals-core' */
/** @import { Status } from './connection.js' */
import { signal } from '@preact/signals-core';
import { Timeline } from './timeline.js';

/** What a room does once it is live; see history.js. @typedef {{fetchQuote: (seq: number) => void}} Live */

/** A room as the page shows it: what is known, nothing that asks or sends. */
export class Room {
  /** @param {PageData} data @param {Subscribed} page */
  constructor(data, page) {
    this.slug = page.room;
    this.user = data.user;
    this.roles = data.roles;
    this.enter = data.device.enter;
    this.timeline = new Timeline();
    this.timeline.subscribed(page, false);
    if (data.window) this.timeline.page(data.window, 'around');
    /** Grows when the timeline changed. */
    this.version = signal(0);
    /** @type {Signal<Status>} */
    this.status = signal('connecting');
    /** This person's sends that the room does not show yet. @type {Signal<Draft[]>} */
    this.drafts = signal([]);
    /** @type {Signal<Person[]>} */
    this.typing = signal([]);
    /** What the last reconnect brought. @type {Signal<Continuity | null>} */
    this.continuity = signal(null);
    /** How many ask to come in, where this person may let them; null while nobody said. @type {Signal<number | null>} */
    this.asking = signal(null);
    /** Why this person is out of the room. @type {Signal<string | null>} */
    this.left = signal(null);
    /** A page of history is under way. */
    this.loading = signal(false);
    /** While the reader is scrolled up, newer rows than this are held back; 0: none are. */
    this.heldAfter = signal(0);
    /** Messages quoted by replies, not in the window; null while they are fetched. @type {Map<number, Message | null>} */
    this.quotes = new Map();
    /** The last seq read before this visit; the line "New since" stands after it. @type {number | null} */
    this.newAfter = page.me.role !== null && page.me.read_seq < page.seq ? page.me.read_seq : null;
    /** Whom this person ignores: what they write is folded away. */
    this.ignored = signal(new Set(data.ignored));
    /** The seqs of folded messages that were opened again. @type {Signal<Set<number>>} */
    this.unfolded = signal(new Set());
    /** What draws files; fetched when a message has some. @type {Signal<typeof import('./files.js').files | null>} */
    this.files = signal(null);
    /** @type {Live | null} */
    this.live = null;
  }

  /** Everybody whom the page knows by name. @returns {Map<number, Person>} */
  people() {
    const { timeline } = this;
    const known = new Map((timeline.state?.people ?? []).map(person => [person.id, person]));
    for (const { author } of timeline.messages()) {
      if (!author?.id) continue;
      known.delete(author.id); // to stand by the last that they said
      known.set(author.id, author);
    }
    return known.set(this.user.id, this.user);
  }

  /** @param {Message} message */
  isFolded({ seq, author, kind }) {
    return kind === 'text' && this.ignored.value.has(author?.id ?? 0) && !this.unfolded.value.has(seq);
  }

  /** Shows a folded message. @param {number} seq */
  unfold(seq) {
    this.unfolded.value = new Set([...this.unfolded.peek(), seq]);
  }

  /** Rows stand without their files until it can be had. */
  async fetchFiles() {
    const drawing = await import('./files.js').catch(() => null);
    if (drawing) this.files.value = drawing.files;
  }

  get can() {
    return new Set(this.timeline.me.can);
  }

  /** The permalink of a message. @param {number} seq */
  link(seq) {
    return `/chat/${encodeURIComponent(this.slug)}/${seq}/`;
  }

  /** The message that a reply quotes; undefined while it is not known. @param {number} seq @returns {Message | undefined} */
  quoted(seq) {
    const held = this.timeline.held.get(seq);
    if (held) return held;
    const known = this.quotes.get(seq);
    if (known === undefined) this.live?.fetchQuote(seq);
    return known ?? undefined;
  }
}

/**
 * Whether a key asks to send: on a touch screen Enter breaks the line, unless the person likes it otherwise.
 * @param {KeyboardEvent} event @param {Device['enter']} enter
 */
export function asksToSend(event, enter) {
  // 229: some input methods end a composition with an Enter that says nothing else about itself.
  if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229 || event.shiftKey || event.altKey)
    return false;
  if (event.ctrlKey || event.metaKey) return true;
  return enter ? enter === 'sends' : !matchMedia('(pointer: coarse)').matches;
}
