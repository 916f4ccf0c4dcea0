// Keeps the phone page's own files, so that it opens where there is no network. Answers of the server are never kept.

const PREFIX = 'zhucun-page-';
const WHOLE = '/phone/whole';
/** Every file of the page; a test compares the list with the folder. */
const FILES = [
  '/phone/',
  '/vendor/htm-preact.js',
  '/vendor/weui.css',
  '/static/i18n/en.json',
  '/static/i18n/zh.json',
  ...['api', 'dates', 'i18n', 'locate', 'outbox', 'sender', 'session', 'store']
    .map((name) => `/static/shared/${name}.js`),
  '/static/shared/ui.css',
  ...['app', 'context', 'day', 'declare', 'here', 'leave', 'main', 'month', 'offline', 'parts', 'records', 'settings',
    'today', 'week', 'words'].map((name) => `/static/phone/${name}.js`),
  '/static/phone/frame.css',
  '/static/phone/views.css',
  '/static/phone/icon.svg',
  '/static/phone/icon-192.png',
  '/static/phone/icon-512.png',
  '/static/phone/manifest.webmanifest',
];
/** A page that comes to the front every minute should not ask for forty files every minute. */
const LOOK_EVERY_MS = 10 * 60 * 1000;
let lastLook = 0;

/** The newest whole set of files. The mark is put in last: a set that a dying phone left half-written has none. */
async function currentName() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX)).sort().reverse();
  for (const name of names) {
    if (await (await caches.open(name)).match(WHOLE)) return name;
  }
  return null;
}

async function fetchAll() {
  // "no-cache" asks the server whether the file has changed, and costs a few bytes where it has not.
  const answers = await Promise.all(FILES.map((file) => fetch(file, { cache: 'no-cache', redirect: 'error' })));
  const wrong = answers.find((answer) => !answer.ok);
  if (wrong) throw new Error(`${wrong.url}: ${wrong.status}`);
  const texts = await Promise.all(answers.map((answer) => answer.clone().arrayBuffer()));
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + text.byteLength, 0));
  texts.reduce((at, text) => (bytes.set(new Uint8Array(text), at), at + text.byteLength), 0);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return { answers, mark: [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}

/** Fetch the whole set; where it differs from the one in use, put it in its place and tell the open pages. */
async function renew() {
  const { answers, mark } = await fetchAll();
  const before = await currentName();
  if (before?.endsWith(mark)) return;
  const name = `${PREFIX}${String(Date.now()).padStart(15, '0')}-${mark}`;
  const cache = await caches.open(name);
  await Promise.all(answers.map((answer, index) => cache.put(FILES[index], answer)));
  await cache.put(WHOLE, new Response(mark));
  const others = (await caches.keys()).filter((other) => other.startsWith(PREFIX) && other !== name);
  await Promise.all(others.map((other) => caches.delete(other)));
  if (before) (await clients.matchAll()).forEach((client) => client.postMessage('new-version'));
}

async function fromSet(request, key) {
  const name = await currentName();
  const kept = name && (await (await caches.open(name)).match(key));
  return kept ?? fetch(request);
}

addEventListener('install', (event) => {
  lastLook = Date.now();
  event.waitUntil(renew().then(() => skipWaiting()));
});

addEventListener('activate', (event) => {
  event.waitUntil(clients.claim());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (FILES.includes(url.pathname)) event.respondWith(fromSet(request, url.pathname));
});

/** The page asks us to look for a newer version; the one it runs on stays whole until it is loaded again. */
addEventListener('message', (event) => {
  if (event.data !== 'look' || Date.now() - lastLook < LOOK_EVERY_MS) return;
  lastLook = Date.now();
  // Without a network the page runs on what it has.
  event.waitUntil(renew().catch(() => null));
});
