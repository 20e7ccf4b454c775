// What one can do with a message that stands.
/** @import { Message } from './types.js' */
/** @import { Composer } from './composer.js' */
/** @import { Place } from './openers.js' */
/** @import { Talk } from './talk.js' */
import { words } from '#words-later';
import { mayDo } from './rows.js';
import { part } from './toast.js';

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
  else if (act === 'edit' && may.edit) {
    (await part(import('./editing.js'))).edit(message, talk, log, () => composer?.box.focus());
  } else if (act === 'delete' && may.delete) (await part(import('./deleting.js'))).deleteMessage(message, talk, back);
  else if (act === 'link') copyLink(talk.room.link(message.seq)).then(() => announce(words.copied));
  else if (act === 'code') {
    const code = at.closest('figure')?.querySelector('pre')?.textContent ?? '';
    navigator.clipboard?.writeText(code).then(() => announce(words.codeCopied));
  } else if (act === 'text') navigator.clipboard?.writeText(message.body).then(() => announce(words.textCopied));
  else if (act === 'pin' && may.pin) tell(await talk.command({ type: 'pin', seq: message.seq, on: !message.pinned }));
  else if (act === 'unread' && may.unread) tell(await talk.unread(message.seq));
  else if (act === 'keep' || act === 'drop')
    (await part(import('./keeping.js'))).keep(message.seq, act === 'keep', talk);
  else if (act === 'reacted') (await part(import('./reacted.js'))).showReacted(message, talk);
  else if (act === 'forward') (await part(import('./forward.js'))).forward(message, talk);
  else if (act === 'person' && message.author) {
    const { openPerson } = await part(import('./person.js'));
    back();
    openPerson(at, message.author.username, talk.session, place);
  } else if (act === 'moderate' && message.author) {
    const [{ openMenu }, { memberChoices }] = await part(
      Promise.all([import('./popup.js'), import('./moderating.js')]),
    );
    const role = talk.room.roles[message.author.id] ?? 'member';
    back(); // with the row in focus the button is there to open a menu at
    openMenu(
      at,
      memberChoices({ ...message.author, role }, talk, () => {}),
    );
  } else if (act === 'report') (await part(import('./reporting.js'))).reportMessage(message, talk.slug);
  else if (act === 'pick' && may.react) {
    const { pickEmoji } = await part(import('./picker.js'));
    pickEmoji(at, async emoji => tell(await talk.react(message, emoji)));
  } else if (act === 'more' || act === 'held') {
    const [{ openMenu }, { savedHereSoon }] = await part(Promise.all([import('./popup.js'), import('./keeping.js')]));
    const isSaved = (await savedHereSoon(talk)).has(message.seq);
    openMenu(
      at,
      moreChoices(message, talk, name => perform(name, message, at, hooks), { isAll: act === 'held', isSaved }),
    );
  }
}

/**
 * What else one may do with a message; all of it where there is no toolbar.
 * @param {Message} message @param {Talk} talk @param {(act: string) => void} act
 * @param {{isAll: boolean, isSaved: boolean}} is
 * @returns {import('./popup.js').Choice[]}
 */
function moreChoices(message, talk, act, { isAll, isSaved }) {
  const may = mayDo(message, talk.room);
  /** @param {string} name @param {string} sign @param {string} label */
  const choice = (name, sign, label) => ({ sign, label, act: () => act(name), careful: name === 'delete' });
  const choices = [];
  if (isAll && may.react) choices.push(choice('pick', 'smileplus', words.react));
  if (isAll && may.reply) choices.push(choice('reply', 'reply', words.reply));
  if (isAll && may.edit) choices.push(choice('edit', 'pencil', words.edit));
  if (message.reactions.length) choices.push(choice('reacted', 'users', words.whoDid));
  choices.push(choice('link', 'link', words.copyLink));
  if (message.body) choices.push(choice('text', 'copy', words.copyText));
  if (may.keep) {
    choices.push(choice('forward', 'forward', words.forward));
    choices.push(isSaved ? choice('drop', 'bookmark', words.unsave) : choice('keep', 'bookmark', words.saveForLater));
  }
  if (may.pin) choices.push(choice('pin', 'pin', message.pinned ? words.unpin : words.pin));
  if (may.unread) choices.push(choice('unread', 'eye', words.markUnread));
  if (message.author?.username && message.author.id !== talk.session.user.id) {
    choices.push(choice('person', 'at', words.profile));
    if (isBelow(message.author.id, talk)) choices.push(choice('moderate', 'shield', words.moderate));
  }
  const isOthers = message.kind === 'text' && !message.deleted && message.author?.id !== talk.session.user.id;
  if (isOthers) choices.push(choice('report', 'flag', words.reportIt));
  if (may.delete) choices.push(choice('delete', 'trash', words.delete));
  return choices;
}

/** Whether somebody is of a lower rank, as far as the page knows. @param {number} id @param {Talk} talk */
function isBelow(id, { room }) {
  const role = room.roles[id]; // of those who are more than members
  return room.can.has('settings') ? role !== 'owner' : room.can.has('moderate') && !role;
}

/** @param {string} path */
async function copyLink(path) {
  await navigator.clipboard?.writeText(new URL(path, location.href).href);
}
