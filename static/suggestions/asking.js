// Asks the server without saying who asks: no cookie, no referrer, nothing stored.
import { locale, t } from '../shared/i18n.js';

const PATIENCE_MS = 30000;

/** The answer to a POST; throws an Error whose message is for people, with the server's `reason` where it answered. */
export async function ask(path, body) {
  let answer;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE_MS);
  try {
    answer = await fetch(`/api/v1${path}`, {
      method: 'POST', credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', signal: controller.signal,
      headers: { 'Content-Type': 'application/json', 'Accept-Language': locale() }, body: JSON.stringify(body),
    });
  } catch {
    throw new Error(t('suggestions.not_reached'));
  } finally {
    clearTimeout(timer);
  }
  const data = await answer.json().catch(() => null);
  if (answer.ok && data) return data;
  // What was wrong with a field stands behind what was wrong at all.
  const fields = Object.values(data?.errors?.json ?? {}).flat().filter((line) => typeof line === 'string');
  throw Object.assign(new Error([data?.message ?? t('suggestions.failed'), ...fields].join(' ')), { reason: data?.reason });
}
