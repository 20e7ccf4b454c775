// A panel beside the messages; on a phone it is the whole screen, and Back closes it.
import { html, render } from 'lit-html';
import { words } from '#words-later';
import { icon } from './html.js';
import { sheet } from './popup.js';

/** @type {{name: string, element: HTMLElement, back: Element | null} | null} */
let shown = null;

/** How many steps the address has gone from panel to panel. */
let steps = 0;

/** The address went to a panel's name while the page stood. */
export function stepped() {
  steps += 1;
}

/** Whether this panel still stands: what is fetched for one may come when it is gone. @param {HTMLElement} body */
export const stands = body => body.isConnected;

/**
 * Opens the panel of a name, in the place of another.
 * @param {string} name the fragment of the address that names it @param {string} title
 * @returns {Promise<HTMLElement>} where its content goes
 */
export async function showPanel(name, title) {
  const back = shown?.back ?? document.querySelector(`[href="#${name}"]`);
  shown?.element.remove();
  const element = document.createElement('aside');
  element.className = 'panel';
  element.setAttribute('aria-labelledby', 'panel-title');
  element.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    leave();
  });
  shown = { name, element, back };
  await sheet('panels');
  if (shown.element !== element) return element;
  render(
    html`<header class="panel-head">
        <h2 id="panel-title" tabindex="-1">${title}</h2>
        <button type="button" class="icon-btn" aria-label=${words.close} title=${words.close} @click=${leave}>${icon('x')}</button>
      </header>
      <div class="panel-body"></div>`,
    element,
  );
  document.querySelector('.main')?.append(element);
  /** @type {HTMLElement} */ (element.querySelector('h2')).focus({ preventScroll: true });
  return /** @type {HTMLElement} */ (element.querySelector('.panel-body'));
}

/** Closes the panel and takes its name out of the address. */
export function leave() {
  if (steps) history.go(-steps);
  else history.replaceState(null, '', location.pathname + location.search);
  closePanel();
}

export function closePanel() {
  steps = 0;
  if (!shown) return;
  const { element, back } = shown;
  shown = null;
  const hadFocus = element.contains(document.activeElement);
  element.remove();
  if (hadFocus && back instanceof HTMLElement) back.focus();
}
