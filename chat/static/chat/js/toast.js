// What rises at the foot of the page for a while: what was done or refused, and what could not be fetched.
import { html, render } from 'lit-html';
import { words } from '#words';

const STAYS_MS = 8000;

/** Rises over dialogs, too. @param {string} role @param {unknown} content @returns {() => void} takes it away */
export function toast(role, content) {
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

/**
 * A part of the page that somebody asked for. Where it can't be fetched it says so, and whatever waits for it ends there.
 * Asking again fetches it anew in browsers of late 2026; older ones keep a failed import until the page is loaded anew.
 * @template T @param {Promise<T>} coming @returns {Promise<T>}
 */
export const part = coming =>
  coming.catch(error => {
    if (!(error instanceof TypeError)) throw error; // it came, and is wrong
    console.warn(error);
    toast('alert', html`<span>${words.notFetched}</span><a class="link" href="">${words.reload}</a>`);
    return new Promise(() => {});
  });
