// Why something that somebody asked for was not done; or that it was, with the way back.
import { html, nothing } from 'lit-html';
import { words } from '#words-later';
import { sentenceOf } from './rest.js';
import { toast } from './toast.js';

/** @param {unknown} error */
export function tellRefusal(error) {
  toast('alert', html`<span dir="auto">${sentenceOf(error, words.unreachable)}</span>`);
}

/** @param {string} text @param {string} [label] of a button @param {() => Promise<unknown>} [act] what it does */
export function tellDone(text, label, act) {
  const press = async () => {
    close();
    try {
      await act?.();
    } catch (error) {
      tellRefusal(error);
    }
  };
  const close = toast(
    'status',
    html`<span dir="auto">${text}</span>${label ? html`<button type="button" class="link" @click=${press}>${label}</button>` : nothing}`,
  );
}
