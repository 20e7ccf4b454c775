// The box to write in: grows, keeps a draft per room, sends with Enter, quotes what it replies to.
/** @import { Message } from './types.js' */
/** @import { Talk } from './talk.js' */
import { effect, signal } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { words } from '#words';
import { nameOf } from './format.js';
import { icon } from './html.js';
import { asksToSend } from './room.js';

const BODY_MOST = 4000;
const DRAFT_MS = 300;

export class Composer {
  /**
   * @param {Talk} talk @param {HTMLFormElement} form
   * @param {{posted: () => void, editLast: () => boolean}} hooks
   */
  constructor(talk, form, hooks) {
    this.talk = talk;
    this.form = form;
    this.hooks = hooks;
    this.box = /** @type {HTMLTextAreaElement} */ (form.querySelector('textarea'));
    this.quoting = /** @type {HTMLElement} */ (form.querySelector('[data-quoting]'));
    this.over = /** @type {HTMLElement} */ (form.querySelector('[data-over]'));
    /** @type {import('@preact/signals-core').Signal<number | null>} */
    this.replyTo = signal(null);
    this.storageKey = `draft:${talk.session.user.id}:${talk.slug}`;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.saving = undefined;
    this.#restore();
    for (const body of talk.room.early.splice(0)) talk.post(body.trimEnd(), null);
    form.addEventListener('submit', () => this.#send());
    /** People, rooms and emoji to take by name; they come when the box is first used. @type {import('./choices.js').Choices | null} */
    this.choices = null;
    this.box.addEventListener('focus', () => this.#offerNames(), { once: true });
    if (document.activeElement === this.box) this.#offerNames();
    this.box.addEventListener('keydown', event => this.#key(event));
    form.addEventListener('click', event => this.#tool(event));
    this.box.addEventListener('input', () => this.#typed());
    addEventListener('pagehide', () => this.#save());
    effect(() => this.#showQuote());
  }

  /** Puts a text back to be written again. @param {string} body @param {number | null} replyTo */
  rewrite(body, replyTo) {
    const standing = this.box.value.trim();
    this.box.value = standing ? `${body}\n${this.box.value}` : body;
    this.replyTo.value = replyTo;
    this.#typed();
    this.box.focus();
  }

  /** @param {Message} message */
  reply(message) {
    this.replyTo.value = message.seq;
    this.#save();
    this.box.focus();
  }

  #send() {
    const body = this.box.value;
    if (!body.trim() || [...body].length > BODY_MOST) return;
    this.talk.post(body.trimEnd(), this.replyTo.peek());
    this.box.value = '';
    this.replyTo.value = null;
    this.#typed();
    this.#save();
    this.hooks.posted();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing || event.keyCode === 229 || this.choices?.key(event)) return;
    if (asksToSend(event, this.talk.room.enter)) {
      event.preventDefault();
      this.#send();
    } else if (event.key === 'Escape' && this.replyTo.peek() !== null) {
      this.replyTo.value = null;
      event.stopPropagation();
    } else if (event.key === 'ArrowUp' && !event.altKey && !this.box.value && this.hooks.editLast())
      event.preventDefault();
  }

  async #offerNames() {
    const place = /** @type {HTMLElement} */ (this.form.querySelector('.choices'));
    const { suggest } = await import('./suggest.js');
    this.choices ??= suggest(this.talk, this.box, place);
  }

  /** The buttons under the box. @param {MouseEvent} event */
  async #tool(event) {
    const button = event.target instanceof Element ? event.target.closest('[data-tool]') : null;
    const tool = button?.getAttribute('data-tool');
    if (!button || !tool) return;
    if (tool === 'formatting') (await import('./help.js')).showFormatting();
    else if (tool === 'emoji') (await import('./picker.js')).pickEmoji(button, emoji => this.#insert(emoji));
    else this.#insert(tool);
  }

  /** @param {string} username */
  mention(username) {
    this.#insert(`@${username} `);
  }

  /** Writes at the caret; a sign that asks for a name stands after a blank. @param {string} text */
  #insert(text) {
    const { box } = this;
    const before = box.value.slice(0, box.selectionStart);
    const gap = text[0] === '@' && before && !/\s$/u.test(before) ? ' ' : '';
    box.focus();
    box.setRangeText(gap + text, box.selectionStart, box.selectionEnd, 'end');
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }

  #typed() {
    if (!CSS.supports('field-sizing', 'content')) this.box.rows = Math.min(12, this.box.value.split('\n').length);
    const over = [...this.box.value].length - BODY_MOST;
    this.over.hidden = over <= 0;
    this.over.textContent = over > 0 ? words.tooLong(over) : '';
    if (this.box.value.trim()) this.talk.writes();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.#save(), DRAFT_MS);
  }

  #showQuote() {
    const seq = this.replyTo.value;
    const message = seq === null ? undefined : this.talk.room.quoted(seq);
    this.quoting.hidden = seq === null;
    const stop = () => {
      this.replyTo.value = null;
      this.#save();
      this.box.focus();
    };
    render(
      seq === null
        ? nothing
        : html`${icon('reply', 'icon--s')}<span
              >${words.replyingTo} <b dir="auto">${message ? nameOf(message.author, words.goneAccount) : words.earlier}</b></span
            ><button type="button" class="icon-btn" aria-label=${words.stopReplying} @click=${stop}>
              ${icon('x', 'icon--s')}
            </button>`,
      this.quoting,
    );
  }

  #restore() {
    try {
      const { body, replyTo } = JSON.parse(localStorage.getItem(this.storageKey) ?? '{}');
      if (typeof body === 'string' && !this.box.value) this.box.value = body;
      if (typeof replyTo === 'number') this.replyTo.value = replyTo;
    } catch {
      // a browser that keeps nothing, or something else under that key
    }
  }

  #save() {
    clearTimeout(this.saving);
    const [body, replyTo] = [this.box.value, this.replyTo.peek()];
    try {
      if (body || replyTo !== null) localStorage.setItem(this.storageKey, JSON.stringify({ body, replyTo }));
      else localStorage.removeItem(this.storageKey);
    } catch {
      // as above
    }
  }
}
