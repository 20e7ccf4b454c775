// The page of settings: what the browser lets the site show, how its sound sounds, a picture of oneself.
import { html, render } from 'lit-html';
import { words } from '#words-later';
import { chime } from './alerts.js';

/** @param {HTMLElement} place */
function showPermission(place) {
  const state = globalThis.Notification?.permission ?? 'missing';
  const ask = async () => {
    await Notification.requestPermission();
    showPermission(place);
  };
  place.hidden = false;
  render(
    html`<span role="status">${words.alerts[state]}</span>${
      state === 'default' ? html`<button type="button" class="btn" @click=${ask}>${words.alertsAllow}</button>` : ''
    }`,
    place,
  );
}

const permission = document.getElementById('permission');
const listen = document.getElementById('listen');
if (permission) showPermission(permission);
if (listen) {
  listen.hidden = false;
  listen.addEventListener('click', chime);
}

// A picture that was chosen is used at once; so a button of our own is enough to choose it.
const [use, choose, picture] = ['use-picture', 'choose-picture', 'picture'].map(id => document.getElementById(id));
if (use && choose && picture) {
  use.hidden = true;
  choose.className = 'btn';
  picture.className = 'vh';
  picture.addEventListener('change', () => use.closest('form')?.requestSubmit());
}
