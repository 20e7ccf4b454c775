// Taking a message away, and back.
/** @import { Message } from './types.js' */
/** @import { Talk } from './talk.js' */
import { html } from 'lit-html';
import { words } from '#words-later';
import { field, openForm } from './form.js';
import { gist, nameOf } from './format.js';
import { at, rest } from './rest.js';
import { tellDone, tellRefusal } from './telling.js';

const REASON_MOST = 200;

/**
 * Deletes one's own message at once; asks a moderator why. Either can be undone for a while.
 * @param {Message} message @param {Talk} talk @param {() => void} back gives the focus to what is left of it
 */
export async function deleteMessage(message, talk, back) {
  const path = at('rooms', talk.slug, 'messages', message.seq);
  const done = () => {
    tellDone(words.messageDeleted, words.undo, () => rest('POST', `${path}/restore`));
    back();
  };
  if (message.author?.id === talk.session.user.id) {
    try {
      await rest('DELETE', path);
      done();
    } catch (error) {
      tellRefusal(error);
    }
    return;
  }
  const dialog = await openForm({
    title: words.deleteTitle,
    fields: html`<p>${words.deleteOthers(nameOf(message.author, words.goneAccount))}</p>
      <blockquote class="prose" dir="auto">${message.body.trim() ? message.body : gist(message)}</blockquote>
      ${field(
        words.reason,
        html`<input class="input" id="f-reason" name="reason" maxlength=${REASON_MOST} placeholder=${words.reasonHint} autocomplete="off" dir="auto" />`,
        'f-reason',
      )}`,
    label: words.delete,
    careful: true,
    act: data => rest('DELETE', `${path}?${new URLSearchParams({ reason: String(data.get('reason')).trim() })}`),
    done,
  });
  dialog.addEventListener('close', back);
}
