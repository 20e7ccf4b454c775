// Writing a message anew where it stands.
/** @import { Message } from './types.js' */
/** @import { Log } from './log.js' */
/** @import { Talk } from './talk.js' */
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';

/** @param {string} refusal a sentence of the site, or `lost` */
const sentence = refusal => (refusal === 'lost' ? words.unreachable : refusal);

/**
 * Turns the row of a message into a form.
 * @param {Message} message @param {Talk} talk @param {Log} log @param {() => void} done
 */
export function edit(message, talk, log, done) {
  const { seq } = message;
  const close = () => {
    log.editing.value = null;
    done();
  };
  /** @param {HTMLFormElement} form */
  const save = async form => {
    const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('body'));
    if (!box.value.trim() && !message.attachments.length) return;
    const refusal =
      box.value === message.body ? '' : await talk.command({ type: 'edit', seq, body: box.value.trimEnd() });
    if (refusal) show(sentence(refusal));
    else close();
  };
  /** @param {KeyboardEvent} event */
  const key = event => {
    if (event.isComposing || event.keyCode === 229) return;
    event.stopPropagation();
    const box = /** @type {HTMLTextAreaElement} */ (event.currentTarget);
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.shiftKey && box.form) {
      event.preventDefault();
      save(box.form);
    }
  };
  const container = document.createElement('div');
  /** @param {string} problem */
  const show = problem =>
    render(
      html`<form
        class="editor composer"
        @submit=${(/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          save(/** @type {HTMLFormElement} */ (event.currentTarget));
        }}
      >
        <textarea name="body" rows="1" dir="auto" aria-label=${words.editLabel} .defaultValue=${message.body} @keydown=${key}></textarea>
        <div class="bar">
          ${problem ? html`<span class="err" role="alert">${problem}</span>` : nothing}<span class="hint">${words.editHint}</span>
          <button type="button" class="btn btn--ghost" @click=${close}>${words.cancel}</button>
          <button class="btn btn--primary">${words.save}</button>
        </div>
      </form>`,
      container,
    );
  show('');
  log.editing.value = { seq, form: container };
  const box = container.querySelector('textarea');
  box?.focus();
  box?.setSelectionRange(box.value.length, box.value.length);
}
