// The door: finds out how the visitor wants to come in, and where to go then.
import { html, render, useEffect, useState } from '/vendor/htm-preact.js';
import { get, request } from '/static/shared/api.js';
import { LANGUAGES, chooseLanguage, chosenLanguage, language, loadLanguage, t } from '/static/shared/i18n.js';
import { onUserChange, safeNext, setUserOnDevice } from '/static/shared/session.js';
import { InvitationCard, NewPasswordForm, PasswordForm } from './forms.js';

const tokenInAddress = () => new URLSearchParams(location.hash.slice(1)).get('invite');

/** Onwards; replaces the entry, so that "back" does not lead to a used invitation. */
const goHome = (me) => location.replace(safeNext(new URLSearchParams(location.search).get('next'), me.home));

/** The language chosen at the door goes with the user; without a choice the user's own is taken. */
async function settleLanguage(me) {
  if (!chosenLanguage()) return chooseLanguage(me.language);
  if (me.language !== language()) {
    // A wish that fails is no reason to keep anybody outside.
    await request('PATCH', '/me', { body: { language: language() }, version: me.version }).catch(() => null);
  }
  return null;
}

function LanguageSwitch({ onChange }) {
  return html`
    <div class="language" role="group" aria-label="语言 Language">
      ${Object.entries(LANGUAGES).map(([code, name]) => html`
        <button type="button" key=${code} lang=${code} aria-pressed=${String(code === language())}
          onClick=${() => chooseLanguage(code).then(onChange)}>${name}</button>`)}
    </div>`;
}

function Door() {
  const [token, setToken] = useState(tokenInAddress);
  const [newcomer, setNewcomer] = useState(null);
  const [, showAgain] = useState(0);

  useEffect(() => {
    const look = () => setToken(tokenInAddress());
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);

  const enter = async (me) => {
    await settleLanguage(me);
    if (!token || me.has_password) return goHome(me);
    history.replaceState(null, '', location.pathname + location.search);
    return setNewcomer(me);
  };

  const way = () => {
    if (newcomer) return html`<${NewPasswordForm} me=${newcomer} onDone=${() => goHome(newcomer)} />`;
    if (token) return html`<${InvitationCard} token=${token} onMe=${enter} onOther=${() => setToken(null)} />`;
    return html`<${PasswordForm} onMe=${enter} />`;
  };

  return html`
    <${LanguageSwitch} onChange=${() => showAgain((count) => count + 1)} />
    <header class="mark">
      <img src="/static/phone/icon.svg" alt="" />
      <h1>${t('login.title')}</h1>
      <p>${t('login.subtitle')}</p>
    </header>
    <main>${way()}</main>
    <p class="foot">${t('login.help')}</p>`;
}

/** Somebody who is logged in need not stop at the door, unless an invitation is in the hand. */
async function alreadyInside() {
  if (tokenInAddress()) return null;
  return get('/me').catch(() => null);
}

async function open() {
  const page = document.getElementById('page');
  const [me] = await Promise.all([alreadyInside(), loadLanguage()]);
  if (me) {
    setUserOnDevice(me.id);
    goHome(me);
    return;
  }
  document.title = t('login.title');
  page.replaceChildren();
  render(html`<${Door} />`, page);
  onUserChange((id) => id && location.reload());
}

open().catch(() => {
  const words = '打不开，请检查网络后刷新。Cannot open; please check the network and reload.';
  document.getElementById('page').textContent = words;
});
