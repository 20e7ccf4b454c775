// Telling the moderators of a message or a person.
/** @import { Message, Person } from './types.js' */
import { html } from 'lit-html';
import { words } from '#words-later';
import { field, openForm, select } from './form.js';
import { excerpt } from './format.js';
import { at, rest } from './rest.js';
import { tellDone } from './telling.js';

const WORDS_MOST = 500;
const EXCERPT = 200;

/** @param {string} title @param {unknown} about @param {string} path @param {boolean} needsWords @param {Record<string, string>} more */
const open = (title, about, path, needsWords, more) =>
  openForm({
    title,
    fields: html`${about}<p class="small">${words.reportMeans}</p>
      ${select('kind', words.reportKind, words.reportKinds, 'spam')}${field(
        words.reportWords,
        html`<textarea class="input" id="f-words" name="words" rows="3" maxlength=${WORDS_MOST} dir="auto" ?required=${needsWords}></textarea>`,
        'f-words',
      )}`,
    label: words.report,
    act: data =>
      rest('POST', path, { kind: String(data.get('kind')), words: String(data.get('words')).trim(), ...more }),
    done: () => tellDone(words.reported),
  });

/** @param {Message} message @param {string} slug */
export const reportMessage = (message, slug) =>
  open(
    words.reportTitle,
    html`<blockquote class="prose" dir="auto">${excerpt(message.body, EXCERPT)}</blockquote>`,
    `${at('rooms', slug, 'messages', message.seq)}/report`,
    false,
    {},
  );

/** To the moderators of the room, else to those of the site. @param {Person} person @param {string} [slug] */
export const reportPerson = (person, slug) =>
  open(
    words.reportPersonTitle(person.name),
    '',
    `${at('people', person.username)}/report`,
    true,
    slug ? { room: slug } : {},
  );
