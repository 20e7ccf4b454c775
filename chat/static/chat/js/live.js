// What makes the room page live: the session, what stands round the log, the composer, clicks and keys.
/** @import { Message, PageData } from './types.js' */
/** @import { Log } from './log.js' */
/** @import { Room } from './room.js' */
import { effect } from '@preact/signals-core';
import { html, render } from 'lit-html';
import { words } from '#words';
import { Composer } from './composer.js';
import { roomTitle } from './format.js';
import { listenKeys } from './keys.js';
import { mayDo } from './rows.js';
import { Session } from './session.js';
import { showSidebar } from './sidebar.js';
import { showConnection, showLatest, showTyping, speak, whyClosed } from './status.js';
import { Talk } from './talk.js';
import { Travel } from './travel.js';

const REFUSAL_MS = 6000;

/** What one can do with a message is fetched when somebody does it. */
const acts = () => import('./acts.js');

/** @param {string} id */
const byId = id => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {PageData} data @param {Room} room @param {Log} log */
export function goLive(data, room, log) {
  const session = new Session(data);
  const talk = new Talk(session, room);
  const travel = new Travel(talk, log);
  showSidebar(session);
  showHeader(room);
  showConnection(talk, byId('notice'));
  showTyping(room, byId('typing'));
  showLatest(room, travel, /** @type {HTMLButtonElement} */ (byId('latest')));
  speak(talk, byId('reader'));
  const composer = startComposer(talk, log, travel);
  listen(talk, log, travel, composer);
  listenKeys(session, () => {
    travel.toNewest();
    composer?.box.focus();
  });
  session.start();
}

/** @param {Room} room */
function showHeader(room) {
  const [name, topic] = [byId('room-name'), byId('room-topic')];
  effect(() => {
    room.version.value;
    const { state } = room.timeline;
    if (!state) return;
    const title = roomTitle(state, room.slug);
    name.textContent = state.kind === 'direct' ? title : `# ${title}`;
    topic.textContent = state.topic;
    topic.hidden = !state.topic;
  });
}

/** @param {Talk} talk @param {Log} log @param {Travel} travel @returns {Composer | null} */
function startComposer(talk, log, travel) {
  const { room } = talk;
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById('composer'));
  const closed = byId('closed');
  if (form) {
    effect(() => {
      room.version.value;
      const why = whyClosed(room, log.when.whole);
      form.hidden = Boolean(why);
      closed.hidden = !why;
      render(html`<span dir="auto">${why}</span> <a class="link" href="/chat/">${words.allRooms}</a>`, closed);
    });
  }
  if (!form) return null;
  const composer = new Composer(talk, form, {
    posted: () => travel.toNewest(),
    editLast: () => {
      const mine = room.timeline.messages().findLast(message => mayDo(message, room).edit);
      if (mine) acts().then(({ edit }) => edit(mine, talk, log, () => composer.box.focus()));
      return Boolean(mine);
    },
  });
  const isFree = document.activeElement === document.body;
  if (isFree && matchMedia('(pointer: fine)').matches && !form.hidden && location.hash !== '#nav') {
    composer.box.focus({ preventScroll: true });
  }
  return composer;
}

/** @param {Talk} talk @param {Log} log @param {Travel} travel @param {Composer | null} composer */
function listen(talk, log, travel, composer) {
  const { room } = talk;
  /** @param {string} act @param {Message} message @param {Element} at */
  const perform = async (act, message, at) => {
    const may = mayDo(message, room);
    const { confirmDelete, copyLink, edit, moreChoices } = await acts();
    const back = () => log.rowOf(message.seq)?.focus();
    if (act === 'reply' && may.reply) composer?.reply(message);
    else if (act === 'edit' && may.edit) edit(message, talk, log, () => composer?.box.focus());
    else if (act === 'delete' && may.delete) confirmDelete(message, talk, back);
    else if (act === 'link') copyLink(room.link(message.seq)).then(() => announce(words.copied));
    else if (act === 'text') navigator.clipboard?.writeText(message.body).then(() => announce(words.textCopied));
    else if (act === 'pin' && may.pin) tell(await talk.pin(message));
    else if (act === 'unread' && may.unread) tell(await talk.unread(message.seq));
    else if (act === 'pick' && may.react) {
      const { pickEmoji } = await import('./popup.js');
      pickEmoji(at, async emoji => tell(await talk.react(message, emoji)));
    } else if (act === 'more') {
      const { openMenu } = await import('./popup.js');
      openMenu(
        at,
        moreChoices(message, talk, name => perform(name, message, at)),
      );
    }
  };
  /** @param {Element} inside @returns {Message | undefined} */
  const messageOf = inside => room.timeline.held.get(Number(inside.closest('li[data-seq]')?.getAttribute('data-seq')));

  log.list.addEventListener('click', event => {
    const hit = event.target instanceof Element ? event.target.closest('button, a') : null;
    if (!(hit instanceof HTMLElement)) return;
    const { act: name, react, jump, again, discard, rewrite } = hit.dataset;
    const message = messageOf(hit);
    if (name && message) perform(name, message, hit);
    else if (react && message) talk.react(message, react).then(tell);
    else if (again) talk.session.again(again);
    else if (discard) talk.session.discard(discard);
    else if (rewrite) {
      const draft = talk.session.discard(rewrite);
      if (draft) composer?.rewrite(draft.body, draft.reply_to);
    } else if (hit.classList.contains('copy-code')) copyCode(hit);
    else if (jump && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      travel.jump(Number(jump));
    }
  });
  /** @type {Record<string, string>} */
  const keys = { r: 'reply', e: 'edit', l: 'link', '+': 'pick', Delete: 'delete' };
  log.scroller.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLTextAreaElement) return;
    const message = event.target instanceof Element ? messageOf(event.target) : undefined;
    if (keys[event.key] && message) perform(keys[event.key], message, log.rowOf(message.seq) ?? log.scroller);
    else if (!travel.walk(event.key)) return;
    event.preventDefault();
  });
}

/** @param {HTMLElement} button */
async function copyCode(button) {
  await navigator.clipboard?.writeText(button.closest('figure')?.querySelector('pre')?.textContent ?? '');
  announce(words.copied);
}

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
