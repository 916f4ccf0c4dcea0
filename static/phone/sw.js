// Keeps the phone page's own files, so that it opens where there is no network. Answers of the server are never kept.

const PREFIX = 'zhucun-page-';
const WHOLE = '/phone/whole';
/** Every file of the page but its icons, which the system fetches by itself; a test compares with the folder. */
const FILES = [
  '/phone/',
  '/vendor/htm-preact.js',
  '/styles/phone.css',
  ...['api', 'batch', 'closing', 'dates', 'feed', 'i18n', 'ids', 'locate', 'outbox', 'photos', 'sender', 'session',
    'sha256', 'shrink', 'store']
    .map((name) => `/static/shared/${name}.js`),
  ...['app', 'check', 'consent', 'context', 'data', 'day', 'declare', 'here', 'later', 'leave', 'main', 'month', 'notice',
    'offline', 'parts', 'records', 'settings', 'today', 'words'].map((name) => `/static/phone/${name}.js`),
  // The work in the field, which is loaded last.
  '/styles/field.css',
  ...['concern', 'oddity', 'promise', 'supervision'].map((name) => `/static/shared/${name}.js`),
  ...['concerns', 'conflicts', 'diary', 'diary-form', 'duty', 'emergency', 'field', 'households', 'kept', 'notices', 'oddities',
    'photo-field', 'pledge', 'promises', 'ratings', 'receptions', 'reports', 'round', 'special', 'team-review', 'todo', 'visits'].map((name) => `/static/phone/${name}.js`),
  '/static/phone/icon.svg',
  '/static/phone/manifest.webmanifest',
];
/** The words of the language that is spoken here; the other one would be a tenth of the whole page. */
const WORDS = /^\/words\/(phone|field)\.[a-z]+\.json$/;
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

/** The dictionaries of the set in use. */
async function wordsKept() {
  const name = await currentName();
  const requests = name ? await (await caches.open(name)).keys() : [];
  return requests.map(({ url }) => new URL(url).pathname).filter((path) => WORDS.test(path));
}

async function fetchAll(files) {
  // "no-cache" asks the server whether the file has changed, and costs a few bytes where it has not.
  const answers = await Promise.all(files.map((file) => fetch(file, { cache: 'no-cache', redirect: 'error' })));
  const wrong = answers.find((answer) => !answer.ok);
  if (wrong) throw new Error(`${wrong.url}: ${wrong.status}`);
  return answers;
}

async function isKept(cache, file, answer) {
  const kept = await cache.match(file);
  return kept !== undefined && (await kept.text()) === (await answer.clone().text());
}

/** Fetch the whole set; where it differs from the one in use, put it in its place and tell the open pages. */
async function renew() {
  const files = [...FILES, ...await wordsKept()];
  const answers = await fetchAll(files);
  const before = await currentName();
  const old = before && (await caches.open(before));
  const same = old && (await Promise.all(files.map((file, index) => isKept(old, file, answers[index]))));
  if (same?.every(Boolean)) return;
  const name = PREFIX + String(Date.now()).padStart(15, '0');
  const cache = await caches.open(name);
  await Promise.all(answers.map((answer, index) => cache.put(files[index], answer)));
  await cache.put(WHOLE, new Response());
  const others = (await caches.keys()).filter((other) => other.startsWith(PREFIX) && other !== name);
  await Promise.all(others.map((other) => caches.delete(other)));
  if (before) (await clients.matchAll()).forEach((client) => client.postMessage('new-version'));
}

async function fromSet(request, key) {
  const name = await currentName();
  const kept = name && (await (await caches.open(name)).match(key));
  return kept ?? fetch(request);
}

/** Add a dictionary to the set in use. */
async function keepWords(path) {
  const name = await currentName();
  if (!name || !WORDS.test(path)) return;
  const cache = await caches.open(name);
  if (!(await cache.match(path))) await cache.add(path);
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
  if (FILES.includes(url.pathname) || WORDS.test(url.pathname)) event.respondWith(fromSet(request, url.pathname));
});

/**
 * The page says which dictionary it reads, and that it is looked at: time to ask for a newer version.
 * The version it runs on stays whole until it is loaded again.
 */
addEventListener('message', (event) => {
  // Without a network the page runs on what it has.
  const quietly = (work) => event.waitUntil(work.catch(() => null));
  [event.data.words ?? []].flat().forEach((path) => quietly(keepWords(path)));
  if (Date.now() - lastLook < LOOK_EVERY_MS) return;
  lastLook = Date.now();
  quietly(renew());
});
