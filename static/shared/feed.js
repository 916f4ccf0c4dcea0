// Brings to the phone what changed for it at the server: households, own records, concerns. Knows no screen.
import { get } from './api.js';
import { userOnDevice } from './session.js';
import { FED } from './store.js';

const CURSOR = 'feed/cursor';
/** A page that comes to the front every minute need not ask every minute. */
const LOOK_EVERY_MS = 5 * 60 * 1000;
const SOON_MS = 500;
/** What the last page of a walk says beside the changes. */
const VALUES = ['villages', 'conflicts', 'reports', 'companionships', 'emergency_duties'];

export class Feed {
  #running = false;
  #lastLook = 0;
  #soon = null;
  #channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('zhucun.feed') : null;

  constructor({ store, userId }) {
    this.store = store;
    this.userId = userId;
    if (this.#channel) this.#channel.onmessage = () => dispatchEvent(new Event(FED));
  }

  /** Look now, and whenever the page comes back to the front or the network returns. */
  start() {
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && Date.now() - this.#lastLook > LOOK_EVERY_MS) this.look();
    });
    addEventListener('online', () => this.look());
    this.look();
  }

  /** The server has taken something: once the whole outbox has gone, look what became of it. */
  lookSoon() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.look(), SOON_MS);
  }

  /** Walk through what changed; without a network, or under another user's log-in, the phone keeps what it has. */
  async look() {
    if (this.#running) return;
    this.#running = true;
    try {
      await this.#walk();
      this.#lastLook = Date.now();
    } catch (error) {
      if (error.name !== 'ApiError') console.error(error);
    } finally {
      this.#running = false;
    }
  }

  async #walk() {
    let cursor = (await this.store.kept(this.userId, CURSOR))?.value;
    // A walk that starts anew takes the place of everything at its end: cut off half-way it has changed nothing.
    let gathered = null;
    for (;;) {
      if (userOnDevice() !== this.userId) return;
      const page = await this.#page(cursor);
      if (page.starts_anew) gathered = [];
      gathered?.push(...page.changes);
      cursor = page.cursor;
      if (page.is_complete || !gathered) {
        const values = Object.fromEntries(VALUES.filter((name) => page[name]).map((name) => [`feed/${name}`, page[name]]));
        await this.store.takeChanges(this.userId, gathered ?? page.changes, { ...values, [CURSOR]: cursor },
          { anew: gathered !== null });
        this.#channel?.postMessage('fed');
        dispatchEvent(new Event(FED));
      }
      if (page.is_complete) return;
    }
  }

  async #page(cursor) {
    try {
      return await get('/sync', { cursor });
    } catch (error) {
      // A cursor that the server does not know (its key has changed): everything anew.
      if (error.status !== 422 || !cursor) throw error;
      return get('/sync');
    }
  }
}
