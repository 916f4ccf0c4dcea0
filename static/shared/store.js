// The phone's own memory: records and pictures waiting to be sent, and the last answers for reading without a network.

/** Dispatched on the window once something has changed in the phone's store by what the server sent on. */
export const FED = 'zhucun:fed';

const DATABASE = 'zhucun';
const VERSION = 2;
/** Each kind of thing lies in a store of its own, under a key and with the user whose it is. */
const KEYS = { records: 'id', kept: 'key', photos: 'key', pictures: 'key', rows: 'key' };

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
      const present = request.result.objectStoreNames;
      for (const [name, keyPath] of Object.entries(KEYS).filter(([one]) => !present.contains(one))) {
        const all = request.result.createObjectStore(name, { keyPath });
        all.createIndex('user_id', 'user_id');
        if (name === 'rows') all.createIndex('collection', 'collection');
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    // An older page in another tab holds the old version open; waiting for it would leave this page blank.
    request.onblocked = () => reject(new Error('blocked'));
  });
}

const rowOf = (userId, kind, id, row) => ({
  key: `${userId}/${kind}/${id}`, user_id: userId, collection: `${userId}/${kind}`, row });

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
  async #begin(names, mode) {
    // "strict" asks for a flush to the disk: a phone whose battery dies after the tap must still have the record.
    const options = mode === 'readwrite' ? { durability: 'strict' } : {};
    try {
      return this.database.transaction(names, mode, options);
    } catch (error) {
      if (error.name !== 'InvalidStateError') throw error;
      this.#adopt(await openDatabase());
      return this.database.transaction(names, mode, options);
    }
  }

  /** Run `work(...objectStores)` in one transaction and answer what it answered, once the transaction is complete. */
  async #within(names, mode, work) {
    const transaction = await this.#begin(names, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
    });
    const stores = [names].flat().map((name) => transaction.objectStore(name));
    const [result] = await Promise.all([work(...stores), done]);
    return result;
  }

  async #allOf(name, userId) {
    return this.#within(name, 'readonly', (all) => asPromise(all.index('user_id').getAll(userId)));
  }

  /** Read, change and write one thing in one transaction, so that two tabs cannot overwrite each other. */
  async #change(name, key, changed) {
    return this.#within(name, 'readwrite', async (all) => {
      const before = await asPromise(all.get(key));
      const after = before && changed(before);
      if (!after) return before ?? null;
      await asPromise(all.put(after));
      return after;
    });
  }

  records = (userId) => this.#allOf('records', userId);

  async add(record) {
    await this.#within('records', 'readwrite', (all) => asPromise(all.add(record)));
    return record;
  }

  change = (id, changed) => this.#change('records', id, changed);

  /** The same for many, [id, changed], in one transaction. */
  async changeAll(changes) {
    await this.#within('records', 'readwrite', (all) => Promise.all([...changes].map(async ([id, changed]) => {
      const before = await asPromise(all.get(id));
      const after = before && changed(before);
      if (after) await asPromise(all.put(after));
    })));
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

  /** What is known of the user's pictures, without the pictures. */
  photos = (userId) => this.#allOf('photos', userId);

  /** Keep a picture with what is known of it; the one that is there already under its key stays. */
  async addPhoto(photo, data) {
    await this.#within(['photos', 'pictures'], 'readwrite', async (photos, pictures) => {
      if (await asPromise(photos.getKey(photo.key))) return;
      await Promise.all([asPromise(photos.add(photo)),
        asPromise(pictures.add({ key: photo.key, user_id: photo.user_id, data }))]);
    });
  }

  changePhoto = (key, changed) => this.#change('photos', key, changed);

  /** The bytes of a picture, or null. */
  async picture(key) {
    return (await this.#within('pictures', 'readonly', (all) => asPromise(all.get(key))))?.data ?? null;
  }

  async removePhoto(key) {
    await this.#within(['photos', 'pictures'], 'readwrite', (...stores) => Promise.all(
      stores.map((all) => asPromise(all.delete(key)))));
  }

  /** The records of a kind that the server sends on, such as the households. */
  async rows(userId, kind) {
    const found = await this.#within('rows', 'readonly', (all) => asPromise(
      all.index('collection').getAll(`${userId}/${kind}`)));
    return found.map(({ row }) => row);
  }

  /**
   * Take over changes, [{kind, id, record}] where no record means that it is gone, and what is kept with them, by its
   * name: all or nothing. `anew`: they are everything that there is.
   */
  async takeChanges(userId, changes, values, { anew = false } = {}) {
    await this.#within(['rows', 'kept'], 'readwrite', async (rows, kept) => {
      const old = anew ? await asPromise(rows.index('user_id').getAllKeys(userId)) : [];
      await Promise.all([
        ...old.map((key) => asPromise(rows.delete(key))),
        ...changes.map(({ kind, id, record }) => asPromise(record
          ? rows.put(rowOf(userId, kind, id, record)) : rows.delete(`${userId}/${kind}/${id}`))),
        ...Object.entries(values).map(([name, value]) => asPromise(
          kept.put({ key: `${userId}/${name}`, user_id: userId, value, at: Date.now() }))),
      ]);
    });
  }

  /** Forget what was kept for reading; records and pictures stay, they belong to the user and are not yet sent. */
  async forgetKept(userId) {
    await this.#within(['kept', 'rows'], 'readwrite', (...stores) => Promise.all(stores.map(async (all) => {
      const keys = await asPromise(all.index('user_id').getAllKeys(userId));
      await Promise.all(keys.map((key) => asPromise(all.delete(key))));
    })));
  }
}

/** The same for a browser that stores nothing: it lasts as long as the page, and the page says so. */
export class MemoryStore {
  persistent = false;
  #all = Object.fromEntries(Object.keys(KEYS).map((name) => [name, new Map()]));

  #allOf = async (name, userId) => [...this.#all[name].values()].filter((one) => one.user_id === userId);

  async #change(name, key, changed) {
    const before = this.#all[name].get(key);
    const after = before && changed(before);
    if (after) this.#all[name].set(key, after);
    return after || before || null;
  }

  records = (userId) => this.#allOf('records', userId);

  async add(record) {
    this.#all.records.set(record.id, record);
    return record;
  }

  change = (id, changed) => this.#change('records', id, changed);

  async changeAll(changes) {
    for (const [id, changed] of changes) await this.change(id, changed);
  }

  async remove(id) {
    this.#all.records.delete(id);
  }

  async keep(userId, name, value) {
    const entry = { user_id: userId, value, at: Date.now() };
    this.#all.kept.set(`${userId}/${name}`, entry);
    return entry;
  }

  kept = async (userId, name) => this.#all.kept.get(`${userId}/${name}`) ?? null;

  photos = (userId) => this.#allOf('photos', userId);

  async addPhoto(photo, data) {
    if (this.#all.photos.has(photo.key)) return;
    this.#all.photos.set(photo.key, photo);
    this.#all.pictures.set(photo.key, data);
  }

  changePhoto = (key, changed) => this.#change('photos', key, changed);

  picture = async (key) => this.#all.pictures.get(key) ?? null;

  async removePhoto(key) {
    this.#all.photos.delete(key);
    this.#all.pictures.delete(key);
  }

  async rows(userId, kind) {
    return [...this.#all.rows.values()].filter((one) => one.collection === `${userId}/${kind}`)
      .map(({ row }) => row);
  }

  async takeChanges(userId, changes, values, { anew = false } = {}) {
    if (anew) this.#all.rows.clear();
    changes.forEach(({ kind, id, record }) => (record
      ? this.#all.rows.set(`${userId}/${kind}/${id}`, rowOf(userId, kind, id, record))
      : this.#all.rows.delete(`${userId}/${kind}/${id}`)));
    for (const [name, value] of Object.entries(values)) await this.keep(userId, name, value);
  }

  async forgetKept() {
    this.#all.kept.clear();
    this.#all.rows.clear();
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
