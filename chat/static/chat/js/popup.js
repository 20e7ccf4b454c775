// What rises over the page for a moment: menus, dialogs. Each gives the focus back.
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';
import { icon } from './html.js';

const GAP_PX = 6;

/** @type {Map<string, Promise<unknown>>} */
const sheets = new Map();

/** Fetches a style sheet that few need; resolves when it is there. @param {string} name */
export function sheet(name) {
  const known = sheets.get(name);
  if (known) return known;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = import.meta.resolve(`../css/later/${name}.css`);
  const there = new Promise(done => {
    link.onload = done;
    link.onerror = () => {
      sheets.delete(name); // plain is better than nothing, this time
      link.remove();
      done(null);
    };
  });
  sheets.set(name, there);
  document.head.append(link);
  return there;
}

/**
 * Opens a pop-up beside an element and puts the focus into it.
 * @param {Element} anchor @param {unknown} content @param {string} className
 * @param {boolean} [isBegin] whether it stands at the begin of the anchor, not at its end
 */
export function popUp(anchor, content, className, isBegin = false) {
  const back = document.activeElement;
  const element = document.createElement('div');
  element.popover = 'auto';
  element.className = `popup ${className}`;
  render(content, element);
  // Under an open dialog everything else is out of reach, and a pop-up of a pop-up leaves it open.
  (anchor.closest('dialog, [popover]') ?? document.body).append(element);
  element.addEventListener('toggle', event => {
    if (/** @type {ToggleEvent} */ (event).newState === 'open') return;
    if (element.contains(document.activeElement) && back instanceof HTMLElement) back.focus();
    element.remove();
  });
  element.showPopover();
  place(element, anchor.getBoundingClientRect(), isBegin);
  element.querySelector('button')?.focus();
  return element;
}

/** @param {HTMLElement} element @param {DOMRect} by @param {boolean} isBegin */
function place(element, by, isBegin) {
  const { width, height } = element.getBoundingClientRect();
  const under = by.bottom + GAP_PX + height < innerHeight;
  const top = under ? by.bottom + GAP_PX : Math.max(GAP_PX, by.top - GAP_PX - height);
  const isLeft = (document.documentElement.dir === 'rtl') !== isBegin;
  const end = isLeft ? by.left : by.right - width;
  element.style.top = `${top}px`;
  element.style.left = `${Math.min(Math.max(GAP_PX, end), innerWidth - width - GAP_PX)}px`;
}

/** Moves the focus among buttons, one under the other. @param {KeyboardEvent} event */
function walk(event) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  const all = [...box.querySelectorAll('button')];
  const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  /** @type {Record<string, number>} */
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  if (!(event.key in goals)) return;
  event.preventDefault();
  event.stopPropagation();
  all[(goals[event.key] + all.length) % all.length]?.focus();
}

/**
 * @typedef {{sign?: string, label: string, act: () => void, careful?: boolean, isChosen?: boolean, isSwitch?: boolean}} Choice
 * @param {Element} anchor @param {Choice[]} choices
 */
export function openMenu(anchor, choices) {
  /** @param {Choice} choice */
  const choose = choice => {
    element.hidePopover();
    choice.act();
  };
  const element = popUp(
    anchor,
    html`<div class="menu-items" role="menu" @keydown=${walk}>
      ${choices.map(
        choice =>
          html`<button
            type="button"
            role=${choice.isChosen === undefined ? 'menuitem' : choice.isSwitch ? 'menuitemcheckbox' : 'menuitemradio'}
            aria-checked=${choice.isChosen ?? nothing}
            class=${choice.careful ? 'careful' : nothing}
            @click=${() => choose(choice)}
          >
            ${icon(choice.sign ?? (choice.isChosen ? 'check' : 'blank'), 'icon--s')}${choice.label}
          </button>`,
      )}
    </div>`,
    'popup--menu',
  );
}

/** A dialog with a heading and a button to close it. @param {string} title @param {unknown} content @param {string} [className] */
export function openDialog(title, content, className = '') {
  const dialog = document.createElement('dialog');
  dialog.className = `dialog ${className}`;
  dialog.setAttribute('aria-label', title);
  render(
    html`<header>
        <h2>${title}</h2>
        <button type="button" class="icon-btn" aria-label=${words.close} @click=${() => dialog.close()}>${icon('x')}</button>
      </header>
      ${content}`,
    dialog,
  );
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', event => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
