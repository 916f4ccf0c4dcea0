// Many records in one message: on a thin line it is the way there and back that takes the time, not the bytes.
import { ApiError, request } from './api.js';
import { asLater, asRefused, asSent, bodyOf, ownerOf, pathOf } from './outbox.js';

/** So that one message takes seconds on a thin line, and a cut loses no more than it. */
const MOST = 100;
const MOST_BYTES = 200 * 1024;
const SEND_MS = 120 * 1000;
/** The server failed on this one record; it may know better another day. */
const FAULT_MS = 3600 * 1000;
/** Records that only their own address takes. */
const ALONE = new Set(['month_step']);
/** How a record in a batch names what it belongs to, where its own address does. */
const OWNERS = { leave_step: 'leave_id' };

function itemOf(record) {
  const owner = OWNERS[record.kind];
  return { kind: record.kind, record: owner ? { [owner]: ownerOf(record), ...bodyOf(record) } : bodyOf(record) };
}

function problemOf({ status, reason, message }) {
  return { status, reason, message, at: Date.now() };
}

/** How a record is changed by its result. */
function changeBy(result) {
  if (result.status < 300 && result.record) return asSent(result.record);
  // The server keeps both versions; there is nothing more to send.
  if (result.conflict) return asSent({ id: result.conflict.record_id, conflict: result.conflict.id });
  return result.status >= 500 ? asLater(problemOf(result), FAULT_MS) : asRefused(problemOf(result));
}

export class Batches {
  #most = MOST;

  constructor(outbox) {
    this.outbox = outbox;
  }

  /** The records of the next message, oldest first; none where the waiting ones go as well by themselves. */
  next(waiting) {
    const fit = [];
    let bytes = 0;
    for (const record of waiting.filter(({ kind }) => !ALONE.has(kind))) {
      bytes += JSON.stringify(record.body).length;
      if (fit.length === this.#most || (fit.length && bytes > MOST_BYTES)) break;
      fit.push(record);
    }
    return fit.length > 1 || (fit.length && !pathOf(fit[0])) ? fit : [];
  }

  /**
   * Send the records and note what became of each; throws ApiError where the message as a whole was not taken. False:
   * nothing became of them, and they are to be asked for again, in smaller messages.
   */
  async send(records, { keepalive } = {}) {
    let data;
    try {
      ({ data } = await request('POST', '/sync', { body: { items: records.map(itemOf) }, timeoutMs: SEND_MS, keepalive }));
    } catch (error) {
      // Something in the message makes the server refuse all of it: one by one it shows what.
      if (![400, 413, 422].includes(error.status) || records.length === 1) throw error;
      this.#most = 1;
      return false;
    }
    const { results } = data ?? {};
    const speaks = Array.isArray(results) && results.length === records.length
      && records.every(({ id }, place) => results[place]?.id === id);
    if (!speaks) throw new ApiError({ status: 0, reason: 'not_our_server', message: '' });
    await this.outbox.changeAll(new Map(records.map(({ id }, place) => [id, changeBy(results[place])])));
    return true;
  }
}
