// The frame around the views: who is here, what the phone has to say, and the five tabs.
import { html, render, useEffect, useMemo, useState } from '/vendor/htm-preact.js';
import { get, logOut, patch } from '/static/shared/api.js';
import { ClosingNotice } from '/static/shared/closing.js';
import { dayOf } from '/static/shared/dates.js';
import { chooseLanguage, t } from '/static/shared/i18n.js';
import { canLocate, locate } from '/static/shared/locate.js';
import { Outbox } from '/static/shared/outbox.js';
import { Sender } from '/static/shared/sender.js';
import { onUserChange } from '/static/shared/session.js';
import { HEARD, asSaid, mustAsk, say, tell } from './consent.js';
import { PhoneContext, useRoute } from './context.js';
import { DayPage } from './day.js';
import { Later, NEW_VERSION, loadAll, whenField } from './later.js';
import { Icon } from './parts.js';
import { Today } from './today.js';

const TABS = ['today', 'visits', 'diary', 'month', 'me'];
const TAB_OF = {
  day: 'month', declare: 'today', leave: 'month', data: 'me', notice: 'me', round: 'visits', concerns: 'visits',
  receptions: 'visits', promises: 'visits', notices: 'visits', reports: 'diary', special: 'diary', ratings: 'diary', duty: 'diary', conflicts: 'today',
};
/** The work in the field: these views come last, with words of their own. */
const FIELD = ['visits', 'round', 'diary', 'concerns', 'receptions', 'reports', 'special', 'conflicts', 'promises', 'notices', 'ratings', 'duty', 'oddities'];

const isDate = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '');
const isMonth = (text) => /^\d{4}-\d{2}$/.test(text ?? '');

function View({ route }) {
  const [name, detail, day] = route;
  if (FIELD.includes(name)) return html`<${Later} view="Field" route=${route} />`;
  if (name === 'month') return html`<${Later} view="Month" month=${isMonth(detail) ? detail : undefined} />`;
  if (name === 'day' && isDate(detail)) return html`<${DayPage} date=${detail} />`;
  if (name === 'declare') return html`<${Later} view="Declare" date=${isDate(detail) ? detail : undefined} />`;
  if (name === 'leave') return detail === 'new' ? html`<${Later} view="LeaveForm" />` : html`<${Later} view="Leaves" />`;
  if (name === 'records') return html`<${Later} view="Records" />`;
  if (name === 'data') return html`<${Later} view="MyData" about=${detail} day=${isDate(day) ? day : undefined} />`;
  if (name === 'notice') return html`<${Later} view="Notice" />`;
  if (name === 'me') return html`<${Later} view="Settings" />`;
  return html`<${Today} />`;
}

function Notices({ signedOut, newVersion, persistent }) {
  return html`<div class="notices">
    ${signedOut && html`
      <p class="notice notice--warn with-button" data-testid="signed-out"><span>${t('phone.notice.signed_out')}</span>
        <a class="text-button" href="/?next=/phone/">${t('phone.notice.log_in')}</a></p>`}
    ${!canLocate() && html`<p class="notice notice--warn" data-testid="http-notice">${t('phone.notice.http')}</p>`}
    ${!persistent && html`<p class="notice notice--warn" data-testid="no-store">${t('phone.notice.no_store')}</p>`}
    ${newVersion && html`
      <p class="notice with-button"><span>${t('phone.notice.new_version')}</span>
        <button type="button" class="text-button" onClick=${() => location.reload()}>
          ${t('phone.notice.reload')}
        </button>
      </p>`}
  </div>`;
}

/** The way to what was recorded on this phone, with the count of what has not been sent. */
const ToRecords = ({ unsent, attention }) => html`
  <a class="top__records" href="#records" aria-label=${t('phone.records.title')} data-testid="to-records">
    <${Icon} name="records" />
    ${unsent > 0 && html`
      <span class="weui-badge ${attention ? 'badge--bad' : ''}"
        aria-label=${t('phone.records.waiting', { count: unsent })}>${unsent}</span>`}
  </a>`;

function Tabs({ current }) {
  return html`
    <nav class="weui-tabbar tabs" aria-label=${t('phone.tabs')}>
      ${TABS.map((tab) => html`
        <a key=${tab} href=${`#${tab}`} class="weui-tabbar__item ${tab === current ? 'weui-bar__item_on' : ''}"
          aria-current=${tab === current ? 'page' : undefined} data-testid=${`tab-${tab}`}>
          <span class="tabs__icon"><${Icon} name=${tab} /></span>
          <span class="weui-tabbar__label">${t(`phone.tab.${tab}`)}</span>
        </a>`)}
    </nav>`;
}

/** The Shanghai date, which may change while the page is open. */
function useToday() {
  const [today, setToday] = useState(dayOf(Date.now()));
  useEffect(() => {
    const timer = setInterval(() => setToday(dayOf(Date.now())), 30000);
    return () => clearInterval(timer);
  }, []);
  return today;
}

/** `first` is the user as last known, `fresh` a promise of the server's word on it. */
function App({ first, fresh, store, outbox, sender }) {
  const [me, setMe] = useState(first);
  const [records, setRecords] = useState(outbox.records);
  const [photos, setPhotos] = useState(outbox.photos.all);
  const [sending, setSending] = useState(sender.state);
  const [expired, setExpired] = useState(false);
  const [newVersion, setNewVersion] = useState(false);
  const [, speakAgain] = useState(0);
  const today = useToday();
  const route = useRoute();
  const { userId } = outbox;

  useEffect(() => outbox.onChange(setRecords), []);
  useEffect(() => outbox.photos.onChange(setPhotos), []);
  useEffect(() => sender.onChange(setSending), []);
  useEffect(() => addEventListener(NEW_VERSION, () => setNewVersion(true)), []);
  useEffect(() => {
    fresh.then(async (now) => {
      setMe(await asSaid(store, userId, now));
      store.keep(userId, 'me', now).catch(() => null);
    }, (error) => error.status === 401 && setExpired(true));
  }, []);
  useEffect(() => {
    // What was said on another phone, or arranged by the township, while this page lay in the background.
    const look = () => document.visibilityState === 'visible' && get('/me').then(async (now) => {
      if (String(now.id) === userId) setMe(await asSaid(store, userId, now));
    }, () => null);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  useEffect(() => addEventListener(HEARD, ({ detail }) => {
    setMe(detail);
    store.keep(userId, 'me', detail).catch(() => null);
  }), []);
  useEffect(() => onUserChange((id) => {
    // Another tab let somebody else in: this page must not show or send for the person before.
    if (id && id !== userId) location.reload();
    if (id === userId) {
      setExpired(false);
      sender.resume();
    }
  }), []);

  const signOut = async () => {
    await logOut();
    await store.forgetKept(userId).catch(() => null);
    location.assign('/');
  };

  const speak = async (code) => {
    // Without a network the other language may be out of reach; then this one goes on.
    if (!(await chooseLanguage(code).then(() => true, () => false))) return;
    speakAgain((count) => count + 1);
    // Without a network the choice stays on this phone, which is where it matters.
    await patch('/me', { language: code }, me.version).then(setMe, () => null);
  };

  /** Say something about the notice or positions; it holds on this phone at once and is told to the server. */
  const speakUp = async (word) => {
    setMe(await say(store, userId, me, word));
    sender.send();
  };

  const phone = useMemo(() => ({
    me, userId, today, store, outbox, sender, records, photos, sending, setMe, signOut, speak, speakUp,
    onUnauthorised: () => setExpired(true),
  }), [me, today, records, photos, sending]);

  const unsent = outbox.unfinished();
  const attention = unsent.some(({ state }) => state === 'attention');
  const asking = mustAsk(me);
  const content = me.cadre || ['me', 'data', 'notice'].includes(route[0])
    ? html`<${View} route=${route} />` : html`<${NoCadre} home=${me.home} />`;
  const signedOut = expired || sending === 'signed_out';
  return html`
    <${PhoneContext.Provider} value=${phone}>
      <header class="top">
        <h1>${me.cadre?.posting?.village.name ?? t('phone.title')}</h1>
        <span class="top__end">
          <span>${me.name}</span>
          ${!asking && me.cadre && html`<${ToRecords} unsent=${unsent.length} attention=${attention} />`}
        </span>
      </header>
      <${Notices} signedOut=${signedOut} newVersion=${newVersion} persistent=${store.persistent} />
      <${ClosingNotice} day=${me.closes_on} today=${today} />
      <main class="view" key=${`${asking} ${route[0]}`} data-view=${route[0]}>
        ${asking ? html`<${Later} view="Notice" otherwise=${content} />` : content}
      </main>
      ${!asking && me.cadre && html`<${Tabs} current=${TAB_OF[route[0]] ?? route[0]} />`}
    <//>`;
}

const NoCadre = ({ home }) => html`
  <div>
    <p class="empty">${t('phone.no_cadre')}</p>
    ${home !== '/phone/' && html`<a class="weui-btn weui-btn_primary wide" href=${home}>${t('phone.me.dashboard')}</a>`}
    <p><a class="text-button" href="#data">${t('phone.data.title')}</a></p>
  </div>`;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * Put the page on the screen for a user, and then do what can wait: sending, the other views, the offline copy.
 * `fresh` is the server's word on the user, on its way;
 * `checked` resolves when it is clear whose session this is.
 */
export async function start({ page, store, me, fresh, checked }) {
  const userId = String(me.id);
  const outbox = new Outbox({ store, userId, locate });
  await Promise.all([outbox.reload(), outbox.photos.reload()]);
  // Whether positions may be kept goes before the records that bring some.
  const sender = new Sender(outbox, { first: () => tell(store, userId) });
  const first = await asSaid(store, userId, me);
  page.replaceChildren();
  render(html`<${App} first=${first} fresh=${fresh} store=${store} outbox=${outbox} sender=${sender} />`, page);
  await checked;
  sender.start();
  await pause(1000);
  if (me.cadre) whenField(({ begin }) => begin({ store, outbox, sender }));
  await Promise.allSettled([loadAll(), outbox.prune()]);
}
