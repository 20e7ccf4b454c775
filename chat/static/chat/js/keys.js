// Keys that work everywhere on a page with the room list.
/** @import { Session } from './session.js' */

/** Opens the next room of the list, or the next unread one. @param {number} step @param {boolean} unread */
function step(step, unread) {
  const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll('#rooms a, #directs a')]);
  const at = links.findIndex(link => link.ariaCurrent === 'page');
  const inOrder =
    step > 0
      ? [...links.slice(at + 1), ...links.slice(0, Math.max(at, 0))]
      : links.slice(0, at < 0 ? undefined : at).reverse();
  if (step < 0) inOrder.push(...links.slice(at + 1).reverse());
  const goal = inOrder.find(link => !unread || link.classList.contains('room--unread'));
  if (goal) location.assign(goal.href);
}

/** @param {EventTarget | null} target */
const isField = target =>
  target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);

/** @param {Session} session @param {(() => void) | null} toNewest */
export function listenKeys(session, toNewest) {
  const openSwitcher = async () => (await import('./switcher.js')).openSwitcher(session);
  const jump = document.getElementById('jump');
  jump?.addEventListener('click', event => {
    event.preventDefault();
    openSwitcher();
  });
  document.addEventListener('keydown', async event => {
    if (event.defaultPrevented || event.isComposing) return;
    const { key, altKey, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    const isBusy = document.querySelector('dialog[open], [popover]:popover-open');
    if (command && !altKey && !shiftKey && key.toLowerCase() === 'k') {
      event.preventDefault();
      openSwitcher();
    } else if (isBusy || command) return;
    else if (altKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
      event.preventDefault();
      step(key === 'ArrowDown' ? 1 : -1, shiftKey);
    } else if (key === 'Escape' && toNewest) toNewest();
    else if (key === '?' && !isField(event.target)) (await import('./help.js')).showKeys();
  });
}
