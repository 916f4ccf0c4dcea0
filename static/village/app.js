// The frame around the village's views: which village, who is here, and the five tabs; a tab may hold several views.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { logOut, patch } from '../shared/api.js';
import { ClosingNotice } from '../shared/closing.js';
import { FirstNotice } from '../shared/first-notice.js';
import { chooseLanguage, language, LANGUAGES, t } from '../shared/i18n.js';
import { useRoute, VillageContext, villagesOf } from './context.js';
import { later } from './later.js';
import { MonthView } from './month.js';
import { MoreView } from './more.js';
import { Back } from './parts.js';
import { RegisterView } from './register.js';
import { WaitingView } from './waiting.js';

const VIEWS = {
  waiting: WaitingView,
  register: RegisterView,
  month: MonthView,
  concerns: later(() => import('./concerns.js').then(({ ConcernsView }) => ConcernsView)),
  contracts: later(() => import('./contracts.js').then(({ ContractsView }) => ContractsView)),
  deeds: later(() => import('./deeds.js').then(({ DeedsView }) => DeedsView)),
  notices: later(() => import('./notices.js').then(({ NoticesView }) => NoticesView)),
  more: MoreView,
  figures: later(() => import('./figures.js').then(({ FiguresView }) => FiguresView)),
  places: later(() => import('./places.js').then(({ PlacesView }) => PlacesView)),
  ratings: later(() => import('./ratings.js').then(({ RatingsView }) => RatingsView)),
  board: later(() => import('./board.js').then(({ BoardView }) => BoardView)),
  votes: later(() => import('./votes.js').then(({ VotesView }) => VotesView)),
  suggestions: later(() => import('./suggestions.js').then(({ SuggestionsView }) => SuggestionsView)),
};
/** It stands in nobody's way: where it cannot be had, the page goes on without it. */
const EmergencyNotice = later(() => import('./emergency.js').then(({ EmergencyNotice: found }) => found), { quiet: true });
/** What lies under each tab; the tab leads to the first of them. */
const TABS = [['waiting'], ['register', 'month'], ['concerns'], ['contracts', 'deeds', 'notices'], ['more', 'figures', 'places', 'ratings', 'board', 'votes', 'suggestions']];
/** Their address may name a month. */
const MONTHLY = new Set(['register', 'month', 'deeds', 'figures']);
const CHOSEN = 'zhucun.village';

function remembered() {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}

function Head({ me, village, villages, choose, speak }) {
  const [failure, setFailure] = useState(null);
  const other = Object.keys(LANGUAGES).find((name) => name !== language());
  const leave = () => logOut().then(() => location.assign('/'), (error) => setFailure(error.message));
  return html`
    <header class="top">
      ${villages.length > 1
        ? html`<select class="top-village" aria-label=${t('village.choose')} value=${village.code} data-testid="choose-village"
            onChange=${(event) => choose(event.target.value)}>
            ${villages.map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}</select>`
        : html`<h1>${village?.name ?? t('village.title')}</h1>`}
      <details class="who">
        <summary data-testid="who">${me.name}</summary>
        <div class="who-menu">
          <button type="button" class="menu-button" lang=${other} onClick=${() => speak(other)} data-testid="language">${LANGUAGES[other]}</button>
          ${me.cadre && html`<a class="menu-button" href="/phone/">${t('village.to_phone')}</a>`}
          <a class="menu-button" href="/dashboard/">${t('village.to_dashboard')}</a>
          <a class="menu-button" href="/phone/#data" data-testid="my-data">${t('village.my_data')}</a>
          <a class="menu-button" href="/phone/#notice">${t('village.notice')}</a>
          <a class="menu-button" href="/suggestions/" data-testid="box">${t('village.box')}</a>
          <a class="menu-button" href="/about/functions">${t('village.functions')}</a>
          <button type="button" class="menu-button" onClick=${leave} data-testid="log-out">${t('village.log_out')}</button>
          ${failure && html`<p role="alert">${failure}</p>`}
        </div>
      </details>
    </header>`;
}

/** Views that lie side by side under one tab; those under 更多 have a list to go back to, what lies deeper its own way. */
function Neighbours({ view, names, detail }) {
  const isDeep = detail.length > (MONTHLY.has(view) ? 1 : 0);
  if (names.length === 1 || view === 'more' || isDeep) return null;
  if (names[0] === 'more') return html`<${Back} to="#more">${t('village.group.more')}<//>`;
  return html`
    <nav class="switch" aria-label=${t('village.switch')}>
      ${names.map((name) => html`
        <a key=${name} href=${`#${name}`} aria-current=${name === view ? 'page' : undefined} data-testid=${`to-${name}`}>${t(`village.tab.${name}`)}</a>`)}
    </nav>`;
}

/** Everything on the page, for the user the server told of. */
export function App({ me: first }) {
  const [me, setMe] = useState(first);
  const [code, setCode] = useState(remembered);
  const [, speakAgain] = useState(0);
  const [name, ...detail] = useRoute();
  const villages = villagesOf(me);
  const village = villages.find((one) => one.code === code) ?? villages[0] ?? null;
  const view = Object.keys(VIEWS).includes(name) ? name : 'waiting';
  const View = VIEWS[view];
  const names = TABS.find((group) => group.includes(view));

  useEffect(() => {
    document.title = [village?.name, t('village.title')].filter(Boolean).join(' · ');
  }, [village?.code, language()]);

  const choose = (wanted) => {
    setCode(wanted);
    try {
      localStorage.setItem(CHOSEN, wanted);
    } catch {
      // The choice then lasts as long as the page.
    }
  };
  const speak = async (wanted) => {
    if (!(await chooseLanguage(wanted).then(() => true, () => false))) return;
    speakAgain((count) => count + 1);
    // That the server could not note it is told by the next log-in, not by an error now.
    await patch('/me', { language: wanted }, me.version).then(setMe, () => null);
  };

  const page = { me, village, villages, choose, isOwn: (cadreId) => cadreId === me.cadre?.id };
  return html`
    <${VillageContext.Provider} value=${page}>
      <${Head} me=${me} village=${village} villages=${villages} choose=${choose} speak=${speak} />
      <${ClosingNotice} day=${me.closes_on} today=${me.today} />
      <${FirstNotice} me=${me} />
      ${village && html`<${EmergencyNotice} key=${`${village.code} ${language()}`} />`}
      ${village
        ? html`
          <main class="view" key=${`${view} ${village.code} ${language()}`} data-view=${view}>
            <${Neighbours} view=${view} names=${names} detail=${detail} /><${View} detail=${detail} /></main>
          <nav class="tabs" aria-label=${t('village.tabs')}>
            ${TABS.map(([first]) => html`
              <a key=${first} href=${`#${first}`} class="tab" aria-current=${first === names[0] ? 'page' : undefined} data-testid=${`tab-${first}`}>
                ${t(`village.group.${first}`)}</a>`)}
          </nav>`
        : html`
          <main class="view"><p class="empty" data-testid="no-village">${t('village.none')}</p>
            ${me.home !== '/village/' && html`<a class="button button-main wide" href=${me.home}>${t('village.to_own_page')}</a>`}</main>`}
    <//>`;
}
