// Visit coverage of a quarter and its year: from the county down to the households that nobody has visited yet.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { addMonths, monthOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { AsOf } from './as-of.js';
import { fullDay } from './dates.js';
import { ExportRows, ExportWorkbook, Print } from './export.js';
import { Empty, Loaded, TargetBar } from './parts.js';
import { Rules } from './rules.js';
import { levelsBelow, Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';
import { Unvisited } from './unvisited.js';
import { count, percent } from './words.js';

const numberOf = (month) => Math.floor((Number(month.slice(5)) + 2) / 3);
const quarterOf = (month) => `${month.slice(0, 4)}-Q${numberOf(month)}`;
const quarterText = (month) => t('dashboard.visits.quarter', { year: month.slice(0, 4), n: numberOf(month) });

/** The quarters of the year up to the one that is shown, by a month of each. */
const quartersTo = (month) => Array.from({ length: numberOf(month) }, (_, index) => `${month.slice(0, 4)}-${String(index * 3 + 1).padStart(2, '0')}`);

function QuarterPicker() {
  const { me, address, month } = useContext(Page);
  const now = monthOf(me.today);
  const move = (to) => go({ ...address, page: undefined, day: undefined, month: quarterOf(to) === quarterOf(now) ? undefined : to });
  return html`
    <div class="months" role="group" aria-label=${t('dashboard.visits.quarter_shown')} data-testid="quarter-picker">
      <button type="button" class="button" aria-label=${t('dashboard.visits.quarter_before')} onClick=${() => move(addMonths(month, -3))} data-testid="quarter-before">‹</button>
      <output class="month-name" data-testid="quarter">${quarterText(month)}</output>
      <button type="button" class="button" aria-label=${t('dashboard.visits.quarter_after')} disabled=${quarterOf(month) >= quarterOf(now)}
        onClick=${() => move(addMonths(month, 3))} data-testid="quarter-after">›</button>
    </div>`;
}

/** The share that was reached, and in words for who hears it. */
const CoverageBar = ({ part }) => html`<${TargetBar} rate=${part.rate} target=${part.target_percent / 100} label=${t('dashboard.visits.rate')}
  spoken=${t('dashboard.visits.spoken', { rate: percent(part.rate), target: part.target_percent })} />`;

function RateCell({ part, label }) {
  return html`
    <td class="rate-cell" data-label=${label}>
      <div class="rate"><span class="rate-number">${percent(part.rate)}</span>
        <span class="rate-parts">${t('dashboard.visits.parts', { visited: count(part.visited), households: count(part.households) })}</span></div>
      <${CoverageBar} part=${part} />
    </td>`;
}

function Change({ row }) {
  if (!row.before || row.before.rate === null || row.quarter.rate === null) return html`<td class="number quiet" data-label=${t('dashboard.visits.change')}>—</td>`;
  const points = Math.round((row.quarter.rate - row.before.rate) * 1000) / 10;
  return html`<td class="number" data-label=${t('dashboard.visits.change')}>${points > 0 ? '+' : ''}${points.toFixed(1)}</td>`;
}

function Row({ row, byCadre, total = false }) {
  const { address } = useContext(Page);
  const name = row.cadre?.name ?? row.division.name;
  return html`
    <tr data-testid=${total ? 'total' : 'row'} data-code=${row.division.code} class=${total ? 'total' : ''}>
      <th scope="row">${total ? t('dashboard.total') : byCadre ? html`${name}<small class="row-village">${row.division.name}</small>`
        : html`<${Link} to=${{ view: 'visits', division: row.division.code, month: address.month }}>${name}<//>`}</th>
      <${RateCell} part=${row.quarter} label=${t('dashboard.visits.in_quarter')} />
      <td class="number" data-label=${t('dashboard.visits.at_home')}>${percent(row.quarter.rate_at_home)}
        <small class="fine"> ${count(row.quarter.visited_at_home)}/${count(row.quarter.at_home)}</small></td>
      ${!byCadre && html`<${Change} row=${row} />`}
      <td class=${row.quarter.missing ? 'number' : 'number quiet'} data-label=${t('dashboard.visits.missing')}>${count(row.quarter.missing)}</td>
      <${RateCell} part=${row.year} label=${t('dashboard.visits.in_year')} />
      <td class="number" data-label=${t('dashboard.visits.at_home')}>${percent(row.year.rate_at_home)}</td>
      <td class=${row.year.missing ? 'number' : 'number quiet'} data-label=${t('dashboard.visits.missing')}>${count(row.year.missing)}</td>
    </tr>`;
}

function CoverageTable({ answer, division, month }) {
  const byCadre = answer.level === 'cadre';
  if (answer.rows.length === 0) return html`<${Empty}>${t('dashboard.visits.no_rows', { name: division.name })}<//>`;
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.visits.table_of', { name: division.name, quarter: quarterText(month) })}>
      <table class="month-table" data-testid="coverage-table">
        <caption class="sr-only">${t('dashboard.visits.table_of', { name: division.name, quarter: quarterText(month) })}</caption>
        <thead>
          <tr><th scope="col" rowspan="2">${t(`dashboard.level.${answer.level}`)}</th>
            <th scope="colgroup" colspan=${byCadre ? 3 : 4} class="group">${t('dashboard.visits.in_quarter')}</th>
            <th scope="colgroup" colspan="3" class="group">${t('dashboard.visits.in_year')}</th></tr>
          <tr><th scope="col" class="sub">${t('dashboard.visits.rate')}</th><th scope="col" class="number sub">${t('dashboard.visits.at_home')}</th>
            ${!byCadre && html`<th scope="col" class="number sub">${t('dashboard.visits.change')}</th>`}
            <th scope="col" class="number sub">${t('dashboard.visits.missing')}</th>
            <th scope="col" class="sub">${t('dashboard.visits.rate')}</th><th scope="col" class="number sub">${t('dashboard.visits.at_home')}</th>
            <th scope="col" class="number sub">${t('dashboard.visits.missing')}</th></tr>
        </thead>
        <tbody>${answer.rows.map((row) => html`<${Row} key=${`${row.division.code} ${row.cadre?.id}`} row=${row} byCadre=${byCadre} />`)}</tbody>
        <tfoot><${Row} row=${answer.total} byCadre=${byCadre} total /></tfoot>
      </table>
    </div>`;
}

/** The year so far, quarter by quarter, against what should have been reached by the end of each. */
function YearChart({ division, month }) {
  const months = quartersTo(month);
  const source = useLoad(async () => (await Promise.all(months.map((one) => get('/visit-coverage', {
    division: division.code, level: division.level === 'county' ? 'county' : 'village', quarter: quarterOf(one), page_size: 1 })))), [division.code, quarterOf(month)]);
  return html`
    <section class="card year-chart" aria-label=${t('dashboard.visits.year_chart')} data-testid="year-chart">
      <h2>${t('dashboard.visits.year_chart')}</h2>
      <${Loaded} source=${source} lines=${3}>
        ${(answers) => html`
          <ol>${answers.map((answer, index) => html`
            <li key=${answer.quarter}><span>${quarterText(months[index])}</span><${CoverageBar} part=${answer.total.year} />
              <span class="number">${percent(answer.total.year.rate)} <small class="fine">${t('dashboard.visits.target', { n: answer.total.year.target_percent })}</small></span></li>`)}</ol>`}
      <//>
    </section>`;
}

/** Cadres are shown of a township at most: a village's figure is no sum of theirs. */
const levelsOf = (division) => levelsBelow(division).filter((level) => level !== 'cadre' || ['township', 'village'].includes(division.level));

export function VisitsView({ trail }) {
  const { address, me, month } = useContext(Page);
  const division = trail.at(-1);
  const levels = levelsOf(division);
  const level = levels.includes(address.level) ? address.level : levels[0];
  const source = useLoad(() => get('/visit-coverage', { division: division.code, level, quarter: quarterOf(month), page_size: 500 }), [division.code, level, quarterOf(month)]);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /><${QuarterPicker} /></div>
    <h1 class="sr-only">${t('dashboard.visits.table_of', { name: division.name, quarter: quarterText(month) })}</h1>
    <section class="card table-card" aria-label=${t('dashboard.view.visits')} aria-busy=${source.busy}>
      <div class="card-head">
        <div class="segments" role="group" aria-label=${t('dashboard.shown_by')}>
          ${levels.map((name, index) => html`
            <${Link} key=${name} class="segment" aria-current=${name === level ? 'true' : undefined} data-testid=${`level-${name}`}
              to=${{ ...address, level: index === 0 ? undefined : name }}>${t(`dashboard.level.${name}`)}<//>`)}
        </div>
        <div class="exports">
          <${ExportWorkbook} kind="visit_coverage" division=${division} more=${{ month, level }} />
          ${supervisesThere(me, division) && html`<${ExportRows} kind="visits" division=${division} month=${month} span="quarter" />`}
          <${Print} /></div>
      </div>
      <${Loaded} source=${source} lines=${8}>
        ${(answer) => html`
          <p class="period">${t('dashboard.visits.counted', { day: fullDay(answer.counted_on), n: count(answer.total.quarter.households) })}</p>
          <${CoverageTable} answer=${answer} division=${division} month=${month} />
          <${Rules} rules=${answer.rules} note=${t('dashboard.visits.rules_note')} />`}
      <//>
    </section>
    <${YearChart} key=${`${division.code} ${quarterOf(month)}`} division=${division} month=${month} />
    ${division.level === 'village' && address.day && html`<${AsOf} day=${address.day} />`}
    ${division.level === 'village' && html`<${Unvisited} key=${`${division.code} ${quarterOf(month)} ${address.day} ${address.state}`} village=${division} quarter=${quarterOf(month)}
      day=${address.day} first=${address.state} isNow=${quarterOf(month) === quarterOf(monthOf(me.today))} />`}`;
}
