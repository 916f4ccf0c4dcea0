// Asks the server until there is an answer: over a line that comes and goes, and from a hall where everybody asks.

const API = '/api/v1';
const PATIENCE_MS = 20000;
/** How long to wait before the next try, at first and at most, and by how much each wait differs by chance. */
const FIRST_MS = 2000;
const MOST_MS = 30000;
const JITTER_MS = 2000;

let wake = null;

/** Try again now, where a try is being waited for. */
export function tryNow() {
  if (wake) wake();
}

window.addEventListener('online', tryNow);

/**
 * POST a body until the server answers it: {status, data}. In between `tell` hears what is waited for, 'network' or
 * 'queue', and null for each new try. Ends with null as soon as nobody wants it any more. The body is the same each
 * time, and at most one try is under way: the server knows it again.
 */
export async function ask(path, body, { tell, isWanted }) {
  for (let tries = 0; isWanted(); tries += 1) {
    const answer = await once(path, JSON.stringify(body));
    if (answer && answer.status < 500 && answer.status !== 429) return isWanted() ? answer : null;
    if (!isWanted()) return null;
    tell(answer ? 'queue' : 'network');
    await pause(answer && answer.retryAfterMs, Math.min(MOST_MS, FIRST_MS * 2 ** tries));
    if (isWanted()) tell(null);
  }
  return null;
}

/** One try: {status, data, retryAfterMs}, or null when no answer came. */
async function once(path, body) {
  const stop = typeof AbortController === 'function' ? new AbortController() : null;
  const timer = setTimeout(() => stop && stop.abort(), PATIENCE_MS);
  try {
    const response = await fetch(API + path, {
      method: 'POST', body, headers: { 'Content-Type': 'application/json' }, credentials: 'omit', cache: 'no-store',
      referrerPolicy: 'no-referrer', signal: stop ? stop.signal : undefined,
    });
    const text = await response.text();
    return { status: response.status, data: asJson(text),
      retryAfterMs: 1000 * (Number(response.headers.get('Retry-After')) || 0) };
  } catch (error) {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function asJson(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A proxy in between may answer in its own words; the status then says enough.
    return null;
  }
}

/** Never sooner than the server asks for; by chance a little later, so that a hall does not come back all at once. */
function pause(askedMs, usualMs) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      if (wake === done) wake = null;
      resolve();
    };
    const timer = setTimeout(done, (askedMs || usualMs) + Math.random() * JITTER_MS);
    // Who was told to wait is not let in sooner by a tap.
    wake = askedMs ? null : done;
  });
}
