import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../chat/static/chat/js/outbox.js';

const fields = (id, room = 'lobby', at = id) => ({
  client_id: id,
  user: 7,
  room,
  body: `body ${id}`,
  reply_to: null,
  files: [],
  created_at: at,
});
const ids = drafts => drafts.map(draft => draft.client_id);

test('one message of a room is under way at a time, in the order written', () => {
  const outbox = new Outbox();
  for (const id of ['a', 'b', 'c']) outbox.add(fields(id));
  outbox.add(fields('x', 'help'));
  assert.deepEqual(ids(outbox.take(0)), ['a', 'x']);
  assert.deepEqual(ids(outbox.take(0)), []);
  outbox.acked('a', 5);
  assert.deepEqual(ids(outbox.take(0)), ['b']);
});

test('what must be tried again holds back the later ones of its room until it is due', () => {
  const outbox = new Outbox();
  for (const id of ['a', 'b']) outbox.add(fields(id));
  outbox.take(1000);
  outbox.refused('a', { code: 'rate_limited', detail: '', retry_after: 3 }, 1000);
  assert.equal(outbox.nextDue(), 4000);
  assert.deepEqual(ids(outbox.take(3999)), []);
  assert.deepEqual(ids(outbox.take(4000)), ['a']);
  assert.equal(outbox.nextDue(), null);
});

test('a refusal for good lets the next ones go and waits for the person', () => {
  const outbox = new Outbox();
  for (const id of ['a', 'b']) outbox.add(fields(id));
  outbox.take(0);
  outbox.refused('a', { code: 'muted', detail: 'You are muted.' }, 0);
  assert.equal(outbox.get('a').state, 'failed');
  assert.deepEqual(ids(outbox.take(0)), ['b']);
  outbox.acked('b', 1);
  outbox.again('a');
  assert.deepEqual(ids(outbox.take(0)), ['a']);
  assert.equal(outbox.get('a').refusal, null);
});

test('a lost connection and a reload send the same client_id again', () => {
  const outbox = new Outbox();
  for (const id of ['a', 'b']) outbox.add(fields(id));
  const [draft] = outbox.take(0);
  outbox.lost();
  assert.equal(draft.state, 'queued');
  outbox.take(0);
  const kept = structuredClone(outbox.drafts).reverse();
  const reloaded = new Outbox();
  reloaded.add(fields('new', 'lobby', 'z'));
  reloaded.restore(kept);
  assert.deepEqual(ids(reloaded.drafts), ['a', 'b', 'new']);
  assert.deepEqual(ids(reloaded.take(0)), ['a']);
});

test('what was kept before there were files has none, and files stay with theirs', () => {
  const { files, ...old } = { ...fields('a'), state: 'queued' };
  const outbox = new Outbox();
  outbox.restore([old, { ...fields('b'), state: 'queued', files: [{ id: 'x' }] }]);
  assert.deepEqual(
    outbox.drafts.map(draft => draft.files),
    [files, [{ id: 'x' }]],
  );
});

test('a failed one is still failed after a reload, an acked one is gone', () => {
  const outbox = new Outbox();
  for (const id of ['a', 'b']) outbox.add(fields(id));
  outbox.take(0);
  outbox.refused('a', { code: 'forbidden', detail: 'no' }, 0);
  outbox.acked('b', 3);
  const reloaded = new Outbox();
  reloaded.restore(structuredClone(outbox.drafts));
  assert.deepEqual(ids(reloaded.drafts), ['a']);
  assert.equal(reloaded.drafts[0].state, 'failed');
});

test('an acked draft stays until the room shows it, whichever comes first', () => {
  const outbox = new Outbox();
  for (const id of ['a', 'b']) outbox.add(fields(id));
  outbox.take(0);
  outbox.acked('a', 10);
  assert.deepEqual(
    outbox.settle('lobby', 9, () => false),
    [],
  );
  assert.deepEqual(ids(outbox.settle('lobby', 10, () => false)), ['a']);
  outbox.take(0);
  assert.deepEqual(ids(outbox.settle('lobby', 10, id => id === 'b')), ['b']);
  outbox.acked('b', 11);
  assert.deepEqual(outbox.drafts, []);
});

test('a refusal that comes after the ack changes nothing', () => {
  const outbox = new Outbox();
  outbox.add(fields('a'));
  outbox.take(0);
  outbox.acked('a', 1);
  outbox.refused('a', { code: 'unavailable', detail: '' }, 0);
  outbox.lost();
  assert.equal(outbox.get('a').state, 'acked');
});
