// Times, names and the plan of rows. Pure: the language and the time zone come in.
/** @import { Author, Message, Person } from './types.js' */

const GROUP_MS = 5 * 60_000;

/** @param {string} language @param {string} [timeZone] @param {'' | 'h12' | 'h23'} [hours] empty: as the language has it */
export function clock(language, timeZone, hours) {
  const zone = timeZone || undefined;
  const hourCycle = hours || undefined;
  const { hour12 } = new Intl.DateTimeFormat(language, { hour: 'numeric', hourCycle }).resolvedOptions();
  const hour = hour12 ? 'numeric' : '2-digit';
  const time = new Intl.DateTimeFormat(language, { hour, minute: '2-digit', hourCycle, timeZone: zone });
  const thisYear = new Intl.DateTimeFormat(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: zone,
  });
  const otherYear = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: zone });
  const whole = new Intl.DateTimeFormat(language, {
    dateStyle: 'full',
    timeStyle: 'medium',
    hourCycle,
    timeZone: zone,
  });
  const dated = new Intl.DateTimeFormat(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour,
    minute: '2-digit',
    hourCycle,
    timeZone: zone,
  });
  const key = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone });
  return {
    /** @param {string} at */
    time: at => time.format(new Date(at)),
    /** The time, with the day and the year where they are other ones. @param {string} at @param {Date} now */
    moment: (at, now) => {
      const date = new Date(at);
      const [there, here] = [key.format(date), key.format(now)];
      return (there === here ? time : there.slice(0, 4) === here.slice(0, 4) ? dated : whole).format(date);
    },
    /** @param {string} at */
    whole: at => whole.format(new Date(at)),
    /** The day as YYYY-MM-DD where the reader is. @param {string} at */
    dayKey: at => key.format(new Date(at)),
    /** @param {string} at @param {Date} now */
    day: (at, now) => {
      const date = new Date(at);
      const same = key.format(date).slice(0, 4) === key.format(now).slice(0, 4);
      return (same ? thisYear : otherYear).format(date);
    },
  };
}

/** @typedef {ReturnType<typeof clock>} Clock */

/**
 * @typedef {{kind: 'day', key: string, at: string}
 *   | {kind: 'new', key: string, at: string | null}
 *   | {kind: 'message', key: string, message: Message, first: boolean}} Row
 */

/** @typedef {Pick<Message, 'kind' | 'author' | 'created_at' | 'reply_to'>} Spoken */

/** Whether `next` stands under the name of `previous`. @param {Spoken | undefined} previous @param {Spoken} next */
export function isGrouped(previous, next) {
  return (
    previous?.kind === 'text' &&
    next.kind === 'text' &&
    next.reply_to === null &&
    previous.author !== null &&
    next.author !== null &&
    previous.author.id === next.author.id &&
    Math.abs(Date.parse(next.created_at) - Date.parse(previous.created_at)) < GROUP_MS
  );
}

/**
 * The rows of the list: day lines, the line where the reader left off, messages.
 * @param {Message[]} messages by seq @param {Clock} when
 * @param {number | null} newAfter the last seq read before this visit, or null for no line
 * @param {number} me @param {boolean} [isAll] nothing stands before these messages
 * @returns {Row[]}
 */
export function plan(messages, when, newAfter, me, isAll = true) {
  /** @type {Row[]} */
  const rows = [];
  let day = '';
  let lineDrawn = newAfter === null;
  /** @type {string | null} */
  let last = null;
  /** @type {Message | undefined} */
  let previous;
  for (const message of messages) {
    const today = when.dayKey(message.created_at);
    if (today !== day) {
      rows.push({ kind: 'day', key: `day-${today}-${rows.length ? message.seq : 0}`, at: message.created_at });
      day = today;
      previous = undefined;
    }
    if (!lineDrawn && newAfter !== null && message.seq > newAfter) {
      lineDrawn = true;
      // Where the messages begin further on, the line stands with those that are not loaded.
      const isHere = last !== null || isAll || message.seq === newAfter + 1;
      if (isHere && message.author?.id !== me) {
        rows.push({ kind: 'new', key: 'new', at: last });
        previous = undefined;
      }
    }
    last = message.created_at;
    rows.push({ kind: 'message', key: `m${message.seq}`, message, first: !isGrouped(previous, message) });
    previous = message;
  }
  return rows;
}

/** Up to two letters for an avatar. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1) ?? ''] : words;
  return letters
    .map(word => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase();
}

/** One of eight hues. @param {number} id */
export function hue(id) {
  return `h${(id % 8) + 1}`;
}

/** The beginning of a text without its marks, for quotes and announcements. @param {string} body @param {number} [most] */
export function excerpt(body, most = 140) {
  const line = body
    .replace(/\[([^[\]]+)\]\([^)\s]*\)/gu, '$1')
    .replace(/^```.*$|^[\s>]*>|[`*~]+/gmu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  const letters = [...line];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : line;
}

/** What a message says in short: its text, else what its files show. @param {Pick<Message, 'body' | 'attachments'>} message @param {number} [most] */
export function gist({ body, attachments }, most) {
  return excerpt(body, most) || excerpt(attachments.map(file => file.alt || file.name).join(', '), most);
}

/**
 * A system line in the reader's words; '' where they know no such event.
 * @param {Pick<Message, 'event' | 'author'>} message
 * @param {{goneAccount: string, events: Record<string, (by: string, event: import('./types.js').RoomEvent) => string>}} words
 */
export function eventLine({ event, author }, words) {
  const tell = event && Object.hasOwn(words.events, event.type) ? words.events[event.type] : null;
  return tell && event ? tell(nameOf(author, words.goneAccount), event) : '';
}

/** Whether a message means this person. @param {Message} message @param {number} me */
export function meansMe(message, me) {
  return (
    !message.deleted && message.author?.id !== me && (message.mentions.includes(me) || message.mentions_all !== null)
  );
}

/** What a room is called on screen. @param {{name: string, kind: string, people: Person[]}} room @param {string} slug */
export function roomTitle(room, slug) {
  if (room.kind === 'direct') return room.people.map(person => person.name).join(', ') || slug;
  return room.name || slug;
}

/** @param {Author | Person | null} author @param {string} nobody */
export function nameOf(author, nobody) {
  return author?.name || author?.username || nobody;
}

/** What somebody says of themselves, unless that is over. @param {Person} person @param {number} now ms since the epoch */
export function saidBy({ status }, now) {
  return status && (!status.until || Date.parse(status.until) > now) ? status : null;
}
