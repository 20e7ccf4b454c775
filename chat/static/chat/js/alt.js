// Says in words what a picture shows.
/** @import { Item } from './uploads.js' */
import { html } from 'lit-html';
import { words as files } from '#words-files';
import { words } from '#words-later';
import { field, openForm } from './form.js';

const ALT_MOST = 1000;

/** @param {Item} item @param {(alt: string) => Promise<void>} keep */
export function askAlt(item, keep) {
  openForm({
    title: files.describe,
    fields: field(
      item.name,
      html`<textarea class="input" id="f-alt" name="alt" rows="3" maxlength=${ALT_MOST} dir="auto" .defaultValue=${item.alt}></textarea>`,
      'f-alt',
      files.describeHelp,
    ),
    label: words.save,
    act: data => keep(String(data.get('alt')).trim()),
  });
}
