// The head of every view: whose county, which view, which language, who is logged in.
import { html, useContext, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { logOut, request } from '../shared/api.js';
import { addMonths, monthOf } from '../shared/dates.js';
import { chooseLanguage, language, LANGUAGES, t } from '../shared/i18n.js';
import { go, Link } from './address.js';
import { monthText } from './dates.js';
import { Page } from './scope.js';

const otherLanguage = () => Object.keys(LANGUAGES).find((name) => name !== language());

function LanguageSwitch() {
  const { changeMe, me } = useContext(Page);
  const wanted = otherLanguage();
  const choose = async () => {
    try {
      await chooseLanguage(wanted);
    } catch {
      return;
    }
    changeMe({});
    // The page speaks the language at once; that the server could not note it is told by the next log-in, not by an error now.
    const { data } = await request('PATCH', '/me', { body: { language: wanted }, version: me.version }).catch(() => ({ data: null }));
    if (data) changeMe(data);
  };
  return html`<button type="button" class="button-quiet" lang=${wanted} onClick=${choose} data-testid="language">${LANGUAGES[wanted]}</button>`;
}

function LogOut() {
  const [failure, setFailure] = useState(null);
  const leave = () => logOut().then(() => location.assign('/'), (error) => setFailure(error.message));
  return html`
    <button type="button" class="button-quiet" onClick=${leave} data-testid="log-out">${t('dashboard.log_out')}</button>
    ${failure && html`<span role="alert" class="header-failure">${failure}</span>`}`;
}

/** County, views, language, user; `label(view)` is a view's name, `first` the one that needs no word in the address. */
export function Header({ views, title = t('dashboard.title'), label = (name) => t(`dashboard.view.${name}`), first = 'table' }) {
  const { me, address, scope, view, root } = useContext(Page);
  const nav = useRef(null);
  useEffect(() => {
    // On a phone the views do not fit side by side; the one that is open must be seen.
    const current = nav.current.querySelector('[aria-current]');
    if (current) nav.current.scrollLeft = current.offsetLeft - (nav.current.clientWidth - current.offsetWidth) / 2;
  }, [view]);
  return html`
    <header class="header">
      <div class="header-in">
        <p class="brand">
          <img class="brand-mark" src="/static/phone/icon.svg" alt="" width="32" height="32" />
          <strong>${me.county?.name ?? root?.name ?? ''}</strong><span class="brand-what">${title}</span>
        </p>
        <nav class="views" ref=${nav} aria-label=${t('dashboard.views')}>
          ${views.map((name) => html`
            <${Link} key=${name} to=${{ view: name === first ? undefined : name, division: address.division, month: address.month }}
              class="view" aria-current=${name === view ? 'page' : undefined} data-testid=${`view-${name}`}>${label(name)}<//>`)}
        </nav>
        <div class="account">
          ${scope.elsewhere.map((place) => html`<a key=${place.href} class="button-quiet" href=${place.href}>${t(place.word)}</a>`)}
          ${me.cadre && html`<a class="button-quiet" href="/phone/">${t('dashboard.to_phone')}</a>`}
          <${LanguageSwitch} />
          <span class="user" data-testid="user">${me.name}</span>
          <${LogOut} />
        </div>
      </div>
    </header>`;
}

/** Previous month, the month, next month, back to the month that the view begins with: this one, or `home`, called `word`. */
export function MonthPicker({ home, word }) {
  const { me, address, month } = useContext(Page);
  const first = home ?? monthOf(me.today);
  const move = (to) => go({ ...address, day: undefined, page: undefined, month: to === first ? undefined : to });
  return html`
    <div class="months" role="group" aria-label=${t('dashboard.month')} data-testid="month-picker">
      <button type="button" class="button" aria-label=${t('dashboard.month_before')} onClick=${() => move(addMonths(month, -1))}
        data-testid="month-before">‹</button>
      <output class="month-name" data-testid="month">${monthText(month)}</output>
      <button type="button" class="button" aria-label=${t('dashboard.month_after')} onClick=${() => move(addMonths(month, 1))}
        data-testid="month-after">›</button>
      <button type="button" class="button" disabled=${month === first} onClick=${() => move(first)}
        data-testid="month-now">${word ?? t('dashboard.this_month')}</button>
    </div>`;
}
