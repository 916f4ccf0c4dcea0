// The phone's own memory: records and pictures waiting to be sent, and the last answers for reading without a network.

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

const rowOf = (userId, collection, row) => ({
  key: `${userId}/${collection}/${row.id}`, user_id: userId, collection: `${userId}/${collection}`, row });

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

  /** The rows of a collection that the server sends on, such as the households. */
  async rows(userId, collection) {
    const found = await this.#within('rows', 'readonly', (all) => asPromise(
      all.index('collection').getAll(`${userId}/${collection}`)));
    return found.map(({ row }) => row);
  }

  /** Take over changes, [{collection, row}] or [{collection, id}] for what is gone, and the mark behind them. */
  async takeChanges(userId, changes, mark) {
    await this.#within(['rows', 'kept'], 'readwrite', (rows, kept) => Promise.all([
      ...changes.map(({ collection, id, row }) => asPromise(row
        ? rows.put(rowOf(userId, collection, row)) : rows.delete(`${userId}/${collection}/${id}`))),
      asPromise(kept.put({ key: `${userId}/${mark.name}`, user_id: userId, value: mark.value, at: Date.now() })),
    ]));
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

  async rows(userId, collection) {
    return [...this.#all.rows.values()].filter((one) => one.collection === `${userId}/${collection}`)
      .map(({ row }) => row);
  }

  async takeChanges(userId, changes, mark) {
    changes.forEach(({ collection, id, row }) => (row
      ? this.#all.rows.set(`${userId}/${collection}/${row.id}`, rowOf(userId, collection, row))
      : this.#all.rows.delete(`${userId}/${collection}/${id}`)));
    await this.keep(userId, mark.name, mark.value);
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
