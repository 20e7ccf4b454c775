import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bare, favourites, find, groupsOf, hasTone, toned, took } from '../../chat/static/chat/js/emoji.js';
import english from '../../chat/static/chat/vendor/emoji/en.js';
import chinese from '../../chat/static/chat/vendor/emoji/zh-hans.js';

const groups = groupsOf(english);
const first = (query, among = groups) => find(among, query, 1)[0]?.text;

test('both languages have the same emoji in the same groups', () => {
  const texts = data => groupsOf(data).map(group => group.emoji.map(one => one.text));
  assert.deepEqual(texts(chinese), texts(english));
  assert.equal(groups.length, 9);
  assert.ok(groups.flatMap(group => group.emoji).length > 1800);
});

test('every emoji has a name', () => {
  for (const data of [english, chinese])
    for (const { name, text } of groupsOf(data).flatMap(group => group.emoji)) assert.ok(name && text);
});

test('search by name, short name and other words', () => {
  assert.equal(first('thumbs up'), '👍');
  assert.equal(first('+1'), '👍');
  assert.equal(first('tada'), '🎉');
  assert.equal(first(':red_heart:'), '❤️');
  assert.equal(first('Grinning'), '😀');
  assert.ok(find(groups, 'coffee', 5).some(one => one.text === '☕'));
  assert.equal(first('zzzzqq'), undefined);
  assert.deepEqual(find(groups, '  ', 9), []);
  assert.equal(find(groups, 'a', 12).length, 12);
});

test('search in Chinese, and by short names there too', () => {
  const among = groupsOf(chinese);
  assert.equal(first('金牌', among), '🥇');
  assert.equal(first('tada', among), '🎉');
  assert.ok(find(among, '咖啡', 5).some(one => one.text === '☕'));
});

test('the whole word comes before its beginnings', () => {
  const found = find(groups, 'cat', 3);
  assert.equal(found[0].text, '🐈');
});

test('skin tones', () => {
  assert.equal(toned('👍', 0), '👍');
  assert.equal(toned('👍', 3), '👍🏽');
  assert.equal(toned('🕵️‍♂️', 5), '🕵🏿‍♂️');
  assert.equal(toned('👩‍🚒', 1), '👩🏻‍🚒');
  assert.equal(toned('🎉', 3), '🎉');
  assert.equal(bare('👍🏽'), '👍');
  assert.ok(hasTone('✌️'));
  assert.ok(!hasTone('🎉'));
});

test('those one takes most come first, and not without end', () => {
  let taken = {};
  for (const [at, text] of ['🌱', '🦊', '🦊', '☕'].entries()) taken = took(taken, text, at);
  assert.deepEqual(favourites(taken, 4), ['🦊', '☕', '🌱', '👍']);
  assert.equal(favourites({}, 9).length, 8);
  for (let n = 0; n < 100; n += 1) taken = took(taken, String.fromCodePoint(0x1f400 + n), 10 + n);
  assert.equal(Object.keys(taken).length, 60);
  assert.ok(!('🦊' in taken));
});
