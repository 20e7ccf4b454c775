// The entry of the room page: draws the backlog that the page carries, then what makes it live: the session, what
// stands round the log, the composer, clicks and keys.
/** @import { Message, PageData, Subscribed } from './types.js' */
/** @import { Place } from './openers.js' */
import { effect } from '@preact/signals-core';
import { render } from 'lit-html';
import { words } from '#words';
import { Composer } from './composer.js';
import { clock, roomTitle } from './format.js';
import { icon, locale, useSprite } from './html.js';
import { Log } from './log.js';
import { listenKeys, listenOpeners } from './openers.js';
import { Room } from './room.js';
import { mayDo } from './rows.js';
import { Session } from './session.js';
import { showSidebar } from './sidebar.js';
import { showConnection, showLatest, showTyping, speak } from './status.js';
import { Talk } from './talk.js';
import { part } from './toast.js';
import { Travel } from './travel.js';

const REFUSAL_MS = 6000;

/** @param {string} id */
const byId = id => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {PageData} data @param {Subscribed} page */
async function show(data, page) {
  useSprite(data.icons);
  const room = new Room(data, page);
  const log = new Log(room, clock(locale(), data.timeZone, data.device.clock), byId('log'));
  if (room.timeline.messages().some(message => message.attachments.length)) await room.fetchFiles();
  log.open(data.target);
  await new Promise(done => setTimeout(done)); // keys and touches go between
  goLive(data, room, log);
}

/** @param {PageData} data @param {Room} room @param {Log} log */
function goLive(data, room, log) {
  const session = new Session(data);
  const talk = new Talk(session, room);
  const travel = new Travel(talk, log);
  showSidebar(session);
  effect(() => {
    room.ignored.value = session.ignored.value;
  });
  showHeader(session, room);
  showConnection(talk, byId('notice'));
  showTyping(room, byId('typing'));
  showLatest(room, travel, /** @type {HTMLButtonElement} */ (byId('latest')));
  speak(talk, byId('reader'));
  const composer = startComposer(talk, log, travel);
  const isFree = document.activeElement === document.body && location.hash !== '#nav';
  // With the box on a touch screen the keyboard would rise.
  const first = composer && matchMedia('(pointer: fine)').matches ? composer.box : byId('title');
  if (isFree && first.checkVisibility()) first.focus({ preventScroll: true });
  const place = { talk, travel, log, mention: (/** @type {string} */ name) => composer?.mention(name) };
  listen(place, composer);
  listenKeys(session, () => {
    talk.reading.isHeld = false;
    travel.toNewest();
    composer?.box.focus();
  });
  listenOpeners(session, place);
  watchRestrictions(session, room, log);
  session.start();
}

/** What restricts a room, or this person in it, is fetched once there is such a thing. @param {Session} session @param {Room} room @param {Log} log */
function watchRestrictions(session, room, log) {
  let isShown = false;
  const stop = effect(() => {
    session.status.value; // where it could not be had: with the next connection
    room.version.value;
    const { state } = room.timeline;
    if (!session.data.muted && !session.notice.value && !state?.slow_mode && !state?.locked) return;
    import('./restrictions.js').then(
      ({ showRestrictions }) => {
        if (isShown) return;
        isShown = true;
        stop();
        showRestrictions(session, room, untilIn(log), byId('rule'));
      },
      () => {},
    );
  });
}

/** Says until when something holds. @param {Log} log @returns {(at: string) => string} */
const untilIn = log => at => log.when.moment(at, new Date());

/** @param {Session} session @param {Room} room */
function showHeader(session, room) {
  const [name, topic, bell] = [byId('room-name'), byId('room-topic'), document.getElementById('bell')];
  const guarded = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-can]'));
  bell?.replaceChildren();
  const badge = document.getElementById('asking');
  effect(() => {
    const asking = room.asking.value;
    if (!badge || asking === null) return;
    badge.hidden = !asking;
    badge.textContent = String(asking);
  });
  effect(() => {
    session.rooms.value;
    const settings = session.entry(room.slug)?.settings;
    if (bell) render(icon(settings?.muted || settings?.notify === 'nothing' ? 'belloff' : 'bell'), bell);
  });
  effect(() => {
    room.version.value;
    const { state } = room.timeline;
    if (!state) return;
    const title = roomTitle(state, room.slug);
    name.textContent = state.kind === 'direct' ? title : `# ${title}`;
    topic.textContent = state.topic;
    topic.hidden = !state.topic;
    for (const act of guarded) act.hidden = !room.can.has(act.dataset.can ?? '');
  });
}

/** @param {Room} room */
function mayWrite({ left, can, timeline: { state } }) {
  return !left.value && can.has('send') && !state?.archived && (!state?.locked || can.has('moderate'));
}

/** @param {Talk} talk @param {Log} log @param {Travel} travel @returns {Composer | null} */
function startComposer(talk, log, travel) {
  const { room } = talk;
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById('composer'));
  const closed = byId('closed');
  if (form) {
    effect(() => {
      room.version.value;
      const isClosed = !mayWrite(room);
      form.hidden = isClosed;
      closed.hidden = !isClosed;
      if (isClosed) part(import('./closed.js')).then(({ showWhy }) => showWhy(room, untilIn(log), closed));
    });
  }
  if (!form) return null;
  const composer = new Composer(talk, form, {
    posted: () => travel.toNewest(),
    editLast: () => {
      const mine = room.timeline.messages().findLast(message => mayDo(message, room).edit);
      if (mine) part(import('./editing.js')).then(({ edit }) => edit(mine, talk, log, () => composer.box.focus()));
      return Boolean(mine);
    },
  });
  return composer;
}

/** @param {Place} place @param {Composer | null} composer */
function listen(place, composer) {
  const { talk, log, travel } = place;
  const { room } = talk;
  /** What one can do with a message is fetched when somebody does it. @param {string} act @param {Message} message @param {Element} at */
  const perform = (act, message, at) =>
    part(import('./acts.js')).then(acts => acts.perform(act, message, at, { place, composer, announce, tell }));
  /** @param {Element} inside @returns {Message | undefined} */
  const messageOf = inside => room.timeline.held.get(Number(inside.closest('li[data-seq]')?.getAttribute('data-seq')));

  log.list.addEventListener('click', event => {
    const hit = event.target instanceof Element ? event.target.closest('button, a') : null;
    if (!(hit instanceof HTMLElement)) return;
    const { act: name, react, jump, again, discard, rewrite } = hit.dataset;
    const message = messageOf(hit);
    if (name === 'unfold' && message) room.unfold(message.seq);
    else if (name && message) perform(name, message, hit);
    else if (react && message) talk.react(message, react).then(tell);
    else if (again) talk.session.again(again);
    else if (discard) talk.session.discard(discard);
    else if (rewrite) {
      const draft = talk.session.discard(rewrite);
      if (draft) composer?.rewrite(draft);
    } else if (jump && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      travel.jump(Number(jump));
    }
  });
  if (matchMedia('(any-pointer: coarse)').matches) {
    const fetchHolds = () =>
      import('./hold.js').then(
        ({ listenHolds }) =>
          listenHolds(log.list, row => {
            const message = messageOf(row);
            if (message) perform('held', message, row);
          }),
        () => log.list.addEventListener('pointerdown', fetchHolds, { once: true }),
      );
    fetchHolds();
  }
  const walking = () => import('./walking.js');
  log.scroller.addEventListener('focusin', () => walking().catch(() => {}), { once: true });
  /** @type {Record<string, string>} */
  const keys = { r: 'reply', e: 'edit', l: 'link', '+': 'pick', Delete: 'delete' };
  log.scroller.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || ownKeys(event.target)) return;
    const message = event.target instanceof Element ? messageOf(event.target) : undefined;
    if (keys[event.key] && message) perform(keys[event.key], message, log.rowOf(message.seq) ?? log.scroller);
    else if (/^(Arrow(Up|Down)|Home|End)$/.test(event.key))
      part(walking()).then(({ walk }) => walk(log.list, event.key));
    else return;
    event.preventDefault();
  });
}

/** Sound and films have keys of their own, and so has a text. @param {EventTarget | null} target */
const ownKeys = target => target instanceof Element && target.matches('textarea, audio, video');

/** @param {string} text */
function announce(text) {
  byId('reader').textContent = text;
}

/** Says why something was not done. @param {string} refusal */
function tell(refusal) {
  if (!refusal) return;
  const place = byId('refusal');
  place.textContent = refusal === 'lost' ? words.unreachable : refusal;
  setTimeout(() => {
    place.textContent = '';
  }, REFUSAL_MS);
}

/** @type {PageData} */
const data = JSON.parse(document.getElementById('page-data')?.textContent ?? '{}');
if (data.page) show(data, data.page);
