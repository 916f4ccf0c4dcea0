// The head of every view: whose county, which view, which language, who is logged in.
import { html, useContext, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { logOut, request } from '../shared/api.js';
import { addMonths, monthOf } from '../shared/dates.js';
import { chooseLanguage, language, LANGUAGES, t } from '../shared/i18n.js';
import { go, Link } from './address.js';
import { monthText } from './dates.js';
import { Page } from './scope.js';
import { count } from './words.js';

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

/** A row of links, the open one in sight: on a phone they do not all fit side by side. */
function Row({ className, label, current, children }) {
  const row = useRef(null);
  useEffect(() => {
    const open = row.current.querySelector('[aria-current]');
    if (open) row.current.scrollLeft = open.offsetLeft - (row.current.clientWidth - open.offsetWidth) / 2;
  }, [current]);
  return html`<nav class=${className} ref=${row} aria-label=${label}>${children}</nav>`;
}

/** How many are overdue, in a spot beside the word; nothing where none is. */
const Overdue = ({ n }) => (n > 0 ? html`
  <b class="overdue-count" aria-hidden="true">${count(n)}</b><span class="sr-only"> ${t('dashboard.overdue.count', { n: count(n) })}</span>` : null);

/**
 * County, views, language, user; `label(view)` is a view's name, `first` the one that needs no word in the address.
 * With `groups` ({name: [view]}) the head shows the groups, and the views of the one that is open in a row below.
 * `counts` ({view: n}) is what is overdue there; a group shows the sum.
 */
export function Header({ views, groups = null, counts = {}, title = t('dashboard.title'), label = (name) => t(`dashboard.view.${name}`), first = 'table' }) {
  const { me, address, scope, view, root } = useContext(Page);
  const to = (name) => ({ view: name === first ? undefined : name, division: address.division, month: address.month });
  const shown = Object.entries(groups ?? {}).map(([name, all]) => ({ name, views: all.filter((one) => views.includes(one)) }))
    .filter((group) => group.views.length > 0);
  const open = shown.find((group) => group.views.includes(view));
  const links = (names) => names.map((name) => html`
    <${Link} key=${name} to=${to(name)} class="view" aria-current=${name === view ? 'page' : undefined} data-testid=${`view-${name}`}>${label(name)}<${Overdue} n=${counts[name]} /><//>`);
  return html`
    <header class="header">
      <div class="header-in">
        <p class="brand">
          <img class="brand-mark" src="/static/phone/icon.svg" alt="" width="32" height="32" />
          <strong>${me.county?.name ?? root?.name ?? ''}</strong><span class="brand-what">${title}</span>
        </p>
        ${groups
          ? html`<${Row} className="views groups" label=${t('dashboard.groups')} current=${open?.name}>
              ${shown.map((group) => html`
                <${Link} key=${group.name} to=${to(group.views[0])} class="view" aria-current=${group === open ? 'true' : undefined}
                  data-testid=${`group-${group.name}`}>${t(`dashboard.group.${group.name}`)}<${Overdue} n=${group.views.reduce((sum, one) => sum + (counts[one] ?? 0), 0)} /><//>`)}<//>`
          : html`<${Row} className="views" label=${t('dashboard.views')} current=${view}>${links(views)}<//>`}
        <div class="account">
          ${scope.elsewhere.map((place) => html`<a key=${place.href} class="button-quiet" href=${place.href}>${t(place.word)}</a>`)}
          ${me.cadre && html`<a class="button-quiet" href="/phone/">${t('dashboard.to_phone')}</a>`}
          <${LanguageSwitch} />
          <span class="user" data-testid="user">${me.name}</span>
          <${LogOut} />
        </div>
      </div>
      ${open && html`<div class="subviews"><${Row} key=${open.name} className="views subviews-in" current=${view}
        label=${t('dashboard.views_of', { name: t(`dashboard.group.${open.name}`) })}>${links(open.views)}<//></div>`}
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
