// What lies before and after the messages that are loaded, and what they quote: fetched when it is wanted.
/** @import { Message } from './types.js' */
/** @import { Talk } from './talk.js' */
import { effect } from '@preact/signals-core';

export const PAGE = 50;

export class Past {
  /** @param {Talk} talk */
  constructor(talk) {
    this.talk = talk;
    this.room = talk.room;
  }

  /** @param {Record<string, number>} place */
  #ask(place) {
    return this.talk.session.connection.request({ type: 'history', room: this.talk.slug, limit: PAGE, ...place });
  }

  get #isLive() {
    return this.talk.session.status.peek() === 'live';
  }

  /** @param {'before' | 'after'} side */
  async more(side) {
    const { timeline, loading } = this.room;
    const wanted = side === 'before' ? timeline.hasBefore : !timeline.attached;
    if (loading.peek() || !wanted) return;
    await this.#load(side === 'before' ? { before: timeline.first } : { after: timeline.last }, side);
  }

  /** While the page comes up, what somebody presses waits for the connection. */
  async #begun() {
    const { status } = this.talk.session;
    let stop = () => {};
    await new Promise(done => {
      stop = effect(() => {
        if (status.value !== 'connecting') done(null);
      });
    });
    stop();
  }

  /** Loads the window around a message, unless it is loaded; whether it is there then. @param {number} seq */
  async around(seq) {
    const { held } = this.room.timeline;
    if (held.has(seq)) return true;
    await this.#begun();
    if (!held.has(seq)) await this.#load({ around: seq }, 'around');
    return held.has(seq);
  }

  /** Goes back to the newest messages. */
  async newest() {
    const { timeline } = this.room;
    if (!timeline.attached) await this.#begun();
    if (!timeline.attached) await this.#load({ before: timeline.newest + 1 }, 'around');
  }

  /** @param {Record<string, number>} place @param {'before' | 'after' | 'around'} side */
  async #load(place, side) {
    if (!this.#isLive) return;
    const { timeline, loading } = this.room;
    loading.value = true;
    timeline.pageAsked();
    try {
      timeline.page(/** @type {never} */ (await this.#ask(place)), side);
      if (side !== 'around') timeline.trim(side === 'before' ? 'bottom' : 'top');
      this.talk.shown();
    } catch {
      timeline.pageFailed(); // scrolling asks again
    } finally {
      loading.value = false;
    }
  }

  /** Asks for a message that a reply quotes. @param {number} seq */
  async fetchQuote(seq) {
    if (!this.#isLive) return;
    const { quotes, version } = this.room;
    quotes.set(seq, null);
    try {
      const { messages } = await this.#ask({ around: seq, limit: 1 });
      const message = messages.find((/** @type {Message} */ one) => one.seq === seq);
      if (message) quotes.set(seq, message);
      version.value += 1;
    } catch {
      quotes.delete(seq);
    }
  }
}
