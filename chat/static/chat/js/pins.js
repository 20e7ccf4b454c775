// The panel of pinned messages.
/** @import { Message } from './types.js' */
/** @import { Place } from './openers.js' */
import { html, nothing, render } from 'lit-html';
import { words } from '#words-later';
import { files } from './files.js';
import { hue, initials, nameOf } from './format.js';
import { avatar, icon, prose } from './html.js';
import { leave, showPanel, stands } from './panel.js';
import { at, rest, sentenceOf } from './rest.js';
import { tellRefusal } from './telling.js';

/** @param {Place} place */
export async function showPins({ talk, travel, log }) {
  const body = await showPanel('pins', words.pins);
  const path = at('rooms', talk.slug, 'pins');
  /** @param {Message} message */
  const unpin = async message => {
    try {
      await rest('DELETE', at('rooms', talk.slug, 'messages', message.seq, 'pin'));
      await load();
    } catch (error) {
      tellRefusal(error);
    }
  };
  /** @param {MouseEvent} event @param {Message} message */
  const jump = (event, message) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (matchMedia('(max-width: 46rem)').matches) leave(); // it covers the messages
    travel.jump(message.seq);
  };
  /** @param {Message} message */
  const item = message => {
    const author = message.author ?? { id: 0, username: '', name: '' };
    const name = nameOf(author, words.goneAccount);
    return html`<li class="pin">
      <div class="by">
        ${avatar(author, initials(name), hue(author.id), 'av--s')}<bdi class="author">${name}</bdi
        ><time datetime=${message.created_at}>${log.when.moment(message.created_at, new Date())}</time>
      </div>
      ${message.html ? prose(message.html, talk.room.user, message.mentions_all !== null) : nothing}
      ${message.attachments.length ? html`<div>${files(message.attachments)}</div>` : nothing}
      <div class="pin-acts">
        <a class="link" href=${talk.room.link(message.seq)} @click=${(/** @type {MouseEvent} */ event) => jump(event, message)}
          >${words.showThere}</a
        >${
          talk.room.can.has('pin')
            ? html`<button type="button" class="link" @click=${() => unpin(message)}>${words.unpin}</button>`
            : nothing
        }
      </div>
    </li>`;
  };
  const load = async () => {
    try {
      const { messages } = await rest('GET', path);
      if (!stands(body)) return;
      render(
        messages.length
          ? html`<ul class="pins">${messages.map(item)}</ul>`
          : html`<div class="empty">${icon('pin')}<p>${words.noPins}</p></div>`,
        body,
      );
    } catch (error) {
      render(html`<p class="err" role="alert">${sentenceOf(error, words.unreachable)}</p>`, body);
    }
  };
  await load();
}
