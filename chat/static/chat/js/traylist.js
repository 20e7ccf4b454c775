// The files of the tray as they stand above the box to write in.
/** @import { Item } from './uploads.js' */
import { html, nothing } from 'lit-html';
import { words } from '#words-files';
import { sizeOf } from './files.js';
import { icon } from './html.js';
import { sign } from './preview.js';

/** @typedef {{remove: (item: Item) => void, describe: (item: Item) => void, again: (item: Item) => void}} Acts */

/**
 * @param {Item[]} items @param {Map<number, HTMLCanvasElement>} previews @param {{says: string, problem: string}} line
 * @param {Acts} acts
 */
export function trayList(items, previews, { says, problem }, acts) {
  return html`<ul class="loads" aria-label=${words.filesToSend}>
      ${items.map(item => row(item, previews.get(item.key), acts))}
    </ul>
    ${problem ? html`<p class="err" role="alert">${problem}</p>` : nothing}
    <p class="says" role="status">${says}</p>`;
}

/** @param {Item} item @param {HTMLCanvasElement | undefined} preview @param {Acts} acts */
function row(item, preview, acts) {
  const { name, state, type } = item;
  const away = state === 'waiting' || state === 'going' ? words.stopFile(name) : words.removeFile(name);
  return html`<li class="load load--${state}">
    <span class="load-sign">${preview ?? sign(item)}</span>
    <span class="names"><bdi class="name" title=${name}>${name}</bdi>${course(item)}</span>
    ${
      type.startsWith('image/') && state !== 'failed'
        ? html`<button type="button" class="alt" aria-pressed=${Boolean(item.alt)} aria-label=${words.describeFile(name)} title=${item.alt || words.describe} @click=${() => acts.describe(item)}>${words.alt}</button>`
        : nothing
    }${
      item.mayRetry && state === 'failed'
        ? html`<button type="button" class="icon-btn" aria-label=${words.againFile(name)} title=${words.tryAgain} @click=${() => acts.again(item)}>${icon('refresh', 'icon--s')}</button>`
        : nothing
    }<button type="button" class="icon-btn" aria-label=${away} title=${away} @click=${() => acts.remove(item)}>${icon('x', 'icon--s')}</button>
  </li>`;
}

/** How far it is. @param {Item} item */
function course(item) {
  const { name, size, sent, state, problem } = item;
  if (state === 'failed') return html`<span class="err" role="alert" dir="auto">${problem}</span>`;
  if (state === 'there') return html`<span class="sub">${sizeOf(item)}</span>`;
  if (state === 'waiting') return html`<span class="sub">${words.fileWaits}</span>`;
  // All of it is up, and the site still looks at it.
  if (sent >= size) return html`<span class="sub">${words.fileIsRead}</span>`;
  return html`<progress max=${size} value=${sent} aria-label=${words.fileGoes(name)}></progress>`;
}
