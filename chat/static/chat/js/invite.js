// Ways into the room: people taken in by name, and links to pass on.
/** @import { Person } from './types.js' */
/** @import { Talk } from './talk.js' */
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';
import { select } from './form.js';
import { icon } from './html.js';
import { person } from './members.js';
import { findPeople, peopleField } from './people.js';
import { openDialog, sheet } from './popup.js';
import { at, rest, sentenceOf } from './rest.js';

/** @typedef {{id: number, by: Person | null, created_at: string, expires_at: string | null, uses_most: number | null, uses: number}} Link */

/** @param {Talk} talk */
export async function openInvite(talk) {
  await sheet('panels');
  const place = document.createElement('div');
  const dialog = openDialog(words.inviteTitle, place, 'dialog--wide');
  new Invite(talk, place).load();
  findPeople(
    dialog,
    someone => someone.id !== talk.room.user.id,
    someone => dialog.dispatchEvent(new CustomEvent('take', { detail: someone })),
  );
}

class Invite {
  /** @param {Talk} talk @param {HTMLElement} place */
  constructor(talk, place) {
    this.path = at('rooms', talk.slug);
    this.place = place;
    this.problem = '';
    this.address = '';
    this.copied = '';
    /** @type {Person[]} */
    this.added = [];
    /** @type {Link[]} */
    this.links = [];
    place.closest('dialog')?.addEventListener('take', event => this.#add(/** @type {CustomEvent} */ (event).detail));
    this.draw();
  }

  /** @param {() => Promise<unknown>} ask */
  async #try(ask) {
    this.problem = '';
    try {
      await ask();
    } catch (error) {
      this.problem = sentenceOf(error, words.unreachable);
    }
    this.draw();
  }

  load() {
    return this.#try(async () => {
      this.links = (await rest('GET', `${this.path}/invites`)).invites;
    });
  }

  /** @param {Person} someone */
  #add(someone) {
    return this.#try(async () => {
      await rest('POST', `${this.path}/members`, { username: someone.username });
      this.added = [someone, ...this.added.filter(one => one.id !== someone.id)];
    });
  }

  /** @param {SubmitEvent} event */
  #make(event) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const [days, uses] = [Number(data.get('days')), Number(data.get('uses'))];
    return this.#try(async () => {
      const made = await rest('POST', `${this.path}/invites`, {
        expires_at: days ? new Date(Date.now() + days * 86_400_000).toISOString() : null,
        uses_most: uses || null,
      });
      this.address = made.address;
      this.links = (await rest('GET', `${this.path}/invites`)).invites;
    });
  }

  /** @param {Link} link */
  #revoke(link) {
    return this.#try(async () => {
      await rest('DELETE', `${this.path}/invites/${link.id}`);
      this.links = this.links.filter(one => one !== link);
    });
  }

  draw() {
    render(
      html`${this.problem ? html`<p class="err" role="alert">${this.problem}</p>` : nothing} ${peopleField(words.inviteBy)}
        ${
          this.added.length
            ? html`<ul class="people" role="status">
                ${this.added.map(one => html`<li>${person(one)}<span class="joined">${icon('check', 'icon--s')}${words.added}</span></li>`)}
              </ul>`
            : nothing
        }
        <form class="links" @submit=${(/** @type {SubmitEvent} */ event) => this.#make(event)}>
          <h3>${words.inviteLink}</h3>
          <div class="pair">
            ${select('days', words.goodFor, words.linkDays, '7')}${select('uses', words.usesMost, words.linkUses, '0')}
          </div>
          <button class="btn btn--primary">${icon('link', 'icon--s')}${words.makeLink}</button>
        </form>
        ${this.address ? this.#made() : nothing}
        ${this.links.length ? html`<ul class="rows links-list">${this.links.map(link => this.#link(link))}</ul>` : nothing}`,
      this.place,
    );
  }

  #made() {
    const copy = async () => {
      await navigator.clipboard?.writeText(this.address);
      this.copied = this.address;
      this.draw();
    };
    return html`<div class="with-button" role="status">
        <input class="input" readonly aria-label=${words.inviteLink} .value=${this.address} @focus=${(/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select()} />
        <button type="button" class="btn" @click=${copy}>${icon('copy', 'icon--s')}${this.copied === this.address ? words.copied : words.copyLink}</button>
      </div>
      <p class="small">${words.linkOnce}</p>`;
  }

  /** @param {Link} link */
  #link(link) {
    const until = link.expires_at ? new Date(link.expires_at).toLocaleDateString(document.documentElement.lang) : null;
    return html`<li>
      <div class="what">
        <strong>${words.linkUsed(link.uses, link.uses_most)}</strong
        ><span class="sub" dir="auto">${words.linkBy(link.by?.name ?? words.goneAccount, until)}</span>
      </div>
      <button type="button" class="btn" @click=${() => this.#revoke(link)}>${words.revoke}</button>
    </li>`;
  }
}
