// What stands in place of the composer where one may not write.
/** @import { Room } from './room.js' */
import { html, render } from 'lit-html';
import { words } from '#words-later';

/** @param {Room} room @param {(at: string) => string} when @param {HTMLElement} place */
export function showWhy(room, when, place) {
  render(html`<span dir="auto">${why(room, when)}</span> <a class="link" href="/chat/">${words.allRooms}</a>`, place);
}

/** @param {Room} room @param {(at: string) => string} when */
function why(room, when) {
  const { state } = room.timeline;
  const left = room.left.peek();
  if (left) return words.left[/** @type {keyof typeof words.left} */ (left)] ?? words.left.removed;
  if (state?.archived) return words.archived;
  if (state?.locked) return words.locked(state.locked.reason, state.locked.until && when(state.locked.until));
  return words.moderatorsPost;
}
