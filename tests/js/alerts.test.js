import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, wording } from '../../chat/static/chat/js/alerts.js';
import { message } from './support.js';

const device = { enter: '', clock: '', notify: true, sound: true };
const facts = { room: 'lobby', looking: [], device, permission: 'granted', isQuiet: false };
const nothing = { sound: false, system: false, offer: false };

test('who looks elsewhere is shown it and hears it', () => {
  assert.deepEqual(decide(facts), { sound: true, system: true, offer: false });
});

test('who looks at another page of the site only hears it', () => {
  assert.deepEqual(decide({ ...facts, looking: ['garden', ''] }), { ...nothing, sound: true });
});

test('who looks at the room sees it anyway', () => {
  assert.deepEqual(decide({ ...facts, looking: ['garden', 'lobby'] }), nothing);
});

test('who does not want to be disturbed is not', () => {
  assert.deepEqual(decide({ ...facts, isQuiet: true }), nothing);
  assert.deepEqual(decide({ ...facts, isQuiet: true, permission: 'default' }), nothing);
});

test('the browser is asked only where the person was away and it was never asked', () => {
  assert.deepEqual(decide({ ...facts, permission: 'default' }), { ...nothing, sound: true, offer: true });
  assert.deepEqual(decide({ ...facts, permission: 'denied' }), { ...nothing, sound: true });
  assert.deepEqual(decide({ ...facts, permission: 'default', looking: [''] }), { ...nothing, sound: true });
});

test('each setting of the device turns its own off', () => {
  assert.deepEqual(decide({ ...facts, device: { ...device, sound: false } }), { ...nothing, system: true });
  const quiet = { ...device, notify: false };
  assert.deepEqual(decide({ ...facts, device: quiet }), { ...nothing, sound: true });
  assert.deepEqual(decide({ ...facts, device: quiet, permission: 'default' }), { ...nothing, sound: true });
});

test('a notification says who, where and what', () => {
  const lobby = { slug: 'lobby', name: 'Lobby', kind: 'public', people: [] };
  const direct = { slug: 'd-1', name: '', kind: 'direct', people: [] };
  const said = message(4, { body: 'are you\nthere?' });
  assert.deepEqual(wording('mention', said, lobby, 'lobby'), { title: 'Inés · # Lobby', body: 'are you there?' });
  assert.equal(wording('direct', said, direct, 'd-1').title, 'Inés');
  assert.equal(wording('reminder', said, lobby, 'lobby').title, 'Reminder · Inés · # Lobby');
  assert.equal(wording('mention', said, undefined, 'gone').title, 'Inés');
  assert.ok(wording('mention', message(5, { body: 'x'.repeat(4000) }), lobby, 'lobby').body.length <= 201);
});
