// From the name of an opener to the module that knows how.
/** @import { Place } from './openers.js' */
/** @import { Session } from './session.js' */
import { closePanel, stepped } from './panel.js';
import { part } from './toast.js';

/** @typedef {{hit: HTMLElement, at: Element, session: Session, place: Place}} Ask what was pressed, and where to open */
/** @type {Record<string, (ask: Ask) => Promise<unknown>>} */
const KNOWN = {
  create: async () => (await part(import('./create.js'))).createRoom(),
  me: async ({ at, session }) => (await part(import('./me.js'))).openMe(at, session),
  direct: async ({ session }) => (await part(import('./direct.js'))).startDirect(session),
  bell: async ({ at, session, place }) => (await part(import('./bell.js'))).openBell(at, session, place.talk.slug),
  settings: async ({ place }) => (await part(import('./roomsettings.js'))).openSettings(place.talk),
  date: async ({ hit, place }) => (await part(import('./dates.js'))).openDates(place, hit.dataset.day),
  invite: async ({ place }) => (await part(import('./invite.js'))).openInvite(place.talk),
  picture: async ({ hit }) => (await part(import('./lightbox.js'))).openPicture(hit),
  person: async ({ hit, session, place }) => {
    const id = Number(hit.getAttribute('data-person'));
    const username = hit.getAttribute('data-username') ?? place?.talk.room.people().get(id)?.username;
    // An account that has ended has no card.
    if (username) (await part(import('./person.js'))).openPerson(hit, username, session, place);
  },
};

/** @param {string} name @param {HTMLElement} hit @param {Element} at @param {Session} session @param {Place | null} place */
export async function open(name, hit, at, session, place) {
  await KNOWN[name]?.({ hit, at, session, place: /** @type {Place} */ (place) });
}

/**
 * The panel that the address names; any other name closes the one that is open.
 * @param {string} name @param {Place} place @param {boolean} isStep whether the address came to it now
 */
export async function openPanel(name, place, isStep) {
  if (isStep && name) stepped();
  if (name === 'members') (await part(import('./members.js'))).showMembers(place);
  else if (name === 'pins') (await part(import('./pins.js'))).showPins(place);
  else closePanel();
}
