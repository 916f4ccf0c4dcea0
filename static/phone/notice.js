// The first screen of a new user: what is kept, why, how long, who sees it; and the choice about positions.
import { html } from '/vendor/htm-preact.js';
import { dayName } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { mustAsk } from './consent.js';
import { usePhone } from './context.js';
import { Back, Button } from './parts.js';

const PARTS = ['what', 'why', 'how_long', 'who', 'rights'];

/** What a part says; how long a position is kept is the county's own rule, never a number of this page. */
function wordsOf(part, { coordinates_days: days }) {
  if (part === 'how_long' && !days) return t('phone.consent.how_long_county_text');
  return t(`phone.consent.${part}_text`, { days });
}

function InCharge({ me }) {
  const { host, hotline } = me.notice;
  const words = { host: host || me.county?.name || '', hotline };
  if (!words.host) return null;
  return html`
    <dt>${t('phone.consent.host')}</dt>
    <dd>${t(hotline ? 'phone.consent.host_hotline_text' : 'phone.consent.host_text', words)}</dd>`;
}

/** Two roads of equal standing, so two buttons of equal weight; who has chosen before only says that it was read. */
function Answer() {
  const { me, speakUp } = usePhone();
  const version = me.notice.current;
  if (me.location.choice) {
    return html`<${Button} wide data-testid="notice-read" onClick=${() => speakUp({ version })}>${t('phone.consent.read')}<//>`;
  }
  const choose = (choice) => speakUp({ version, choice });
  return html`
    <div>
      <h2>${t('phone.consent.ask')}</h2>
      <p>${t('phone.consent.ask_text')}</p>
      <div class="pair">
        <${Button} data-testid="location-declined" onClick=${() => choose('declined')}>${t('phone.location.without')}<//>
        <${Button} data-testid="location-given" onClick=${() => choose('given')}>${t('phone.consent.given')}<//>
      </div>
    </div>`;
}

/** The notice: with its question while it has to be answered, and later to read it again. */
export function Notice() {
  const { me } = usePhone();
  const asking = mustAsk(me);
  return html`
    <div>
      ${!asking && html`<${Back} to=${me.cadre ? '#me' : '#data'} />`}
      <section class="panel" aria-labelledby="notice-title" data-testid=${asking ? 'first-notice' : 'notice'}>
        <h2 id="notice-title">${t('phone.consent.title')}</h2>
        ${me.notice && html`
          ${me.notice.from_on && html`
            <p class="quiet small">${t('phone.consent.from', { day: dayName(me.notice.from_on, locale()) })}</p>`}
          <dl class="told">
            ${PARTS.map((part) => html`
              <dt key=${part}>${t(`phone.consent.${part}`)}</dt>
              <dd>${wordsOf(part, me.notice)}</dd>`)}
            <${InCharge} me=${me} />
          </dl>`}
        <p><a class="text-button" href="/about/functions">${t('phone.about.functions')}</a></p>
        ${asking && html`<${Answer} />`}
      </section>
    </div>`;
}
