// The card of a person: who they are, and what one may do with them here.
/** @import { Person } from './types.js' */
/** @import { Place } from './openers.js' */
/** @import { Session } from './session.js' */
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';
import { openDirect } from './direct.js';
import { hue, initials, nameOf, saidBy } from './format.js';
import { avatar, icon } from './html.js';
import { memberChoices } from './moderating.js';
import { openMenu, popUp, sheet } from './popup.js';
import { at, rest } from './rest.js';
import { tellRefusal } from './telling.js';
import { part } from './toast.js';

const ROOMS_MOST = 5;

/** @typedef {Person & {bot: boolean, site_role: 'owner' | 'moderator' | null, joined_at: string, role?: 'owner' | 'moderator' | 'member',
 *   rooms?: {slug: string, name: string, kind: string}[], ignored?: boolean, reachable?: boolean}} Profile */

/** @param {Element} opener @param {string} username @param {Session} session @param {Place | null} place */
export async function openPerson(opener, username, session, place) {
  const box = document.createElement('div');
  box.className = 'card-person';
  const [profile] = await Promise.all([load(username, place), sheet('panels')]);
  if (profile instanceof Error) {
    tellRefusal(profile);
    return;
  }
  render(
    card(profile, session, place, () => popup.hidePopover()),
    box,
  );
  const popup = popUp(opener, box, 'popup--person', true);
  popup.setAttribute('role', 'dialog');
  popup.setAttribute('aria-label', nameOf(profile, words.goneAccount));
}

/** @param {string} username @param {Place | null} place @returns {Promise<Profile | Error>} */
async function load(username, place) {
  try {
    const seats = place ? `${at('rooms', place.talk.slug)}/members?${new URLSearchParams({ query: username })}` : '';
    const [profile, found] = await Promise.all([
      rest('GET', at('people', username)),
      seats ? rest('GET', seats).catch(() => null) : null,
    ]);
    const seat = found?.members.find((/** @type {Profile} */ one) => one.id === profile.id);
    return { ...profile, role: seat?.role };
  } catch (error) {
    return /** @type {Error} */ (error);
  }
}

/** @param {Profile} profile @returns {import('./popup.js').Choice} */
const ignoring = ({ username, ignored }) => ({
  sign: 'eye',
  label: ignored ? words.unignore : words.ignore,
  act: () => rest(ignored ? 'DELETE' : 'PUT', at('me', 'ignored', username)).catch(tellRefusal),
});

/** @param {Profile} profile @param {Session} session @param {Place | null} place @param {() => void} close */
function card(profile, session, place, close) {
  const isMe = profile.id === session.user.id;
  const said = saidBy(profile, Date.now());
  const presence = session.present.peek().get(profile.id) ?? '';
  const since = new Date(profile.joined_at).toLocaleDateString(document.documentElement.lang, {
    month: 'long',
    year: 'numeric',
  });
  const seat = /** @type {import('./members.js').Member} */ (profile);
  const choices = place && profile.role ? memberChoices(seat, place.talk, () => {}) : [];
  if (profile.ignored !== undefined && !isMe) {
    const report = async () => (await part(import('./reporting.js'))).reportPerson(profile, place?.talk.slug);
    choices.unshift(ignoring(profile), { sign: 'flag', label: words.reportIt, act: report });
  }
  const together = (profile.rooms ?? []).slice(0, ROOMS_MOST);
  const write = () => openDirect([profile]).catch(tellRefusal);
  const mention = () => {
    close();
    place?.mention(profile.username);
  };
  const role = profile.role && profile.role !== 'member' ? words.roleOf[profile.role] : '';
  const onSite = profile.site_role ? words.siteRoles[profile.site_role] : '';
  return html`<div class="who">
      ${avatar(profile, initials(profile.name), hue(profile.id), `av--l ${presence}`)}
      <div>
        <strong dir="auto">${profile.name}</strong><bdi class="sub">@${profile.username}${presence && ` · ${words.present[presence]}`}</bdi>
      </div>
    </div>
    ${
      role || onSite || profile.bot
        ? html`<p class="roles">
            ${[profile.bot ? words.bot : '', role, onSite].filter(Boolean).map(text => html`<span class="role">${text}</span>`)}
          </p>`
        : nothing
    }
    ${said ? html`<p dir="auto">${said.emoji} ${said.text}</p>` : nothing}
    <p class="small">${words.hereSince(since)}</p>
    ${profile.reachable === false && !profile.bot && !isMe ? html`<p class="small">${words.outOfReach}</p>` : nothing}
    ${
      together.length && !isMe
        ? html`<div>
            <h3>${words.together}</h3>
            <ul class="together">
              ${together.map(room => html`<li><a href="/chat${at(room.slug)}/">${icon(room.kind === 'private' ? 'lock' : 'hash', 'icon--s')}<bdi>${room.name}</bdi></a></li>`)}
            </ul>
          </div>`
        : nothing
    }
    ${
      isMe
        ? html`<a class="btn" href="/profile/">${words.myProfile}</a>`
        : html`<div class="card-acts">
            ${profile.bot || profile.reachable === false ? nothing : html`<button type="button" class="btn btn--primary" @click=${write}>${icon('mail', 'icon--s')}${words.message}</button>`}${
              place?.talk.room.can.has('send')
                ? html`<button type="button" class="btn" @click=${mention}>${icon('at', 'icon--s')}${words.mention}</button>`
                : nothing
            }${
              choices.length
                ? html`<button
                    type="button"
                    class="icon-btn"
                    aria-label=${words.actionsFor(profile.name)}
                    title=${words.more}
                    @click=${(/** @type {MouseEvent} */ event) => openMenu(/** @type {Element} */ (event.currentTarget), choices)}
                  >
                    ${icon('more')}
                  </button>`
                : nothing
            }
          </div>`
    }`;
}
