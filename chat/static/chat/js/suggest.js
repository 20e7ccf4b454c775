// While one writes: people after `@`, rooms after `#`, emoji after `:`.
/** @import { Person, RoomEntry } from './types.js' */
/** @import { Choice } from './choices.js' */
/** @import { Token } from './lookup.js' */
/** @import { Talk } from './talk.js' */
import { words } from '#words-later';
import { Choices } from './choices.js';
import { find, toned } from './emoji.js';
import { hue, initials } from './format.js';
import { avatar, icon } from './html.js';
import { called, matching, tokenAt } from './lookup.js';
import { allEmoji, chosenTone, remember } from './picker.js';

const EMOJI_MOST = 8;
/** In a larger room one is told whom a call reaches. */
const SMALL_ROOM = 20;

/** @param {Person} person @returns {Choice} */
const personChoice = person => ({
  id: person.username,
  label: person.name,
  more: `@${person.username}`,
  sign: avatar(person, initials(person.name), hue(person.id), 'av--s'),
});

/** Those who may call more than they name. @returns {Choice[]} */
const callChoices = () =>
  /** @type {const} */ (['room', 'here']).map(id => ({
    id,
    label: words.callable[id],
    more: `@${id}`,
    sign: icon(id === 'room' ? 'users' : 'bell', 'icon--s'),
  }));

/** @param {RoomEntry} room @returns {Choice} */
const roomChoice = room => ({
  id: room.slug,
  label: room.name,
  more: '',
  sign: icon(room.kind === 'private' ? 'lock' : 'hash', 'icon--s'),
});

/** @param {import('./emoji.js').Emoji} emoji @returns {Choice} */
const emojiChoice = ({ text, name, short }) => ({
  id: toned(text, chosenTone()),
  label: name,
  more: short[0] ? `:${short[0]}:` : '',
  sign: toned(text, chosenTone()),
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
      if (token.sign === ':') remember(choice.id);
      box.setRangeText(`${token.sign === ':' ? '' : token.sign}${choice.id} `, token.start, end, 'end');
      box.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });
  /** @param {Token} wanted */
  const found = async ({ sign, query }) => {
    if (sign === ':') return find(await allEmoji().catch(() => []), query, EMOJI_MOST).map(emojiChoice);
    if (sign === '@') {
      const people = matching(talk.people(), query, one => [one.name, one.username]).map(personChoice);
      const calls = talk.room.can.has('mention_all') ? callChoices() : [];
      return [...people, ...matching(calls, query, one => [one.id, one.label])];
    }
    const rooms = talk.session.rooms.peek().filter(room => room.kind !== 'direct');
    return matching(rooms, query, room => [room.name, room.slug]).map(roomChoice);
  };
  const warning = /** @type {HTMLElement} */ (document.getElementById('calls'));
  const people = Number(warning.dataset.people);
  const warn = () => {
    const call = talk.room.can.has('mention_all') && people > SMALL_ROOM ? called(box.value) : null;
    warning.hidden = !call;
    warning.textContent = call ? words.calls[call](people) : '';
  };
  const look = async () => {
    warn();
    const wanted = box.selectionStart === box.selectionEnd ? tokenAt(box.value, box.selectionStart) : null;
    token = wanted;
    const offered = wanted ? await found(wanted) : [];
    if (token === wanted) choices.show(offered);
  };
  box.addEventListener('input', look);
  box.addEventListener('click', look);
  box.addEventListener('blur', () => {
    token = null;
    choices.show([]);
  });
  look(); // something may have been written while this was fetched
  return choices;
}
