import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Timeline } from '../../chat/static/chat/js/timeline.js';
import { Room } from './room.js';
import { ME, message } from './support.js';

test('a snapshot, then live changes in any order of seq', () => {
  const room = new Room();
  for (let n = 0; n < 15; n += 1) room.post();
  const timeline = new Timeline();
  timeline.subscribed(room.subscribed(null), false);
  assert.deepEqual(
    timeline.messages().map(m => m.seq),
    [6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  );
  assert.equal(timeline.hasBefore, true);
  // 16 changed again after the run, so 17 comes first and 16 fills the hole later
  room.post();
  room.post();
  const upTo = room.rev;
  room.edit(16, '2026-01-01T00:00:01.000Z');
  assert.equal(timeline.events(room.events(15, upTo)), true);
  assert.deepEqual(
    timeline
      .messages()
      .slice(-2)
      .map(m => m.seq),
    [15, 17],
  );
  assert.equal(timeline.events(room.events(upTo, room.rev)), true);
  assert.deepEqual(
    timeline
      .messages()
      .slice(-2)
      .map(m => m.seq),
    [16, 17],
  );
});

test('a hole is refused, an old run is ignored', () => {
  const room = new Room();
  for (let n = 0; n < 5; n += 1) room.post();
  const timeline = new Timeline();
  timeline.subscribed(room.subscribed(null), false);
  for (let n = 0; n < 3; n += 1) room.post();
  assert.equal(timeline.events(room.events(6, 8)), false);
  assert.equal(timeline.cursor, 5);
  assert.equal(timeline.last, 5);
  assert.equal(timeline.events(room.events(3, 4)), true);
  assert.equal(timeline.cursor, 5);
});

test('catching up counts what happened', () => {
  const room = new Room();
  for (let n = 0; n < 8; n += 1) room.post();
  const timeline = new Timeline();
  timeline.subscribed(room.subscribed(null), false);
  room.edit(3, '2026-01-01T00:00:01.000Z');
  room.edit(4, '2026-01-01T00:00:01.000Z');
  room.remove(5);
  for (let n = 0; n < 3; n += 1) room.post();
  const counts = timeline.subscribed(room.subscribed(timeline.cursor), true);
  assert.deepEqual(counts, { reset: false, posted: 3, edited: 2, removed: 1 });
  assert.deepEqual(timeline.messages(), room.rows);
});

test('a reaction to what was edited long ago and is not loaded is no edit', () => {
  const room = new Room();
  for (let n = 0; n < 8; n += 1) room.post();
  room.edit(2, room.rows[3].created_at);
  const { rev } = room;
  const timeline = new Timeline();
  timeline.subscribed({ ...room.subscribed(null), messages: room.rows.slice(4) }, false);
  const changed = { ...room.rows[1], rev: rev + 1 };
  const frame = { ...room.subscribed(rev), rev: rev + 1, messages: [changed] };
  assert.equal(timeline.subscribed(frame, true).edited, 0);
  const later = { ...changed, rev: rev + 2, edited_at: '2030-01-01T00:00:00.000Z' };
  assert.equal(timeline.subscribed({ ...frame, rev: rev + 2, messages: [later] }, true).edited, 1);
  assert.equal(timeline.newest, 8);
});

test('a reset drops what was held', () => {
  const room = new Room();
  for (let n = 0; n < 8; n += 1) room.post();
  const timeline = new Timeline();
  timeline.subscribed(room.subscribed(null), false);
  for (let n = 0; n < 40; n += 1) room.post();
  assert.equal(timeline.subscribed(room.subscribed(timeline.cursor), true).reset, true);
  assert.deepEqual(timeline.messages(), room.rows.slice(-10));
  assert.equal(timeline.hasBefore, true);
});

test('a page that is older than a live change does not undo it', () => {
  const room = new Room();
  for (let n = 0; n < 30; n += 1) room.post();
  const timeline = new Timeline();
  timeline.subscribed(room.subscribed(null), false);
  timeline.pageAsked();
  const page = room.before(timeline.first, 10);
  room.remove(15);
  timeline.events(room.events(timeline.cursor, room.rev));
  timeline.page(page, 'before');
  assert.deepEqual(timeline.messages(), room.rows.slice(10));
  assert.equal(timeline.passing.size, 0);
});

test('an own message is known by author and client_id', () => {
  const timeline = new Timeline();
  const row = message(1, { client_id: 'c-1', author: { id: 8, username: 'x', name: 'x', bot: false } });
  timeline.subscribed({ ...new Room().subscribed(null), seq: 1, rev: 1, messages: [row] }, false);
  assert.equal(timeline.holds(8, 'c-1'), true);
  assert.equal(timeline.holds(ME, 'c-1'), false);
});

test('trimming keeps the window whole', () => {
  const room = new Room();
  for (let n = 0; n < 500; n += 1) room.post();
  const timeline = new Timeline();
  timeline.subscribed(room.subscribed(null, 400), false);
  assert.equal(timeline.trim('top'), true);
  assert.equal(timeline.first, 201);
  assert.equal(timeline.hasBefore, true);
  timeline.subscribed(room.subscribed(null, 400), false);
  timeline.trim('bottom');
  assert.equal(timeline.attached, false);
  assert.equal(timeline.last, 400);
  room.post();
  timeline.events(room.events(500, 501));
  assert.equal(timeline.last, 400);
  assert.equal(timeline.newest, 501);
});

/** One step of a schedule: what happens, and two numbers in [0, 1) that say to which message and how. */
const step = fc.record({
  what: fc.constantFrom(
    'post',
    'post',
    'post',
    'edit',
    'remove',
    'events',
    'events',
    'lose',
    'page',
    'around',
    'answer',
  ),
  which: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  how: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

/** A room, a timeline of it, and the frames between them. */
class Schedule {
  constructor(posts) {
    this.room = new Room();
    for (let n = posts; n >= 0; n -= 1) this.room.post();
    this.timeline = new Timeline();
    this.timeline.subscribed(this.room.subscribed(null), false);
    this.sent = this.timeline.cursor;
    /** @type {{side: string, page: object} | null} */
    this.waiting = null;
  }

  take({ what, which, how }) {
    const { room, timeline } = this;
    const seq = 1 + Math.floor(which * room.rows.length);
    if (what === 'post') room.post();
    else if (what === 'edit') room.edit(seq, new Date(how * 1e9).toISOString());
    else if (what === 'remove') room.remove(seq);
    else if (what === 'events') this.tell(this.sent + 1 + Math.floor(which * (room.rev - this.sent)), how < 0.2);
    else if (what === 'lose') this.lose();
    else if (what === 'answer') this.answer();
    else if (!this.waiting)
      this.ask(what === 'around' ? what : timeline.attached || how < 0.5 ? 'before' : 'after', seq);
  }

  /** What has changed since the last frame, up to `rev`, now and then twice. */
  tell(rev, twice) {
    if (rev > this.room.rev) return;
    const frame = this.room.events(this.sent, rev);
    assert.equal(this.timeline.events(frame), true);
    if (twice) this.timeline.events(frame);
    this.sent = rev;
  }

  /** A run got lost on its way: the connection is made anew, and what was asked for is not answered. */
  lose() {
    if (this.waiting) this.timeline.pageFailed();
    this.waiting = null;
    this.timeline.subscribed(this.room.subscribed(this.timeline.cursor), true);
    this.sent = this.timeline.cursor;
  }

  ask(side, seq) {
    const { room, timeline } = this;
    timeline.pageAsked();
    const pages = {
      around: () => room.around(seq, 8),
      before: () => room.before(timeline.first, 5),
      after: () => room.after(timeline.last, 5),
    };
    this.waiting = { side, page: pages[side]() };
  }

  answer() {
    if (this.waiting) this.timeline.page(this.waiting.page, this.waiting.side);
    this.waiting = null;
  }

  /** Everything arrives, and both ends of the room are read. */
  end() {
    const { room, timeline } = this;
    this.answer();
    this.tell(room.rev > this.sent ? room.rev : Number.POSITIVE_INFINITY, false);
    while (!timeline.attached) this.read('after');
    while (timeline.hasBefore) this.read('before');
  }

  read(side) {
    this.ask(side, 1);
    this.answer();
  }
}

test('any schedule ends in the state of the room', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.array(step, { maxLength: 80 }), (posts, steps) => {
      const schedule = new Schedule(posts);
      for (const one of steps) schedule.take(one);
      schedule.end();
      assert.deepEqual(schedule.timeline.messages(), schedule.room.rows);
    }),
    { numRuns: 300 },
  );
});
