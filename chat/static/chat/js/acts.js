// What one can do with a message that stands.
/** @import { Message } from './types.js' */
/** @import { Composer } from './composer.js' */
/** @import { Log } from './log.js' */
/** @import { Place } from './openers.js' */
/** @import { Talk } from './talk.js' */
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';
import { nameOf } from './format.js';
import { mayDo } from './rows.js';

const REASON_MOST = 200;

/**
 * Does what one asks for with a message, if one may.
 * @param {string} act @param {Message} message @param {Element} at where it was asked for
 * @param {{place: Place, composer: Composer | null, announce: (text: string) => void, tell: (refusal: string) => void}} hooks
 */
export async function perform(act, message, at, hooks) {
  const { place, composer, announce, tell } = hooks;
  const { talk, log } = place;
  const may = mayDo(message, talk.room);
  const back = () => log.rowOf(message.seq)?.focus();
  if (act === 'reply' && may.reply) composer?.reply(message);
  else if (act === 'edit' && may.edit) edit(message, talk, log, () => composer?.box.focus());
  else if (act === 'delete' && may.delete) confirmDelete(message, talk, back);
  else if (act === 'link') copyLink(talk.room.link(message.seq)).then(() => announce(words.copied));
  else if (act === 'text') navigator.clipboard?.writeText(message.body).then(() => announce(words.textCopied));
  else if (act === 'pin' && may.pin) tell(await talk.command({ type: 'pin', seq: message.seq, on: !message.pinned }));
  else if (act === 'unread' && may.unread) tell(await talk.unread(message.seq));
  else if (act === 'person' && message.author) {
    (await import('./person.js')).openPerson(at, message.author.username, talk.session, place);
  } else if (act === 'pick' && may.react) {
    const { pickEmoji } = await import('./picker.js');
    pickEmoji(at, async emoji => tell(await talk.react(message, emoji)));
  } else if (act === 'more' || act === 'held') {
    const { openMenu } = await import('./popup.js');
    openMenu(
      at,
      moreChoices(message, talk, name => perform(name, message, at, hooks), act === 'held'),
    );
  }
}

/** @param {string} refusal a sentence of the site, or `lost` */
const sentence = refusal => (refusal === 'lost' ? words.unreachable : refusal);

/**
 * Turns the row of a message into a form.
 * @param {Message} message @param {Talk} talk @param {Log} log @param {() => void} done
 */
export function edit(message, talk, log, done) {
  const { seq } = message;
  const close = () => {
    log.editing.value = null;
    done();
  };
  /** @param {HTMLFormElement} form */
  const save = async form => {
    const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('body'));
    if (!box.value.trim()) return;
    const refusal =
      box.value === message.body ? '' : await talk.command({ type: 'edit', seq, body: box.value.trimEnd() });
    if (refusal) show(sentence(refusal));
    else close();
  };
  /** @param {KeyboardEvent} event */
  const key = event => {
    if (event.isComposing || event.keyCode === 229) return;
    event.stopPropagation();
    const box = /** @type {HTMLTextAreaElement} */ (event.currentTarget);
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.shiftKey && box.form) {
      event.preventDefault();
      save(box.form);
    }
  };
  const container = document.createElement('div');
  /** @param {string} problem */
  const show = problem =>
    render(
      html`<form
        class="editor composer"
        @submit=${(/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          save(/** @type {HTMLFormElement} */ (event.currentTarget));
        }}
      >
        <textarea name="body" rows="1" dir="auto" aria-label=${words.editLabel} .defaultValue=${message.body} @keydown=${key}></textarea>
        <div class="bar">
          ${problem ? html`<span class="err" role="alert">${problem}</span>` : nothing}<span class="hint">${words.editHint}</span>
          <button type="button" class="btn btn--ghost" @click=${close}>${words.cancel}</button>
          <button class="btn btn--primary">${words.save}</button>
        </div>
      </form>`,
      container,
    );
  show('');
  log.editing.value = { seq, form: container };
  const box = container.querySelector('textarea');
  box?.focus();
  box?.setSelectionRange(box.value.length, box.value.length);
}

/**
 * Asks before a message is deleted; a moderator says why.
 * @param {Message} message @param {Talk} talk @param {() => void} done
 */
function confirmDelete(message, talk, done) {
  const isMine = message.author?.id === talk.session.user.id;
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-labelledby', 'delete-title');
  /** @param {SubmitEvent} event */
  const submit = async event => {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const refusal = await talk.command({
      type: 'delete',
      seq: message.seq,
      reason: String(data.get('reason') ?? '').trim(),
    });
    if (refusal) show(sentence(refusal));
    else dialog.close();
  };
  /** @param {string} problem */
  const show = problem =>
    render(
      html`<form @submit=${submit}>
        <h2 id="delete-title">${words.deleteTitle}</h2>
        <p>${isMine ? words.deleteOwn : words.deleteOthers(nameOf(message.author, words.goneAccount))}</p>
        <blockquote class="prose" dir="auto">${message.body}</blockquote>
        ${
          isMine
            ? nothing
            : html`<div class="field">
                <label for="delete-reason">${words.reason}</label
                ><input class="input" id="delete-reason" name="reason" maxlength=${REASON_MOST} placeholder=${words.reasonHint} autocomplete="off" />
              </div>`
        }
        ${problem ? html`<p class="err" role="alert">${problem}</p>` : nothing}
        <div class="buttons">
          <button type="button" class="btn" @click=${() => dialog.close()}>${words.cancel}</button>
          <button class="btn btn--danger">${words.delete}</button>
        </div>
      </form>`,
      dialog,
    );
  show('');
  dialog.addEventListener('close', () => {
    dialog.remove();
    done();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * What else one may do with a message; all of it where there is no toolbar.
 * @param {Message} message @param {Talk} talk @param {(act: string) => void} act @param {boolean} isAll
 * @returns {import('./popup.js').Choice[]}
 */
function moreChoices(message, talk, act, isAll) {
  const may = mayDo(message, talk.room);
  /** @param {string} name @param {string} sign @param {string} label */
  const choice = (name, sign, label) => ({ sign, label, act: () => act(name), careful: name === 'delete' });
  const choices = [];
  if (isAll && may.react) choices.push(choice('pick', 'smileplus', words.react));
  if (isAll && may.reply) choices.push(choice('reply', 'reply', words.reply));
  if (isAll && may.edit) choices.push(choice('edit', 'pencil', words.edit));
  choices.push(choice('link', 'link', words.copyLink));
  if (message.body) choices.push(choice('text', 'copy', words.copyText));
  if (may.pin) choices.push(choice('pin', 'pin', message.pinned ? words.unpin : words.pin));
  if (may.unread) choices.push(choice('unread', 'eye', words.markUnread));
  if (message.author?.username && message.author.id !== talk.session.user.id) {
    choices.push(choice('person', 'users', words.profile));
  }
  if (may.delete) choices.push(choice('delete', 'trash', words.delete));
  return choices;
}

/** @param {string} path */
async function copyLink(path) {
  await navigator.clipboard?.writeText(new URL(path, location.href).href);
}
