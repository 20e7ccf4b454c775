// To another room: by a few letters of its name, or the next one of the list.
/** @import { RoomEntry } from './types.js' */
/** @import { Choice } from './choices.js' */
/** @import { Session } from './session.js' */
import { html } from 'lit-html';
import { words } from '#words-later';
import { Choices } from './choices.js';
import { hue, initials, roomTitle } from './format.js';
import { avatar, icon } from './html.js';
import { matching } from './lookup.js';
import { openDialog } from './popup.js';

const MOST = 10;

/** @param {RoomEntry} room @returns {Choice} */
function choiceOf(room) {
  const label = roomTitle(room, room.slug);
  const person = room.people[0];
  return {
    id: `/chat/${encodeURIComponent(room.slug)}/`,
    label,
    more: room.seq > room.read_seq ? words.unread : '',
    sign: person
      ? avatar(person, initials(label), hue(person.id), 'av--s')
      : icon(room.kind === 'private' ? 'lock' : 'hash', 'icon--s'),
  };
}

/** @param {Session} session */
export function openSwitcher(session) {
  if (document.querySelector('.switcher')) return;
  const dialog = openDialog(
    words.switcher,
    html`<input class="input" role="combobox" type="text" autocomplete="off" dir="auto" maxlength="80" aria-label=${words.switcher} placeholder=${words.switcherHint} />
      <div class="choices" id="switcher-choices"></div>`,
    'switcher',
  );
  const field = /** @type {HTMLInputElement} */ (dialog.querySelector('input'));
  const place = /** @type {HTMLElement} */ (dialog.querySelector('.choices'));
  const choices = new Choices(field, place, { label: words.switcher, take: choice => location.assign(choice.id) });
  const look = () => {
    const query = field.value.trim().replace(/^[#@]/u, '');
    const others = session.rooms.peek().filter(room => room.slug !== session.current);
    // Unread rooms first, the rest as the list has them.
    const inOrder = query ? others : others.toSorted((a, b) => Number(b.seq > b.read_seq) - Number(a.seq > a.read_seq));
    const names = (/** @type {RoomEntry} */ room) => [roomTitle(room, room.slug), room.slug];
    const found = matching(inOrder, query, names, MOST).map(choiceOf);
    const everywhere = {
      id: `/chat/?q=${encodeURIComponent(query)}`,
      label: words.findRooms(query),
      more: '',
      sign: icon('search', 'icon--s'),
    };
    choices.show(query ? [...found, everywhere] : found);
  };
  field.addEventListener('input', look);
  field.addEventListener('keydown', event => {
    if (event.key !== 'Escape') choices.key(event);
  });
  look();
  field.focus();
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
