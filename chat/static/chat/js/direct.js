// Beginning to talk with somebody: the people, then the room that they have together.
/** @import { Person } from './types.js' */
/** @import { Session } from './session.js' */
import { html, render } from 'lit-html';
import { words } from '#words-later';
import { Refused } from './connection.js';
import { openForm } from './form.js';
import { hue, initials, nameOf } from './format.js';
import { avatar, icon } from './html.js';
import { findPeople, peopleField } from './people.js';
import { at, rest } from './rest.js';

const OTHERS_MOST = 19;

/** @param {Session} session */
export async function startDirect(session) {
  /** @type {Person[]} */
  let chosen = [];
  const chips = document.createElement('ul');
  chips.className = 'chips';
  const draw = () =>
    render(
      chosen.map(
        person =>
          html`<li class="chip">
            ${avatar(person, initials(person.name), hue(person.id), 'av--xs')}<bdi>${nameOf(person, '')}</bdi
            ><button type="button" aria-label=${words.takeOut(person.name)} @click=${() => choose(chosen.filter(one => one !== person))}>
              ${icon('x', 'icon--s')}
            </button>
          </li>`,
      ),
      chips,
    );
  /** @param {Person[]} people */
  const choose = people => {
    chosen = people;
    draw();
  };
  const dialog = await openForm({
    title: words.directTitle,
    fields: html`${chips}${peopleField(words.directTo)}`,
    label: words.directOpen,
    act: async () => {
      if (!chosen.length) throw new Refused({ type: 'error', detail: words.nobodyChosen });
      return openDirect(chosen);
    },
  });
  findPeople(
    dialog,
    person => person.id !== session.user.id && chosen.length < OTHERS_MOST && !chosen.some(one => one.id === person.id),
    person => choose([...chosen, person]),
  );
}

/** @param {Person[]} people */
export async function openDirect(people) {
  const { slug } = await rest('POST', '/rooms/direct', { people: people.map(person => person.id) });
  location.assign(`/chat${at(slug)}/`);
}
