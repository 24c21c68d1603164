/**
 * What this device keeps, in IndexedDB: `kept` (one person's facts, and small things about the device),
 * `scans` that wait, and `answers` that somebody should look at.
 */
const STORES = { kept: undefined, scans: "operation", answers: "operation" };
/** @type {Promise<IDBDatabase> | undefined} */
let database;

/**
 * One transaction over all of it: what `act` changes is kept as a whole, or not at all.
 * @template T
 * @param {"readonly" | "readwrite"} mode
 * @param {(store: (name: string) => Store) => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function transaction(mode, act) {
  database ??= opened();
  const work = (await database).transaction(Object.keys(STORES), mode, { durability: "strict" });
  const finished = new Promise((done, failed) => {
    work.oncomplete = done;
    work.onabort = () => failed(work.error);
  });
  const acting = act((name) => new Store(work.objectStore(name))).catch((error) => {
    work.abort();
    throw error;
  });
  return (await Promise.all([acting, finished]))[0];
}

/** An object store whose requests are promises. */
class Store {
  /** @param {IDBObjectStore} store */
  constructor(store) {
    this.store = store;
  }

  get = (key) => answered(this.store.get(key));
  all = () => answered(this.store.getAll());
  put = (value, key) => answered(this.store.put(value, key));
  delete = (key) => answered(this.store.delete(key));
}

/** @param {IDBRequest} request */
function answered(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/** @returns {Promise<IDBDatabase>} */
async function opened() {
  const request = indexedDB.open("toolshare", 1);
  request.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(STORES))
      request.result.createObjectStore(name, keyPath && { keyPath });
  };
  const found = await answered(request);
  found.onclose = () => (database = undefined);
  found.onversionchange = () => found.close();
  return found;
}
