import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Reading } from '../../chat/static/chat/js/reading.js';

/** Somebody who had read up to 10, and what the site hears of them. @param {(seq: number) => Promise<number>} [answer] */
function reader(answer = async seq => seq) {
  /** @type {number[]} */
  const told = [];
  const reading = new Reading(10, seq => {
    told.push(seq);
    return answer(seq);
  });
  return { reading, told };
}

test('what is seen is told at most once a second, and only what is new', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 5_000 });
  try {
    const { reading, told } = reader();
    reading.saw(9);
    reading.saw(11);
    mock.timers.tick(0);
    assert.deepEqual(told, [11]);
    await Promise.resolve();
    for (const seq of [12, 14, 13]) reading.saw(seq);
    mock.timers.tick(999);
    assert.deepEqual(told, [11]);
    mock.timers.tick(1);
    assert.deepEqual(told, [11, 14]);
  } finally {
    mock.timers.reset();
  }
});

test('what could not be told is told with the next row that is seen', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 5_000 });
  try {
    const { reading, told } = reader(() => Promise.reject(new Error('lost')));
    reading.saw(11);
    mock.timers.tick(0);
    await Promise.resolve();
    reading.saw(11);
    mock.timers.tick(1_000);
    assert.deepEqual(told, [11, 11]);
  } finally {
    mock.timers.reset();
  }
});

test('what was marked unread by hand stays unread, whatever was under way', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 5_000 });
  try {
    const { reading, told } = reader();
    reading.saw(12);
    reading.hold(7);
    reading.saw(12);
    mock.timers.tick(2_000);
    assert.deepEqual(told, []);
    reading.isHeld = false;
    reading.saw(12);
    mock.timers.tick(0);
    assert.deepEqual(told, [12]);
  } finally {
    mock.timers.reset();
  }
});
