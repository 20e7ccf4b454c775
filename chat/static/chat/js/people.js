// A field to find people of the site by.
/** @import { Person } from './types.js' */
import { html } from 'lit-html';
import { words } from '#words-later';
import { Choices } from './choices.js';
import { hue, initials, nameOf } from './format.js';
import { avatar } from './html.js';
import { rest } from './rest.js';

const SEARCH_MS = 150;
const MOST = 8;

/** The field and the place of its list; `findPeople` makes them work. @param {string} label */
export const peopleField = label =>
  html`<div class="field people-field">
    <label for="f-people">${label}</label>
    <input class="input" id="f-people" type="text" role="combobox" autocomplete="off" dir="auto" maxlength="80" placeholder=${words.peopleHint} />
    <div class="choices" id="f-people-choices" hidden></div>
  </div>`;

/** @param {ParentNode} inside @param {(person: Person) => boolean} isOffered @param {(person: Person) => void} take */
export function findPeople(inside, isOffered, take) {
  const field = /** @type {HTMLInputElement} */ (inside.querySelector('#f-people'));
  const place = /** @type {HTMLElement} */ (inside.querySelector('#f-people-choices'));
  /** @type {Person[]} */
  let found = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const choices = new Choices(field, place, {
    label: words.people,
    take: choice => {
      field.value = '';
      const person = found.find(one => String(one.id) === choice.id);
      if (person) take(person);
    },
  });
  const look = async () => {
    const query = field.value.trim().replace(/^@/u, '');
    const page = query ? await rest('GET', `/people?${new URLSearchParams({ query })}`).catch(() => null) : null;
    if (query !== field.value.trim().replace(/^@/u, '')) return;
    found = /** @type {Person[]} */ (page?.people ?? []).filter(isOffered).slice(0, MOST);
    choices.show(
      found.map(person => ({
        id: String(person.id),
        label: nameOf(person, ''),
        more: `@${person.username}`,
        sign: avatar(person, initials(person.name), hue(person.id), 'av--s'),
      })),
    );
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, SEARCH_MS);
  });
  field.addEventListener('keydown', event => {
    if (!choices.key(event) && event.key === 'Enter') event.preventDefault();
  });
  field.focus();
}
