// The list of one's rooms, live: unread dots, numbers for what means me, the title and the app's badge.
/** @import { RoomEntry } from './types.js' */
/** @import { Session } from './session.js' */
import { effect } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { words } from '#words';
import { hue, initials, roomTitle } from './format.js';
import { avatar, icon } from './html.js';

/** How many messages of a room mean me. @param {RoomEntry} room */
function forMe(room) {
  return room.kind === 'direct' ? Math.max(0, room.seq - room.read_seq) : room.mentions;
}

/** @param {RoomEntry} room */
function mark(room) {
  const count = forMe(room);
  if (count) {
    const label = room.kind === 'direct' ? words.messages(count) : words.mentions(count);
    return html`<span class="badge" role="img" aria-label=${label}>${count > 99 ? '99+' : count}</span>`;
  }
  return room.seq > room.read_seq ? html`<span class="dot" role="img" aria-label=${words.unread}></span>` : nothing;
}

/** @param {RoomEntry} room @param {string | null} current */
function item(room, current) {
  const isUnread = room.seq > room.read_seq;
  const name = roomTitle(room, room.slug);
  const person = room.people[0] ?? { id: 0, username: '', name };
  const sign =
    room.kind === 'direct'
      ? avatar(person, initials(person.name), hue(person.id), 'av--s')
      : icon(room.kind === 'private' ? 'lock' : 'hash');
  return html`<li>
    <a
      class="room ${isUnread ? 'room--unread' : ''}"
      href="/chat/${encodeURIComponent(room.slug)}/"
      aria-current=${room.slug === current ? 'page' : nothing}
      >${sign}<span class="name" dir="auto">${name}</span>${mark(room)}</a
    >
  </li>`;
}

/** @param {Session} session */
export function showSidebar(session) {
  const rooms = document.getElementById('rooms');
  const directs = document.getElementById('directs');
  const title = document.title;
  rooms?.replaceChildren();
  directs?.replaceChildren();
  effect(() => {
    const all = session.rooms.value;
    const talks = all.filter(room => room.kind === 'direct');
    const shown = all.filter(room => room.kind !== 'direct');
    if (rooms)
      render(
        shown.map(room => item(room, session.current)),
        rooms,
      );
    if (directs) {
      render(
        talks.map(room => item(room, session.current)),
        directs,
      );
      const heading = directs.previousElementSibling;
      if (heading instanceof HTMLElement) heading.hidden = !talks.length;
    }
    const count = all.reduce((sum, room) => sum + forMe(room), 0);
    document.title = count ? `(${count}) ${title}` : title;
    const isUnread = all.some(room => room.seq > room.read_seq);
    const sign = document.querySelector('link[rel="icon"]');
    if (sign instanceof HTMLLinkElement) sign.href = session.data.badges[count ? 2 : isUnread ? 1 : 0];
    // Only an installed page has a badge; elsewhere the promise is refused, which is no matter.
    if (count) navigator.setAppBadge?.(count).catch(() => {});
    else navigator.clearAppBadge?.().catch(() => {});
  });
}
