// Telling a person of what concerns them while they look elsewhere: a system notification, a sound. Of all pages of the
// site that stand open in a browser, one speaks; each says by a lock of its own which room it shows to whom looks at it.
/** @import { Device, Frame, Message, RoomEntry } from './types.js' */
/** @import { Session } from './session.js' */
import { effect } from '@preact/signals-core';
import { words } from '#words';
import { gist, nameOf, roomTitle } from './format.js';
import { workerAddress } from './html.js';

const VOICE = 'voice';
const LOOKING = 'looking:';
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

class Alerts {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.speaks = !navigator.locks; // on plain HTTP there are none: each page speaks for itself
    this.chimedAt = 0;
    /** The newest message told of each room. @type {Map<string, number>} */
    this.told = new Map();
    session.onNotify = frame => this.#take(frame);
    navigator.locks?.request(VOICE, () => {
      this.speaks = true;
      return new Promise(() => {}); // for as long as the page stands
    });
    this.#look();
    effect(() => {
      this.#clear(session.rooms.value);
    });
  }

  /** Holds the lock of this page's room while somebody looks at it. */
  #look() {
    /** @type {(() => void) | null} */
    let release = null;
    const look = () => {
      const isLooking = !document.hidden && document.hasFocus();
      if (isLooking === Boolean(release)) return;
      if (!isLooking) {
        release?.();
        release = null;
        return;
      }
      const held = new Promise(done => {
        release = () => done(null);
      });
      navigator.locks?.request(LOOKING + (this.session.current ?? ''), { mode: 'shared' }, () => held);
    };
    for (const event of ['focus', 'blur']) addEventListener(event, look);
    document.addEventListener('visibilitychange', look);
    look();
  }

  async #looking() {
    if (!navigator.locks) return !document.hidden && document.hasFocus() ? [this.session.current ?? ''] : [];
    const { held } = await navigator.locks.query();
    return (held ?? []).flatMap(({ name }) => (name?.startsWith(LOOKING) ? name.slice(LOOKING.length) : []));
  }

  /** @param {Frame} frame */
  async #take(frame) {
    const { room = '', seq, reason } = frame;
    const { device } = this.session.data;
    const permission = globalThis.Notification?.permission ?? 'denied';
    const looking = await this.#looking();
    const isQuiet = Boolean(frame.quiet);
    const { sound, system, offer } = decide({ room, looking, device, permission, isQuiet });
    if (offer) import('./offer.js').then(({ offerAlerts }) => offerAlerts(this.session));
    if (!this.speaks) return;
    if (sound) this.#chime();
    if (system) await this.#show(room, seq, reason);
  }

  /** @param {string} room @param {number} seq @param {string} reason */
  async #show(room, seq, reason) {
    const command = { type: 'history', room, around: seq, limit: 1 };
    const page = await this.session.connection.request(command).catch(() => null);
    const message = /** @type {Message | undefined} */ (page?.messages[0]);
    if (message?.seq !== seq || message.deleted) return;
    this.told.set(room, seq);
    const { title, body } = wording(reason, message, this.session.entry(room), room);
    const worker = await navigator.serviceWorker?.ready;
    const options = {
      body,
      tag: room,
      renotify: true,
      silent: true, // the page has its own sound
      dir: 'auto',
      icon: this.session.data.picture,
      data: { path: `/chat/${encodeURIComponent(room)}/${seq}/` },
    };
    await worker?.showNotification(title, /** @type {NotificationOptions} */ (options));
  }

  /** Takes back what was read by now, here or elsewhere. @param {RoomEntry[]} rooms */
  async #clear(rooms) {
    for (const { slug, read_seq } of rooms) {
      if (read_seq < (this.told.get(slug) ?? Number.POSITIVE_INFINITY)) continue;
      this.told.delete(slug);
      const worker = await navigator.serviceWorker?.ready;
      for (const one of (await worker?.getNotifications({ tag: slug })) ?? []) one.close();
    }
  }

  #chime() {
    if (Date.now() - this.chimedAt < CHIME_REST_MS) return;
    this.chimedAt = Date.now();
    chime();
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

/** Makes the page tell of what concerns the person. @param {Session} session */
export function startAlerts(session) {
  navigator.serviceWorker?.register(/** @type {string} */ (workerAddress())).catch(() => {}); // a browser without room
  return new Alerts(session);
}
