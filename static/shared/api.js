// Every conversation with the server. Knows nothing of what is on the screen.
import { language, t } from './i18n.js';
import { setUserOnDevice, userOnDevice } from './session.js';

const BASE = '/api/v1';

/** What went wrong. `status` is 0 when the server did not answer; `message` is for people, `reason` for programs. */
export class ApiError extends Error {
  constructor({ status, reason, message, errors = {}, retryAfter = null, body = null }) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
    this.errors = errors;
    this.retryAfter = retryAfter;
    this.body = body;
  }
}

const notReached = (reason) => new ApiError({ status: 0, reason, message: t('error.not_reached') });

/** Retry-After in seconds, given as a number or a date; null when it is absent or cannot be read. */
function retryAfterOf(headers) {
  const value = headers.get('Retry-After');
  if (!value) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

async function errorFrom(answer) {
  const body = await answer.json().catch(() => null);
  return new ApiError({
    status: answer.status,
    reason: body?.reason ?? null,
    message: body?.message || t('error.server', { status: answer.status }),
    errors: body?.errors ?? {},
    retryAfter: retryAfterOf(answer.headers),
    body,
  });
}

/** Path with its query string; undefined and null parameters are left out. */
function withQuery(path, query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path;
}

/**
 * Ask the server and answer {status, data, etag, headers}; throws ApiError.
 * `body` is sent as JSON, `form` (a FormData) and `raw` (a Blob) as they are, `version` as If-Match; `as: 'blob'` is for
 * files.
 */
export async function request(method, path, options = {}) {
  const { query, body, form, raw, version, as = 'json', timeoutMs = 30000, keepalive } = options;
  const headers = { Accept: as === 'json' ? 'application/json' : '*/*', 'Accept-Language': language() };
  if (method !== 'GET') headers['X-Requested-With'] = 'zhucun';
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (version !== undefined) headers['If-Match'] = `"${version}"`;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    const answer = await fetch(BASE + withQuery(path, query), {
      method,
      headers,
      body: form ?? raw ?? (body === undefined ? undefined : JSON.stringify(body)),
      credentials: 'same-origin',
      cache: 'no-store',
      // A hotel or station network answers with a redirect to its own page; that is no answer of ours.
      redirect: 'error',
      signal: stop.signal,
      keepalive,
    });
    if (!answer.ok) throw await errorFrom(answer);
    const shape = { status: answer.status, data: null, etag: answer.headers.get('ETag'), headers: answer.headers };
    if (answer.status === 204) return shape;
    if (as === 'blob') return { ...shape, data: await answer.blob() };
    // A page of HTML with 200 comes from somebody between the phone and the server: not a success.
    if (!answer.headers.get('Content-Type')?.includes('json')) throw notReached('not_our_server');
    return { ...shape, data: await answer.json() };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw notReached(error.name === 'AbortError' ? 'timeout' : 'network');
  } finally {
    clearTimeout(timer);
  }
}

/** GET and answer the body alone. */
export const get = async (path, query) => (await request('GET', path, { query })).data;

/** POST and answer the body alone. */
export const post = async (path, body) => (await request('POST', path, { body })).data;

/** DELETE; `version` where the row carries one. */
export const remove = async (path, version) => (await request('DELETE', path, { version })).data;

/** PATCH with the version the change was based on (428 without, 412 when stale). */
export const patch = async (path, body, version) => (await request('PATCH', path, { body, version })).data;

/** End the log-in of this browser; throws ApiError where it may go on, and then nothing has changed. */
export async function logOut() {
  const user = userOnDevice();
  // First, so that no phone page in another tab sends under the cookie of the next person.
  setUserOnDevice(null);
  try {
    await remove('/sessions/current');
  } catch (error) {
    // Already out is out; without an answer the cookie may still be good.
    if (error.status === 401) return;
    setUserOnDevice(user);
    throw error;
  }
}

/**
 * To the log-in page, and back here afterwards if it is the same user who comes.
 * `why`: what the log-in page says, 'idle' or 'ended'; nothing for who only opens a page.
 */
export function toLogin(why, userId = userOnDevice()) {
  // Whoever holds something that was typed keeps it now.
  dispatchEvent(new Event('zhucun:leaving'));
  const here = location.pathname + location.search + location.hash;
  location.assign(`/?${new URLSearchParams({ next: here, ...(why && { why }), ...(userId && { user: userId }) })}`);
}
