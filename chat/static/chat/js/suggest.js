// While one writes: people after `@`, rooms after `#`.
/** @import { Person, RoomEntry } from './types.js' */
/** @import { Choice } from './choices.js' */
/** @import { Token } from './lookup.js' */
/** @import { Talk } from './talk.js' */
import { words } from '#words';
import { Choices } from './choices.js';
import { hue, initials } from './format.js';
import { avatar, icon } from './html.js';
import { matching, tokenAt } from './lookup.js';

/** @param {Person} person @returns {Choice} */
const personChoice = person => ({
  id: person.username,
  label: person.name,
  more: `@${person.username}`,
  sign: avatar(person, initials(person.name), hue(person.id), 'av--s'),
});

/** @param {RoomEntry} room @returns {Choice} */
const roomChoice = room => ({
  id: room.slug,
  label: room.name,
  more: '',
  sign: icon(room.kind === 'private' ? 'lock' : 'hash', 'icon--s'),
});

/**
 * @param {Talk} talk @param {HTMLTextAreaElement} box @param {HTMLElement} place
 * @returns {Choices} its `key` is to be asked before the box's own keys
 */
export function suggest(talk, box, place) {
  /** @type {Token | null} */
  let token = null;
  const choices = new Choices(box, place, {
    label: words.suggestions,
    take: choice => {
      if (!token) return;
      const end = token.start + 1 + token.query.length;
      box.setRangeText(`${token.sign}${choice.id} `, token.start, end, 'end');
      box.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });
  /** @param {Token} wanted */
  const found = ({ sign, query }) => {
    if (sign === '@') return matching(talk.people(), query, one => [one.name, one.username]).map(personChoice);
    const rooms = talk.session.rooms.peek().filter(room => room.kind !== 'direct');
    return matching(rooms, query, room => [room.name, room.slug]).map(roomChoice);
  };
  const look = () => {
    token = box.selectionStart === box.selectionEnd ? tokenAt(box.value, box.selectionStart) : null;
    choices.show(token ? found(token) : []);
  };
  box.addEventListener('input', look);
  box.addEventListener('click', look);
  box.addEventListener('blur', () => choices.show([]));
  return choices;
}
