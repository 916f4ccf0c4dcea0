// The attendance book's lines on their way to the server: shown at once, kept in this tab until the server has them.
import { post } from './api.js';
import { t } from './i18n.js';
import { failureText } from './loading.js';

const WAITS_MS = [3000, 6000, 15000, 30000, 60000];
/** A run of taps goes as one request. */
const GATHER_MS = 300;
const MOST_LINES = 500;
/** What the server will not take however often it is asked; anything else is tried again. */
const isRefusal = ({ status }) => status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);

const nameOf = ({ cadre_id: cadre, day }) => `${cadre} ${day}`;

function read(key) {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(key) ?? '[]').map((line) => [nameOf(line), line]));
  } catch {
    return new Map();
  }
}

/** Why a line stands otherwise than was tapped: a higher level, or the person's own wish to have it erased. */
function otherwiseText(line, stored) {
  if (stored.status === 'erased') return t('register.erased');
  return t(line.is_present ? 'register.overruled' : 'register.upheld');
}

export class RegisterSender {
  /** Every change wants a reason, as in a month that is closed; otherwise only what takes a tick away. */
  everyChange = false;
  /** The reason for this sitting, which the cadre reads. */
  reason = '';
  #timer = null;
  #attempts = 0;
  #busy = false;
  #tell;
  #online = () => this.flush();

  /** `key` is the place in the tab's memory; `tell({pending, refused, busy, failure}, saved lines)` hears of every change. */
  constructor(key, tell) {
    this.key = key;
    this.#tell = tell;
    this.pending = read(key);
    // Asked for without an answer: the server may have them already.
    this.unsure = new Set(this.pending.keys());
    this.refused = new Map();
    this.failure = null;
    addEventListener('online', this.#online);
    if (this.pending.size) this.#plan(0);
  }

  /** Stop asking; what waits stays in the tab's memory for the next time. */
  close() {
    clearTimeout(this.#timer);
    removeEventListener('online', this.#online);
    this.#tell = () => null;
  }

  get state() {
    const held = this.reason ? [] : this.#wanting();
    return { pending: new Map(this.pending), refused: new Map(this.refused), held: held.length, busy: this.#busy, failure: this.failure };
  }

  /** The lines that do not go without a reason. */
  #wanting() {
    return [...this.pending.values()].filter((line) => this.everyChange || !line.is_present);
  }

  /** What goes next: the lines that need no reason, and after them the others once there is one. */
  #next() {
    const wanting = this.#wanting();
    const plain = [...this.pending.values()].filter((line) => !wanting.includes(line));
    if (plain.length) return { lines: plain.slice(0, MOST_LINES), reason: null };
    return { lines: this.reason ? wanting.slice(0, MOST_LINES) : [], reason: this.reason };
  }

  #changed(saved = []) {
    try {
      if (this.pending.size) sessionStorage.setItem(this.key, JSON.stringify([...this.pending.values()]));
      else sessionStorage.removeItem(this.key);
    } catch {
      // A browser that forbids storage still has the page's own memory.
    }
    this.#tell(this.state, saved);
  }

  #plan(waitMs) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), waitMs);
  }

  /** What somebody tapped; `stands`: how the line stands at the server, so that a tap taken back at once asks nothing. */
  set(line, stands) {
    const name = nameOf(line);
    if (line.is_present === stands && !this.unsure.has(name)) this.pending.delete(name);
    else this.pending.set(name, line);
    this.refused.delete(name);
    this.#changed();
    this.#plan(GATHER_MS);
  }

  /** Say why, for what waits and for what follows in this sitting. */
  explain(reason) {
    this.reason = reason;
    this.flush();
  }

  /** Leave the lines that want a reason as they were. */
  drop() {
    for (const line of this.#wanting()) this.pending.delete(nameOf(line));
    this.#changed();
  }

  /** Give up what the server refused. */
  forget() {
    this.refused.clear();
    this.#changed();
  }

  async #send(lines, reason) {
    for (const line of lines) this.unsure.add(nameOf(line));
    const answer = await post('/register-lines', { lines, reason });
    lines.forEach((line, index) => {
      const name = nameOf(line);
      const stored = answer.lines[index];
      this.unsure.delete(name);
      // A tap made while this was under way is news that still has to travel.
      if (this.pending.get(name) !== line) return;
      this.pending.delete(name);
      if (stored.is_present !== line.is_present) this.refused.set(name, otherwiseText(line, stored));
    });
    this.#changed(answer.lines);
  }

  /** One request for all; where the server refuses it, line by line, so that one bad line keeps back no other. */
  async #sendApart(lines, reason) {
    try {
      await this.#send(lines, reason);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (lines.length > 1) {
        for (const line of lines) await this.#sendApart([line], reason);
      } else {
        this.unsure.delete(nameOf(lines[0]));
        this.pending.delete(nameOf(lines[0]));
        this.refused.set(nameOf(lines[0]), error.message);
        this.#changed();
      }
    }
  }

  /** Send what waits and may go. */
  async flush() {
    const { lines, reason } = this.#next();
    if (this.#busy || !lines.length) return;
    clearTimeout(this.#timer);
    this.#busy = true;
    this.failure = null;
    this.#changed();
    try {
      await this.#sendApart(lines, reason);
      this.#attempts = 0;
    } catch (error) {
      this.failure = failureText(error);
      this.#attempts += 1;
    } finally {
      this.#busy = false;
    }
    this.#changed();
    if (this.#next().lines.length) this.#plan(this.failure ? WAITS_MS[Math.min(this.#attempts, WAITS_MS.length) - 1] : 0);
  }
}
