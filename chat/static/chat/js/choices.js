// A list of choices under a text field, in the combobox pattern: the field keeps the focus, the list follows.
import { html, render } from 'lit-html';

/** @typedef {{id: string, label: string, more: string, sign: unknown}} Choice */

export class Choices {
  /**
   * @param {HTMLInputElement | HTMLTextAreaElement} field @param {HTMLElement} place
   * @param {{label: string, take: (choice: Choice) => void}} options
   */
  constructor(field, place, { label, take }) {
    this.field = field;
    this.place = place;
    this.take = take;
    /** @type {Choice[]} */
    this.choices = [];
    this.at = 0;
    place.setAttribute('role', 'listbox');
    place.setAttribute('aria-label', label);
    field.setAttribute('aria-controls', place.id);
    field.setAttribute('aria-autocomplete', 'list');
    this.#draw();
  }

  get isOpen() {
    return this.choices.length > 0;
  }

  /** @param {Choice[]} choices none: close */
  show(choices) {
    this.choices = choices;
    this.at = 0;
    this.#draw();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for the list */
  key(event) {
    const count = this.choices.length;
    if (!count || event.isComposing || event.keyCode === 229) return false;
    if (event.key === 'ArrowDown') this.at = (this.at + 1) % count;
    else if (event.key === 'ArrowUp') this.at = (this.at + count - 1) % count;
    else if (event.key === 'Escape') this.choices = [];
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) {
      const choice = this.choices[this.at];
      this.choices = [];
      this.#draw();
      this.take(choice);
      event.preventDefault();
      return true;
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    this.#draw();
    return true;
  }

  #draw() {
    const { field, place, choices } = this;
    place.hidden = !choices.length;
    // A text area may not say so: it stays a text box that owns a list.
    if (field.role === 'combobox') field.setAttribute('aria-expanded', String(choices.length > 0));
    if (choices.length) field.setAttribute('aria-activedescendant', `${place.id}-${this.at}`);
    else field.removeAttribute('aria-activedescendant');
    const keepFocus = (/** @type {Event} */ event) => event.preventDefault();
    // Not before the finger is up: the list can be scrolled, and what lies below it is not pressed in its place.
    const choose = (/** @type {Choice} */ choice) => {
      this.show([]);
      this.take(choice);
    };
    render(
      choices.map(
        (choice, index) =>
          html`<div
            role="option"
            class="choice"
            id="${place.id}-${index}"
            aria-selected=${index === this.at}
            @mousedown=${keepFocus}
            @click=${() => choose(choice)}
          >
            ${choice.sign}<bdi>${choice.label}</bdi><bdi class="more">${choice.more}</bdi>
          </div>`,
      ),
      place,
    );
    place.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }
}
