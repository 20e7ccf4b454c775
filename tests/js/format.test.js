import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clock,
  eventLine,
  excerpt,
  hue,
  initials,
  isGrouped,
  meansMe,
  plan,
  roomTitle,
  saidBy,
} from '../../chat/static/chat/js/format.js';
import { ME, message } from './support.js';

const at = (day, hour, minute = 0) => new Date(Date.UTC(2026, 10, day, hour, minute)).toISOString();
const other = { id: 9, username: 'jun', name: 'Jun', bot: false };

test('days are those of the reader', () => {
  const madrid = clock('en-GB', 'Europe/Madrid');
  const honolulu = clock('en-GB', 'Pacific/Honolulu');
  assert.equal(madrid.dayKey(at(22, 23, 30)), '2026-11-23');
  assert.equal(honolulu.dayKey(at(22, 23, 30)), '2026-11-22');
  assert.equal(madrid.time(at(22, 8, 5)), '09:05');
  assert.equal(clock('en-US', 'UTC').time(at(22, 8, 5)), '8:05 AM');
  assert.match(madrid.day(at(19, 9), new Date(at(22, 9))), /^Thursday,? 19 November$/);
  assert.match(madrid.day(at(19, 9), new Date('2027-02-01')), /2026/);
  assert.equal(madrid.moment(at(22, 8, 5), new Date(at(22, 9))), '09:05');
  assert.match(madrid.moment(at(22, 8, 5), new Date(at(23, 9))), /^Sunday,? 22 November at 09:05$/);
  assert.match(madrid.moment(at(22, 8, 5), new Date('2027-02-01')), /2026/);
});

test('rows of one person within five minutes stand together', () => {
  const first = message(1, { created_at: at(22, 9, 0) });
  assert.equal(isGrouped(first, message(2, { created_at: at(22, 9, 4) })), true);
  assert.equal(isGrouped(first, message(2, { created_at: at(22, 9, 5) })), false);
  assert.equal(isGrouped(first, message(2, { created_at: at(22, 9, 1), author: other })), false);
  assert.equal(isGrouped(first, message(2, { created_at: at(22, 9, 1), reply_to: 1 })), false);
  assert.equal(isGrouped(first, message(2, { created_at: at(22, 9, 1), kind: 'system' })), false);
  assert.equal(isGrouped(undefined, first), false);
});

test('the plan has day lines, the line of new ones, and groups', () => {
  const rows = plan(
    [
      message(1, { created_at: at(21, 9) }),
      message(2, { created_at: at(22, 9), author: other }),
      message(3, { created_at: at(22, 9, 1), author: other }),
      message(4, { created_at: at(22, 9, 2), author: other }),
    ],
    clock('en-GB', 'UTC'),
    2,
    ME,
  );
  assert.deepEqual(
    rows.map(row => (row.kind === 'message' ? `${row.message.seq}${row.first ? '+' : ''}` : row.kind)),
    ['day', '1+', 'day', '2+', 'new', '3+', '4'],
  );
  assert.equal(rows[4].at, at(22, 9));
  assert.equal(new Set(rows.map(row => row.key)).size, rows.length);
});

test('the line stands with the message it belongs to, or not at all', () => {
  const kinds = (first, isAll) =>
    plan(
      [message(first, { author: other }), message(first + 1, { author: other })],
      clock('en-GB', 'UTC'),
      7,
      ME,
      isAll,
    )
      .map(row => row.kind)
      .join();
  assert.equal(kinds(8, false), 'day,new,message,message');
  assert.equal(kinds(7, false), 'day,message,new,message');
  assert.equal(kinds(20, false), 'day,message,message');
  assert.equal(kinds(20, true), 'day,new,message,message'); // a newcomer sees nothing before
});

test('no line before what I wrote myself', () => {
  const rows = plan([message(1), message(2)], clock('en-GB', 'UTC'), 1, ME);
  assert.deepEqual(
    rows.map(row => row.kind),
    ['day', 'message', 'message'],
  );
});

test('who is meant', () => {
  assert.equal(meansMe(message(1, { author: other, mentions: [ME] }), ME), true);
  assert.equal(meansMe(message(1, { author: other, mentions_all: 'room' }), ME), true);
  assert.equal(meansMe(message(1, { mentions: [ME] }), ME), false);
  assert.equal(
    meansMe(message(1, { author: other, mentions: [ME], deleted: { by: 'author', reason: '' } }), ME),
    false,
  );
});

test('names and excerpts keep whole letters', () => {
  assert.equal(initials('Inés Robles'), 'IR');
  assert.equal(initials('王芳'), '王');
  assert.equal(initials('𝒜lice'), '𝒜');
  assert.equal(initials('  '), '');
  assert.equal(hue(0), 'h1');
  assert.equal(hue(15), 'h8');
  assert.equal(excerpt('**a**\n\n`b`  c'), 'a b c');
  assert.equal(excerpt('see [the plan](https://example.org/a) [1] (soon)'), 'see the plan [1] (soon)');
  assert.equal(excerpt('be kind:\n\n> one > two\n> > three'), 'be kind: one > two three');
  assert.equal([...excerpt('😀'.repeat(200), 10)].length, 10);
  assert.equal(roomTitle({ kind: 'direct', name: '', people: [{ id: 1, username: 'a', name: 'A' }] }, 'd1'), 'A');
});

test('system lines in the reader’s words', async () => {
  const { words: english } = await import('../../chat/static/chat/js/words/en.js');
  const { words: chinese } = await import('../../chat/static/chat/js/words/zh-hans.js');
  const inés = { id: 7, username: 'ines', name: 'Inés', bot: false };
  const said = (event, words = english, author = inés) => eventLine({ event, author }, words);
  assert.equal(said({ type: 'joined' }), 'Inés joined');
  assert.equal(said({ type: 'joined', users: [inés, { name: 'Jun' }] }), 'Inés and Jun joined');
  assert.equal(said({ type: 'topic', topic: 'tea' }), 'Inés set the topic: tea');
  assert.equal(said({ type: 'added', user: { name: 'Jun' } }, chinese), 'Inés 邀请了 Jun');
  assert.equal(said({ type: 'pinned', seq: 4 }, english, null), 'Deleted account pinned a message');
  for (const event of [undefined, { type: 'something new' }, { type: 'toString' }]) assert.equal(said(event), '');
});

test('what somebody says of themselves is over by itself', () => {
  const status = { emoji: '🌴', text: '', until: '2026-11-22T09:00:00.000Z' };
  const end = Date.parse(status.until);
  assert.equal(saidBy({ status }, end - 1), status);
  assert.equal(saidBy({ status }, end), null);
  assert.equal(saidBy({ status: { ...status, until: null } }, end)?.emoji, '🌴');
  assert.ok(!saidBy({ status: null }, end) && !saidBy({}, end));
});
