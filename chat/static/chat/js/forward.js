// Passing a message on to another room.
/** @import { Message, RoomEntry } from './types.js' */
/** @import { Talk } from './talk.js' */
import { words } from '#words-later';
import { roomTitle } from './format.js';
import { at, rest } from './rest.js';
import { newClientId } from './session.js';
import { findRooms, openFinder } from './switcher.js';
import { tellDone, tellRefusal } from './telling.js';

/** @param {Message} message @param {Talk} talk */
export function forward(message, talk) {
  const { session, slug } = talk;
  const rooms = session.rooms.peek().filter(room => room.slug !== slug);
  /** @param {string} to */
  const send = async to => {
    const body = { to, client_id: newClientId() };
    try {
      const { seq } = await rest('POST', at('rooms', slug, 'messages', message.seq, 'forward'), body);
      const room = /** @type {RoomEntry} */ (session.entry(to));
      tellDone(words.forwarded(roomTitle(room, to)), words.showThere, async () =>
        location.assign(`/chat${at(to, seq)}/`),
      );
    } catch (error) {
      tellRefusal(error);
    }
  };
  openFinder({ title: words.forwardTitle, find: query => findRooms(rooms, query), take: send });
}
