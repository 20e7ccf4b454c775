// Messages saved for later, as far as this page knows.
/** @import { Talk } from './talk.js' */
import { words } from '#words-later';
import { at, rest } from './rest.js';
import { tellDone, tellRefusal } from './telling.js';

const SOON_MS = 500;

/** @type {Promise<Set<number>> | null} */
let asked = null;

/** The seqs of this room's saved messages, among the fifty that were saved last. @param {Talk} talk */
export function savedHere(talk) {
  asked ??= rest('GET', '/me/saved').then(
    ({ saved }) => new Set(saved.flatMap((/** @type {any} */ one) => (one.room === talk.slug ? one.message.seq : []))),
    () => {
      asked = null; // the next menu asks again
      return new Set();
    },
  );
  return asked;
}

/** The same, if it is known soon: a menu does not wait for a slow line. @param {Talk} talk @returns {Promise<Set<number>>} */
export function savedHereSoon(talk) {
  return Promise.race([savedHere(talk), new Promise(done => setTimeout(done, SOON_MS, new Set()))]);
}

/** Saves a message for later, or takes it off the list. @param {number} seq @param {boolean} on @param {Talk} talk */
export async function keep(seq, on, talk) {
  try {
    await rest(on ? 'PUT' : 'DELETE', at('rooms', talk.slug, 'messages', seq, 'saved'), on ? {} : undefined);
  } catch (error) {
    tellRefusal(error);
    return;
  }
  const here = await savedHere(talk);
  if (on) here.add(seq);
  else here.delete(seq);
  tellDone(on ? words.savedForLater : words.savedNoMore, words.undo, () => keep(seq, !on, talk));
}
