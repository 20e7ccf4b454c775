import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timeline } from '../../chat/static/chat/js/timeline.js';
import { ME, message, seeded } from './support.js';

const state = {
  name: 'Lobby',
  topic: '',
  kind: 'public',
  slow_mode: 0,
  posting: 'everyone',
  locked: null,
  archived: false,
  people: [],
};
const me = { role: 'member', can: ['send'], read_seq: 0 };

/** A room as the server keeps it. */
class Room {
  constructor() {
    this.rows = [];
    this.rev = 0;
  }
  post() {
    this.rev += 1;
    this.rows.push(message(this.rows.length + 1, { rev: this.rev }));
  }
  edit(seq, at) {
    const row = this.rows[seq - 1];
    if (row.deleted) return;
    this.rev += 1;
    this.rows[seq - 1] = { ...row, rev: this.rev, body: `edited ${this.rev}`, edited_at: at };
  }
  remove(seq) {
    const row = this.rows[seq - 1];
    if (row.deleted) return;
    this.rev += 1;
    this.rows[seq - 1] = {
      ...row,
      rev: this.rev,
      body: '',
      html: '',
      edited_at: null,
      deleted: { by: 'author', reason: '' },
    };
  }
  subscribed(since, backlog = 10) {
    const changed = since === null ? [] : this.rows.filter(row => row.rev > since);
    const reset = since !== null && changed.length > 30;
    const messages = since === null || reset ? this.rows.slice(-backlog) : changed;
    return { room: 'lobby', epoch: 'e1', seq: this.rows.length, rev: this.rev, reset, state, me, messages };
  }
  events(prev, rev) {
    const messages = this.rows.filter(row => row.rev > prev && row.rev <= rev).sort((a, b) => a.rev - b.rev);
    return { room: 'lobby', prev, rev, messages };
  }
  before(seq, limit) {
    const messages = this.rows.filter(row => row.seq < seq).slice(-limit);
    return { room: 'lobby', epoch: 'e1', messages, has_before: (messages[0]?.seq ?? seq) > 1, has_after: true };
  }
  after(seq, limit) {
    const messages = this.rows.filter(row => row.seq > seq).slice(0, limit);
    const last = messages.at(-1)?.seq ?? seq;
    return { room: 'lobby', epoch: 'e1', messages, has_before: true, has_after: last < this.rows.length };
  }
  around(seq, limit) {
    const from = Math.max(0, seq - 1 - Math.floor(limit / 2));
    const messages = this.rows.slice(from, seq - 1 + Math.ceil(limit / 2));
    return {
      room: 'lobby',
      epoch: 'e1',
      messages,
      has_before: from > 0,
      has_after: (messages.at(-1)?.seq ?? 0) < this.rows.length,
    };
  }
}

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

test('random schedules end in the state of the room', () => {
  for (let round = 0; round < 300; round += 1) {
    const seed = (Date.now() ^ (round * 2654435761)) >>> 0;
    const random = seeded(seed);
    const pick = most => Math.floor(random() * most);
    const room = new Room();
    for (let n = pick(60); n >= 0; n -= 1) room.post();
    const timeline = new Timeline();
    timeline.subscribed(room.subscribed(null), false);
    let sent = timeline.cursor;
    /** @type {{side: string, page: object}[]} */
    let waiting = [];
    const ask = side => {
      timeline.pageAsked();
      const page =
        side === 'around'
          ? room.around(1 + pick(room.rows.length), 8)
          : side === 'before'
            ? room.before(timeline.first, 5)
            : room.after(timeline.last, 5);
      waiting.push({ side, page });
    };
    for (let step = 0; step < 60; step += 1) {
      const dice = pick(10);
      if (dice < 3) room.post();
      else if (dice === 3) room.edit(1 + pick(room.rows.length), new Date(step).toISOString());
      else if (dice === 4) room.remove(1 + pick(room.rows.length));
      else if (dice < 7 && room.rev > sent) {
        const rev = sent + 1 + pick(room.rev - sent);
        const frame = room.events(sent, rev);
        if (random() < 0.15) {
          sent = timeline.cursor; // a run got lost on its way: the connection is made anew
          waiting.forEach(() => {
            timeline.pageFailed();
          });
          waiting = [];
          timeline.subscribed(room.subscribed(timeline.cursor), true);
          sent = timeline.cursor;
        } else {
          assert.equal(timeline.events(frame), true, `seed ${seed}`);
          sent = rev;
          if (random() < 0.2) timeline.events(frame);
        }
      } else if (dice === 7 && !waiting.length) ask(timeline.attached ? 'before' : random() < 0.5 ? 'before' : 'after');
      else if (dice === 8 && !waiting.length) ask('around');
      else if (dice === 9 && waiting.length) {
        const { side, page } = waiting.shift();
        timeline.page(page, side);
      }
    }
    waiting.forEach(({ side, page }) => {
      timeline.page(page, side);
    });
    if (room.rev > sent) assert.equal(timeline.events(room.events(sent, room.rev)), true, `seed ${seed}`);
    while (!timeline.attached) {
      timeline.pageAsked();
      timeline.page(room.after(timeline.last, 5), 'after');
    }
    while (timeline.hasBefore) {
      timeline.pageAsked();
      timeline.page(room.before(timeline.first, 5), 'before');
    }
    assert.deepEqual(timeline.messages(), room.rows, `seed ${seed}`);
  }
});
