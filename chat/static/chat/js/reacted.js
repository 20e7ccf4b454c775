// Who reacted to a message, and how.
/** @import { Message, Person } from './types.js' */
/** @import { Talk } from './talk.js' */
import { html, render } from 'lit-html';
import { words } from '#words-later';
import { nameOf } from './format.js';
import { openDialog } from './popup.js';
import { at, rest } from './rest.js';

/** Pages of members that are looked through for names that the page does not know. */
const PAGES_MOST = 4;

/** @param {Message} message @param {Talk} talk */
export async function showReacted({ reactions }, talk) {
  const { room } = talk;
  const people = room.people();
  const place = document.createElement('dl');
  place.className = 'help';
  const draw = () =>
    render(
      reactions.map(({ emoji, count, users }) => {
        const known = users.flatMap(id => people.get(id) ?? []);
        const names = known.map(person => (person.id === room.user.id ? words.you : nameOf(person, '')));
        return html`<div><dt>${emoji} ${count}</dt>
          <dd dir="auto">${words.whoReacted(names, count - names.length)}</dd></div>`;
      }),
      place,
    );
  draw();
  openDialog(words.reactions, place);
  const isUnknown = (/** @type {number} */ id) => !people.has(id);
  /** @type {string | null} */
  let next = at('rooms', talk.slug, 'members');
  for (let page = 0; next && page < PAGES_MOST && reactions.some(one => one.users.some(isUnknown)); page += 1) {
    /** @type {{members: Person[], next: string | null}} */
    const found = await rest('GET', next).catch(() => ({ members: [], next: null }));
    for (const member of found.members) people.set(member.id, member);
    next = found.next;
  }
  draw();
}
