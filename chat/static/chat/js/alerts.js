// Telling a person of what concerns them while they look elsewhere: a system notification, a sound.
/** @import { Device, Frame, Message, RoomEntry } from './types.js' */
/** @import { Pages } from './looking.js' */
/** @import { Session } from './session.js' */
import { effect } from '@preact/signals-core';
import { words } from '#words';
import { gist, nameOf, roomTitle } from './format.js';

const CHIME_REST_MS = 3000;
const TEXT_MOST = 200;

/**
 * What is to be done about something that concerns the person. Pure.
 * @param {object} facts
 * @param {string} facts.room where it happened
 * @param {string[]} facts.looking the rooms of pages that are looked at, '' for other pages
 * @param {Device} facts.device
 * @param {NotificationPermission} facts.permission
 * @param {boolean} facts.isQuiet the person does not want to be disturbed
 */
export function decide({ room, looking, device, permission, isQuiet }) {
  const wanted = !isQuiet && !looking.includes(room);
  const isAway = wanted && !looking.length;
  return {
    sound: wanted && device.sound,
    system: isAway && device.notify && permission === 'granted',
    offer: isAway && device.notify && permission === 'default',
  };
}

/**
 * What a notification says.
 * @param {string} reason @param {Message} message @param {RoomEntry | undefined} room @param {string} slug
 */
export function wording(reason, message, room, slug) {
  const name = nameOf(message.author, words.goneAccount);
  const place = room && room.kind !== 'direct' ? `# ${roomTitle(room, slug)}` : '';
  const title = [name, place].filter(Boolean).join(' · ');
  return {
    title: reason === 'reminder' ? `${words.reminder} · ${title}` : title,
    body: gist(message, TEXT_MOST),
  };
}

/** The newest message told of each room. @type {Map<string, number>} */
const told = new Map();
let chimedAt = 0;
let takesBack = false;

/** @param {Frame} frame a `notify` @param {Session} session @param {Pages} pages */
export async function tellOf(frame, session, pages) {
  const { room = '', seq, reason } = frame;
  const { device } = session.data;
  const permission = globalThis.Notification?.permission ?? 'denied';
  const looking = await pages.looking();
  const { sound, system, offer } = decide({ room, looking, device, permission, isQuiet: Boolean(frame.quiet) });
  if (offer) import('./offer.js').then(({ offerAlerts }) => offerAlerts(session));
  if (!pages.speaks) return;
  if (sound && Date.now() - chimedAt >= CHIME_REST_MS) {
    chimedAt = Date.now();
    chime();
  }
  if (system) await show(session, room, seq, reason);
}

/** @param {Session} session @param {string} room @param {number} seq @param {string} reason */
async function show(session, room, seq, reason) {
  const command = { type: 'history', room, around: seq, limit: 1 };
  const page = await session.connection.request(command).catch(() => null);
  const message = /** @type {Message | undefined} */ (page?.messages[0]);
  if (message?.seq !== seq || message.deleted) return;
  told.set(room, seq);
  const { title, body } = wording(reason, message, session.entry(room), room);
  const worker = await navigator.serviceWorker?.ready;
  const options = {
    body,
    tag: room,
    renotify: true,
    silent: true, // the page has its own sound
    dir: 'auto',
    icon: session.data.picture,
    data: { path: `/chat/${encodeURIComponent(room)}/${seq}/` },
  };
  await worker?.showNotification(title, /** @type {NotificationOptions} */ (options));
  if (takesBack) return;
  takesBack = true;
  effect(() => {
    takeBack(session.rooms.value);
  });
}

/** Takes back what was read by now, here or elsewhere. @param {RoomEntry[]} rooms */
async function takeBack(rooms) {
  for (const { slug, read_seq } of rooms) {
    if (read_seq < (told.get(slug) ?? Number.POSITIVE_INFINITY)) continue;
    told.delete(slug);
    const worker = await navigator.serviceWorker?.ready;
    for (const one of (await worker?.getNotifications({ tag: slug })) ?? []) one.close();
  }
}

/** @type {AudioContext | undefined} */
let audio;

/** Two soft tones. A browser lets a page sound only once somebody has touched it. */
export function chime() {
  if (navigator.userActivation?.hasBeenActive === false) return;
  audio ??= new AudioContext();
  for (const [hertz, after] of [
    [659.3, 0],
    [987.8, 0.11],
  ]) {
    const start = audio.currentTime + after;
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = hertz;
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.09, start + 0.012);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.6);
    tone.connect(loudness).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.6);
  }
}
