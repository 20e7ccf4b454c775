// What opens when somebody asks for it: panels by the address, dialogs and menus by a press, rooms and help by keys. Fetched then.
/** @import { Log } from './log.js' */
/** @import { Session } from './session.js' */
/** @import { Talk } from './talk.js' */
/** @import { Travel } from './travel.js' */
import { part } from './toast.js';

/** The room of the page. @typedef {{talk: Talk, travel: Travel, log: Log, mention: (username: string) => void}} Place */

/** @param {Session} session @param {Place | null} place */
export function listenOpeners(session, place) {
  document.addEventListener('click', async event => {
    const menu = /** @type {HTMLDetailsElement | null} */ (document.querySelector('details[open].menu'));
    const isOpened = event.target instanceof Element && event.target.closest('summary');
    if (menu && !isOpened) menu.open = false;
    const hit = event.target instanceof Element ? event.target.closest('[data-open], .msg > .av') : null;
    if (!(hit instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // What is in a menu goes with it; the button that opens the menu stays.
    const at = menu?.contains(hit) ? menu.querySelector('summary') : null;
    const { open } = await part(import('./open.js'));
    open(hit.getAttribute('data-open') ?? 'person', hit, at ?? hit, session, place);
  });
  if (!place) return;
  /** @param {Event} [event] */
  const look = async event => {
    const name = location.hash.slice(1);
    if (/^(members|pins)$/.test(name) || document.querySelector('.panel')) {
      (await part(import('./open.js'))).openPanel(name, place, Boolean(event));
    }
  };
  addEventListener('hashchange', look);
  look();
}

/** @param {EventTarget | null} target */
const isField = target =>
  target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);

/** Keys that work everywhere on a page with the room list. @param {Session} session @param {(() => void) | null} toNewest */
export function listenKeys(session, toNewest) {
  const toRoom = () => part(import('./switcher.js'));
  /** @param {Event} event */
  const openSwitcher = async event => {
    event.preventDefault();
    (await toRoom()).openSwitcher(session);
  };
  document.getElementById('jump')?.addEventListener('click', openSwitcher);
  document.addEventListener('keydown', async event => {
    if (event.defaultPrevented || event.isComposing) return;
    const { key, altKey, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    const isBusy = document.querySelector('dialog[open], [popover]:popover-open');
    if (command && !altKey && !shiftKey && key.toLowerCase() === 'k') openSwitcher(event);
    else if (isBusy || command) return;
    else if (altKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
      event.preventDefault();
      (await toRoom()).step(key === 'ArrowDown' ? 1 : -1, shiftKey);
    } else if (key === 'Escape' && toNewest) toNewest();
    else if (key === '?' && !isField(event.target)) (await part(import('./help.js'))).showKeys();
  });
}
