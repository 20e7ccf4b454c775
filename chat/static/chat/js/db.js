// The outbox over a reload, a crash or a day offline: a thin coat over IndexedDB.
/** @import { Draft } from './types.js' */

/**
 * A store in a database of its own, opened when it is first used. What it gives is null where the browser keeps nothing
 * (private windows, a full disk).
 * @param {string} name of the database @param {string} store @param {IDBObjectStoreParameters} keys
 * @returns {<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>) => Promise<T | null>}
 */
export function storeOf(name, store, keys) {
  /** @type {Promise<IDBDatabase> | null} */
  let opened = null;

  /** @returns {Promise<IDBDatabase>} */
  function open() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(store, keys);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  return async (mode, work) => {
    try {
      const database = await open();
      database.onversionchange = () => database.close(); // somebody removes it
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(store, mode, { durability: 'strict' });
        const request = work(transaction.objectStore(store));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error);
      });
    } catch (error) {
      console.warn(`The ${store} could not be kept:`, error);
      return null;
    }
  };
}

const run = storeOf('tertulia', 'outbox', { keyPath: 'client_id' });

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
