// What a teller's page asks the server: nobody is logged in here, no cookie goes along, the code is in the body only.
import { language, t } from '/static/shared/i18n.js';

/** POST and answer {status, data}; an error has a `message` for people, a `reason` for programs and the `status`. */
export async function ask(path, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 30000);
  let answer;
  let data;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'Accept-Language': language() },
      body: JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: stop.signal,
    });
    data = await answer.json();
  } catch {
    throw Object.assign(new Error(t('error.not_reached')), { status: 0, reason: null });
  } finally {
    clearTimeout(timer);
  }
  if (!answer.ok) throw Object.assign(new Error(data.message), { status: answer.status, reason: data.reason });
  return { status: answer.status, data };
}
