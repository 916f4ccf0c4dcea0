// The door: finds out how the visitor wants to come in, and where to go then.
import { html, render, useEffect, useState } from '/vendor/htm-preact.js';
import { get, request } from '/static/shared/api.js';
import { ClosingNotice } from '/static/shared/closing.js';
import { dayOf } from '/static/shared/dates.js';
import { LANGUAGES, chooseLanguage, chosenLanguage, language, loadLanguage, t } from '/static/shared/i18n.js';
import { onUserChange, safeNext, setUserOnDevice } from '/static/shared/session.js';
import { InvitationCard, NewPasswordForm, PasswordForm } from './forms.js';

const tokenInAddress = () => new URLSearchParams(location.hash.slice(1)).get('invite');

const asked = new URLSearchParams(location.search);
/** Why somebody who was inside stands here, as far as there are words for it. */
const WHY = ['idle', 'ended'];

/** Onwards; replaces the entry, so that "back" does not lead to a used invitation. */
function goHome(me) {
  // The page that somebody else had open is not where this person wants to go.
  const isBack = !asked.get('user') || asked.get('user') === String(me.id);
  location.replace(isBack ? safeNext(asked.get('next'), me.home) : me.home);
}

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

/** Who runs this, where to complain, and whether it closes; comes after the form, and without it nothing is missing. */
function Host() {
  const [facts, setFacts] = useState(null);
  useEffect(() => {
    get('/application-facts').then(setFacts, () => null);
  }, []);
  if (!facts) return null;
  const lines = [facts.host_unit && t('login.host', { unit: facts.host_unit }),
    facts.hotline && t('login.hotline', { hotline: facts.hotline })].filter(Boolean);
  return html`
    ${lines.map((line) => html`<p class="foot" key=${line}>${line}</p>`)}
    <${ClosingNotice} day=${facts.closes_on} today=${dayOf(Date.now())} />`;
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
    // Whoever comes by an invitation though there is a password has most likely forgotten it.
    if (!token) return goHome(me);
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
    <main>
      ${WHY.includes(asked.get('why')) && !newcomer && html`<p class="notice why" role="status" data-testid="why">${t(`login.why.${asked.get('why')}`)}</p>`}
      ${way()}
    </main>
    <p class="foot">${t('login.help')}</p>
    <p class="foot"><a href="/suggestions/" data-testid="box">${t('login.box')}</a></p>
    <p class="foot"><a href="/about/functions">${t('login.functions')}</a></p>
    <${Host} />`;
}

/** Somebody who is logged in need not stop at the door, unless an invitation is in the hand or a desk was left alone. */
async function alreadyInside() {
  // Whoever comes back to the desk says who it is, also where the server could not be told of the log-out.
  if (tokenInAddress() || asked.get('why') === 'idle') return null;
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
