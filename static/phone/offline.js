// Installs the service worker that lets the page open without a network, and hears from it of a new version.

const listeners = new Set();

/** Call back once the phone has a newer page ready; answers how to stop. */
export function onNewVersion(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Browsers allow it over https and on localhost; elsewhere the page needs its network each time. */
export async function keepPage() {
  if (!('serviceWorker' in navigator) || !isSecureContext) return;
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data === 'new-version') listeners.forEach((listener) => listener());
  });
  const look = async () => (await navigator.serviceWorker.ready).active?.postMessage('look');
  await navigator.serviceWorker.register('/phone/sw.js');
  await look();
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look());
}
