import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matching, tokenAt } from '../../chat/static/chat/js/lookup.js';

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
