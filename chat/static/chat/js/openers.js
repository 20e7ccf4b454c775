// What opens when somebody asks for it: panels by the address, dialogs and menus by a press. Fetched then.
/** @import { Log } from './log.js' */
/** @import { Session } from './session.js' */
/** @import { Talk } from './talk.js' */
/** @import { Travel } from './travel.js' */

/** The room of the page. @typedef {{talk: Talk, travel: Travel, log: Log, mention: (username: string) => void}} Place */

/** @param {Session} session @param {Place | null} place */
export function listenOpeners(session, place) {
  document.addEventListener('click', async event => {
    const menu = /** @type {HTMLDetailsElement | null} */ (document.querySelector('details[open].menu'));
    const isOpened = event.target instanceof Element && event.target.closest('summary');
    if (menu && !isOpened) menu.open = false;
    const hit = event.target instanceof Element ? event.target.closest('[data-open], .msg > .av') : null;
    if (!hit || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // What is in a menu goes with it; the button that opens the menu stays.
    const at = menu?.contains(hit) ? menu.querySelector('summary') : null;
    const { open } = await import('./open.js');
    open(hit.getAttribute('data-open') ?? 'person', hit, at ?? hit, session, place);
  });
  if (!place) return;
  /** @param {Event} [event] */
  const look = async event => {
    const name = location.hash.slice(1);
    if (/^(members|pins)$/.test(name) || document.querySelector('.panel')) {
      (await import('./open.js')).openPanel(name, place, Boolean(event));
    }
  };
  addEventListener('hashchange', look);
  look();
}
