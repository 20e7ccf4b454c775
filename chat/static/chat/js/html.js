// Pieces of every row: icons, avatars, and the one place where text becomes HTML (only what the site rendered and
// sanitized passes there).
import { html, nothing } from 'lit-html';
import { words } from '#words';

/** @typedef {{createHTML(html: string): string, createScriptURL(url: string): string}} Policy */
/** @type {{trustedTypes?: {createPolicy(name: string, rules: Policy): Policy}}} */
const page = /** @type {never} */ (globalThis);
/** @type {Policy} */
const rules = {
  createHTML: html => html,
  createScriptURL: url => {
    if (url !== '/service-worker.js') throw new TypeError(url);
    return url;
  },
};
const policy = page.trustedTypes?.createPolicy('tertulia', rules) ?? rules;

/** The address of the service worker, as the browser wants it. */
export const workerAddress = () => policy.createScriptURL('/service-worker.js');

/**
 * A message's HTML as an element, with what depends on the reader: whom it means, buttons to copy code.
 * @param {string} html @param {{username: string}} me @param {boolean} meansAll
 */
export function prose(html, me, meansAll) {
  const element = document.createElement('div');
  element.className = 'prose';
  element.dir = 'auto';
  element.innerHTML = policy.createHTML(html);
  for (const mention of element.querySelectorAll('.mention')) {
    const user = mention.getAttribute('data-user')?.toLowerCase();
    if (user === me.username.toLowerCase() || (meansAll && mention.classList.contains('mention--all'))) {
      mention.classList.add('mention--me');
    }
  }
  for (const link of element.querySelectorAll('a')) link.target = '_blank';
  for (const block of element.querySelectorAll('pre')) frameCode(block);
  return element;
}

/** @param {HTMLPreElement} block */
function frameCode(block) {
  if (block.closest('figure')) return;
  const figure = document.createElement('figure');
  figure.className = 'code';
  const header = document.createElement('header');
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.className = 'copy-code';
  copy.dataset.act = 'code';
  copy.textContent = words.copyCode;
  const language = /language-(\S+)/.exec(block.querySelector('code')?.className ?? '')?.[1] ?? '';
  header.append(document.createTextNode(language), copy);
  block.tabIndex = 0;
  block.replaceWith(figure);
  figure.append(header, block);
}

let sprite = '';

/** @param {string} url */
export function useSprite(url) {
  sprite = url;
}

/** @param {string} name @param {string} [size] */
export function icon(name, size = '') {
  return html`<svg class="icon ${size}" aria-hidden="true"><use href="${sprite}#${name}"></use></svg>`;
}

/** A picture over initials, which show where it is missing. @param {{id: number, name: string, avatar?: string}} person @param {string} letters @param {string} hue @param {string} [size] */
export function avatar(person, letters, hue, size = '') {
  return html`<span class="av ${hue} ${size}" data-person=${person.id} aria-hidden="true">${letters}${person.avatar ? html`<img src=${person.avatar} alt="" @error=${gone} />` : nothing}</span>`;
}

/** @param {Event} event */
function gone({ target }) {
  if (target instanceof HTMLElement) target.hidden = true;
}

/** The reader's own kind of the page's language: British clocks have 24 hours. */
export function locale() {
  const { lang } = document.documentElement;
  return navigator.languages.find(one => one.split('-')[0] === lang.split('-')[0]) ?? lang;
}
