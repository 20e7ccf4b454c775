// What stands in place of the composer where one may not write.
/** @import { Room } from './room.js' */
import { html, render } from 'lit-html';
import { words } from '#words-later';
import { mute, unended } from './restrictions.js';

/** @param {Room} room @param {(at: string) => string} when @param {HTMLElement} place */
export function showWhy(room, when, place) {
  const link = isMuted(room)
    ? html`<a class="link" href="/moderation/mine/">${words.appeal}</a>`
    : html`<a class="link" href="/chat/">${words.allRooms}</a>`;
  render(html`<span dir="auto">${why(room, when)}</span> ${link}`, place);
}

/** @param {Room} room */
const isMuted = room => Boolean(mute.peek() && !room.left.peek() && !room.timeline.state?.archived);

/** @param {Room} room @param {(at: string) => string} when */
function why(room, when) {
  const { state } = room.timeline;
  const left = room.left.peek();
  if (left) return words.left[/** @type {keyof typeof words.left} */ (left)] ?? words.left.removed;
  if (state?.archived) return words.archived;
  const told = mute.peek();
  if (told) return words.mutedHere(unended(told.reason), told.until && when(told.until));
  if (state?.locked) return words.locked(unended(state.locked.reason), state.locked.until && when(state.locked.until));
  return words.moderatorsPost;
}
