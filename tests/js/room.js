/** A room as the server keeps it. */

import { message } from './support.js';

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

/** The room, and the frames in which the server tells of it. */
export class Room {
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
