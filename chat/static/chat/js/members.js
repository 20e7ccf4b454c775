// The panel of who is in the room: by role, with a search, who asks to come in, and what one may do with each.
/** @import { Person } from './types.js' */
/** @import { Place } from './openers.js' */
import { effect } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';
import { hue, initials, nameOf } from './format.js';
import { avatar, icon } from './html.js';
import { memberChoices } from './moderating.js';
import { showPanel, stands } from './panel.js';
import { openMenu } from './popup.js';
import { at, rest, sentenceOf } from './rest.js';
import { tellRefusal } from './telling.js';

const ROLES = /** @type {const} */ (['owner', 'moderator', 'member']);
const SEARCH_MS = 200;

/** @typedef {Person & {bot: boolean, role: typeof ROLES[number], joined_at: string}} Member */
/** @typedef {{id: number, user: Person, words: string, asked_at: string}} Asked */

/** @param {Place} place */
export async function showMembers(place) {
  const body = await showPanel('members', words.members);
  const panel = new Members(place, body);
  await panel.load();
  const stop = effect(() => {
    place.talk.room.version.value;
    place.talk.session.present.value;
    if (stands(body)) panel.draw();
    else queueMicrotask(() => stop());
  });
}

class Members {
  /** @param {Place} place @param {HTMLElement} body */
  constructor(place, body) {
    this.place = place;
    this.talk = place.talk;
    this.body = body;
    this.path = at('rooms', place.talk.slug);
    this.query = '';
    this.problem = '';
    /** @type {Record<string, {members: Member[], next: string | null}>} */
    this.groups = {};
    /** @type {Asked[]} */
    this.asked = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  async load() {
    const { query } = this;
    const { can } = this.talk.room;
    const canAnswer = can.has('moderate') && this.talk.room.timeline.state?.kind === 'private';
    try {
      const groups = await Promise.all(ROLES.map(role => this.#page(role)));
      const asked = canAnswer ? await rest('GET', `${this.path}/requests`) : { requests: [] };
      if (query !== this.query) return; // the search went on
      this.groups = Object.fromEntries(ROLES.map((role, index) => [role, groups[index]]));
      this.asked = asked.requests;
      this.problem = '';
    } catch (error) {
      this.problem = sentenceOf(error, words.unreachable);
    }
    this.draw();
  }

  /** @param {string} role */
  #page(role) {
    return rest('GET', `${this.path}/members?${new URLSearchParams({ role, query: this.query })}`);
  }

  /** @param {string} role */
  async #more(role) {
    const group = this.groups[role];
    if (!group.next) return;
    try {
      const page = await rest('GET', group.next);
      this.groups[role] = { members: [...group.members, ...page.members], next: page.next };
      this.draw();
    } catch (error) {
      tellRefusal(error);
    }
  }

  /** @param {string} query */
  #search(query) {
    this.query = query.trim();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), SEARCH_MS);
  }

  /** @param {Asked} asked @param {'accept' | 'decline'} answer */
  async #answer(asked, answer) {
    try {
      await rest('POST', `${this.path}/requests/${asked.id}/${answer}`, {});
    } catch (error) {
      tellRefusal(error);
    }
    await this.load();
  }

  draw() {
    const found = ROLES.flatMap(role => this.groups[role]?.members ?? []);
    const isEmpty = this.query && !found.length && this.groups.member;
    render(
      html`<div class="panel-top">
          <div class="search">
            ${icon('search')}<input
              class="input"
              type="search"
              maxlength="80"
              dir="auto"
              aria-label=${words.findMember}
              placeholder=${words.findMember}
              @input=${(/** @type {InputEvent} */ event) => this.#search(/** @type {HTMLInputElement} */ (event.currentTarget).value)}
            />
          </div>
          ${
            this.talk.room.can.has('invite')
              ? html`<button type="button" class="btn" data-open="invite">${icon('plus', 'icon--s')}${words.invite}</button>`
              : nothing
          }
        </div>
        ${this.problem ? html`<p class="err" role="alert">${this.problem}</p>` : nothing}
        ${this.asked.length ? this.#askers() : nothing} ${ROLES.map(role => this.#group(role))}
        ${isEmpty ? html`<p class="small none">${words.nobodyFound}</p>` : nothing}
        <p class="vh" role="status">${this.query ? words.peopleFound(found.length) : nothing}</p>`,
      this.body,
    );
  }

  #askers() {
    return html`<section class="asking" aria-labelledby="panel-asking">
      <h3 id="panel-asking">${words.asking}</h3>
      <ul>
        ${this.asked.map(
          asked =>
            html`<li>
              ${person(asked.user)}${asked.words ? html`<p class="small" dir="auto">${asked.words}</p>` : nothing}
              <div class="buttons">
                <button type="button" class="btn" @click=${() => this.#answer(asked, 'decline')}>${words.decline}</button>
                <button type="button" class="btn btn--primary" @click=${() => this.#answer(asked, 'accept')}>${words.accept}</button>
              </div>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  /** @param {typeof ROLES[number]} role */
  #group(role) {
    const group = this.groups[role];
    if (!group?.members.length) return nothing;
    return html`<section aria-labelledby="panel-${role}">
      <h3 id="panel-${role}">${words.roles[role]} <span class="n">${group.members.length}${group.next ? '+' : ''}</span></h3>
      <ul class="people">
        ${group.members.map(member => this.#member(member))}
      </ul>
      ${group.next ? html`<button type="button" class="link more" @click=${() => this.#more(role)}>${words.showMore}</button>` : nothing}
    </section>`;
  }

  /** @param {Member} member */
  #member(member) {
    const choices = memberChoices(member, this.talk, () => this.load());
    return html`<li>
      ${person(member, member.id === this.talk.room.user.id, this.talk.session.present.peek().get(member.id))}${
        choices.length
          ? html`<button
              type="button"
              class="icon-btn"
              aria-label=${words.actionsFor(member.name)}
              title=${words.more}
              @click=${(/** @type {MouseEvent} */ event) => openMenu(/** @type {Element} */ (event.currentTarget), choices)}
            >
              ${icon('more')}
            </button>`
          : nothing
      }
    </li>`;
  }
}

/** Somebody in a list, who opens their card. @param {Person & {bot?: boolean}} someone @param {boolean} [isMe] @param {string} [presence] */
export function person(someone, isMe = false, presence = '') {
  const facts = [`@${someone.username}`, isMe ? words.you : '', presence && words.present[presence]].filter(Boolean);
  const name = nameOf(someone, words.goneAccount);
  return html`<button type="button" class="person" data-open="person" data-person=${someone.id} data-username=${someone.username}>
    ${avatar(someone, initials(name), hue(someone.id), `av--m ${presence}`)}<span class="names"
      ><bdi class="name">${name}</bdi><bdi class="sub">${facts.join(' · ')}</bdi></span
    >${someone.bot ? html`<span class="role">${words.bot}</span>` : nothing}
  </button>`;
}
