// The frame around the village's views: which village, who is here, and the five tabs.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { logOut, patch } from '../shared/api.js';
import { ClosingNotice } from '../shared/closing.js';
import { FirstNotice } from '../shared/first-notice.js';
import { chooseLanguage, language, LANGUAGES, t } from '../shared/i18n.js';
import { ConcernsView } from './concerns.js';
import { useRoute, VillageContext, villagesOf } from './context.js';
import { FiguresView } from './figures.js';
import { MonthView } from './month.js';
import { PlacesView } from './places.js';
import { RegisterView } from './register.js';
import { WaitingView } from './waiting.js';

const VIEWS = {
  waiting: WaitingView, register: RegisterView, concerns: ConcernsView, month: MonthView, figures: FiguresView, places: PlacesView,
};
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
          <a class="menu-button" href="/about/functions">${t('village.functions')}</a>
          <button type="button" class="menu-button" onClick=${leave} data-testid="log-out">${t('village.log_out')}</button>
          ${failure && html`<p role="alert">${failure}</p>`}
        </div>
      </details>
    </header>`;
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
      ${village
        ? html`
          <main class="view" key=${`${view} ${village.code} ${language()}`} data-view=${view}><${View} detail=${detail} /></main>
          <nav class="tabs" aria-label=${t('village.tabs')}>
            ${Object.keys(VIEWS).map((tab) => html`
              <a key=${tab} href=${`#${tab}`} class="tab" aria-current=${tab === view ? 'page' : undefined} data-testid=${`tab-${tab}`}>
                ${t(`village.tab.${tab}`)}</a>`)}
          </nav>`
        : html`
          <main class="view"><p class="empty" data-testid="no-village">${t('village.none')}</p>
            ${me.home !== '/village/' && html`<a class="button button-main wide" href=${me.home}>${t('village.to_own_page')}</a>`}</main>`}
    <//>`;
}
