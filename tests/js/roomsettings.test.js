import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf } from '../../chat/static/chat/js/roomsettings.js';

const state = {
  name: 'Lobby',
  topic: 'Come in',
  description: 'one\ntwo',
  icon: '☕',
  kind: 'public',
  slow_mode: 30,
  posting: 'everyone',
  listed: true,
};

/** The form as the room stands, with some of it changed. */
function form(changes = {}) {
  const data = new FormData();
  const { name, topic, icon, posting } = state;
  const fields = { name, topic, icon, posting, description: 'one\r\ntwo', slow_mode: '30', ...changes };
  for (const [key, value] of Object.entries(fields)) if (value !== null) data.set(key, value);
  return data;
}

test('what stands as it stood is no change', () => assert.deepEqual(changesOf(form(), state), {}));

test('only what was changed is sent, numbers as numbers', () => {
  const changes = changesOf(form({ topic: '', slow_mode: '0', posting: 'moderators' }), state);
  assert.deepEqual(changes, { topic: '', slow_mode: 0, posting: 'moderators' });
});

test('the boxes of a private room', () => {
  const own = { ...state, kind: 'private', listed: false, history_for_newcomers: true };
  assert.deepEqual(changesOf(form({ history_for_newcomers: 'on' }), own), {});
  assert.deepEqual(changesOf(form({ listed: 'on' }), own), { listed: true, history_for_newcomers: false });
});
