// The outbox over a reload, a crash or a day offline: a thin coat over IndexedDB.
/** @import { Draft } from './types.js' */

const STORE = 'outbox';

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('tertulia', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'client_id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T | null>} null where the browser keeps nothing (private windows, a full disk)
 */
async function run(mode, work) {
  try {
    const database = await open();
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch (error) {
    console.warn('The outbox could not be kept:', error);
    return null;
  }
}

/** @param {number} user @returns {Promise<Draft[]>} */
export async function kept(user) {
  /** @type {Draft[]} */
  const all = (await run('readonly', store => store.getAll())) ?? [];
  return all.filter(draft => draft.user === user);
}

/** @param {Draft} draft */
export function keep(draft) {
  return run('readwrite', store => store.put(draft));
}

/** @param {string} clientId */
export function forget(clientId) {
  return run('readwrite', store => store.delete(clientId));
}
