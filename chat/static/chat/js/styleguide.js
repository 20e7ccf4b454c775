// The style guide's messages, drawn by what draws them in a room.
/** @import { Draft, Message, PageData } from './types.js' */
/** @import { Room } from './room.js' */
import { signal } from '@preact/signals-core';
import { html, render } from 'lit-html';
import { words } from '#words-files';
import { files } from './files.js';
import { clock } from './format.js';
import { useSprite } from './html.js';
import { draftClass, draftRow, messageClass, messageRow } from './rows.js';
import * as samplesOf from './samples.js';
import { trayList } from './traylist.js';

/** @type {PageData} */
const data = JSON.parse(document.getElementById('page-data')?.textContent ?? '{}');
useSprite(data.icons);

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 10, 22, 9, 0);
const me = data.user;
const priya = { id: 9, username: 'priya', name: 'Priya Nair', bot: false };
const omar = { id: 4, username: 'omar', name: 'Omar Haddad', bot: false };
const ilse = { id: 15, username: 'ilse', name: 'Ilse Vogt', bot: false };
const builds = { id: 12, username: 'builds', name: 'Builds', bot: true };

const CODE = [
  '<pre><code class="language-python"><span class="c"># where p95 went</span>',
  '<span class="k">def</span> <span class="nf">slow</span>(rows, most=<span class="mi">250</span>):',
  '    <span class="k">return</span> [row <span class="k">for</span> row <span class="k">in</span> rows <span class="k">if</span> row[<span class="s">"ms"</span>] &gt; most]',
  '</code></pre>',
].join('\n');
const DIFF =
  '<pre><code class="language-diff"><span class="gd">-timeout = 30</span>\n<span class="gi">+timeout = 5</span>\n</code></pre>';

let seq = 0;

/** @param {Partial<Message>} fields @returns {Message} */
const message = fields => {
  seq += 1;
  return {
    seq,
    rev: seq,
    kind: 'text',
    client_id: null,
    author: priya,
    created_at: new Date(BEGIN + seq * MINUTE).toISOString(),
    edited_at: null,
    body: '',
    html: 'Release notes are up in <a href="https://example.org/">the handbook</a>.',
    reply_to: null,
    mentions: [],
    mentions_all: null,
    reactions: [],
    attachments: [],
    pinned: false,
    deleted: null,
    ...fields,
  };
};

/** One of each kind; anew for each place, because a body stands in one. */
const samples = () => [
  message({}),
  message({ html: 'A second line of the same person, with <code>code</code>, <em>stress</em> and <s>what was</s>.' }),
  message({
    author: omar,
    html: '<blockquote><p>quoted</p></blockquote><ul><li>one</li><li>two</li></ul>',
    pinned: true,
  }),
  message({ author: omar, html: `<p>With code:</p>${CODE}${DIFF}`, edited_at: new Date(BEGIN).toISOString() }),
  message({ author: builds, html: 'Build 214 is green.', reply_to: 1 }),
  message({
    html: `<span class="mention" data-user="${me.username}">@${me.username}</span> are you good for eleven? <span class="mention">@Omar</span> has the list.`,
    mentions: [me.id],
    reactions: [
      { emoji: '👍', count: 2, users: [4, 9] },
      { emoji: '🎉', count: 1, users: [me.id] },
    ],
  }),
  message({ author: omar, deleted: { by: 'moderator', reason: 'personal data' } }),
  message({ author: omar, deleted: { by: 'author', reason: '' } }),
  message({ author: ilse, html: 'Of somebody whom the reader ignores.' }),
  message({ author: null, kind: 'system', event: { type: 'joined' } }),
  message({ author: { id: 0, username: '', name: '', bot: false }, html: 'Of somebody who has left the site.' }),
  message({ html: 'p95 before and after, same box, same data.', attachments: samplesOf.one }),
  message({ html: '', attachments: samplesOf.two }),
  message({ html: 'The whole afternoon.', attachments: samplesOf.many, edited_at: new Date(BEGIN).toISOString() }),
  message({ html: '', attachments: samplesOf.tall }),
  message({ html: 'As small as they come.', attachments: samplesOf.tiny }),
  message({ author: omar, html: '', attachments: samplesOf.playing }),
  message({ author: omar, html: 'All that we have.', attachments: samplesOf.plain }),
];

/** As much of a room as the rows ask for. @param {Message[]} messages @returns {Room} */
const roomOf = messages =>
  /** @type {Room} */ (
    /** @type {unknown} */ ({
      slug: 'styleguide',
      user: me,
      roles: { [priya.id]: 'moderator' },
      can: new Set(['send', 'react', 'pin']),
      left: signal(null),
      files: signal(files),
      status: signal('live'),
      timeline: { me: { role: 'member' } },
      isFolded: (/** @type {Message} */ one) => one.author?.id === ilse.id,
      people: () => new Map([priya, omar, builds].map(person => [person.id, person])),
      link: (/** @type {number} */ at) => `#${at}`,
      quoted: (/** @type {number} */ at) => messages.find(one => one.seq === at) ?? messages[0],
    })
  );

/** @param {Partial<Draft>} fields @returns {Draft} */
const draft = fields => ({
  client_id: crypto.randomUUID?.() ?? String(seq),
  user: me.id,
  room: 'styleguide',
  body: 'One more thing: can we freeze deploys from 10:45?',
  reply_to: null,
  files: [],
  created_at: new Date(BEGIN + 30 * MINUTE).toISOString(),
  state: 'sending',
  due: 0,
  refusal: null,
  rev: 0,
  ...fields,
});

const now = BEGIN + 31 * MINUTE;
const drafts = [
  draft({}),
  draft({
    state: 'waiting',
    due: now + 9000,
    refusal: { code: 'slow_mode', detail: 'Slow mode: one message each 30 seconds.' },
  }),
  draft({ body: '', files: [...samplesOf.two, samplesOf.plain[0]] }),
  draft({
    state: 'failed',
    files: samplesOf.one,
    refusal: { code: 'muted', detail: 'You are muted here: cool down.' },
  }),
];

const when = clock(document.documentElement.lang, data.timeZone);

/** @param {HTMLElement} place */
function show(place) {
  const messages = samples();
  const room = roomOf(messages);
  /** @param {Message} one @param {number} index */
  const row = (one, index) => {
    const first = one.author?.id !== messages[index - 1]?.author?.id || one.reply_to !== null;
    return html`<li class="${messageClass(one, first, me.id)} ${index ? '' : 'is-hover'}" data-seq=${one.seq}>
      ${messageRow({ message: one, first, active: !index, editor: null }, room, when)}
    </li>`;
  };
  /** @param {Draft} one @param {number} index */
  const sent = (one, index) =>
    html`<li class=${draftClass(one, !index, now)}>${draftRow(one, !index, room, when, now)}</li>`;
  const begin = new Date(BEGIN);
  render(
    html`<li class="start"><p>${words.start('# launch')}</p></li>
      <li class="day"><time>${when.day(begin.toISOString(), begin)}</time></li>
      ${messages.slice(0, 5).map(row)}
      <li class="newline"><span>${words.newSince('09:05')}</span></li>
      ${messages.slice(5).map((one, index) => row(one, index + 5))} ${drafts.map(sent)}`,
    place,
  );
}

for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-rows]'))) show(place);

const acts = { remove: () => {}, describe: () => {}, again: () => {} };
for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-files]'))) {
  const line = { says: words.goesWithFiles, problem: words.filesMost(10) };
  render(trayList(samplesOf.tray, new Map(), line, acts), place);
}
