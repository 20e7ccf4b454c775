// Asks whether the browser may show notifications: somebody meant the person while they were away.
/** @import { Session } from './session.js' */
import { html } from 'lit-html';
import { words } from '#words-later';
import { icon } from './html.js';

const REFUSED = 'no-notifications';

/** @param {Session} session */
export function offerAlerts(session) {
  if (localStorage.getItem(REFUSED)) return;
  const close = () => {
    session.offer.value = null;
  };
  const never = () => {
    localStorage.setItem(REFUSED, '1');
    close();
  };
  session.offer.value = html`${icon('bell', 'icon--s')}<span>${words.alertsOffer}</span
    ><button type="button" class="link" @click=${() => Notification.requestPermission().finally(close)}>${words.alertsAllow}</button
    ><button type="button" class="link" @click=${never}>${words.notNow}</button>`;
}
