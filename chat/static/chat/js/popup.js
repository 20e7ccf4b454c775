// What rises over the page for a moment: menus, the choice of emoji, dialogs. Each gives the focus back.
import { html, nothing, render } from 'lit-html';
import { words } from '#words';
import { icon } from './html.js';

const GAP_PX = 6;

/** Emoji that people reach for; the whole set comes with its data. */
const EMOJI = [...new Intl.Segmenter().segment('👍❤️😂🎉👀🙏✅🔥😄😉😊😍🤔😅😢😮😎🤝👋👏💪🚀☕🌱💡📌⭐💯❌❓')].map(
  part => part.segment,
);

/**
 * Opens a pop-up beside an element and puts the focus into it.
 * @param {Element} anchor @param {unknown} content @param {string} className
 */
function popUp(anchor, content, className) {
  const back = document.activeElement;
  const element = document.createElement('div');
  element.popover = 'auto';
  element.className = `popup ${className}`;
  render(content, element);
  document.body.append(element);
  element.addEventListener('toggle', event => {
    if (/** @type {ToggleEvent} */ (event).newState === 'open') return;
    if (element.contains(document.activeElement) && back instanceof HTMLElement) back.focus();
    element.remove();
  });
  element.showPopover();
  place(element, anchor.getBoundingClientRect());
  element.querySelector('button')?.focus();
  return element;
}

/** @param {HTMLElement} element @param {DOMRect} by */
function place(element, by) {
  const { width, height } = element.getBoundingClientRect();
  const under = by.bottom + GAP_PX + height < innerHeight;
  const top = under ? by.bottom + GAP_PX : Math.max(GAP_PX, by.top - GAP_PX - height);
  const end = document.documentElement.dir === 'rtl' ? by.left : by.right - width;
  element.style.top = `${top}px`;
  element.style.left = `${Math.min(Math.max(GAP_PX, end), innerWidth - width - GAP_PX)}px`;
}

/** Moves the focus among buttons. @param {KeyboardEvent} event @param {number} across how many stand in a line */
function walk(event, across) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  const all = [...box.querySelectorAll('button')];
  const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const ahead = document.documentElement.dir === 'rtl' ? -1 : 1;
  /** @type {Record<string, number>} */
  const goals = { ArrowDown: at + across, ArrowUp: at - across, Home: 0, End: all.length - 1 };
  if (across > 1) Object.assign(goals, { ArrowRight: at + ahead, ArrowLeft: at - ahead });
  if (!(event.key in goals)) return;
  event.preventDefault();
  event.stopPropagation();
  all[(goals[event.key] + all.length) % all.length]?.focus();
}

/**
 * @typedef {{sign: string, label: string, act: () => void, careful?: boolean}} Choice
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
    html`<div class="menu-items" role="menu" @keydown=${(/** @type {KeyboardEvent} */ event) => walk(event, 1)}>
      ${choices.map(
        choice =>
          html`<button type="button" role="menuitem" class=${choice.careful ? 'careful' : nothing} @click=${() => choose(choice)}>
            ${icon(choice.sign, 'icon--s')}${choice.label}
          </button>`,
      )}
    </div>`,
    'popup--menu',
  );
}

/** @param {Element} anchor @param {(emoji: string) => void} take */
export function pickEmoji(anchor, take) {
  /** @param {string} emoji */
  const choose = emoji => {
    element.hidePopover();
    take(emoji);
  };
  const element = popUp(
    anchor,
    html`<div class="emoji" role="group" aria-label=${words.chooseEmoji} @keydown=${(/** @type {KeyboardEvent} */ event) => walk(event, 6)}>
      ${EMOJI.map(emoji => html`<button type="button" aria-label=${emoji} @click=${() => choose(emoji)}>${emoji}</button>`)}
    </div>`,
    'popup--emoji',
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
