// The list of messages: rows by key in one <ol>, a scroller that never jumps, history on both sides.
/** @import { Draft, Message } from './types.js' */
/** @import { Clock } from './format.js' */
/** @import { Talk } from './talk.js' */
import { effect, signal } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { isGrouped, plan, roomTitle } from './format.js';
import { draftClass, draftRow, messageClass, messageRow, QUIET_SEND_MS } from './rows.js';
import { words } from './words.js';

const NEAR_PX = 900;
const PINNED_PX = 24;

/** @typedef {{key: string, deps: unknown[], className: string, draw: () => unknown, seq: number}} Item */

export class Log {
  /**
   * @param {Talk} talk @param {Clock} when @param {HTMLElement} scroller
   * @param {(seq: number) => string} link permalink of a message
   */
  constructor(talk, when, scroller, link) {
    this.talk = talk;
    this.when = when;
    this.scroller = scroller;
    this.link = link;
    this.list = /** @type {HTMLOListElement} */ (scroller.querySelector('ol'));
    /** @type {Map<string, {li: HTMLLIElement, deps: unknown[]}>} */
    this.drawn = new Map();
    /** The row with the toolbar. @type {import('@preact/signals-core').Signal<number>} */
    this.active = signal(0);
    /** The row under edit, and its form. @type {import('@preact/signals-core').Signal<{seq: number, form: unknown} | null>} */
    this.editing = signal(null);
    this.highlighted = signal(0);
    /** While the reader is scrolled up, newer rows than this are held back; 0: none are. */
    this.heldAfter = signal(0);
    this.tick = signal(0);
    this.scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.list.addEventListener('pointerover', event => this.#point(event.target));
    this.list.addEventListener('focusin', event => this.#point(event.target));
    new ResizeObserver(() => this.seen()).observe(scroller);
    addEventListener('focus', () => this.seen());
    document.addEventListener('visibilitychange', () => this.seen());
  }

  start() {
    effect(() => this.#draw());
    effect(() => {
      if (this.talk.session.status.value === 'live') setTimeout(() => this.#scrolled());
    });
  }

  get isPinned() {
    return this.scroller.scrollTop > -PINNED_PX && this.talk.timeline.attached;
  }

  /** New rows that wait below. */
  waiting() {
    const after = this.heldAfter.value;
    return after ? this.talk.timeline.newest - after : 0;
  }

  /** @param {EventTarget | null} target */
  #point(target) {
    const row = target instanceof Element ? target.closest('li[data-seq]') : null;
    if (row) this.active.value = Number(row.getAttribute('data-seq'));
  }

  // ---------- drawing

  #draw() {
    const items = this.#items();
    const anchor = this.isPinned && !this.heldAfter.peek() ? null : this.#anchor();
    this.#reconcile(items);
    if (anchor?.li.isConnected) {
      const moved = anchor.li.getBoundingClientRect().bottom - anchor.bottom;
      if (Math.abs(moved) >= 1) this.scroller.scrollTop += moved;
    }
    queueMicrotask(() => this.seen());
  }

  /** @returns {Item[]} */
  #items() {
    const { talk, when } = this;
    const { timeline, session } = talk;
    this.tick.value;
    talk.version.value;
    session.outboxVersion.value;
    const status = session.status.value;
    const held = this.heldAfter.value;
    const messages = timeline.messages().filter(message => !held || message.seq <= held);
    /** @type {Item[]} */
    const items = [this.#top()];
    for (const row of plan(messages, when, talk.newAfter, session.user.id)) {
      if (row.kind === 'message') items.push(this.#message(row.message, row.first));
      else if (row.kind === 'day') items.push(this.#day(row.key, row.at));
      else items.push(this.#newLine(row.at));
    }
    if (!held) this.#drafts(items, messages.at(-1), status);
    return items;
  }

  /** @returns {Item} */
  #top() {
    const { timeline, loading } = this.talk;
    const isLoading = loading.value;
    const title = timeline.state ? roomTitle(timeline.state, this.talk.slug) : '';
    const draw = () =>
      timeline.hasBefore
        ? html`<p class="more">${isLoading ? words.loading : nothing}</p>`
        : html`<p>${words.start(title)}${timeline.newest ? nothing : html` ${this.talk.timeline.me.role ? words.startEmpty : words.quiet}`}</p>`;
    const className = timeline.hasBefore ? 'start start--more' : 'start';
    return { key: 'top', deps: [timeline.hasBefore, isLoading, title, timeline.newest > 0], className, draw, seq: 0 };
  }

  /** @param {string} key @param {string} at @returns {Item} */
  #day(key, at) {
    const today = this.when.dayKey(new Date().toISOString());
    const draw = () => html`<time datetime=${this.when.dayKey(at)}>${this.when.day(at, new Date())}</time>`;
    return { key, deps: [at, today], className: 'day', draw, seq: 0 };
  }

  /** @param {string | null} at @returns {Item} */
  #newLine(at) {
    const label = words.newSince(at ? this.when.time(at) : null);
    return { key: 'new', deps: [label], className: 'newline', draw: () => html`<span>${label}</span>`, seq: 0 };
  }

  /** @param {Message} message @param {boolean} first @returns {Item} */
  #message(message, first) {
    const { talk, when, link } = this;
    const { seq } = message;
    const active = this.active.value === seq;
    const editor = this.editing.value?.seq === seq ? this.editing.value.form : null;
    const quoted = message.reply_to === null ? null : talk.quoted(message.reply_to);
    const isTarget = this.highlighted.value === seq;
    const className = messageClass(message, first, talk.session.user.id) + (isTarget ? ' is-target' : '');
    const may = active ? [...talk.can].join() + talk.left.value : '';
    const draw = () => messageRow({ message, first, active, editor }, talk, when, link);
    return { key: `m${seq}`, deps: [message, first, active, editor, quoted, isTarget, may], className, draw, seq };
  }

  /** @param {Item[]} items @param {Message | undefined} last @param {string} status */
  #drafts(items, last, status) {
    const { talk, when, link } = this;
    const me = talk.session.user;
    const now = Date.now();
    /** @type {Pick<Message, 'kind' | 'author' | 'created_at' | 'reply_to'> | undefined} */
    let previous = last;
    for (const draft of talk.session.outbox.of(talk.slug)) {
      /** @type {Pick<Message, 'kind' | 'author' | 'created_at' | 'reply_to'>} */
      const like = { ...draft, kind: 'text', author: { ...me, bot: false } };
      const first = !isGrouped(previous, like);
      const age = now - Date.parse(draft.created_at);
      if (age < QUIET_SEND_MS) setTimeout(() => this.#again(), QUIET_SEND_MS - age + 10);
      else if (draft.state === 'waiting') setTimeout(() => this.#again(), 1000);
      const seconds = draft.state === 'waiting' ? Math.ceil((draft.due - now) / 1000) : 0;
      items.push({
        key: `d${draft.client_id}`,
        deps: [draft.state, draft.refusal, first, status, age < QUIET_SEND_MS, seconds],
        className: draftClass(draft, first, now),
        draw: () => draftRow(draft, first, talk, when, now, link),
        seq: 0,
      });
      previous = like;
    }
  }

  #again() {
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
    return known.li;
  }

  // ---------- scrolling

  /** The first row in view, to hold the page by its lower edge: the upper one moves when the row joins a group. */
  #anchor() {
    const { top, bottom } = this.scroller.getBoundingClientRect();
    for (const li of /** @type {Iterable<HTMLElement>} */ (this.list.children)) {
      const box = li.getBoundingClientRect();
      if (box.bottom > top && box.top < bottom && li.dataset.seq) return { li, bottom: box.bottom };
    }
    return null;
  }

  #scrolled() {
    const { scroller, talk } = this;
    const below = -scroller.scrollTop;
    const above = scroller.scrollHeight - scroller.clientHeight - below;
    if (below < PINNED_PX && talk.timeline.attached) this.heldAfter.value = 0;
    else if (!this.heldAfter.peek() && below >= PINNED_PX) this.heldAfter.value = talk.timeline.newest;
    if (above < NEAR_PX) talk.more('before');
    else if (below < NEAR_PX) talk.more('after');
    this.seen();
  }

  /** Moves the read marker to the last row fully in view. */
  seen() {
    if (!this.talk.attentive()) return;
    const { bottom } = this.scroller.getBoundingClientRect();
    for (let li = this.list.lastElementChild; li; li = li.previousElementSibling) {
      const seq = Number(li.getAttribute('data-seq'));
      if (seq && li.getBoundingClientRect().bottom <= bottom + 1) {
        this.talk.read(seq);
        return;
      }
    }
  }

  /** @param {number} seq */
  rowOf(seq) {
    return this.drawn.get(`m${seq}`)?.li ?? null;
  }

  /** Where a visit begins: at the permalink's message, at the first unread, else at the newest. @param {number | null} target */
  open(target) {
    const line = this.drawn.get('new')?.li;
    if (target && this.rowOf(target)) this.show(target);
    else if (line) {
      const { top, bottom } = this.scroller.getBoundingClientRect();
      const box = line.getBoundingClientRect();
      if (box.top < top + 48) this.scroller.scrollTop -= top + 48 - box.top;
      else if (box.top > bottom) this.scroller.scrollTop += box.top - top - 48;
    }
    if (!this.isPinned) this.heldAfter.value = this.talk.timeline.newest;
    if (this.scroller.scrollHeight - this.scroller.clientHeight < NEAR_PX) this.talk.more('before');
  }

  /** Shows and marks a message, loading the place where it is. @param {number} seq */
  async jump(seq) {
    if (!this.rowOf(seq)) {
      if (!(await this.talk.around(seq))) return;
      this.heldAfter.value = this.talk.timeline.newest;
      this.#again();
    }
    this.show(seq);
  }

  /** @param {number} seq */
  show(seq) {
    this.highlighted.value = seq;
    this.rowOf(seq)?.scrollIntoView({ block: 'center' });
  }

  async toNewest() {
    await this.talk.newest();
    this.heldAfter.value = 0;
    this.#again();
    this.scroller.scrollTop = 0;
    this.seen();
  }

  /** Moves the focus by rows. @param {string} key @returns {boolean} whether it did */
  walk(key) {
    const rows = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll('li[data-seq]')]);
    const at = rows.findIndex(row => row.contains(document.activeElement));
    const last = rows.length - 1;
    /** @type {Record<string, number>} */
    const goals = {
      ArrowUp: at < 0 ? last : Math.max(0, at - 1),
      ArrowDown: at < 0 ? last : Math.min(last, at + 1),
      Home: 0,
      End: last,
    };
    const goal = rows[goals[key] ?? -1];
    goal?.focus();
    return Boolean(goal);
  }
}
