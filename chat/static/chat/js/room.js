// The room page put together: timeline, log, composer, and what clicks and keys do.
/** @import { HistoryPage, Message, Subscribed } from './types.js' */
/** @import { Session } from './session.js' */
import { effect } from '@preact/signals-core';
import { html, render } from 'lit-html';
import { confirmDelete, copyLink, edit } from './acts.js';
import { Composer } from './composer.js';
import { clock, roomTitle } from './format.js';
import { Log } from './log.js';
import { mayDo } from './rows.js';
import { showConnection, showLatest, showTyping, speak, whyClosed } from './status.js';
import { Talk } from './talk.js';
import { words } from './words.js';

/** @param {string} id */
const byId = id => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {Session} session @param {Subscribed} page @param {HistoryPage | null} window @param {number | null} target */
export function showRoom(session, page, window, target) {
  const talk = new Talk(session, page, window);
  const { lang } = document.documentElement;
  // The reader's own kind of that language: British clocks have 24 hours.
  const locale = navigator.languages.find(one => one.split('-')[0] === lang.split('-')[0]) ?? lang;
  const when = clock(locale, session.data.timeZone);
  /** @param {number} seq */
  const link = seq => `/chat/${encodeURIComponent(talk.slug)}/${seq}/`;
  const log = new Log(talk, when, byId('log'), link);
  log.start();
  log.open(target);
  showHeader(talk);
  showConnection(talk, byId('notice'));
  showTyping(talk, byId('typing'));
  showLatest(talk, log, /** @type {HTMLButtonElement} */ (byId('latest')));
  speak(talk, byId('reader'));
  const composer = startComposer(talk, log, when.whole);
  listen(talk, log, composer, link);
}

/** @param {Talk} talk */
function showHeader(talk) {
  const [name, topic] = [byId('room-name'), byId('room-topic')];
  effect(() => {
    talk.version.value;
    const { state } = talk.timeline;
    if (!state) return;
    const title = roomTitle(state, talk.slug);
    name.textContent = state.kind === 'direct' ? title : `# ${title}`;
    topic.textContent = state.topic;
    topic.hidden = !state.topic;
  });
}

/** @param {Talk} talk @param {Log} log @param {(at: string) => string} when @returns {Composer | null} */
function startComposer(talk, log, when) {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById('composer'));
  const closed = byId('closed');
  if (form) {
    effect(() => {
      talk.version.value;
      const why = whyClosed(talk, when);
      form.hidden = Boolean(why);
      closed.hidden = !why;
      render(html`<span dir="auto">${why}</span> <a class="link" href="/chat/">${words.allRooms}</a>`, closed);
    });
  }
  if (!form) return null;
  const composer = new Composer(talk, form, {
    posted: () => log.toNewest(),
    editLast: () => {
      const mine = talk.timeline.messages().findLast(message => mayDo(message, talk).edit);
      if (mine) edit(mine, talk, log, () => composer.box.focus());
      return Boolean(mine);
    },
  });
  if (matchMedia('(pointer: fine)').matches && !form.hidden && location.hash !== '#nav') {
    composer.box.focus({ preventScroll: true });
  }
  return composer;
}

/** @param {Talk} talk @param {Log} log @param {Composer | null} composer @param {(seq: number) => string} link */
function listen(talk, log, composer, link) {
  /** @param {string} act @param {Message} message */
  const act = (act, message) => {
    const may = mayDo(message, talk);
    const back = () => log.rowOf(message.seq)?.focus();
    if (act === 'reply' && may.reply) composer?.reply(message);
    else if (act === 'edit' && may.edit) edit(message, talk, log, () => composer?.box.focus());
    else if (act === 'delete' && may.delete) confirmDelete(message, talk, back);
    else if (act === 'link') copyLink(link(message.seq)).then(() => announce(words.copied));
  };
  /** @param {Element} inside @returns {Message | undefined} */
  const messageOf = inside => talk.timeline.held.get(Number(inside.closest('li[data-seq]')?.getAttribute('data-seq')));

  log.list.addEventListener('click', event => {
    const hit = event.target instanceof Element ? event.target.closest('button, a') : null;
    if (!(hit instanceof HTMLElement)) return;
    const { act: name, jump, again, discard, rewrite } = hit.dataset;
    const message = messageOf(hit);
    if (name && message) act(name, message);
    else if (again) talk.session.again(again);
    else if (discard) talk.session.discard(discard);
    else if (rewrite) {
      const draft = talk.session.discard(rewrite);
      if (draft) composer?.rewrite(draft.body, draft.reply_to);
    } else if (hit.classList.contains('copy-code')) copyCode(hit);
    else if (jump && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      log.jump(Number(jump));
    }
  });
  /** @type {Record<string, string>} */
  const keys = { r: 'reply', e: 'edit', l: 'link', Delete: 'delete' };
  log.scroller.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLTextAreaElement) return;
    const message = event.target instanceof Element ? messageOf(event.target) : undefined;
    if (keys[event.key] && message) act(keys[event.key], message);
    else if (event.key === 'Escape') {
      log.toNewest();
      composer?.box.focus();
    } else if (!log.walk(event.key)) return;
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
