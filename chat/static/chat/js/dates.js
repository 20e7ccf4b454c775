// To what was said on a day.
/** @import { Place } from './openers.js' */
import { html } from 'lit-html';
import { words } from '#words-later';
import { field, openForm } from './form.js';
import { at, rest } from './rest.js';

/** @param {Place} place @param {string} [day] as YYYY-MM-DD */
export function openDates({ talk, travel, log }, day) {
  const today = log.when.dayKey(new Date().toISOString());
  openForm({
    title: words.toDate,
    fields: field(
      words.day,
      html`<input class="input" type="date" id="f-day" name="day" required max=${today} value=${day ?? today} />`,
      'f-day',
    ),
    label: words.showThere,
    act: data => rest('GET', at('rooms', talk.slug, 'days', String(data.get('day')))),
    done: found => travel.jump(/** @type {{seq: number}} */ (found).seq),
  });
}
