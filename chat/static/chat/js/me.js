// What I say of myself: a status for a time, to be left in peace, to be invisible. Changed by REST; `my_status` tells every page.
/** @import { Session } from './session.js' */
import { html } from 'lit-html';
import { words } from '#words-later';
import { openForm, select } from './form.js';
import { saidBy } from './format.js';
import { openMenu } from './popup.js';
import { rest } from './rest.js';
import { tellRefusal } from './telling.js';
import { part } from './toast.js';

const HOUR_MS = 3_600_000;
const MORNING = 9;

/** When tomorrow's day begins. */
function tomorrow() {
  const date = new Date();
  date.setDate(date.getDate() + 1);
  date.setHours(MORNING, 0, 0, 0);
  return date;
}

/** The end of a time that was chosen; null for none. @param {string} chosen hours, `tomorrow` or `0` */
function endOf(chosen) {
  if (chosen === '0') return null;
  return (chosen === 'tomorrow' ? tomorrow() : new Date(Date.now() + Number(chosen) * HOUR_MS)).toISOString();
}

/** @param {Element} opener @param {Session} session */
export function openMe(opener, session) {
  const { dnd_until, invisible } = session.user;
  const said = saidBy(session.user, Date.now());
  const isQuiet = Boolean(dnd_until) && Date.parse(dnd_until ?? '') > Date.now();
  /** @param {'PUT' | 'DELETE'} method @param {string} path @param {unknown} [body] */
  const change = (method, path, body) => () => rest(method, path, body).catch(tellRefusal);
  openMenu(opener, [
    { sign: 'smile', label: words.setStatus, act: () => askStatus(session) },
    ...(said ? [{ sign: 'x', label: words.clearStatus, act: change('DELETE', '/me/status') }] : []),
    ...(isQuiet
      ? [{ sign: 'bell', label: words.disturbMe, act: change('DELETE', '/me/do-not-disturb') }]
      : words.quietTimes.map(([key, label]) => ({
          sign: 'belloff',
          label,
          act: () => change('PUT', '/me/do-not-disturb', { until: endOf(key) })(),
        }))),
    {
      label: words.beInvisible,
      isChosen: Boolean(invisible),
      isSwitch: true,
      act: change('PUT', '/me/visibility', { invisible: !invisible }),
    },
    { sign: 'gear', label: words.myProfile, act: () => location.assign('/profile/') },
  ]);
}

/** @param {Session} session */
function askStatus(session) {
  const said = saidBy(session.user, Date.now());
  /** @param {MouseEvent} event */
  const pick = async event => {
    const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
    const { pickEmoji } = await part(import('./picker.js'));
    pickEmoji(button, emoji => {
      button.value = button.textContent = emoji;
    });
  };
  openForm({
    title: words.setStatus,
    fields: html`<div class="field">
        <label for="f-text">${words.statusText}</label>
        <div class="with-emoji">
          <button type="button" class="btn" id="f-emoji" value=${said?.emoji ?? ''} aria-label=${words.chooseEmoji} @click=${pick}>
            ${said?.emoji || '🙂'}</button
          ><input class="input" id="f-text" name="text" maxlength="100" dir="auto" autocomplete="off" value=${said?.text ?? ''} />
        </div>
      </div>
      ${select('for', words.statusFor, words.statusTimes, '0')}`,
    label: words.save,
    act: data => {
      const emoji = /** @type {HTMLButtonElement} */ (document.getElementById('f-emoji')).value;
      return rest('PUT', '/me/status', { emoji, text: data.get('text'), until: endOf(String(data.get('for'))) });
    },
  });
}
