// Of all pages of the site that stand open in a browser, one speaks; each says by a lock of its own which room it shows
// to whom looks at it.
/** @import { Session } from './session.js' */
import { workerAddress } from './html.js';

const VOICE = 'voice';
const LOOKING = 'looking:';

const isLookedAt = () => !document.hidden && document.hasFocus();

export class Pages {
  /** @param {string} room that this page shows, '' for another page */
  constructor(room) {
    this.room = room;
    this.speaks = !navigator.locks; // on plain HTTP there are none: each page speaks for itself
    navigator.locks?.request(VOICE, () => {
      this.speaks = true;
      return new Promise(() => {}); // for as long as the page stands
    });
    this.#look();
  }

  /** Holds the lock of this page's room while somebody looks at it. */
  #look() {
    /** @type {(() => void) | null} */
    let release = null;
    const look = () => {
      if (isLookedAt() === Boolean(release)) return;
      if (release) {
        release();
        release = null;
        return;
      }
      const held = new Promise(done => {
        release = () => done(null);
      });
      navigator.locks?.request(LOOKING + this.room, { mode: 'shared' }, () => held);
    };
    for (const event of ['focus', 'blur']) addEventListener(event, look);
    document.addEventListener('visibilitychange', look);
    look();
  }

  /** The rooms of pages that are looked at, '' for other pages. */
  async looking() {
    if (!navigator.locks) return isLookedAt() ? [this.room] : [];
    const { held } = await navigator.locks.query();
    return (held ?? []).flatMap(({ name }) => (name?.startsWith(LOOKING) ? name.slice(LOOKING.length) : []));
  }
}

/** Makes the page hear of what concerns the person; how it tells them is fetched when there is something. @param {Session} session */
export function startAlerts(session) {
  navigator.serviceWorker?.register(/** @type {string} */ (workerAddress())).catch(() => {}); // a browser without room
  const pages = new Pages(session.current ?? '');
  session.onNotify = async frame => {
    if (frame.type === 'reports') (await import('./cases.js')).recount();
    else if (frame.type === 'notify') (await import('./alerts.js')).tellOf(frame, session, pages);
  };
}
