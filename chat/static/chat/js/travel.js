// Moving through the log: history on both sides, places in the past, the way back.
/** @import { Log } from './log.js' */
/** @import { Talk } from './talk.js' */
import { effect } from '@preact/signals-core';

const NEAR_PX = 900;
const PINNED_PX = 24;

export class Travel {
  /** @param {Talk} talk @param {Log} log */
  constructor(talk, log) {
    this.talk = talk;
    this.room = talk.room;
    this.log = log;
    this.scroller = log.scroller;
    log.onDrawn = () => this.seen();
    this.scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    // Not pointerover: a mouse that rests while rows pass below it points at none.
    for (const type of ['pointermove', 'pointerdown', 'focusin']) {
      log.list.addEventListener(type, event => this.#point(event.target));
    }
    this.#point(log.list.querySelector('li:hover, li:focus'));
    new ResizeObserver(() => this.seen()).observe(this.scroller);
    addEventListener('focus', () => this.seen());
    document.addEventListener('visibilitychange', () => this.seen());
    effect(() => {
      if (this.room.status.value === 'live') setTimeout(() => this.#scrolled());
    });
  }

  /** @param {EventTarget | null} target */
  #point(target) {
    const row = target instanceof Element ? target.closest('li[data-seq]') : null;
    if (row) this.log.active.value = Number(row.getAttribute('data-seq'));
  }

  #scrolled() {
    const { scroller, room } = this;
    const below = -scroller.scrollTop;
    const above = scroller.scrollHeight - scroller.clientHeight - below;
    if (below < PINNED_PX && room.timeline.attached) room.heldAfter.value = 0;
    else if (!room.heldAfter.peek() && below >= PINNED_PX) room.heldAfter.value = room.timeline.newest;
    if (above < NEAR_PX) this.talk.history.more('before');
    else if (below < NEAR_PX) this.talk.history.more('after');
    this.seen();
  }

  /** Moves the read marker to the last row fully in view. */
  seen() {
    if (!this.talk.attentive() || this.room.timeline.me.role === null) return;
    const { bottom } = this.scroller.getBoundingClientRect();
    for (let li = this.log.list.lastElementChild; li; li = li.previousElementSibling) {
      const seq = Number(li.getAttribute('data-seq'));
      if (seq && li.getBoundingClientRect().bottom <= bottom + 1) {
        this.talk.reading.saw(seq);
        return;
      }
    }
  }

  /** Shows and marks a message, loading the place where it is. @param {number} seq */
  async jump(seq) {
    const { log, room } = this;
    if (!log.rowOf(seq)) {
      room.heldAfter.value = Math.max(room.timeline.newest, 1);
      if (!(await this.talk.history.around(seq))) {
        this.#scrolled();
        return;
      }
    }
    log.show(seq);
  }

  async toNewest() {
    await this.talk.history.newest();
    this.room.heldAfter.value = 0;
    this.log.again();
    this.scroller.scrollTop = 0;
    this.seen();
  }
}
