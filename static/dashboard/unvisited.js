// The households of a village that were not visited yet: the longest unvisited first, among equals the needy.
import { html, useState } from '/vendor/htm-preact.js';
import { get, request } from '../shared/api.js';
import { language, t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { fullDay } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { count } from './words.js';

const PERIODS = ['quarter', 'year'];
/** Not reached for the days of the rule: as of today only. */
const DAYS = 'days';

async function pageOf(query) {
  const [{ data, headers }, { terms }] = await Promise.all([request('GET', '/unvisited-households', { query }), get('/terms', { dictionary: 'label' })]);
  return { ...data, pages: pagesOf(headers), words: Object.fromEntries(terms.map((term) => [term.key, language() === 'zh' ? term.zh : term.en])) };
}

/** `day`: as it was then, of the quarter and year of that day; `first`: the period to begin with; `isNow`: the quarter runs. */
export function Unvisited({ village, quarter, day, first, isNow }) {
  const periods = isNow && !day ? [...PERIODS, DAYS] : PERIODS;
  const [period, setPeriod] = useState(periods.includes(first) ? first : PERIODS[0]);
  const [page, setPage] = useState(1);
  const query = period === DAYS ? { period } : { period, quarter, on: day };
  const source = useLoad(() => pageOf({ village: village.code, page, ...query }), [village.code, quarter, period, page, day]);
  return html`
    <section class="card" data-testid="unvisited">
      <div class="card-head"><h2>${t('dashboard.visits.unvisited')}</h2>
        <div class="segments" role="group" aria-label=${t('dashboard.visits.unvisited')}>
          ${periods.map((name) => html`
            <button key=${name} type="button" class="segment" aria-pressed=${String(name === period)} data-testid=${`unvisited-${name}`}
              onClick=${() => { setPeriod(name); setPage(1); }}>${t(`dashboard.visits.in_${name}`)}</button>`)}
        </div>
        <${ExportTable} key=${period} kind="unvisited_households" division=${village} filters=${query} /></div>
      <${Loaded} source=${source} lines=${6}>
        ${(answer) => html`
          ${answer.days !== null && html`<p class="fine">${t('dashboard.visits.for_days', { days: count(answer.days) })}</p>`}
          ${answer.households.length === 0 ? html`<${Empty}>${t('dashboard.visits.all_visited')}<//>` : html`
            <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.visits.unvisited')}>
              <table class="plain-table">
                <thead><tr>${['householder', 'group', 'number', 'labels', 'last'].map((name) => html`
                  <th key=${name} scope="col">${t(`dashboard.visits.column.${name}`)}</th>`)}</tr></thead>
                <tbody>${answer.households.map((one) => html`
                  <tr key=${one.id} data-testid="household"><th scope="row">${one.householder}</th><td>${one.villagers_group}</td><td>${one.number}</td>
                    <td>${one.labels.map((label) => html`<${Tag} key=${label}>${answer.words[label] ?? label}<//> `)}${one.is_away && html`<${Tag} tone="wait">${t('dashboard.visits.away')}<//>`}</td>
                    <td>${one.last_visited_on ? fullDay(one.last_visited_on) : t('dashboard.visits.never')}</td></tr>`)}</tbody>
              </table>
            </div>`}
          <${Pager} page=${page} last=${answer.pages.last} turn=${setPage} />`}
      <//>
    </section>`;
}
