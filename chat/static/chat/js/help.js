// Two lists to look things up in: the keys, and how to write bold.
import { html } from 'lit-html';
import { words } from '#words-later';
import { openDialog } from './popup.js';

/** @param {[unknown, unknown][]} pairs */
const list = pairs =>
  html`<dl class="help">${pairs.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>`;

/** @param {string} keys several ways apart by a bar, keys of one way by blanks */
const kbd = keys => keys.split(' ').map(key => html`<kbd>${key}</kbd> `);

export function showKeys() {
  const { keys } = words;
  openDialog(
    words.keysTitle,
    list([
      [kbd('Ctrl K'), keys.switcher],
      [kbd('Alt ↑ ↓'), keys.rooms],
      [kbd('Alt Shift ↑ ↓'), keys.unread],
      [kbd('Esc'), keys.newest],
      [kbd('↑'), keys.editLast],
      [kbd('↑ ↓ Home End'), keys.rows],
      [kbd('R'), words.reply],
      [kbd('E'), words.edit],
      [kbd('+'), words.react],
      [kbd('L'), words.copyLink],
      [kbd('Delete'), words.delete],
      [kbd('?'), keys.help],
    ]),
  );
}

export function showFormatting() {
  const { formatting } = words;
  openDialog(
    words.formattingTitle,
    list([
      [html`<code>**${formatting.bold}**</code>`, html`<strong>${formatting.bold}</strong>`],
      [html`<code>_${formatting.italic}_</code>`, html`<em>${formatting.italic}</em>`],
      [html`<code>~~${formatting.struck}~~</code>`, html`<s>${formatting.struck}</s>`],
      [html`<code>\`${formatting.code}\`</code>`, html`<code>${formatting.code}</code>`],
      [html`<code>\`\`\`python</code>`, formatting.block],
      [html`<code>&gt; ${formatting.quote}</code>`, formatting.quote],
      [html`<code>- ${formatting.item}</code>`, html`• ${formatting.item}`],
      [html`<code>[${formatting.link}](https://…)</code>`, html`<span class="link">${formatting.link}</span>`],
      [html`<code>@</code> <code>#</code>`, formatting.mention],
    ]),
  );
}
