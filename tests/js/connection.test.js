import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, decide, delayBefore } from '../../chat/static/chat/js/connection.js';

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

test('a lost connection comes back by itself, and at once when it is woken', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  /** @type {FakeSocket[]} */
  const sockets = [];
  class FakeSocket {
    constructor() {
      /** @type {string[]} */
      this.sent = [];
      /** @type {((event: {data: string}) => void) | null} */
      this.onmessage = null;
      /** @type {((event: {code: number}) => void) | null} */
      this.onclose = null;
      sockets.push(this);
    }
    /** @param {string} text */
    send(text) {
      this.sent.push(text);
    }
    close() {}
  }
  /** @type {string[]} */
  const seen = [];
  const Socket = /** @type {typeof WebSocket} */ (/** @type {unknown} */ (FakeSocket));
  const connection = new Connection({ url: '', onFrame: () => {}, onStatus: status => seen.push(status), Socket });
  connection.open();
  sockets[0].onclose?.({ code: 1006 });
  t.mock.timers.tick(500);
  assert.equal(sockets.length, 2);
  sockets[1].onclose?.({ code: 1006 });
  connection.wake();
  assert.equal(sockets.length, 3);
  sockets[2].onmessage?.({ data: '{"type": "hello"}' });
  assert.deepEqual(seen, ['reconnecting', 'live']);
  connection.wake(); // the connection may be dead and not know it
  assert.deepEqual(sockets[2].sent, ['{"type":"ping"}']);
  t.mock.timers.tick(10_000);
  assert.equal(connection.status, 'reconnecting');
});
