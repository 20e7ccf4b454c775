// The choice of emoji: a search, the groups of all there are, skin tones, and those that one takes most.
/** @import { Emoji, Group, Taken } from './emoji.js' */
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';
import { bare, favourites, find, groupsOf, toned, took } from './emoji.js';
import { icon } from './html.js';
import { popUp, sheet } from './popup.js';
import { part } from './toast.js';

const FOUND_MOST = 64;
const FAVOURITES_MOST = 16;
const TONES = [0, 1, 2, 3, 4, 5];
/** One sign for each group, in their order. */
const SIGNS = ['😀', '👋', '🌿', '☕', '🚲', '⚽', '💡', '☯️', '🏳️'];

/** @type {Promise<Group[]> | undefined} */
let loaded;

/** All emoji in the reader's language; fetched once. */
export function allEmoji() {
  loaded ??= import('#emoji').then(
    module => groupsOf(module.default),
    error => {
      loaded = undefined;
      throw error;
    },
  );
  return loaded;
}

/** @template T @param {string} key @param {T} otherwise @returns {T} */
function kept(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') ?? otherwise;
  } catch {
    return otherwise; // a browser that keeps nothing
  }
}

/** @param {string} key @param {unknown} value */
function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // as above
  }
}

/** The skin tone that one chose, 0 for none. */
export const chosenTone = () => kept('emoji:tone', 0);

/** @param {string} text an emoji that somebody took */
export function remember(text) {
  keep('emoji:taken', took(kept('emoji:taken', /** @type {Taken} */ ({})), bare(text), Date.now()));
}

/** @param {Element} anchor @param {(emoji: string) => void} take */
export async function pickEmoji(anchor, take) {
  const [groups] = await part(Promise.all([allEmoji(), sheet('picker')]));
  const picker = new Picker(groups, emoji => {
    popup.hidePopover();
    remember(emoji);
    take(emoji);
  });
  const popup = popUp(anchor, picker.element, 'popup--emoji');
  popup.role = 'dialog';
  popup.ariaLabel = words.chooseEmoji;
  if (matchMedia('(pointer: fine)').matches) picker.field.focus();
}

class Picker {
  /** @param {Group[]} groups @param {(emoji: string) => void} take */
  constructor(groups, take) {
    this.groups = groups;
    this.take = take;
    this.query = '';
    this.tone = chosenTone();
    const known = new Map(groups.flatMap(group => group.emoji).map(emoji => [emoji.text, emoji]));
    /** @param {string} text @returns {Emoji} */
    const named = text => known.get(text) ?? { text, name: text, short: [], terms: [] };
    this.favourites = favourites(kept('emoji:taken', {}), FAVOURITES_MOST).map(named);
    this.element = document.createElement('div');
    this.element.className = 'picker';
    this.element.role = 'group';
    this.element.ariaLabel = words.chooseEmoji;
    this.element.addEventListener('keydown', event => this.#key(event));
    this.draw();
  }

  get field() {
    return /** @type {HTMLInputElement} */ (this.element.querySelector('input'));
  }

  draw() {
    const found = find(this.groups, this.query, FOUND_MOST);
    const sections = this.query.trim()
      ? [{ name: words.found, emoji: found }]
      : [{ name: words.often, emoji: this.favourites }, ...this.groups];
    render(
      html`<div class="picker-head">
          ${icon('search', 'icon--s')}<input
            class="input"
            type="text"
            autocomplete="off"
            maxlength="40"
            aria-label=${words.findEmoji}
            placeholder=${words.findEmoji}
            @input=${(/** @type {InputEvent} */ event) => this.#look(/** @type {HTMLInputElement} */ (event.currentTarget).value)}
          />
        </div>
        ${this.query.trim() ? nothing : this.#tabs()}
        <div class="picker-list">
          ${sections.map((section, index) => this.#section(section, index))}
          ${this.query.trim() && !found.length ? html`<p class="small">${words.noEmoji}</p>` : nothing}
        </div>
        <p class="vh" role="status">${this.query.trim() ? words.emojiFound(found.length) : nothing}</p>
        ${this.#tones()}`,
      this.element,
    );
  }

  #tabs() {
    return html`<div class="picker-tabs" role="group" aria-label=${words.emojiGroups}>
      ${this.groups.map(
        ({ name }, index) =>
          html`<button type="button" aria-label=${name} title=${name} @click=${() => this.#show(index + 1)}>${SIGNS[index]}</button>`,
      )}
    </div>`;
  }

  /** @param {Group} section @param {number} index */
  #section({ name, emoji }, index) {
    return html`<section role="group" aria-labelledby="picker-${index}">
      <div class="picker-name" id="picker-${index}">${name}</div>
      <div class="picker-grid">
        ${emoji.map((one, place) => {
          const text = toned(one.text, this.tone);
          return html`<button type="button" tabindex=${index + place ? -1 : 0} aria-label=${one.name} title=${one.name} @click=${() => this.take(text)}>${text}</button>`;
        })}
      </div>
    </section>`;
  }

  #tones() {
    return html`<fieldset class="picker-tones">
      <legend class="vh">${words.skinTone}</legend>
      ${TONES.map(
        tone =>
          html`<label title=${words.tones[tone]}
            ><input
              class="vh"
              type="radio"
              name="tone"
              aria-label=${words.tones[tone]}
              .checked=${tone === this.tone}
              @change=${() => this.#setTone(tone)}
            />${toned('✋', tone)}</label
          >`,
      )}
    </fieldset>`;
  }

  /** @param {string} query */
  #look(query) {
    this.query = query;
    this.draw();
    const list = this.element.querySelector('.picker-list');
    if (list) list.scrollTop = 0;
  }

  /** @param {number} tone */
  #setTone(tone) {
    this.tone = tone;
    keep('emoji:tone', tone);
    this.draw();
  }

  /** @param {number} index */
  #show(index) {
    const section = this.element.querySelectorAll('section')[index];
    section?.scrollIntoView({ block: 'start' });
    section?.querySelector('button')?.focus({ preventScroll: true });
  }

  /** Arrows walk the emoji; from the field they lead into them. @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    const all = [...this.element.querySelectorAll('.picker-grid button')];
    const at = all.indexOf(/** @type {Element} */ (document.activeElement));
    const isField = document.activeElement === this.field;
    if (isField && event.key === 'Enter') /** @type {HTMLElement | undefined} */ (all[0])?.click();
    else if (isField && event.key === 'ArrowDown') focus(all[0]);
    else if (at < 0) return;
    else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey) this.#type(event.key);
    else if (!walk(event.key, all, at, this.field)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A letter typed among the emoji goes on with the search. @param {string} letter */
  #type(letter) {
    this.field.focus();
    this.field.value += letter;
    this.#look(this.field.value);
  }
}

/** @param {Element | undefined} element */
function focus(element) {
  if (!(element instanceof HTMLElement)) return;
  element.focus();
  element.scrollIntoView({ block: 'nearest' });
}

/** @param {string} key @param {Element[]} all @param {number} at @param {HTMLElement} above @returns {boolean} */
function walk(key, all, at, above) {
  const ahead = document.documentElement.dir === 'rtl' ? -1 : 1;
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: at + ahead, ArrowLeft: at - ahead, Home: 0, End: all.length - 1 };
  if (key === 'ArrowDown') focus(below(all, at, 1));
  else if (key === 'ArrowUp') focus(below(all, at, -1) ?? above);
  else if (key in steps) focus(all[Math.min(all.length - 1, Math.max(0, steps[key]))]);
  else return false;
  return true;
}

/** The nearest emoji in the next line: lines end where their group does. @param {Element[]} all @param {number} at @param {1 | -1} step */
function below(all, at, step) {
  const here = all[at].getBoundingClientRect();
  /** @type {Element | undefined} */
  let best;
  let line = here.top;
  let least = Number.POSITIVE_INFINITY;
  for (let next = at + step; all[next]; next += step) {
    const { top, left } = all[next].getBoundingClientRect();
    if (Math.abs(top - here.top) < 1) continue;
    if (best && Math.abs(top - line) >= 1) break;
    line = top;
    if (Math.abs(left - here.left) < least) {
      least = Math.abs(left - here.left);
      best = all[next];
    }
  }
  return best;
}
