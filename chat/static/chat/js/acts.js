// What one can do with a message that stands: edit it in place, delete it, copy its link.
/** @import { Message } from './types.js' */
/** @import { Log } from './log.js' */
/** @import { Talk } from './talk.js' */
import { html, nothing, render } from 'lit-html';
import { words } from '#words';
import { nameOf } from './format.js';
import { mayDo } from './rows.js';

const REASON_MOST = 200;

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
    const refusal = box.value === message.body ? '' : await talk.edit(seq, box.value.trimEnd());
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
export function confirmDelete(message, talk, done) {
  const isMine = message.author?.id === talk.session.user.id;
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-labelledby', 'delete-title');
  /** @param {SubmitEvent} event */
  const submit = async event => {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const refusal = await talk.remove(message.seq, String(data.get('reason') ?? '').trim());
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
 * What else one may do with a message.
 * @param {Message} message @param {Talk} talk @param {(act: string) => void} act
 * @returns {import('./popup.js').Choice[]}
 */
export function moreChoices(message, talk, act) {
  const may = mayDo(message, talk.room);
  /** @param {string} name @param {string} sign @param {string} label */
  const choice = (name, sign, label) => ({ sign, label, act: () => act(name), careful: name === 'delete' });
  const choices = [choice('link', 'link', words.copyLink)];
  if (message.body) choices.push(choice('text', 'copy', words.copyText));
  if (may.pin) choices.push(choice('pin', 'pin', message.pinned ? words.unpin : words.pin));
  if (may.unread) choices.push(choice('unread', 'eye', words.markUnread));
  if (may.delete) choices.push(choice('delete', 'trash', words.delete));
  return choices;
}

/** @param {string} path */
export async function copyLink(path) {
  await navigator.clipboard?.writeText(new URL(path, location.href).href);
}
