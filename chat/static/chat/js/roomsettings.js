// What a room is called and who may do what in it; and what can't be done by mistake: make it private, archive, delete.
/** @import { RoomState } from './types.js' */
/** @import { Talk } from './talk.js' */
import { html, nothing } from 'lit-html';
import { words } from '#words-later';
import { field, openForm, select } from './form.js';
import { icon } from './html.js';
import { pickEmoji } from './picker.js';
import { openDialog } from './popup.js';
import { at, rest } from './rest.js';
import { tellDone } from './telling.js';

/** @param {Talk} talk */
export async function openSettings(talk) {
  const { state } = talk.room.timeline;
  if (!state) return;
  const path = at('rooms', talk.slug);
  const dialog = await openForm({
    title: words.roomSettings,
    className: 'dialog--wide',
    fields: html`${namesOf(state)}${rights(state)}${careful(talk, state, () => dialog.close())}`,
    label: words.save,
    act: data => {
      const changes = changesOf(data, state);
      return Object.keys(changes).length ? rest('PATCH', path, changes) : Promise.resolve();
    },
    done: () => tellDone(words.saved),
  });
}

/** What of the form is another than the room has it. @param {FormData} data @param {RoomState} state */
export function changesOf(data, state) {
  /** @type {Record<string, unknown>} */
  const wanted = Object.fromEntries(data);
  wanted.slow_mode = Number(wanted.slow_mode);
  wanted.description = String(wanted.description).replaceAll('\r\n', '\n');
  if (state.kind === 'private') {
    wanted.listed = data.has('listed');
    if (state.history_for_newcomers !== undefined) wanted.history_for_newcomers = data.has('history_for_newcomers');
  }
  /** @type {Record<string, unknown>} */
  const known = { ...state };
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== known[name]));
}

/** @param {RoomState} state */
function namesOf(state) {
  /** @param {MouseEvent} event */
  const pick = event => {
    const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
    pickEmoji(button, emoji => {
      /** @type {HTMLInputElement} */ (button.form?.elements.namedItem('icon')).value = emoji;
      button.textContent = emoji;
    });
  };
  return html`<div class="with-icon">
      <div class="field">
        <span class="label" id="f-icon">${words.icon}</span
        ><button type="button" class="btn icon-pick" aria-labelledby="f-icon" @click=${pick}>${state.icon || icon('smileplus')}</button
        ><input type="hidden" name="icon" value=${state.icon} />
      </div>
      ${field(words.name, html`<input class="input" id="f-name" name="name" maxlength="80" required autocomplete="off" dir="auto" .value=${state.name} />`, 'f-name')}
    </div>
    ${field(words.topic, html`<input class="input" id="f-topic" name="topic" maxlength="250" autocomplete="off" dir="auto" .value=${state.topic} />`, 'f-topic')}
    ${field(words.description, html`<textarea class="input" id="f-description" name="description" rows="3" maxlength="2000" dir="auto" .value=${state.description}></textarea>`, 'f-description', words.descriptionHelp)}`;
}

/** @param {RoomState} state */
function rights(state) {
  const who = [
    ['everyone', words.everyone],
    ['moderators', words.moderators],
  ];
  /** @param {string} name @param {string} label @param {boolean | undefined} value */
  const check = (name, label, value) =>
    html`<label class="check"><input type="checkbox" name=${name} .checked=${value ?? false} />${label}</label>`;
  return html`<div class="pair">
      ${select('posting', words.whoPosts, who, state.posting)}${select('inviting', words.whoInvites, who, state.inviting)}${select('pinning', words.whoPins, who, state.pinning)}${select('mention_all', words.whoCallsAll, [['by_size', words.bySize], ...who], state.mention_all)}${select('slow_mode', words.slowMode, slowModes(state.slow_mode), String(state.slow_mode))}
    </div>
    ${
      state.kind === 'private'
        ? html`${check('listed', words.listed, state.listed)}${state.history_for_newcomers === undefined ? nothing : check('history_for_newcomers', words.history, state.history_for_newcomers)}`
        : nothing
    }`;
}

/** The usual waits, and the room's own where it is none of them. @param {number} seconds */
function slowModes(seconds) {
  const isKnown = words.waits.some(([value]) => Number(value) === seconds);
  return isKnown ? words.waits : [...words.waits, [String(seconds), words.seconds(seconds)]];
}

/** @param {Talk} talk @param {RoomState} state @param {() => void} close */
function careful(talk, state, close) {
  const path = at('rooms', talk.slug);
  const isPublic = state.kind === 'public';
  /** @param {{title: string, means: string, label: string, act: () => Promise<unknown>}} step */
  const ask = ({ title, means, label, act }) => {
    close();
    openForm({ title, fields: html`<p>${means}</p>`, label, act, careful: true, done: () => tellDone(words.saved) });
  };
  const convert = () =>
    ask({
      title: isPublic ? words.makePrivate : words.makePublic,
      means: isPublic ? words.makePrivateMeans : words.makePublicMeans,
      label: isPublic ? words.makePrivate : words.makePublic,
      act: () => rest('POST', `${path}/convert`, { kind: isPublic ? 'private' : 'public' }),
    });
  const archive = () =>
    ask({
      title: state.archived ? words.restore : words.archive,
      means: state.archived ? words.restoreMeans : words.archiveMeans,
      label: state.archived ? words.restore : words.archive,
      act: () => rest('POST', `${path}/${state.archived ? 'restore' : 'archive'}`, {}),
    });
  const destroy = () => {
    close();
    confirmDeletion(talk);
  };
  /** @param {string} sign @param {string} label @param {() => void} act @param {string} [kind] */
  const button = (sign, label, act, kind = '') =>
    html`<button type="button" class="btn ${kind}" @click=${act}>${icon(sign, 'icon--s')}${label}</button>`;
  return html`<div class="careful-acts">
    ${state.archived ? nothing : button(isPublic ? 'lock' : 'hash', isPublic ? words.makePrivate : words.makePublic, convert)}${button('archive', state.archived ? words.restore : words.archive, archive)}${button('trash', words.deleteRoom, destroy, 'btn--careful')}
  </div>`;
}

/** @param {Talk} talk */
function confirmDeletion(talk) {
  const path = at('rooms', talk.slug);
  openForm({
    title: words.deleteRoomTitle,
    fields: html`<p>${words.deleteRoomMeans}</p>
      ${field(
        words.typeAddress,
        html`<input class="input" id="f-confirmation" name="confirmation" required autocomplete="off" autocapitalize="off" spellcheck="false" placeholder=${talk.slug} />`,
        'f-confirmation',
        html`<code>${talk.slug}</code>`,
      )}`,
    label: words.deleteRoom,
    careful: true,
    act: data =>
      rest('DELETE', `${path}?${new URLSearchParams({ confirmation: String(data.get('confirmation')).trim() })}`),
    done: () => offerUndo(path),
  });
}

/** @param {string} path of the room that is gone */
function offerUndo(path) {
  const undo = async () => {
    await rest('POST', `${path}/undelete`, {});
    location.reload();
  };
  openDialog(
    words.roomDeleted,
    html`<p>${words.undoWithin}</p>
      <div class="buttons">
        <button type="button" class="btn" @click=${undo}>${words.undo}</button><a class="btn btn--primary" href="/chat/">${words.allRooms}</a>
      </div>`,
  );
}
