// The box to write in: grows, keeps a draft per room, sends with Enter, quotes what it replies to.
/** @import { Attachment, Draft, Held, Message } from './types.js' */
/** @import { Talk } from './talk.js' */
import { effect, signal } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { words } from '#words';
import { nameOf } from './format.js';
import { icon } from './html.js';
import { asksToSend } from './room.js';
import { part } from './toast.js';

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
    /** Under which the browser keeps what this person has begun to write here. */
    this.storageKey = this.box.dataset.draft ?? '';
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.saving = undefined;
    /** Files to go with the message, once there were some. @type {import('./tray.js').Tray | null} */
    this.tray = null;
    /** Until what takes files is there. @type {Promise<true | void> | null} */
    this.coming = null;
    /** Files that were in the tray when the page was left. @type {(Attachment | Held)[]} */
    this.known = [];
    this.#restore();
    form.addEventListener('submit', () => this.send()); // a form of this method goes nowhere by itself
    /** People, rooms and emoji to take by name; they come with the first letters. @type {import('./choices.js').Choices | null} */
    this.choices = null;
    if (this.box.value) this.#offerNames();
    this.box.addEventListener('keydown', event => this.#key(event));
    form.addEventListener('click', event => this.#tool(event));
    form.addEventListener('change', ({ target }) => {
      if (!(target instanceof HTMLInputElement) || !target.files) return;
      this.#bring([...target.files]);
      target.value = '';
    });
    for (const name of /** @type {const} */ (['paste', 'dragover', 'drop']))
      document.addEventListener(name, event => this.#brought(event));
    this.box.addEventListener('input', () => this.#typed());
    addEventListener('pagehide', () => this.save());
    effect(() => this.#showQuote());
  }

  /** Puts a message back to be written again. @param {Draft} draft */
  rewrite({ body, reply_to, files }) {
    const standing = this.box.value.trim();
    this.box.value = standing ? `${body}\n${this.box.value}` : body;
    this.replyTo.value = reply_to;
    if (files.length) this.#bring([], files);
    this.#typed();
    this.box.focus();
  }

  /** @param {Message} message */
  reply(message) {
    this.replyTo.value = message.seq;
    this.save();
    this.box.focus();
  }

  send() {
    if (this.coming) {
      this.coming.then(isThere => isThere && this.send());
      return;
    }
    const body = this.box.value;
    if ([...body].length > BODY_MOST) return;
    const files = this.tray ? this.tray.give() : [];
    if (!files || !(files.length || body.trim())) return;
    this.talk.post(body.trimEnd(), this.replyTo.peek(), files);
    this.box.value = '';
    this.replyTo.value = null;
    this.#typed();
    this.save();
    this.hooks.posted();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing || event.keyCode === 229 || this.choices?.key(event)) return;
    if (asksToSend(event, this.talk.room.enter)) {
      event.preventDefault();
      this.send();
    } else if (event.key === 'Escape' && this.replyTo.peek() !== null) {
      this.replyTo.value = null;
      event.stopPropagation();
    } else if (event.key === 'ArrowUp' && !event.altKey && !this.box.value && this.hooks.editLast())
      event.preventDefault();
  }

  async #offerNames() {
    if (this.choices) return;
    const place = /** @type {HTMLElement} */ (this.form.querySelector('.choices'));
    const found = await import('./suggest.js').catch(() => null); // offline: with the next letter
    this.choices ??= found?.suggest(this.talk, this.box, place) ?? null;
  }

  /** The buttons under the box. @param {MouseEvent} event */
  async #tool(event) {
    const button = event.target instanceof Element ? event.target.closest('[data-tool]') : null;
    if (button) (await part(import('./tools.js'))).useTool(button, this.box);
  }

  /** @param {string} username */
  async mention(username) {
    (await part(import('./tools.js'))).insert(this.box, `@${username} `);
  }

  /** Files that somebody pastes, or drags over the page. @param {ClipboardEvent | DragEvent} event */
  #brought(event) {
    const brought = 'dataTransfer' in event ? event.dataTransfer : event.clipboardData;
    const types = brought?.types ?? [];
    const field = event.target instanceof Element ? event.target.closest('textarea, input') : null;
    // A table that is copied comes with a picture of itself, and means its text.
    if (!brought || !types.includes('Files') || (types.includes('text/plain') && types.includes('text/html'))) return;
    if (event.type === 'paste' && field && field !== this.box) return;
    event.preventDefault();
    if (!this.form.hidden && this.talk.room.can.has('upload'))
      this.#bring(event.type === 'dragover' ? [] : [...brought.files]);
  }

  /** Puts files into the tray; none: they are held over the page. @param {File[]} files @param {(Attachment | Held)[]} [known] from before */
  #bring(files, known = []) {
    this.coming = import('./tray.js')
      .then(({ Tray }) => {
        this.tray ??= new Tray(this);
        this.tray.take(files, known);
        return /** @type {const} */ (true);
      })
      .catch(() => this.#complain(words.notFetched))
      .finally(() => {
        this.coming = null;
      });
  }

  /** @param {string} text */
  #complain(text) {
    this.over.hidden = !text;
    this.over.textContent = text;
  }

  #typed() {
    this.#offerNames();
    if (!CSS.supports('field-sizing', 'content')) this.box.rows = Math.min(12, this.box.value.split('\n').length);
    const over = [...this.box.value].length - BODY_MOST;
    this.#complain(over > 0 ? words.tooLong(over) : '');
    if (this.box.value.trim()) this.talk.writes();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), DRAFT_MS);
  }

  #showQuote() {
    const seq = this.replyTo.value;
    const message = seq === null ? undefined : this.talk.room.quoted(seq);
    this.quoting.hidden = seq === null;
    const stop = () => {
      this.replyTo.value = null;
      this.save();
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
      const { body, replyTo, files } = JSON.parse(localStorage.getItem(this.storageKey) ?? '{}');
      // What was written before there was a script stands below what had been begun.
      if (body && body !== this.box.value) this.box.value = [body, this.box.value].filter(Boolean).join('\n');
      if (typeof replyTo === 'number') this.replyTo.value = replyTo;
      if (!files?.length) return;
      this.known = files;
      this.#bring([], files);
    } catch {
      // a browser that keeps nothing, or something else under that key
    }
  }

  save() {
    clearTimeout(this.saving);
    const [body, replyTo, files] = [this.box.value, this.replyTo.peek(), this.tray?.known ?? this.known];
    try {
      if (body || replyTo !== null || files.length)
        localStorage.setItem(this.storageKey, JSON.stringify({ body, replyTo, files }));
      else localStorage.removeItem(this.storageKey);
    } catch {
      // as above
    }
  }
}
