// What restricts a room, or this person in it: a line above the box, and no box where one is muted.
/** @import { Room } from './room.js' */
/** @import { Session } from './session.js' */
import { effect, signal } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { words } from '#words';
import { icon } from './html.js';

// Timers take no longer times.
const TIMER_MOST_MS = 2 ** 31 - 1;
const WRITING = ['send', 'react', 'upload', 'mention_all'];

/** This person's mute here. @type {import('@preact/signals-core').Signal<{reason: string, until: string | null} | null>} */
export const mute = signal(null);

/** A reason, to go on after it. @param {string} reason */
export const unended = reason => reason.replace(/[.。]$/u, '');

/** @param {Session} session @param {Room} room @param {(at: string) => string} when @param {HTMLElement} place */
export function showRestrictions(session, room, when, place) {
  mute.value = session.data.muted;
  effect(() => {
    const told = session.notice.value;
    if (!told || (told.room && told.room !== room.slug)) return;
    if (told.code === 'muted') mute.value = { reason: told.reason, until: told.until };
    else if (told.code === 'unmuted') mute.value = null;
  });
  effect(() => {
    const until = mute.value?.until;
    const wait = until ? Date.parse(until) - Date.now() : Infinity;
    if (wait > TIMER_MOST_MS) return;
    const timer = setTimeout(() => {
      mute.value = null;
    }, wait);
    return () => clearTimeout(timer);
  });
  silence(room);
  place.replaceChildren(); // the page has kept the height
  effect(() => {
    room.version.value;
    const line = restriction(room, when);
    place.hidden = !line;
    render(line ? html`${icon('clock')}<span dir="auto">${line}</span>` : nothing, place);
  });
}

/** While muted one may not write; what one might before comes back with the end of it. @param {Room} room */
function silence(room) {
  /** @type {{before: string[], now: string[]} | null} */
  let held = null;
  effect(() => {
    room.version.value;
    const { timeline } = room;
    const { can } = timeline.me;
    if (mute.value && can.includes('send')) {
      held = { before: can, now: can.filter(word => !WRITING.includes(word)) };
      timeline.me = { ...timeline.me, can: held.now };
    } else if (!mute.value && held) {
      if (can === held.now) timeline.me = { ...timeline.me, can: held.before };
      held = null;
    } else return;
    queueMicrotask(() => {
      room.version.value += 1;
    });
  });
}

/** @param {Room} room @param {(at: string) => string} when */
function restriction(room, when) {
  const { state } = room.timeline;
  if (!state || state.archived || mute.value) return '';
  // Others read it in place of the box.
  if (state.locked && room.can.has('moderate'))
    return words.lockedForOthers(unended(state.locked.reason), state.locked.until && when(state.locked.until));
  return state.slow_mode ? words.slowNow(state.slow_mode) : '';
}
