// Installs the service worker that lets the page open without a network, and hears from it of a new version.
import { dictionaryPaths } from '/static/shared/i18n.js';

/**
 * Keep the page on the phone; `onNewVersion` is called once a newer one is ready.
 * Browsers allow it over https and on localhost; elsewhere the page needs its network each time.
 */
export async function keepPage(onNewVersion) {
  if (!('serviceWorker' in navigator) || !isSecureContext) return;
  navigator.serviceWorker.addEventListener('message', ({ data }) => data === 'new-version' && onNewVersion());
  const look = async () => (await navigator.serviceWorker.ready).active?.postMessage({ words: dictionaryPaths() });
  await navigator.serviceWorker.register('/phone/sw.js');
  await look();
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look());
}
