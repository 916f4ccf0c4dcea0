// Whose phone this is at the moment. The cookie itself cannot be read by a page, so the user id is kept beside it.

const KEY = 'zhucun.user';
let inMemory = null;

/** The id (as text) of the user logged in on this device, or null. */
export function userOnDevice() {
  try {
    return localStorage.getItem(KEY) || null;
  } catch {
    return inMemory;
  }
}

/**
 * Note who is logged in; null before a log-in is tried and after a log-out.
 * Clearing it first matters: another tab sends its records only while its user stands here, so a record can
 * never travel under the cookie of the next person.
 */
export function setUserOnDevice(id) {
  inMemory = id === null ? null : String(id);
  try {
    if (id === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, String(id));
  } catch {
    // Without storage there is one tab's memory, which is all that can be had.
  }
}

/** Call back when another tab logs somebody in or out. */
export function onUserChange(callback) {
  addEventListener('storage', (event) => {
    if (event.key === KEY || event.key === null) callback(userOnDevice());
  });
}

/** `next` when it is a path of this site, else the fallback: a link must not lead a fresh log-in elsewhere. */
export function safeNext(next, fallback, origin = location.origin) {
  // Browsers drop tabs and line breaks inside an address, so that "/\t/host" would become "//host".
  if (typeof next !== 'string' || !/^\/(?![/\\])[^\u0000-\u001f\u007f]*$/.test(next)) return fallback;
  return new URL(next, origin).origin === origin ? next : fallback;
}
