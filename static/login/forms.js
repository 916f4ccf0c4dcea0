// The three things one can do at the door: name and password, a one-time invitation, a password of one's own.
import { html, useState } from '/vendor/htm-preact.js';
import { ApiError, request } from '/static/shared/api.js';
import { t } from '/static/shared/i18n.js';
import { setUserOnDevice } from '/static/shared/session.js';

const minutesOf = (seconds) => Math.max(1, Math.ceil(seconds / 60));

/** What went wrong in words that say what to do next. */
function wordsOf(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 429 && error.retryAfter !== null) {
    return t('login.too_many', { minutes: minutesOf(error.retryAfter) });
  }
  const details = Object.values(error.errors?.json ?? {}).flat().filter((line) => typeof line === 'string');
  return [error.message, ...details].join(' ');
}

/** State of one form: whether it is under way, and what went wrong last. */
function useTrying() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const attempt = async (work) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, attempt };
}

/** Open a session and answer its owner. */
async function openSession(credentials) {
  // Nobody stands here until the server has spoken: see setUserOnDevice.
  setUserOnDevice(null);
  const { data } = await request('POST', '/sessions', { body: credentials });
  setUserOnDevice(data.me.id);
  return data.me;
}

const Problem = ({ children }) => html`
  <div role="alert" data-testid="problem">${children && html`<div class="notice notice--bad">${children}</div>`}</div>`;

/** User name and password. */
export function PasswordForm({ onMe }) {
  const { busy, problem, attempt } = useTrying();
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const credentials = { username: form.get('username').trim(), password: form.get('password') };
    attempt(async () => onMe(await openSession(credentials)));
  };
  return html`
    <form onSubmit=${submit} data-testid="password-form">
      <label>${t('login.username')}
        <input name="username" autocomplete="username" autocapitalize="none" spellcheck=${false} required />
      </label>
      <label>${t('login.password')}
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <${Problem}>${problem}<//>
      <button class="main-button" type="submit" disabled=${busy}>${t(busy ? 'login.busy' : 'login.enter')}</button>
    </form>`;
}

/** One tap with the token of the sheet; not by itself, so that a preview of the link cannot use it up. */
export function InvitationCard({ token, onMe, onOther }) {
  const { busy, problem, attempt } = useTrying();
  return html`
    <div class="card" data-testid="invitation">
      <h2>${t('login.invitation.title')}</h2>
      <p>${t('login.invitation.text')}</p>
      <${Problem}>${problem}<//>
      <button class="main-button" type="button" disabled=${busy}
        onClick=${() => attempt(async () => onMe(await openSession({ invitation: token })))}>
        ${t(busy ? 'login.busy' : 'login.invitation.enter')}
      </button>
      <button class="quiet-button" type="button" onClick=${onOther}>${t('login.invitation.other')}</button>
    </div>`;
}

/** A password for the next time; may be left for later. */
export function NewPasswordForm({ me, onDone }) {
  const { busy, problem, attempt } = useTrying();
  const submit = (event) => {
    event.preventDefault();
    const password = new FormData(event.target).get('new');
    attempt(async () => {
      await request('PUT', '/me/password', { body: { current: null, new: password } });
      onDone();
    });
  };
  return html`
    <form onSubmit=${submit} data-testid="new-password-form">
      <div class="card">
        <h2>${t('login.new_password.title', { name: me.name })}</h2>
        <p>${t(me.has_password ? 'login.new_password.again' : 'login.new_password.text', { username: me.username })}</p>
      </div>
      <input class="heard-only" name="username" autocomplete="username" value=${me.username} tabindex="-1"
        aria-hidden="true" readonly />
      <label>${t('login.new_password.label')}
        <input name="new" type="password" autocomplete="new-password" minlength="8" required />
        <span class="hint">${t('login.new_password.hint')}</span>
      </label>
      <${Problem}>${problem}<//>
      <button class="main-button" type="submit" disabled=${busy}>
        ${t(busy ? 'login.busy' : 'login.new_password.save')}
      </button>
      <button class="quiet-button" type="button" onClick=${onDone}>${t('login.new_password.later')}</button>
    </form>`;
}
