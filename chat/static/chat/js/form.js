// A form in a dialog: it asks, waits, says why not, and closes when it is done.
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';
import { icon } from './html.js';
import { openDialog, sheet } from './popup.js';
import { sentenceOf } from './rest.js';

/**
 * @param {object} options
 * @param {string} options.title
 * @param {unknown} options.fields
 * @param {string} options.label what the button says
 * @param {(data: FormData) => Promise<unknown>} options.act throws what went wrong; what it gives is what `done` gets
 * @param {(result: unknown) => void} [options.done]
 * @param {boolean} [options.careful]
 * @param {string} [options.className]
 */
export async function openForm({ title, fields, label, act, done, careful, className }) {
  await sheet('panels');
  const place = document.createElement('div');
  const dialog = openDialog(title, place, className);
  let problem = '';
  let isBusy = false;
  /** @param {SubmitEvent} event */
  const submit = async event => {
    event.preventDefault();
    if (isBusy) return;
    const data = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    [problem, isBusy] = ['', true];
    draw();
    try {
      const result = await act(data);
      dialog.close();
      done?.(result);
    } catch (error) {
      problem = sentenceOf(error, words.unreachable);
    }
    isBusy = false;
    draw();
  };
  const draw = () =>
    render(
      html`<form @submit=${submit}>
        ${fields}${problem ? html`<p class="err" role="alert">${problem}</p>` : nothing}
        <div class="buttons">
          <button type="button" class="btn" @click=${() => dialog.close()}>${words.cancel}</button>
          <button class="btn ${careful ? 'btn--danger' : 'btn--primary'}" aria-disabled=${isBusy}>${label}</button>
        </div>
      </form>`,
      place,
    );
  draw();
  /** @type {HTMLElement | null} */ (place.querySelector('input:not([type="hidden"]), textarea, select'))?.focus();
  return dialog;
}

/** A labelled field. @param {string} label @param {unknown} control with the id `id` @param {string} id @param {unknown} [help] */
export const field = (label, control, id, help) =>
  html`<div class="field"><label for=${id}>${label}</label>${control}${help ? html`<span class="help">${help}</span>` : nothing}</div>`;

/**
 * A field to choose one of a few by.
 * @param {string} name @param {string} label @param {string[][]} options of each its value and its words @param {string} value
 */
export const select = (name, label, options, value) =>
  html`<div class="field">
    <label for="f-${name}">${label}</label>
    <div class="pick">
      <select class="input" id="f-${name}" name=${name}>
        ${options.map(([key, text]) => html`<option value=${key} ?selected=${key === value}>${text}</option>`)}</select
      >${icon('chevron', 'icon--s')}
    </div>
  </div>`;
