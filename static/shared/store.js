// The phone's own memory: records waiting to be sent, and the last answers for reading without a network.

const DATABASE = 'zhucun';
const VERSION = 1;

function asPromise(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('records', { keyPath: 'id' }).createIndex('user_id', 'user_id');
      request.result.createObjectStore('kept', { keyPath: 'key' }).createIndex('user_id', 'user_id');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    // An older page in another tab holds the old version open; waiting for it would leave this page blank.
    request.onblocked = () => reject(new Error('blocked'));
  });
}

/** A store in IndexedDB: a write has reached the disk, as far as the browser can know, when its promise resolves. */
class DiskStore {
  persistent = true;

  constructor(database) {
    this.#adopt(database);
  }

  #adopt(database) {
    this.database = database;
    // A newer page in another tab may need to change the database; the next use opens it again.
    database.onversionchange = () => database.close();
  }

  /** Start a transaction; a phone may drop the connection while the page sleeps, so it is opened again once. */
  async #begin(name, mode) {
    // "strict" asks for a flush to the disk: a phone whose battery dies after the tap must still have the record.
    const options = mode === 'readwrite' ? { durability: 'strict' } : {};
    try {
      return this.database.transaction(name, mode, options);
    } catch (error) {
      if (error.name !== 'InvalidStateError') throw error;
      this.#adopt(await openDatabase());
      return this.database.transaction(name, mode, options);
    }
  }

  /** Run `work(objectStore)` in one transaction and answer what it answered, once the transaction is complete. */
  async #within(name, mode, work) {
    const transaction = await this.#begin(name, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
    });
    const [result] = await Promise.all([work(transaction.objectStore(name)), done]);
    return result;
  }

  async records(userId) {
    return this.#within('records', 'readonly', (all) => asPromise(all.index('user_id').getAll(userId)));
  }

  async add(record) {
    await this.#within('records', 'readwrite', (all) => asPromise(all.add(record)));
    return record;
  }

  /** Read, change and write one record in one transaction, so that two tabs cannot overwrite each other. */
  async change(id, changed) {
    return this.#within('records', 'readwrite', async (all) => {
      const before = await asPromise(all.get(id));
      const after = before && changed(before);
      if (!after) return before ?? null;
      await asPromise(all.put(after));
      return after;
    });
  }

  async remove(id) {
    await this.#within('records', 'readwrite', (all) => asPromise(all.delete(id)));
  }

  async keep(userId, name, value) {
    const entry = { key: `${userId}/${name}`, user_id: userId, value, at: Date.now() };
    await this.#within('kept', 'readwrite', (all) => asPromise(all.put(entry)));
    return entry;
  }

  async kept(userId, name) {
    return (await this.#within('kept', 'readonly', (all) => asPromise(all.get(`${userId}/${name}`)))) ?? null;
  }

  /** Forget what was kept for reading; the records stay, they belong to the user and are not yet sent. */
  async forgetKept(userId) {
    await this.#within('kept', 'readwrite', async (all) => {
      const keys = await asPromise(all.index('user_id').getAllKeys(userId));
      await Promise.all(keys.map((key) => asPromise(all.delete(key))));
    });
  }
}

/** The same for a browser that stores nothing: it lasts as long as the page, and the page says so. */
export class MemoryStore {
  persistent = false;
  #records = new Map();
  #kept = new Map();

  async records(userId) {
    return [...this.#records.values()].filter((record) => record.user_id === userId);
  }

  async add(record) {
    this.#records.set(record.id, record);
    return record;
  }

  async change(id, changed) {
    const before = this.#records.get(id);
    const after = before && changed(before);
    if (after) this.#records.set(id, after);
    return after || before || null;
  }

  async remove(id) {
    this.#records.delete(id);
  }

  async keep(userId, name, value) {
    const entry = { value, at: Date.now() };
    this.#kept.set(`${userId}/${name}`, entry);
    return entry;
  }

  async kept(userId, name) {
    return this.#kept.get(`${userId}/${name}`) ?? null;
  }

  async forgetKept() {
    this.#kept.clear();
  }
}

/** The phone's store; `persistent` is false where the browser keeps nothing. */
export async function openStore() {
  try {
    return new DiskStore(await openDatabase());
  } catch {
    return new MemoryStore();
  }
}
