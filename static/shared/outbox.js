// The outbox: each record a person made on this phone, from the tap until the server has it. Knows no screen.
import { dayOf } from './dates.js';
import { deviceOf, newId } from './ids.js';
import { Photos } from './photos.js';
import { MemoryStore } from './store.js';

/** Where each kind of record goes by itself; `{of}` is what it belongs to. All others go in a batch only. */
const PATHS = {
  check_in: '/check-ins',
  declaration: '/declarations',
  leave: '/leaves',
  leave_step: '/leaves/{of}/steps',
  month_step: '/month-steps',
};

const LOCATE_MS = 20000;
/** After this long nobody is waiting for the fix any more, whatever the locks say. */
const ABANDONED_MS = LOCATE_MS + 5000;
const KEEP_SENT_MS = 30 * 24 * 3600 * 1000;

/** Tells records of this page's life from older ones: only for these does the monotonic clock mean anything. */
const PAGE_LIFE = newId();

/**
 * Milliseconds since capture, or null when the phone cannot know (its clock was put back since).
 * The monotonic clock stands still while some phones sleep, the wall clock may be set; the larger one is right
 * in the everyday cases.
 */
function elapsedSince(record, { now = Date.now(), tick = performance.now(), life = PAGE_LIFE } = {}) {
  const byWall = now - record.captured_ms;
  const byTick = record.life === life ? tick - record.tick : -1;
  const elapsed = Math.round(Math.max(byWall, byTick));
  return elapsed >= 0 ? elapsed : null;
}

/** Kinds with a moment that do not bring the time since. */
const UNCOUNTED = ['declaration', 'companion_answer'];

/** The record as it is sent: the same content every time, but for the time that has passed. */
export function bodyOf(record) {
  if (!record.body.captured_at || UNCOUNTED.includes(record.kind)) return record.body;
  const elapsed = elapsedSince(record);
  return elapsed === null ? record.body : { ...record.body, elapsed_ms: elapsed };
}

/** What the record belongs to, such as the leave of a step; records of an older page say `leave_id`. */
export const ownerOf = (record) => record.of ?? record.leave_id ?? null;

/** Where the record goes by itself; null when only a batch takes it. */
export const pathOf = (record) => PATHS[record.kind]?.replace('{of}', ownerOf(record)) ?? null;

/** How a record is changed once the server has it, is to be asked again after a while, or has refused. */
export const asSent = (answer) => (record) => ({ ...record, state: 'sent', answer, problem: null, sent_ms: Date.now() });
export const asLater = (problem, waitMs) => (record) => (record.state === 'saved'
  ? { ...record, problem, attempts: record.attempts + 1, due_ms: Date.now() + waitMs } : null);
export const asRefused = (problem) => (record) => (record.state === 'sent'
  ? null : { ...record, state: 'attention', problem, attempts: record.attempts + 1 });

/** A diary page says where it was written, and nothing where that is not known. */
export const withPlace = (kind, body, place) => (kind === 'diary_entry' && !place.position ? body : { ...body, ...place });

export class Outbox {
  #listeners = new Set();
  /** Takes the records that the disk refused, so that they can at least be sent at once. */
  #spare = new MemoryStore();
  #underWay = new Map();
  #channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('zhucun.outbox') : null;

  /** `store` from openStore, `userId` as text, `locate` gives {position} or {location_error}. */
  constructor({ store, userId, locate }) {
    this.store = store;
    this.userId = userId;
    this.locate = locate;
    /** Newest first. Read it, never change it. */
    this.records = [];
    this.photos = new Photos({ store, userId });
    if (this.#channel) this.#channel.onmessage = () => this.reload();
  }

  /** Call back after every change, also of another tab; answers how to stop. */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async reload() {
    const stored = await this.store.records(this.userId).catch(() => []);
    const spare = await this.#spare.records(this.userId);
    this.records = [...stored, ...spare].sort((a, b) => b.captured_ms - a.captured_ms);
    this.#listeners.forEach((listener) => listener(this.records));
  }

  async #changed() {
    this.#channel?.postMessage('changed');
    await this.reload();
  }

  /** Store a record and answer it once it is safe; `unstored` is true when the phone had no room for it. */
  async #add(fields) {
    const now = Date.now();
    const record = {
      id: newId(),
      user_id: this.userId,
      state: 'saved',
      captured_ms: now,
      day: dayOf(now),
      tick: performance.now(),
      life: PAGE_LIFE,
      attempts: 0,
      due_ms: 0,
      problem: null,
      answer: null,
      unstored: !this.store.persistent,
      ...fields,
    };
    try {
      await this.store.add(record);
    } catch {
      record.unstored = true;
      await this.#spare.add(record);
    }
    await this.#changed();
    return record;
  }

  async #change(id, changed) {
    const after = (await this.#spare.change(id, changed)) ?? (await this.store.change(id, changed));
    await this.#changed();
    return after;
  }

  /**
   * Store a record whose content is complete. `of` is the id of what it belongs to (the leave of a step), `day` the day
   * that it is about where that is not today; `id` is for a form that made one when it was opened, so that a second tap
   * is the same record.
   */
  async add(kind, content, { of = null, day, id = newId() } = {}) {
    const known = this.records.find((record) => record.id === id);
    if (known) return known;
    const fields = { id, kind, body: { id, ...content }, of };
    return this.#once(id, () => this.#add(day ? { ...fields, day } : fields));
  }

  /** A second tap, before the first has been stored, is the same record. */
  async #once(id, work) {
    if (!this.#underWay.has(id)) this.#underWay.set(id, work().finally(() => this.#underWay.delete(id)));
    return this.#underWay.get(id);
  }

  /** What has not reached the server whole: unsent or refused records, and sent ones whose pictures still lie here. */
  unfinished = () => this.records.filter((record) => record.state !== 'sent' || this.photos.left(record) > 0);

  /** A declaration of a day, with the moment it was made. */
  async declare(day, note) {
    const content = { day, captured_at: new Date().toISOString() };
    return this.add('declaration', note ? { ...content, note } : content, { day });
  }

  /** A check-in of this moment; see `addHere`. */
  checkIn = (options) => this.addHere('check_in', {}, options);

  /**
   * A record of this moment and place (check_in, round, diary_entry). Record first: answers {record, settled} as soon as
   * it is on the phone. `settled` resolves when the place is known or given up, after at most LOCATE_MS; only then may
   * the record be sent. `id` and `day` as for `add`.
   */
  async addHere(kind, content, { withoutLocation = false, id = newId(), day } = {}) {
    return this.#once(id, () => this.#addHere(kind, content, { withoutLocation, id, day }));
  }

  async #addHere(kind, content, { withoutLocation, id, day }) {
    const known = this.records.find((record) => record.id === id);
    if (known) return { record: known, settled: Promise.resolve(known) };
    const captured = Date.now();
    const body = { id, captured_at: new Date(captured).toISOString(), ...deviceOf(), ...content };
    const fields = { id, kind, captured_ms: captured, ...(day && { day }) };
    if (withoutLocation) {
      const record = await this.#add({ ...fields, body: withPlace(kind, body, { location_error: 'denied' }) });
      return { record, settled: Promise.resolve(record) };
    }
    const record = await this.#add({ ...fields, body: null, open_body: body });
    return { record, settled: this.#holding(id, async () => this.#settle(id, await this.locate(LOCATE_MS))) };
  }

  /** Hold the record's lock while its fix is awaited, so that another tab can tell a waiting page from a closed one. */
  async #holding(id, work) {
    return navigator.locks ? navigator.locks.request(`zhucun.fix.${id}`, work) : work();
  }

  /** Fix the content for good. Only the first to come writes it: what has been sent once must never change. */
  async #settle(id, place) {
    return this.#change(id, (record) =>
      record.body ? null : { ...record, body: withPlace(record.kind, record.open_body, place), open_body: null });
  }

  /** Settle the records whose page was closed while it waited for the fix. */
  async settleAbandoned() {
    for (const record of this.records.filter(({ body }) => !body)) {
      const place = { location_error: 'interrupted' };
      if (Math.abs(Date.now() - record.captured_ms) > ABANDONED_MS) await this.#settle(record.id, place);
      else if (navigator.locks && record.life !== PAGE_LIFE) {
        await navigator.locks.request(`zhucun.fix.${record.id}`, { ifAvailable: true },
          (lock) => (lock ? this.#settle(record.id, place) : null));
      }
    }
  }

  /** Milliseconds until a record that waits for its fix counts as abandoned; null when none waits. */
  nextAbandoned() {
    const waits = this.records.filter(({ body }) => !body)
      .map(({ captured_ms: captured }) => Math.max(0, captured + ABANDONED_MS - Date.now()));
    return waits.length ? Math.min(...waits) : null;
  }

  /** What may be sent now, oldest first; with `dueOnly` false also what still waits for its next try. */
  sendable({ dueOnly = true } = {}) {
    return this.records
      .filter(({ state, body, due_ms: due }) => state === 'saved' && body && (!dueOnly || due <= Date.now()))
      .reverse();
  }

  /** Make changes of many records at once: `changes` has for each id how it is changed, as for one. */
  async changeAll(changes) {
    for (const [id, changed] of changes) await this.#spare.change(id, changed);
    await this.store.changeAll(changes);
    await this.#changed();
  }

  /** The server has it: `answer` is its view of the record. */
  async markSent(id, answer) {
    return this.#change(id, asSent(answer));
  }

  /** Try again after `waitMs`. */
  async markLater(id, problem, waitMs) {
    return this.#change(id, asLater(problem, waitMs));
  }

  /** The server refused it: a person has to look. */
  async markRefused(id, problem) {
    return this.#change(id, asRefused(problem));
  }

  /** Make the record, or every waiting one, due at once. */
  async retry(id = null) {
    const waiting = ({ state, due_ms: due }) => state === 'attention' || due > 0;
    const ids = this.records.filter((record) => (id ? record.id === id : record.state === 'saved' && waiting(record)));
    for (const record of ids) {
      await this.#change(record.id, (now) => (now.state === 'sent' ? null : { ...now, state: 'saved', due_ms: 0 }));
    }
  }

  /** Delete a record that the server refused; any other is kept, whatever is asked. */
  async discard(id) {
    const record = this.records.find((one) => one.id === id);
    if (record?.state !== 'attention') return;
    await this.#spare.remove(id);
    await this.store.remove(id);
    await this.#changed();
  }

  /** Forget what was sent a month ago: the server has it, and the list stays short. */
  async prune() {
    await this.photos.prune(this.records);
    const old = this.records.filter((record) => record.state === 'sent' && Date.now() - record.sent_ms > KEEP_SENT_MS
      && !this.photos.left(record));
    for (const record of old) await this.store.remove(record.id);
    if (old.length) await this.#changed();
  }
}
