import assert from 'node:assert/strict';
import { test } from 'node:test';
import { called, matching, tokenAt } from '../../chat/static/chat/js/lookup.js';

test('a sign at the beginning or after a blank asks for names', () => {
  assert.deepEqual(tokenAt('@in', 3), { sign: '@', query: 'in', start: 0 });
  assert.deepEqual(tokenAt('hello @', 7), { sign: '@', query: '', start: 6 });
  assert.deepEqual(tokenAt('see #大', 6), { sign: '#', query: '大', start: 4 });
  assert.deepEqual(tokenAt('@ines and more', 3), { sign: '@', query: 'in', start: 0 });
});

test('an address, a heading and what follows a blank do not', () => {
  assert.equal(tokenAt('me@example.org', 14), null);
  assert.equal(tokenAt('## heading', 3), null);
  assert.equal(tokenAt('@ines hello', 8), null);
  assert.equal(tokenAt(`@${'x'.repeat(41)}`, 42), null);
  assert.notEqual(tokenAt(`@${'x'.repeat(40)}`, 41), null);
});

test('beginnings come first, then words, then the rest; case and accents do not matter', () => {
  const names = ['Carmen', 'Inés Robles', 'Lin Carter', 'Oscar'];
  const find = query => matching(names, query, name => [name]);
  assert.deepEqual(find('car'), ['Carmen', 'Lin Carter', 'Oscar']);
  assert.deepEqual(find('INES'), ['Inés Robles']);
  assert.deepEqual(find('zz'), []);
  assert.equal(matching(names, '', name => [name], 2).length, 2);
});

test('a colon with two letters asks for emoji, a smile does not', () => {
  assert.deepEqual(tokenAt('so :ta', 6), { sign: ':', query: 'ta', start: 3 });
  assert.deepEqual(tokenAt(':+1', 3), { sign: ':', query: '+1', start: 0 });
  assert.deepEqual(tokenAt(':笑', 2), { sign: ':', query: '笑', start: 0 });
  for (const text of [':', ':t', ':D', ':)', 'note:this', 'at 10:30', ':a b', 'https://x']) {
    assert.equal(tokenAt(text, text.length), null, text);
  }
});

test('everyone is called by a word of its own', () => {
  assert.equal(called('@room hello'), 'room');
  assert.equal(called('hello（@Here）'), 'here');
  for (const text of ['@roommate', 'me@room.org', '@room_1', 'room', '']) assert.equal(called(text), null);
});
