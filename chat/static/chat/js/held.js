// The bytes of files that are not up yet, over a reload or a crash; the sign-in page removes them (`leaving.js`).
import { storeOf } from './db.js';

const BYTES_MOST = 250 * 2 ** 20;
/** The site keeps what is up and not sent for as long. */
const AGE_MOST_MS = 24 * 3600 * 1000;
/** A page that is left gives back what it had in less. */
const OTHERS_MS = 1500;

/** @typedef {{key?: number, file: File, user: number, at: number}} Kept */

const run = storeOf('tertulia-files', 'files', { keyPath: 'key', autoIncrement: true });

/**
 * Keeps a file, and lets go of what is old or somebody else's. Its number; null where there is no room for it.
 * @param {File} file @param {number} user
 */
export async function hold(file, user) {
  const now = Date.now();
  /** @type {Kept[]} */
  const all = (await run('readonly', store => store.getAll())) ?? [];
  const stale = all.filter(one => one.user !== user || now - one.at > AGE_MOST_MS);
  await Promise.all(stale.map(one => release(Number(one.key))));
  const bytes = all.reduce((sum, one) => sum + (stale.includes(one) ? 0 : one.file.size), file.size);
  if (bytes > BYTES_MOST) return null;
  /** @type {Kept} */
  const kept = { file, user, at: now };
  return /** @type {number | null} */ (await run('readwrite', store => store.add(kept)));
}

/** A file by its number; null where it is not kept any more. @param {number} key @param {number} user @returns {Promise<File | null>} */
export async function heldFile(key, user) {
  /** @type {Kept | null} */
  const kept = await run('readonly', store => store.get(key));
  return kept?.user === user ? kept.file : null;
}

/**
 * Whether this page is the one that has a kept file: of several pages of a room the first, until it is left. Where the
 * browser has no locks (on plain HTTP), each.
 * @param {number} key @returns {Promise<boolean>}
 */
export function own(key) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise(resolve => {
    const isMine = () => {
      resolve(true);
      return new Promise(() => {});
    };
    const signal = AbortSignal.timeout(OTHERS_MS);
    navigator.locks.request(`held:${key}`, { signal }, isMine).catch(() => resolve(false));
  });
}

/** @param {number} key */
export function release(key) {
  return run('readwrite', store => store.delete(key));
}
