// Finding people and rooms by a few letters. Pure.

/** A sign, and what was typed after it. @typedef {{sign: '@' | '#' | ':', query: string, start: number}} Token */

// A colon means an emoji with two letters behind it: one alone is part of ":D" and the like.
const TOKEN = /(?:^|[\s(（])(?:([@#])([^\s@#]{0,40})|(:)([\p{L}\p{N}+][\p{L}\p{N}+_-]{1,30}|\p{Script=Han}))$/u;

/** The word at the caret that asks for a suggestion: after a blank, `@`, `#` or `:` and letters. @param {string} text @param {number} caret @returns {Token | null} */
export function tokenAt(text, caret) {
  const found = TOKEN.exec(text.slice(0, caret));
  if (!found) return null;
  const query = found[2] ?? found[4];
  return { sign: /** @type {Token['sign']} */ (found[1] ?? found[3]), query, start: caret - query.length - 1 };
}

const CALL = /(?:^|[\s(（])@(room|here)(?![\p{L}\p{N}_-])/iu;

/** Whom a text calls but those it names: everyone in the room, those who are online, nobody. @param {string} text @returns {'room' | 'here' | null} */
export function called(text) {
  return /** @type {'room' | 'here' | null} */ (CALL.exec(text)?.[1].toLowerCase() ?? null);
}

/** Letters without case and accents. @param {string} text */
export function plain(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/**
 * The items that a query may mean, best first: names that begin with it, then words that do, then the rest that hold it.
 * @template T
 * @param {T[]} items @param {string} query @param {(item: T) => string[]} names @param {number} [most]
 * @returns {T[]}
 */
export function matching(items, query, names, most = 8) {
  const wanted = plain(query);
  /** @param {T} item */
  const rank = item => {
    const texts = names(item).map(plain);
    if (texts.some(text => text.startsWith(wanted))) return 0;
    if (texts.some(text => text.split(/[\s_.-]+/u).some(word => word.startsWith(wanted)))) return 1;
    return texts.some(text => text.includes(wanted)) ? 2 : 3;
  };
  const ranked = items.map((item, index) => ({ item, index, rank: rank(item) })).filter(entry => entry.rank < 3);
  return ranked
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, most)
    .map(entry => entry.item);
}
