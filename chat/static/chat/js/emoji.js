// Emoji as data: groups out of the vendored lists, search, skin tones, which ones one takes most. Pure.
import { plain } from './lookup.js';

/** @typedef {{text: string, name: string, short: string[], terms: string[]}} Emoji */
/** @typedef {{name: string, emoji: Emoji[]}} Group */
/** How often one took an emoji, and when last. @typedef {Record<string, {count: number, at: number}>} Taken */

const TAKEN_MOST = 60;
const TONES = ['', '\u{1f3fb}', '\u{1f3fc}', '\u{1f3fd}', '\u{1f3fe}', '\u{1f3ff}'];
const TAKES_TONE = /\p{Emoji_Modifier_Base}\ufe0f?/gu;
const TONE = /[\u{1f3fb}-\u{1f3ff}]/gu;

/** What stands at the front before one has taken any. */
const FIRST = '👍 ❤️ 😂 🎉 👀 🙏 ✅ 🔥'.split(' ');

/** @param {string[][]} data groups of the vendored lists: a name, and a line for each emoji @returns {Group[]} */
export function groupsOf(data) {
  return data.map(([name, lines]) => ({ name, emoji: lines.split('\n').map(emojiOf) }));
}

/** @param {string} line @returns {Emoji} */
function emojiOf(line) {
  const [text, name, names = '', words = ''] = line.split('\t');
  const short = names.split(' ').filter(Boolean);
  const terms = [name, ...short.map(one => one.replaceAll('_', ' ')), ...words.split(',')].filter(Boolean);
  return { text, name, short, terms: terms.map(plain) };
}

/** How well a query fits: 0 a whole term, 1 the begin of the name, 2 of a word of it, 3 of another term, 4 not at all. @param {Emoji} emoji @param {string} query */
function distance({ terms }, query) {
  if (terms.includes(query)) return 0;
  if (terms[0].startsWith(query)) return 1;
  if (terms[0].includes(` ${query}`)) return 2;
  return terms.some(term => term.startsWith(query) || term.includes(` ${query}`)) ? 3 : 4;
}

/** The emoji that a query may mean, the likeliest first. @param {Group[]} groups @param {string} query @param {number} most @returns {Emoji[]} */
export function find(groups, query, most) {
  const wanted = plain(query).replaceAll(/[:_]/gu, ' ').trim();
  if (!wanted) return [];
  const ranked = groups.flatMap(group => group.emoji).map(emoji => ({ emoji, rank: distance(emoji, wanted) }));
  return ranked
    .filter(one => one.rank < 4)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(one => one.emoji);
}

/** Whether an emoji has a skin. @param {string} text */
export function hasTone(text) {
  return text.search(TAKES_TONE) >= 0;
}

/** An emoji in a skin tone, from 1 light to 5 dark; 0 is none. @param {string} text @param {number} tone */
export function toned(text, tone) {
  return tone ? text.replace(TAKES_TONE, base => base.replace('\ufe0f', '') + TONES[tone]) : text;
}

/** An emoji without its skin tone. @param {string} text */
export function bare(text) {
  return text.replace(TONE, '');
}

/** @param {Taken} taken @param {string} text @param {number} now @returns {Taken} */
export function took(taken, text, now) {
  const counted = { ...taken, [text]: { count: (taken[text]?.count ?? 0) + 1, at: now } };
  const newest = Object.entries(counted).sort(([, a], [, b]) => b.at - a.at);
  return Object.fromEntries(newest.slice(0, TAKEN_MOST));
}

/** The emoji one takes most, then the latest, then what most people begin with. @param {Taken} taken @param {number} most @returns {string[]} */
export function favourites(taken, most) {
  const own = Object.entries(taken).sort(([, a], [, b]) => b.count - a.count || b.at - a.at);
  return [...new Set([...own.map(([text]) => text), ...FIRST])].slice(0, most);
}
