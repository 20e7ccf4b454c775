import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, delayBefore } from '../../chat/static/chat/js/connection.js';

test('the span grows by 1.7 from half a second to thirty, with full jitter', () => {
  const spans = [0, 1, 2, 3, 8, 9, 1000].map(attempt => delayBefore(attempt, () => 1));
  assert.deepEqual(spans, [500, 850, 1445, 2456, 30_000, 30_000, 30_000]);
  assert.equal(
    delayBefore(5, () => 0),
    0,
  );
});

test('close codes decide', () => {
  assert.deepEqual(decide(4401), { action: 'sign-in' });
  assert.deepEqual(decide(4403), { action: 'banned' });
  assert.deepEqual(decide(1009), { action: 'stop' });
  assert.deepEqual(decide(4400), { action: 'stop' });
  assert.deepEqual(
    decide(1012, 0, () => 0.5),
    { action: 'return', delay: 2500 },
  );
  assert.deepEqual(decide(4408), { action: 'return', delay: 0 });
  assert.deepEqual(decide(4429, 2.5), { action: 'return', delay: 2500 });
  for (const code of [1000, 1001, 1005, 1006, 1011, 4999]) {
    assert.deepEqual(decide(code), { action: 'return', delay: null });
  }
});
