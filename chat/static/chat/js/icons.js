// Icons of the sprite.
import { html } from 'lit-html';

let sprite = '';

/** @param {string} url */
export function useSprite(url) {
  sprite = url;
}

/** @param {string} name @param {string} [size] */
export function icon(name, size = '') {
  return html`<svg class="icon ${size}" aria-hidden="true"><use href="${sprite}#${name}"></use></svg>`;
}

/** @param {{id: number, name: string}} person @param {string} letters @param {string} hue @param {string} [size] */
export function avatar(person, letters, hue, size = '') {
  return html`<span class="av ${hue} ${size}" data-person=${person.id} aria-hidden="true">${letters}</span>`;
}
