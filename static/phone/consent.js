// What the person said to the notice and to positions: kept on this phone until the server has heard it.
import { request } from '/static/shared/api.js';

const NAME = 'said';
/** Dispatched on the window with the user as the server now knows him or her. */
export const HEARD = 'zhucun:heard';

/** What was said and not yet heard; undefined before the phone's store was asked. */
let waiting;

/** Whether the first screen has to be shown: the notice has other words now, or nobody has asked about positions. */
export const mustAsk = ({ cadre, notice, location }) => Boolean(
  cadre && notice && (notice.version !== notice.current || !location.choice));

/** Whether a position may be asked for; who has said nothing is asked for none. */
export const locates = (me) => me.location?.choice === 'given';

async function unheard(store, userId) {
  if (waiting === undefined) waiting = (await store.kept(userId, NAME).catch(() => null))?.value ?? null;
  return waiting;
}

function withWord(me, word) {
  if (!word || !me.notice) return me;
  return {
    ...me,
    notice: { ...me.notice, version: word.version ?? me.notice.version },
    location: word.choice ? { ...me.location, choice: word.choice, unheard: true } : me.location,
  };
}

/** The user as the server knows him or her, and what was said since. */
export const asSaid = async (store, userId, me) => withWord(me, await unheard(store, userId));

/** Keep what was just said, {version, choice} or one of them; answers the user with it. It holds here at once. */
export async function say(store, userId, me, word) {
  waiting = { ...await unheard(store, userId), ...word, ...(word.choice && { said_ms: Date.now() }) };
  // Where the phone keeps nothing it is said again at the next opening.
  await store.keep(userId, NAME, waiting).catch(() => null);
  return withWord(me, waiting);
}

const put = async (path, body) => (await request('PUT', path, { body })).data;

/** Whether saying the same again later can help; a plain no, such as for a notice that has other words by now, stays. */
const maySucceedLater = ({ status }) => status < 400 || status >= 500 || [401, 408, 425, 429].includes(status);

/** Tell the server what it has not heard; throws where it cannot be reached, and then it is told another time. */
export async function tell(store, userId) {
  const word = await unheard(store, userId);
  if (!word) return;
  let me = null;
  try {
    // The server hears how long ago it was said: a consent must not undo what was said on another phone since.
    if (word.choice) {
      me = await put('/me/location', { choice: word.choice, elapsed_ms: Math.max(0, Date.now() - (word.said_ms ?? Date.now())) });
    }
    if (word.version) me = await put('/me/notice', { version: word.version });
  } catch (error) {
    // What is thrown holds the records back, so nothing is that will be the same for ever.
    if (maySucceedLater(error)) throw error;
  }
  if (waiting !== word) return;
  waiting = null;
  await store.keep(userId, NAME, null).catch(() => null);
  if (me) dispatchEvent(new CustomEvent(HEARD, { detail: me }));
}
