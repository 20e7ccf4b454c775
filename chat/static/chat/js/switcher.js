// To another room or a person: by a few letters of the name, or the next one of the list; or on to what was said.
/** @import { Person, RoomEntry } from './types.js' */
/** @import { Choice } from './choices.js' */
/** @import { Session } from './session.js' */
import { html } from 'lit-html';
import { words } from '#words-later';
import { Choices } from './choices.js';
import { openDirect } from './direct.js';
import { hue, initials, nameOf, roomTitle } from './format.js';
import { avatar, icon } from './html.js';
import { matching } from './lookup.js';
import { openDialog } from './popup.js';
import { at, rest } from './rest.js';
import { tellRefusal } from './telling.js';

const MOST = 10;
const PEOPLE_MOST = 5;
const SEARCH_MS = 150;

/** @param {RoomEntry} room @returns {Choice} */
function choiceOf(room) {
  const label = roomTitle(room, room.slug);
  const person = room.people[0];
  return {
    id: room.slug,
    label,
    more: room.seq > room.read_seq ? words.unread : '',
    sign: person
      ? avatar(person, initials(label), hue(person.id), 'av--s')
      : icon(room.kind === 'private' ? 'lock' : 'hash', 'icon--s'),
  };
}

/** Somebody whom one has not written with. @param {Person} person @returns {Choice} */
const personChoice = person => ({
  id: `@${person.id}`,
  label: nameOf(person, ''),
  more: `@${person.username}`,
  sign: avatar(person, initials(person.name), hue(person.id), 'av--s'),
});

/** The pages that look further. @param {string} query @returns {Choice[]} */
const elsewhere = query =>
  [
    { path: '/search/', label: words.findMessages(query) },
    { path: '/chat/', label: words.findRooms(query) },
  ].map(({ path, label }) => ({
    id: `${path}?${new URLSearchParams({ q: query })}`,
    label,
    more: '',
    sign: icon('search', 'icon--s'),
  }));

/** Rooms by what is known of their names. @param {RoomEntry[]} rooms @param {string} query @returns {Choice[]} */
export function findRooms(rooms, query) {
  const names = (/** @type {RoomEntry} */ room) => [roomTitle(room, room.slug), room.slug];
  return matching(rooms, query, names, MOST).map(choiceOf);
}

/**
 * A dialog with a field, and a list that follows what is typed; taking one closes it.
 * @param {object} options
 * @param {string} options.title
 * @param {(query: string, people: Person[]) => Choice[]} options.find
 * @param {(id: string, people: Person[]) => void} options.take
 * @param {(query: string) => Promise<Person[]>} [options.findPeople] asked when whoever types pauses
 */
export function openFinder({ title, find, take, findPeople }) {
  if (document.querySelector('.switcher')) return;
  const dialog = openDialog(
    title,
    html`<input class="input" role="combobox" type="text" autocomplete="off" dir="auto" maxlength="80" aria-label=${title} placeholder=${words.switcherHint} />
      <div class="choices" id="switcher-choices"></div>`,
    'switcher',
  );
  const field = /** @type {HTMLInputElement} */ (dialog.querySelector('input'));
  const place = /** @type {HTMLElement} */ (dialog.querySelector('.choices'));
  /** Found for what is typed. @type {Person[]} */
  let people = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const choices = new Choices(field, place, {
    label: title,
    take: choice => {
      dialog.close();
      take(choice.id, people);
    },
  });
  const typed = () => field.value.trim().replace(/^[#@]/u, '');
  const show = () => choices.show(find(typed(), people));
  const ask = async () => {
    const query = typed();
    const found = (await findPeople?.(query)) ?? [];
    if (query !== typed()) return;
    people = found;
    show();
  };
  const look = () => {
    people = [];
    show();
    clearTimeout(timer);
    if (typed() && findPeople) timer = setTimeout(ask, SEARCH_MS);
  };
  field.addEventListener('input', look);
  field.addEventListener('keydown', event => {
    if (event.key !== 'Escape') choices.key(event);
  });
  look();
  field.focus();
}

/** @param {Session} session */
export function openSwitcher(session) {
  const others = session.rooms.peek().filter(room => room.slug !== session.current);
  // Unread rooms first, the rest as the list has them.
  const unreadFirst = others.toSorted((a, b) => Number(b.seq > b.read_seq) - Number(a.seq > a.read_seq));
  const talks = session.rooms.peek().filter(room => room.kind === 'direct' && room.people.length === 1);
  const known = new Set([session.user.id, ...talks.map(room => room.people[0].id)]);
  openFinder({
    title: words.switcher,
    find: (query, people) =>
      query
        ? [...findRooms(others, query), ...people.map(personChoice), ...elsewhere(query)]
        : findRooms(unreadFirst, ''),
    take: (id, people) => {
      const person = people.find(one => id === `@${one.id}`);
      if (person) openDirect([person]).catch(tellRefusal);
      else location.assign(id.startsWith('/') ? id : `/chat${at(id)}/`);
    },
    findPeople: async query => {
      const page = await rest('GET', `/people?${new URLSearchParams({ query })}`).catch(() => null);
      return /** @type {(Person & {bot: boolean})[]} */ (page?.people ?? [])
        .filter(person => !person.bot && !known.has(person.id))
        .slice(0, PEOPLE_MOST);
    },
  });
}

/** Opens the next room of the list, or the next unread one. @param {number} step @param {boolean} unread */
export function step(step, unread) {
  const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll('#rooms a, #directs a')]);
  const at = links.findIndex(link => link.ariaCurrent === 'page');
  const inOrder =
    step > 0
      ? [...links.slice(at + 1), ...links.slice(0, Math.max(at, 0))]
      : links.slice(0, at < 0 ? undefined : at).reverse();
  if (step < 0) inOrder.push(...links.slice(at + 1).reverse());
  const goal = inOrder.find(link => !unread || link.classList.contains('room--unread'));
  if (goal) location.assign(goal.href);
}
