// What stands round the log: the connection, who types, what came meanwhile, the voice for screen readers.
/** @import { Message } from './types.js' */
/** @import { Room } from './room.js' */
/** @import { Talk } from './talk.js' */
/** @import { Travel } from './travel.js' */
import { effect, signal } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { words } from '#words';
import { eventLine, gist, nameOf } from './format.js';
import { icon } from './html.js';

const QUIET_MS = 3000;
const CAUGHT_UP_MS = 8000;
const SPEAK_MS = 1500;

/** The line under the header. @param {Talk} talk @param {HTMLElement} place */
export function showConnection(talk, place) {
  const { session } = talk;
  const isLate = signal(false);
  /** @type {import('@preact/signals-core').Signal<string>} */
  const caughtUp = signal('');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let late;
  let wasShown = false;
  effect(() => {
    const isLive = session.status.value === 'live';
    clearTimeout(late);
    if (isLive) isLate.value = false;
    else
      late = setTimeout(() => {
        isLate.value = true;
        wasShown = true;
        caughtUp.value = '';
      }, QUIET_MS);
  });
  effect(() => {
    const counts = talk.room.continuity.value;
    if (!counts || !wasShown) return;
    wasShown = false;
    caughtUp.value = words.caughtUp(counts);
    setTimeout(() => {
      caughtUp.value = '';
    }, CAUGHT_UP_MS);
  });
  effect(() => {
    const status = session.status.value;
    const notice = session.notice.value;
    /** @type {unknown} */
    let line = nothing;
    if (status === 'stopped') line = html`<span>${words.stopped}</span><a class="link" href="">${words.reload}</a>`;
    else if (isLate.value) {
      line = html`<span class="spin" aria-hidden="true"></span
        ><span
          ><strong>${status === 'offline' ? words.offline : words.reconnecting}</strong>
          <span class="long">${words.kept}</span></span
        ><button type="button" class="link" @click=${() => session.connection.wake()}>${words.tryNow}</button>`;
    } else if (notice) {
      const dismiss = () => {
        session.notice.value = null;
      };
      line = html`<span dir="auto">${notice.detail}</span
        ><button type="button" class="link" @click=${dismiss}>${words.dismiss}</button>`;
    } else if (session.offer.value) line = session.offer.value;
    else if (caughtUp.value) line = html`${icon('check', 'icon--s')}<span>${caughtUp.value}</span>`;
    place.hidden = line === nothing;
    place.classList.toggle('notice--calm', Boolean(caughtUp.value) && !isLate.value);
    render(line, place);
  });
}

/** @param {Room} room @param {HTMLElement} place */
export function showTyping(room, place) {
  effect(() => {
    const names = room.typing.value.map(person => nameOf(person, words.goneAccount));
    render(
      names.length
        ? html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span><span dir="auto">${words.isTyping(names)}</span>`
        : nothing,
      place,
    );
  });
}

/** The button to the newest message. @param {Room} room @param {Travel} travel @param {HTMLButtonElement} button */
export function showLatest(room, travel, button) {
  button.addEventListener('click', () => travel.toNewest());
  effect(() => {
    room.version.value;
    const held = room.heldAfter.value;
    const isAway = held > 0 || !room.timeline.attached;
    const count = held ? room.timeline.newest - held : 0;
    button.hidden = !isAway;
    render(html`${count > 0 ? words.newMessages(count) : words.toNewest} ${icon('down', 'icon--s')}`, button);
  });
}

/** Says what comes, one message at a time, and sums up when there is much. @param {Talk} talk @param {HTMLElement} place */
export function speak(talk, place) {
  /** @type {Message[]} */
  let waiting = [];
  /** @type {Message[]} */
  let spoken = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const say = () => {
    if (!waiting.length) {
      timer = undefined;
      return;
    }
    const [message] = waiting;
    spoken = waiting;
    place.textContent =
      waiting.length > 1
        ? words.saysMany(waiting.length)
        : eventLine(message, words) || words.says(nameOf(message.author, ''), gist(message, 300));
    waiting = [];
    timer = setTimeout(say, SPEAK_MS);
  };
  talk.onHeard = messages => {
    waiting.push(...messages.filter(message => !message.deleted));
    if (timer === undefined) timer = setTimeout(say, 0);
  };
  // What was removed is not to be found here either.
  effect(() => {
    talk.room.version.value;
    if (spoken.some(message => talk.room.timeline.held.get(message.seq)?.deleted)) place.textContent = '';
  });
}
