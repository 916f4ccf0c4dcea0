// The villages at their places with one measure: the map, the same as a list in roster order, and one village opened.
import { html, useContext, useMemo, useRef, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { fullDay, monthText } from './dates.js';
import { ExportTable } from './export.js';
import { MonthPicker } from './header.js';
import { MapCanvas, stepOf } from './map-canvas.js';
import { measureName, measureOf, topicName } from './measures.js';
import { Empty, Loaded } from './parts.js';
import { Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';
import { count, percent } from './words.js';

/** What can be chosen, by topic; a committee sees neither concerns nor ratings. */
const TOPICS = {
  presence: ['on_post_rate', 'stationed_days'],
  coverage: ['visited_quarter', 'visited_quarter_at_home', 'visited_year', 'visited_year_at_home'],
  concerns: ['concerns_overdue', 'concerns_in_time'],
  contracts: ['items_inspected', 'items_overdue'],
  notices: ['notices_overdue'],
  ratings: ['participation'],
  staffing: ['posts_filled', 'villages_staffed'],
};
const OF_SUPERVISORS = ['concerns', 'ratings'];
const STEPS = ['met', 'near', 'far', 'none'];

/** [topic, measures] that the reader may see of a division. */
const topicsOf = (me, division) => Object.entries(TOPICS).filter(([topic]) => supervisesThere(me, division) || !OF_SUPERVISORS.includes(topic));

function Measures({ topics, measure }) {
  const { address } = useContext(Page);
  return html`
    <label class="inline-field">${t('dashboard.map.measure')}
      <select value=${measure} onChange=${(event) => go({ ...address, measure: event.target.value })} data-testid="map-measure">
        ${topics.map(([topic, names]) => html`<optgroup key=${topic} label=${topicName(topic)}>${names.map((name) => html`
          <option key=${name} value=${name}>${measureName(name)}</option>`)}</optgroup>`)}
      </select></label>`;
}

function Legend({ answer }) {
  const target = percent(answer.against.target);
  return html`
    <ul class="map-legend" aria-label=${t('dashboard.map.legend')}>${STEPS.map((step) => html`
      <li key=${step}><span class=${`map-sign map-${step}`} aria-hidden="true"></span>${t(`dashboard.map.${answer.more_is_better ? 'step' : 'less'}.${step}`, { target })}</li>`)}
      <li>${t('dashboard.map.size')}</li></ul>
    ${answer.target === null && answer.more_is_better && html`<p class="fine">${t('dashboard.map.no_target')}</p>`}`;
}

function Village({ village, answer, month }) {
  const to = (view) => ({ view, division: village.code, month });
  return html`
    <section class="map-village" data-testid="map-village" data-code=${village.code} aria-live="polite">
      <h2>${village.name}</h2>
      <p><strong class="figure-number">${percent(village.rate)}</strong> ${measureName(answer.measure)}</p>
      <p>${measureOf({ measure: answer.measure, numerator: count(village.numerator), denominator: count(village.denominator) })}</p>
      <p class="fine">${t('dashboard.map.households', { n: count(village.households) })} ${village.latitude === null ? t('dashboard.map.no_place') : ''}</p>
      <p class="buttons"><${Link} class="button" to=${to('look')}>${t('dashboard.view.look')}<//>
        <${Link} class="button" to=${to('table')} data-testid="map-to-table">${t('dashboard.view.table')}<//>
        <${Link} class="button" to=${to('calendar')}>${t('dashboard.view.calendar')}<//></p>
    </section>`;
}

function List({ answer, chosen, choose }) {
  const [wanted, setWanted] = useState('');
  const text = wanted.trim();
  const found = text ? answer.villages.filter(({ name }) => name.includes(text)) : answer.villages;
  return html`
    <input type="search" class="map-find" aria-label=${t('dashboard.map.find')} placeholder=${t('dashboard.map.find')} value=${wanted}
      onInput=${(event) => setWanted(event.target.value)} data-testid="map-find" />
    ${found.length === 0 ? html`<p class="fine">${t('dashboard.map.none_found')}</p>` : html`
      <ol class="map-list">${found.map((one) => html`
        <li key=${one.code}><button type="button" class="map-row" aria-pressed=${String(one.code === chosen)} onClick=${() => choose(one.code)} data-testid="map-row" data-code=${one.code}>
          <span class=${`map-sign map-${stepOf(one.rate, answer.against)}`} aria-hidden="true"></span><span>${one.name}
            ${one.latitude === null && html` <small class="fine">${t('dashboard.map.no_place')}</small>`}</span>
          <span class="number">${percent(one.rate)}<small class="fine"> ${count(one.numerator)}/${count(one.denominator)}</small></span></button></li>`)}</ol>`}`;
}

/** The villages as the map and the list take them: the API answers columns. */
function villagesOf({ villages, drawn }) {
  const { latitude, longitude } = drawn ?? villages;
  return villages.code.map((code, at) => ({
    code, name: villages.name[at], latitude: villages.latitude[at], drawn_latitude: latitude[at], drawn_longitude: longitude[at],
    households: villages.households[at], numerator: villages.numerator[at], denominator: villages.denominator[at],
    rate: villages.denominator[at] ? villages.numerator[at] / villages.denominator[at] : null }));
}

/** What the circles are held against: the target, or where nobody sets one what the division has as a whole. */
function withMeasure(answer) {
  const villages = villagesOf(answer);
  const sum = (name) => villages.reduce((total, one) => total + one[name], 0);
  const whole = sum('denominator') ? sum('numerator') / sum('denominator') : 1;
  return { ...answer, villages, against: { target: answer.target ?? whole, more_is_better: answer.more_is_better } };
}

function Body({ loaded, division }) {
  const { month } = useContext(Page);
  const [chosen, setChosen] = useState(null);
  const answer = useMemo(() => withMeasure(loaded), [loaded]);
  const village = answer.villages.find(({ code }) => code === chosen);
  const title = t('dashboard.map.title', { name: division.name, measure: measureName(answer.measure) });
  return html`
    <div class="map-columns">
      <section class="card">
        <h1>${title} <small>${t('dashboard.map.counted', { month: monthText(answer.month), day: fullDay(answer.counted_on) })}</small></h1>
        <${Legend} answer=${answer} />
        <${MapCanvas} key=${division.code} answer=${answer} chosen=${chosen} onChoose=${setChosen} label=${title} />
        ${answer.without_place > 0 && html`<p class="fine" data-testid="map-without">${t('dashboard.map.without', { n: count(answer.without_place) })}</p>`}
      </section>
      <section class="card map-side" aria-label=${t('dashboard.map.list')}>
        ${village ? html`<${Village} village=${village} answer=${answer} month=${month} />` : html`<p class="fine">${t('dashboard.map.choose')}</p>`}
        ${answer.villages.length === 0 ? html`<${Empty}>${t('dashboard.map.empty')}<//>` : html`<${List} answer=${answer} chosen=${chosen} choose=${setChosen} />
          <${ExportTable} kind="map_villages" division=${division} month=${month} filters=${{ measure: answer.measure }} />`}
      </section>
    </div>`;
}

export function MapView({ trail }) {
  const { address, me, month } = useContext(Page);
  const division = trail.at(-1);
  const topics = topicsOf(me, division);
  const measures = topics.flatMap(([, names]) => names);
  const measure = measures.includes(address.measure) ? address.measure : measures[0];
  const source = useLoad(() => get('/map-villages', { division: division.code, month, measure }), [division.code, month, measure]);
  // The map stays where it was looked at while another measure or month of the same division comes in.
  const kept = useRef(null);
  if (source.data) kept.current = { code: division.code, data: source.data };
  const before = source.error || kept.current?.code !== division.code ? null : kept.current.data;
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /><${Measures} topics=${topics} measure=${measure} /><${MonthPicker} /></div>
    <${Loaded} source=${{ ...source, data: source.data ?? before }} lines=${10}>${(loaded) => html`<${Body} loaded=${loaded} division=${division} />`}<//>`;
}
