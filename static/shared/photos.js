// The pictures on this phone: kept under their hash, sent once a record that names them has arrived, and not thrown away
// before the server has answered for both. Knows no screen.
import { ApiError, request } from './api.js';

/** A picture that no record came to name: a form that was left. */
const KEEP_UNNAMED_MS = 30 * 24 * 3600 * 1000;
const SEND_MS = 120 * 1000;

function hashesIn(content) {
  if (!content || typeof content !== 'object') return [];
  return Object.entries(content).flatMap(([name, value]) => (name === 'photos' && Array.isArray(value)
    ? value.filter((one) => typeof one === 'string') : hashesIn(value)));
}

/** The hashes that a record names anywhere in its content, also while it waits for its fix; each once. */
export const photosNamed = ({ body, open_body: open }) => [...new Set(hashesIn(body ?? open))];

export class Photos {
  #listeners = new Set();
  #channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('zhucun.photos') : null;

  constructor({ store, userId }) {
    this.store = store;
    this.userId = userId;
    /** What is known of each picture on this phone, by its hash. Read it, never change it. */
    this.all = new Map();
    if (this.#channel) this.#channel.onmessage = () => this.reload();
  }

  /** Call back after every change, also of another tab; answers how to stop. */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async reload() {
    const found = await this.store.photos(this.userId).catch(() => []);
    this.all = new Map(found.map((photo) => [photo.sha256, photo]));
    this.#listeners.forEach((listener) => listener(this.all));
  }

  async #changed() {
    this.#channel?.postMessage('changed');
    await this.reload();
  }

  #key = (sha256) => `${this.userId}/${sha256}`;

  /** Keep a photo that was made small (shrink.js); throws what the store throws when it is full. */
  async add({ data, sha256 }) {
    await this.store.addPhoto({
      key: this.#key(sha256), user_id: this.userId, sha256, bytes: data.byteLength, state: 'saved', added_ms: Date.now(),
      attempts: 0, due_ms: 0, problem: null,
    }, data);
    await this.#changed();
  }

  /** The picture to look at, or null where this phone has it no longer. */
  async picture(sha256) {
    const data = await this.store.picture(this.#key(sha256)).catch(() => null);
    return data && new Blob([data], { type: 'image/jpeg' });
  }

  /** How many of a record's pictures still lie here unsent. */
  left = (record) => photosNamed(record).filter((sha256) => this.all.has(sha256) && this.all.get(sha256).state !== 'sent').length;

  /** What may be sent now: pictures that a record names which has arrived, oldest first. */
  sendable(records, { dueOnly = true } = {}) {
    const named = new Set(records.filter(({ state }) => state === 'sent').flatMap(photosNamed));
    return [...this.all.values()]
      .filter(({ sha256, state, due_ms: due }) => named.has(sha256) && state === 'saved' && (!dueOnly || due <= Date.now()))
      .sort((a, b) => a.added_ms - b.added_ms);
  }

  /** Send one picture; throws ApiError. */
  async send({ sha256 }) {
    const blob = await this.picture(sha256);
    if (!blob) return;
    const { data } = await request('PUT', `/photos/${sha256}`, { raw: blob, timeoutMs: SEND_MS });
    if (data?.sha256 !== sha256) throw new ApiError({ status: 0, reason: 'not_our_server', message: '' });
    await this.#change(sha256, (photo) => ({ ...photo, state: 'sent', problem: null, sent_ms: Date.now() }));
  }

  async #change(sha256, changed) {
    await this.store.changePhoto(this.#key(sha256), changed);
    await this.#changed();
  }

  /** Try again after `waitMs`. */
  markLater = ({ sha256 }, problem, waitMs) => this.#change(sha256, (photo) => (photo.state === 'saved'
    ? { ...photo, problem, attempts: photo.attempts + 1, due_ms: Date.now() + waitMs } : null));

  /** The server refused it: a person has to look. */
  markRefused = ({ sha256 }, problem) => this.#change(sha256, (photo) => (photo.state === 'sent'
    ? null : { ...photo, state: 'attention', problem, attempts: photo.attempts + 1 }));

  /** Make the waiting pictures due at once; with hashes, these ones, also if they were refused. */
  async retry(hashes = null) {
    for (const { sha256, state, due_ms: due } of this.all.values()) {
      const wanted = hashes ? hashes.includes(sha256) && state !== 'sent' : state === 'saved' && due > 0;
      if (wanted) await this.#change(sha256, (now) => (now.state === 'sent' ? null : { ...now, state: 'saved', due_ms: 0 }));
    }
  }

  /** Take a picture away that a person does not want; one that a record names stays until it is sent or was refused. */
  async discard(sha256, records) {
    const photo = this.all.get(sha256);
    const named = records.some((record) => photosNamed(record).includes(sha256));
    if (!photo || (named && photo.state === 'saved')) return;
    await this.store.removePhoto(photo.key);
    await this.#changed();
  }

  /** Make room: of what the server has answered for with its records, and of what no record came to name. */
  async prune(records) {
    const waiting = new Set(records.filter(({ state }) => state !== 'sent').flatMap(photosNamed));
    const named = new Set(records.flatMap(photosNamed));
    const old = [...this.all.values()].filter(({ sha256, state, added_ms: at }) => (named.has(sha256)
      ? state === 'sent' && !waiting.has(sha256) : Date.now() - at > KEEP_UNNAMED_MS));
    for (const { key } of old) await this.store.removePhoto(key);
    if (old.length) await this.#changed();
  }
}
