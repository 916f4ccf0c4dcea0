// Brings the outbox to the server: one record after the other, again and again until each is there.
import { ApiError, request } from './api.js';
import { bodyOf, ownerOf, pathOf, withPlace } from './outbox.js';
import { userOnDevice } from './session.js';

const SECOND = 1000;
/** Waits between tries: short at first because a signal often returns at the next bend of the road. */
const WAITS = [5, 10, 20, 40, 60, 120, 300].map((seconds) => seconds * SECOND);

/** How long to wait before the next try; the server's Retry-After can only lengthen it. */
function waitAfter(attempts, retryAfterSeconds, random = Math.random()) {
  const own = WAITS[Math.min(attempts, WAITS.length - 1)];
  // A village of phones must not come back in the same second after a power cut.
  const spread = own * (0.8 + 0.4 * random);
  return Math.max(spread, (retryAfterSeconds ?? 0) * SECOND);
}

/** What an error means for a record: 'signed_out', 'later' (this record), 'stop' (all of them) or 'refused'. */
function meaningOf(error) {
  if (error.status === 401) return 'signed_out';
  // A picture whose bytes were damaged on the way; here they are what their name says.
  if (error.reason === 'photo_hash') return 'later';
  if ([0, 408, 425, 429, 503, 507].includes(error.status)) return 'stop';
  return error.status >= 500 ? 'later' : 'refused';
}

/** Whether the answer speaks of this record; anything else came from somebody on the way. */
function confirms(answer, record) {
  if (!answer || typeof answer !== 'object') return false;
  // A step is answered with what it belongs to.
  return answer.id === record.id || (ownerOf(record) !== null && answer.id === ownerOf(record));
}

export class Sender {
  #running = false;
  #again = false;
  #timer = null;
  #pauseUntil = 0;
  #listeners = new Set();

  #first;
  #heldBack = false;

  /** `first` runs before every round, and what it throws holds the round back. */
  constructor(outbox, { first = async () => null } = {}) {
    this.outbox = outbox;
    this.#first = first;
    /** Sends many at once where there is one (batch.js); it comes later than this. */
    this.batches = null;
    /** 'ready', 'signed_out' (records wait for a log-in) or 'unreachable' (they wait for the network). */
    this.state = 'ready';
  }

  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.#listeners.forEach((listener) => listener(state));
  }

  /** Send now, and from now on whenever there is reason to hope. */
  start() {
    const send = () => this.send();
    addEventListener('online', () => this.hurry());
    addEventListener('focus', send);
    addEventListener('pageshow', send);
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && send());
    addEventListener('pagehide', () => this.#lastChance());
    this.send();
  }

  /** The network is back, or a person asks: forget the waits. */
  async hurry() {
    await Promise.all([this.outbox.retry(), this.outbox.photos.retry()]);
    await this.send();
  }

  /** The user has logged in again. */
  resume() {
    this.#become('ready');
    return this.hurry();
  }

  /** One round. Calls during a round make one more round, so that nothing added meanwhile waits for the timer. */
  async send() {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    clearTimeout(this.#timer);
    try {
      do {
        this.#again = false;
        await this.#alone(() => this.#round());
      } while (this.#again);
    } catch (error) {
      // The phone's own store failed; sending again is safe, but not every second.
      console.error(error);
      this.#pauseUntil = Date.now() + 60 * SECOND;
    } finally {
      this.#running = false;
      this.#plan();
    }
  }

  /** Two tabs sending the same record would be harmless, but slow on a thin line; where locks exist, one sends. */
  async #alone(work) {
    if (!navigator.locks) return work();
    return navigator.locks.request(`zhucun.send.${this.outbox.userId}`, { ifAvailable: true },
      (lock) => (lock ? work() : null));
  }

  async #round() {
    await Promise.all([this.outbox.reload(), this.outbox.photos.reload()]);
    await this.outbox.settleAbandoned();
    if (!(await this.#began())) return;
    if (this.batches && !(await this.#sendBatches())) return;
    // What waits for a batch alone is left to it.
    const records = () => this.outbox.sendable().filter(pathOf);
    if (!(await this.#each(records, ({ id }) => id, (record) => this.#sendOne(record)))) return;
    // A picture never holds back a record: after the records, and only until the next one is there.
    const photos = () => (this.#again ? [] : this.outbox.photos.sendable(this.outbox.records));
    await this.#each(photos, ({ sha256 }) => sha256, (photo) => this.#sendPhoto(photo));
  }

  /** Send what waits in batches, as long as it is worth one; false when the rest should wait. */
  async #sendBatches() {
    const tried = new Set();
    for (;;) {
      const next = this.batches.next(this.outbox.sendable().filter(({ id }) => !tried.has(id)));
      if (!next.length) return true;
      if (this.state === 'signed_out' || userOnDevice() !== this.outbox.userId) return false;
      try {
        const taken = await this.batches.send(next);
        next.filter(() => taken).forEach(({ id }) => tried.add(id));
        this.#become('ready');
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // All of them wait with the first, which tells by its attempts for how long.
        const [{ id, attempts }] = next;
        const later = async (problem, waitMs) => {
          this.#pauseUntil = Date.now() + waitMs;
          await this.outbox.markLater(id, problem, waitMs);
        };
        await this.#afterError(error, { attempts, refused: (problem) => later(problem, waitAfter(attempts)), later });
        return false;
      }
    }
  }

  /** Send one thing after the other, each once; false when the rest should wait. */
  async #each(waiting, nameOf, send) {
    const tried = new Set();
    for (;;) {
      const next = waiting().find((one) => !tried.has(nameOf(one)));
      if (!next) return true;
      // Under another user's cookie the record would become somebody else's: not one is sent then.
      if (this.state === 'signed_out' || userOnDevice() !== this.outbox.userId) return false;
      tried.add(nameOf(next));
      if (!(await send(next))) return false;
    }
  }

  async #began() {
    // Said by one user, it must not be told under the cookie of another.
    if (userOnDevice() !== this.outbox.userId) return false;
    try {
      await this.#first();
      this.#heldBack = false;
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#become(error.status === 401 ? 'signed_out' : 'unreachable');
      this.#heldBack = true;
      this.#pauseUntil = Date.now() + waitAfter(1, error.retryAfter);
      return false;
    }
  }

  /** Send one record; false when the rest should wait too. */
  async #sendOne(record) {
    try {
      const { data } = await request('POST', pathOf(record), { body: bodyOf(record) });
      if (!confirms(data, record)) throw new ApiError({ status: 0, reason: 'not_our_server', message: '' });
      this.#become('ready');
      await this.outbox.markSent(record.id, data);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.#afterError(error, {
        attempts: record.attempts,
        refused: (problem) => this.outbox.markRefused(record.id, problem),
        later: (problem, waitMs) => this.outbox.markLater(record.id, problem, waitMs),
      });
    }
  }

  async #sendPhoto(photo) {
    const { photos } = this.outbox;
    try {
      await photos.send(photo);
      this.#become('ready');
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.#afterError(error, {
        attempts: photo.attempts,
        refused: (problem) => photos.markRefused(photo, problem),
        later: (problem, waitMs) => photos.markLater(photo, problem, waitMs),
      });
    }
  }

  async #afterError(error, { attempts, refused, later }) {
    const meaning = meaningOf(error);
    const problem = { status: error.status, reason: error.reason, message: error.message, at: Date.now() };
    if (meaning === 'signed_out') {
      this.#become('signed_out');
      return false;
    }
    if (meaning === 'refused') {
      await refused(problem);
      return true;
    }
    if (error.status === 0) this.#become('unreachable');
    await later(problem, waitAfter(attempts, error.retryAfter));
    return meaning === 'later';
  }

  /** Set the timer for the next record that comes due. */
  #plan() {
    if (this.state === 'signed_out') return;
    const { outbox } = this;
    const waiting = [...outbox.sendable({ dueOnly: false }), ...outbox.photos.sendable(outbox.records, { dueOnly: false })];
    const waits = waiting.map(({ due_ms: due }) => Math.max(SECOND, due - Date.now()));
    const abandoned = outbox.nextAbandoned();
    if (abandoned !== null) waits.push(abandoned + SECOND);
    // What goes before the records could not be said: it is tried again, also when no record waits.
    if (this.#heldBack) waits.push(SECOND);
    if (!waits.length) return;
    const wait = Math.max(Math.min(...waits), this.#pauseUntil - Date.now());
    this.#timer = setTimeout(() => this.send(), wait);
  }

  /** The page closes and a record lives only in its memory: send it with the page's last breath. */
  #lastChance() {
    if (userOnDevice() !== this.outbox.userId) return;
    for (const record of this.outbox.records.filter(({ unstored, state }) => unstored && state === 'saved')) {
      // Should the browser bring the page back, the fix that then arrives must not change what was sent.
      record.body ??= withPlace(record.kind, record.open_body, { location_error: 'interrupted' });
      if (pathOf(record)) request('POST', pathOf(record), { body: bodyOf(record), keepalive: true }).catch(() => null);
      else this.batches?.send([record], { keepalive: true }).catch(() => null);
    }
  }
}
