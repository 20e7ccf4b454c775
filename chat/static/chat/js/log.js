// The list of messages: rows by key in one <ol>, redrawn where something changed, held in place while it grows.
/** @import { Draft, Message } from './types.js' */
/** @import { Clock, Spoken } from './format.js' */
/** @import { Room } from './room.js' */
/** @import { Signal } from '@preact/signals-core' */
import { effect, signal } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { words } from '#words';
import { isGrouped, plan, roomTitle } from './format.js';
import { draftClass, draftRow, messageClass, messageRow, QUIET_SEND_MS } from './rows.js';

const PINNED_PX = 24;
/** What stays visible above the line "New since" when the room opens at it. */
const ABOVE_LINE_PX = 48;

/** @typedef {{key: string, deps: unknown[], className: string, draw: () => unknown, seq: number}} Item */

export class Log {
  /** @param {Room} room @param {Clock} when @param {HTMLElement} scroller */
  constructor(room, when, scroller) {
    this.room = room;
    this.when = when;
    this.scroller = scroller;
    this.list = document.createElement('ol');
    /** @type {Map<string, {li: HTMLLIElement, deps: unknown[]}>} */
    this.drawn = new Map();
    /** The row with the toolbar. */
    this.active = signal(0);
    /** The row under edit, and its form. @type {Signal<{seq: number, form: unknown} | null>} */
    this.editing = signal(null);
    this.highlighted = signal(0);
    this.tick = signal(0);
    /** Called when rows moved. @type {(() => void) | null} */
    this.onDrawn = null;
  }

  get isPinned() {
    return this.scroller.scrollTop > -PINNED_PX && this.room.timeline.attached;
  }

  /** Draws from now on; begins at the permalink's message, at the first unread, else at the newest. @param {number | null} target */
  open(target) {
    this.scroller.replaceChildren(this.list); // in the place of what the site drew
    if (target && this.room.timeline.held.has(target)) this.highlighted.value = target;
    effect(() => this.#draw());
    const line = this.drawn.get('new')?.li;
    if (this.highlighted.peek()) this.show(this.highlighted.peek());
    else if (line) this.#showLine(line);
    if (!this.isPinned) this.room.heldAfter.value = this.room.timeline.newest;
  }

  /** @param {HTMLElement} line */
  #showLine(line) {
    const { top, bottom } = this.scroller.getBoundingClientRect();
    const box = line.getBoundingClientRect();
    if (box.top < top + ABOVE_LINE_PX || box.top > bottom) this.scroller.scrollTop += box.top - top - ABOVE_LINE_PX;
  }

  // ---------- drawing

  #draw() {
    const items = this.#items();
    // The first time there is no row to hold, and to ask where the scroller stands would lay out a page without any.
    const isFree = !this.drawn.size || (this.isPinned && !this.room.heldAfter.peek());
    const anchor = isFree ? null : this.#anchor();
    const focused = document.activeElement;
    this.#reconcile(items);
    if (anchor?.li.isConnected) {
      const moved = anchor.li.getBoundingClientRect().bottom - anchor.bottom;
      if (Math.abs(moved) >= 1) this.scroller.scrollTop += moved;
    }
    if (focused && focused !== document.body && !focused.isConnected) this.scroller.focus({ preventScroll: true });
    queueMicrotask(() => this.onDrawn?.());
  }

  /** The first row in view, to hold the page by its lower edge: the upper one moves when the row joins a group. */
  #anchor() {
    const { top, bottom } = this.scroller.getBoundingClientRect();
    for (const li of /** @type {Iterable<HTMLElement>} */ (this.list.children)) {
      const box = li.getBoundingClientRect();
      if (box.bottom > top && box.top < bottom && li.dataset.seq) return { li, bottom: box.bottom };
    }
    return null;
  }

  /** @returns {Item[]} */
  #items() {
    const { room, when } = this;
    const { timeline } = room;
    this.tick.value;
    room.version.value;
    const drafts = room.drafts.value;
    const status = room.status.value;
    const held = room.heldAfter.value;
    const messages = timeline.messages().filter(message => !held || message.seq <= held);
    /** @type {Item[]} */
    const items = [this.#top()];
    for (const row of plan(messages, when, room.newAfter, room.user.id, !timeline.hasBefore)) {
      if (row.kind === 'message') items.push(this.#message(row.message, row.first));
      else if (row.kind === 'day') items.push(this.#day(row.key, row.at));
      else items.push(this.#newLine(row.at));
    }
    if (!held) this.#drafts(items, drafts, messages.at(-1), status);
    return items;
  }

  /** @returns {Item} */
  #top() {
    const { timeline, loading, slug } = this.room;
    const isLoading = loading.value;
    const title = timeline.state ? roomTitle(timeline.state, slug) : '';
    const draw = () =>
      timeline.hasBefore
        ? html`<p class="more">${isLoading ? words.loading : nothing}</p>`
        : html`<p>${words.start(title)}${timeline.newest ? nothing : html` ${timeline.me.role ? words.startEmpty : words.quiet}`}</p>`;
    const className = timeline.hasBefore ? 'start start--more' : 'start';
    return { key: 'top', deps: [timeline.hasBefore, isLoading, title, timeline.newest > 0], className, draw, seq: 0 };
  }

  /** @param {string} key @param {string} at @returns {Item} */
  #day(key, at) {
    const today = this.when.dayKey(new Date().toISOString());
    const day = this.when.dayKey(at);
    const draw = () =>
      html`<button type="button" tabindex="-1" data-open="date" data-day=${day}><time datetime=${day}>${this.when.day(at, new Date())}</time></button>`;
    return { key, deps: [at, today], className: 'day', draw, seq: 0 };
  }

  /** @param {string | null} at @returns {Item} */
  #newLine(at) {
    const label = words.newSince(at ? this.when.moment(at, new Date()) : null);
    return { key: 'new', deps: [label], className: 'newline', draw: () => html`<span>${label}</span>`, seq: 0 };
  }

  /** @param {Message} message @param {boolean} first @returns {Item} */
  #message(message, first) {
    const { room, when } = this;
    const { seq } = message;
    const active = this.active.value === seq;
    const editor = this.editing.value?.seq === seq ? this.editing.value.form : null;
    const quoted = message.reply_to === null ? null : room.quoted(message.reply_to);
    const isTarget = this.highlighted.value === seq;
    const className = messageClass(message, first, room.user.id) + (isTarget ? ' is-target' : '');
    const may = active ? [...room.can].join() + room.left.value : '';
    const folds = room.isFolded(message) || Boolean(quoted && room.isFolded(quoted));
    const draw = () => messageRow({ message, first, active, editor }, room, when);
    const files = message.attachments.length && room.files.value;
    const deps = [message, first, active, editor, quoted, isTarget, may, folds, files];
    return { key: `m${seq}`, deps, className, draw, seq };
  }

  /** @param {Item[]} items @param {Draft[]} drafts @param {Message | undefined} last @param {string} status */
  #drafts(items, drafts, last, status) {
    const { room, when } = this;
    const now = Date.now();
    /** @type {Spoken | undefined} */
    let previous = last;
    for (const draft of drafts) {
      /** @type {Spoken} */
      const like = { ...draft, kind: 'text', author: { ...room.user, bot: false } };
      const first = !isGrouped(previous, like);
      const age = now - Date.parse(draft.created_at);
      if (age < QUIET_SEND_MS) setTimeout(() => this.again(), QUIET_SEND_MS - age + 10);
      else if (draft.state === 'waiting') setTimeout(() => this.again(), 1000);
      const seconds = draft.state === 'waiting' ? Math.ceil((draft.due - now) / 1000) : 0;
      items.push({
        key: `d${draft.client_id}`,
        deps: [
          draft.state,
          draft.refusal,
          first,
          status,
          age < QUIET_SEND_MS,
          seconds,
          draft.files.length && room.files.value,
        ],
        className: draftClass(draft, first, now),
        draw: () => draftRow(draft, first, room, when, now),
        seq: 0,
      });
      previous = like;
    }
  }

  /** Draws once more: the clock has moved on. */
  again() {
    this.tick.value += 1;
  }

  /** Brings the list to these items with as few moves as it takes. @param {Item[]} items */
  #reconcile(items) {
    const wanted = new Set(items.map(item => item.key));
    for (const [key, { li }] of this.drawn) {
      if (wanted.has(key)) continue;
      li.remove();
      this.drawn.delete(key);
    }
    /** @type {Element | null} */
    let place = this.list.firstElementChild;
    for (const item of items) {
      const li = this.#row(item);
      if (li === place) place = place.nextElementSibling;
      else this.list.insertBefore(li, place);
    }
  }

  /** @param {Item} item */
  #row(item) {
    let known = this.drawn.get(item.key);
    if (!known) {
      const li = document.createElement('li');
      if (item.seq) {
        li.tabIndex = -1;
        li.dataset.seq = String(item.seq);
      }
      known = { li, deps: [] };
      this.drawn.set(item.key, known);
    }
    const { deps } = known;
    if (deps.length === item.deps.length && deps.every((value, index) => value === item.deps[index])) return known.li;
    known.deps = item.deps;
    known.li.className = item.className;
    render(item.draw(), known.li);
    // The log is one tab stop; what is in a row can be reached from that row.
    if (item.seq) {
      const tabIndex = this.active.peek() === item.seq ? 0 : -1;
      for (const control of /** @type {Iterable<HTMLElement>} */ (
        known.li.querySelectorAll('a, .content button, pre, audio, video')
      )) {
        control.tabIndex = tabIndex;
      }
    }
    return known.li;
  }

  /** @param {number} seq */
  rowOf(seq) {
    return this.drawn.get(`m${seq}`)?.li ?? null;
  }

  /** Brings a message into view and marks it. @param {number} seq */
  show(seq) {
    this.highlighted.value = seq;
    this.rowOf(seq)?.scrollIntoView({ block: 'center' });
  }
}
