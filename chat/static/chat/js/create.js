// A new room in a dialog; without scripts it is a page of its own.
import { html } from 'lit-html';
import { words } from '#words-later';
import { field, openForm } from './form.js';
import { icon } from './html.js';
import { at, rest } from './rest.js';

export function createRoom() {
  return openForm({
    title: words.newRoom,
    fields: html`${field(
      words.name,
      html`<input class="input" id="f-name" name="name" maxlength="80" required autocomplete="off" dir="auto" placeholder=${words.nameHint} />`,
      'f-name',
      words.nameHelp,
    )}${field(
      words.topic,
      html`<input class="input" id="f-topic" name="topic" maxlength="250" autocomplete="off" dir="auto" />`,
      'f-topic',
      words.optional,
    )}
      <fieldset class="field">
        <legend>${words.whoReads}</legend>
        <label class="option"
          ><input type="radio" name="kind" value="public" checked />${icon('hash')}<span
            ><b>${words.public}</b><span class="sub">${words.publicMeans}</span></span
          ></label
        >
        <label class="option"
          ><input type="radio" name="kind" value="private" />${icon('lock')}<span
            ><b>${words.private}</b><span class="sub">${words.privateMeans}</span></span
          ></label
        >
      </fieldset>`,
    label: words.createRoom,
    act: data => rest('POST', '/rooms', Object.fromEntries(data)),
    done: room => location.assign(`/chat${at(/** @type {{slug: string}} */ (room).slug)}/`),
  });
}
