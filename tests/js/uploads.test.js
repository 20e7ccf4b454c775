import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitted, kindOf, sizeText } from '../../chat/static/chat/js/files.js';
import { gist } from '../../chat/static/chat/js/format.js';
import { refusalOf, Uploads } from '../../chat/static/chat/js/uploads.js';
import { message } from './support.js';

const file = (name, size = 100) => ({ name, size, type: 'image/png' });
const upload = (name, size = 90) => ({ id: name, name, size, type: 'image/png', alt: '' });
const names = items => items.map(item => item.name);

test('two go up at a time, in the order in which they came', () => {
  const uploads = new Uploads();
  const [a, b, c] = ['a', 'b', 'c'].map(name => uploads.add(file(name), ''));
  assert.deepEqual(names(uploads.take()), ['a', 'b']);
  assert.deepEqual(uploads.take(), []);
  uploads.arrived(b.key, upload('b'));
  assert.deepEqual(names(uploads.take()), ['c']);
  assert.ok(uploads.isBusy);
  uploads.arrived(c.key, upload('c'));
  uploads.arrived(a.key, upload('a'));
  assert.ok(!uploads.isBusy);
  assert.deepEqual(names(uploads.give()), ['a', 'b', 'c']);
  assert.deepEqual(uploads.items, []);
});

test('one that failed stands in the way of the message until it is removed or tried again', () => {
  const uploads = new Uploads();
  const bad = uploads.add(file('bad'), 'too large');
  const lost = uploads.add(file('lost'), '');
  assert.deepEqual(names(uploads.take()), ['lost']);
  uploads.progressed(lost.key, 60);
  uploads.failed(lost.key, 'no answer', true);
  assert.ok(uploads.hasFailed);
  assert.deepEqual(uploads.there, []);
  uploads.again(bad.key);
  uploads.again(lost.key);
  assert.deepEqual(names(uploads.take()), ['lost']);
  assert.equal(uploads.get(lost.key).sent, 0);
  uploads.remove(bad.key);
  assert.ok(!uploads.hasFailed);
});

test('a page that is opened anew takes up what is up and what is held, in order', () => {
  const uploads = new Uploads();
  const [a, b, c] = ['a', 'b', 'c'].map(name => uploads.add(file(name), ''));
  uploads.take();
  uploads.arrived(a.key, upload('a'));
  assert.ok(uploads.isAtRisk);
  b.held = 7;
  assert.ok(uploads.isAtRisk, 'the third is nowhere else');
  c.held = 8;
  assert.ok(!uploads.isAtRisk);
  uploads.failed(c.key, 'no answer', true);
  const [up, ...held] = uploads.known;
  assert.deepEqual(up, upload('a'));
  assert.deepEqual(
    held.map(one => [one.held, one.name]),
    [
      [7, 'b'],
      [8, 'c'],
    ],
  );

  const anew = new Uploads();
  const { key } = anew.recall(held[0]);
  assert.deepEqual([anew.isBusy, anew.isAtRisk, anew.take()], [true, false, []]);
  anew.recalled(key, file('b'));
  assert.deepEqual(names(anew.take()), ['b']);
  assert.deepEqual(anew.known, [held[0]]);
});

test('what comes for a file that was taken out changes nothing', () => {
  const uploads = new Uploads();
  const { key } = uploads.add(file('a'), '');
  uploads.take();
  uploads.remove(key);
  uploads.progressed(key, 5);
  uploads.failed(key, 'late', true);
  uploads.arrived(key, upload('a'));
  assert.deepEqual(uploads.items, []);
});

test('progress never goes back, nor past the file: the form around it is no part of it', () => {
  const uploads = new Uploads();
  const { key } = uploads.add(file('a', 100), '');
  for (const sent of [40, 20, 140]) uploads.progressed(key, sent);
  assert.equal(uploads.get(key).sent, 100);
});

test('files from before a reload are there at once', () => {
  const uploads = new Uploads();
  uploads.restore(upload('a'));
  assert.ok(!uploads.isBusy);
  assert.deepEqual(names(uploads.there), ['a']);
});

test('what the page knows of limits', () => {
  const limits = { upload: 100, attachments: 2, rooms: 500 };
  assert.equal(refusalOf(0, null), 'empty');
  assert.equal(refusalOf(101, null), '');
  assert.equal(refusalOf(100, limits), '');
  assert.equal(refusalOf(101, limits), 'large');
  assert.equal(refusalOf(1, { ...limits, upload: 0 }), 'large');
});

test('sizes and kinds in words', () => {
  assert.equal(sizeText(900, 'en'), '900 byte');
  assert.equal(sizeText(48_000, 'en'), '48 kB');
  assert.equal(sizeText(999_499, 'en'), '999 kB');
  assert.equal(sizeText(999_500, 'en'), '1 MB');
  assert.equal(sizeText(1_240_000, 'en'), '1.2 MB');
  assert.equal(kindOf('report.final.pdf'), 'PDF');
  assert.equal(kindOf('.bashrc'), '');
  assert.equal(kindOf('notes'), '');
});

test('a picture fits its place and is never made larger', () => {
  assert.deepEqual(fitted({ width: 1200, height: 550 }), [384, 176]);
  assert.deepEqual(fitted({ width: 600, height: 1400 }), [137, 320]);
  assert.deepEqual(fitted({ width: 16, height: 16 }), [16, 16]);
  assert.deepEqual(fitted({ width: 9000, height: 2 }), [384, 1]);
});

test('a message without words says what its files show', () => {
  const files = [
    { name: 'a.png', alt: 'a cat' },
    { name: 'b.pdf', alt: '' },
  ];
  assert.equal(gist(message(1, { body: '', attachments: files })), 'a cat, b.pdf');
  assert.equal(gist(message(1, { body: 'look', attachments: files })), 'look');
});
