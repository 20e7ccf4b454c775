// The list of one's rooms, live: unread dots, numbers for what means me, the title and the app's badge.
/** @import { RoomEntry } from './types.js' */
/** @import { Session } from './session.js' */
import { effect } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { words } from '#words';
import { hue, initials, roomTitle, saidBy } from './format.js';
import { avatar, icon } from './html.js';
import { showMyself } from './myself.js';

/** More than anybody has. */
const ROOMS_MOST = 10_000;

/** How many messages of a room mean me. @param {RoomEntry} room */
function forMe(room) {
  return room.kind === 'direct' ? Math.max(0, room.seq - room.read_seq) : room.mentions;
}

/** Rooms as they stand in the list: favourites first, then in one's own order, without conversations put out of sight. @param {RoomEntry[]} rooms @param {string | null} current */
function listed(rooms, current) {
  /** @param {RoomEntry} room */
  const place = ({ settings }) => (settings.favourite ? 0 : ROOMS_MOST) + (settings.place ?? ROOMS_MOST - 1);
  return rooms
    .filter(({ slug, seq, settings }) => slug === current || settings.hidden_seq === null || seq > settings.hidden_seq)
    .toSorted((a, b) => place(a) - place(b));
}

/** Something new, where one wants to know. @param {RoomEntry} room */
const isUnread = room => room.seq > room.read_seq && !room.settings.muted;

/** @param {RoomEntry} room */
function mark(room) {
  const count = forMe(room);
  if (count) {
    const label = room.kind === 'direct' ? words.messages(count) : words.mentions(count);
    return html`<span class="badge" role="img" aria-label=${label}>${count > 99 ? '99+' : count}</span>`;
  }
  if (room.settings.muted)
    return html`<span class="trail" role="img" aria-label=${words.muted}>${icon('belloff', 'icon--s')}</span>`;
  return isUnread(room) ? html`<span class="dot" role="img" aria-label=${words.unread}></span>` : nothing;
}

/** @param {RoomEntry} room @param {Session} session */
function item(room, { current, present }) {
  const name = roomTitle(room, room.slug);
  const person = room.people[0] ?? { id: 0, username: '', name };
  const presence = present.value.get(person.id);
  const said = room.people.length === 1 ? saidBy(person, Date.now()) : null;
  const sign =
    room.kind === 'direct'
      ? html`${avatar(person, initials(person.name), hue(person.id), `av--s ${presence ?? ''}`)}${presence ? html`<span class="vh">${words.present[presence]}</span>` : nothing}`
      : icon(room.kind === 'private' ? 'lock' : 'hash');
  return html`<li>
    <a
      class="room ${room.settings.muted ? 'room--muted' : isUnread(room) ? 'room--unread' : ''}"
      href="/chat/${encodeURIComponent(room.slug)}/"
      aria-current=${room.slug === current ? 'page' : nothing}
      >${sign}<span class="name" dir="auto">${name}</span
      >${said?.emoji ? html`<span role="img" title=${said.text} aria-label=${`${said.emoji} ${said.text}`}>${said.emoji}</span>` : nothing}${mark(room)}</a
    >
  </li>`;
}

/** On a phone the list is behind this link, which says what has come in other rooms. @param {HTMLElement} back @param {string} label @param {RoomEntry[]} others */
function showBehind(back, label, others) {
  const count = others.reduce((sum, room) => sum + forMe(room), 0);
  const hasNews = Boolean(count) || others.some(isUnread);
  if (hasNews) back.dataset.behind = count > 99 ? '99+' : String(count || '');
  else delete back.dataset.behind;
  back.ariaLabel = hasNews ? `${label} · ${count ? words.messages(count) : words.unread}` : label;
}

/** @param {Session} session */
export function showSidebar(session) {
  const rooms = document.getElementById('rooms');
  const directs = document.getElementById('directs');
  const title = document.title;
  const back = /** @type {HTMLElement | null} */ (document.querySelector('.back[href="#nav"]'));
  const backLabel = back?.ariaLabel ?? '';
  showMyself(session);
  /** The number that the app shows. @type {number | null} */
  let badge = null;
  rooms?.replaceChildren();
  directs?.replaceChildren();
  effect(() => {
    const all = listed(session.rooms.value, session.current);
    const talks = all.filter(room => room.kind === 'direct');
    const shown = all.filter(room => room.kind !== 'direct');
    if (rooms)
      render(
        shown.map(room => item(room, session)),
        rooms,
      );
    if (directs) {
      render(
        talks.map(room => item(room, session)),
        directs,
      );
    }
    const others = all.filter(room => room.slug !== session.current);
    if (back) showBehind(back, backLabel, others);
    const count = all.reduce((sum, room) => sum + forMe(room), 0);
    document.title = count ? `(${count}) ${title}` : title;
    const sign = session.data.badges[count ? 2 : all.some(isUnread) ? 1 : 0];
    const link = document.querySelector('link[rel="icon"]');
    if (link?.getAttribute('href') !== sign) link?.setAttribute('href', sign); // even the same would be fetched anew
    if (count === badge) return;
    badge = count;
    // Only an installed page has a badge; elsewhere the promise is refused, which is no matter.
    if (count) navigator.setAppBadge?.(count).catch(() => {});
    else navigator.clearAppBadge?.().catch(() => {});
  });
}
