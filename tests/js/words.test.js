import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { words as english } from '../../chat/static/chat/js/words/en.js';

const root = new URL('../../chat/static/chat/js/', import.meta.url);
const folders = ['words/', 'words-later/', 'words-files/'].map(name => new URL(name, root));

/** Every key with what stands under it: text, or the number of arguments. */
function shape(words, prefix = '') {
  return Object.entries(words)
    .flatMap(([key, value]) => {
      if (typeof value === 'object') return shape(value, `${prefix}${key}.`);
      return `${prefix}${key}: ${typeof value === 'function' ? value.length : 'text'}`;
    })
    .sort();
}

for (const folder of folders) {
  const others = readdirSync(folder).filter(name => name !== 'en.js');
  test('there is another language', () => assert.ok(others.length > 0));
  for (const name of others) {
    test(`${folder.pathname.split('/').at(-2)}/${name} has every word, and no other`, async () => {
      const { words: english } = await import(new URL('en.js', folder).href);
      const { words } = await import(new URL(name, folder).href);
      assert.deepEqual(shape(words), shape(english));
      for (const value of Object.values(words)) assert.notEqual(value, '');
    });
  }
}

test('plurals follow the language', async () => {
  const { words: chinese } = await import(new URL('zh-hans.js', folders[0]).href);
  assert.equal(english.newMessages(1), '1 new message');
  assert.equal(english.newMessages(1200), '1,200 new messages');
  assert.equal(chinese.newMessages(1), '1 条新消息');
  const counts = { reset: false, posted: 37, edited: 2, removed: 1 };
  assert.equal(english.caughtUp(counts), 'Caught up: 37 messages, 2 edits, 1 removal');
  assert.equal(chinese.caughtUp(counts), '已同步：37 条消息，2 处编辑，1 条被移除');
});
