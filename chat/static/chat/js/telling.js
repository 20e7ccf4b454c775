// Why something that somebody asked for was not done; or that it was, with the way back.
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';
import { sentenceOf } from './rest.js';

const STAYS_MS = 8000;

/** @param {unknown} error */
export function tellRefusal(error) {
  show('alert', html`<span dir="auto">${sentenceOf(error, words.unreachable)}</span>`);
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
  const close = show(
    'status',
    html`<span dir="auto">${text}</span>${label ? html`<button type="button" class="link" @click=${press}>${label}</button>` : nothing}`,
  );
}

/** Rises at the foot of the page, over dialogs too, for a while. @param {string} role @param {unknown} content @returns {() => void} */
function show(role, content) {
  document.querySelector('.toast')?.remove();
  const place = document.createElement('div');
  place.className = `toast toast--${role}`;
  place.role = role;
  place.popover = 'manual';
  document.body.append(place);
  place.showPopover();
  render(content, place);
  setTimeout(() => place.remove(), STAYS_MS);
  return () => place.remove();
}
