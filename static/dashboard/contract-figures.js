// The year's contracts of a division by those below it: in whose hands they lie, what is due, how it was accepted.
import { html } from '/vendor/htm-preact.js';
import { STAGES, VERDICTS } from '../shared/contract.js';
import { t } from '../shared/i18n.js';
import { Link } from './address.js';
import { Bars } from './charts.js';
import { count } from './words.js';

const STAGE_TONE = { without: 'plain', framework: 'warn', village: 'wait', submitted: 'main', agreed: 'calm', published: 'good', closed: 'done' };
const SHOWN = ['without', ...Object.keys(STAGES)];
const ITEMS = ['items', 'due', 'overdue'];

/** How many contracts of a row lie in a stage. */
const inStage = (row, stage) => (stage === 'without' ? row.without
  : STAGES[stage].reduce((sum, state) => sum + (row.states[state] ?? 0), 0));

function Cell({ n, to, label }) {
  return html`<td class=${n ? 'number' : 'number quiet'} data-label=${label}>${n && to ? html`<${Link} to=${to}>${count(n)}<//>` : count(n)}</td>`;
}

function Row({ row, year, total = false }) {
  const division = row.division.code;
  const here = { view: 'contracts', division, year };
  return html`
    <tr data-testid=${total ? 'total' : 'row'} data-code=${division} class=${total ? 'total' : ''}>
      <th scope="row">${total ? t('dashboard.total') : html`<${Link} to=${here}>${row.division.name}<//>`}</th>
      ${SHOWN.map((stage) => html`<${Cell} key=${stage} n=${inStage(row, stage)} label=${t(`contract.stage.${stage}`)}
        to=${{ ...here, state: stage }} />`)}
      <${Cell} n=${row.items} label=${t('dashboard.contract.items')} />
      <${Cell} n=${row.due} label=${t('dashboard.contract.due')} to=${{ view: 'acceptances', division }} />
      <${Cell} n=${row.overdue} label=${t('dashboard.contract.overdue')} to=${{ view: 'acceptances', division, state: 'overdue' }} />
      ${VERDICTS.map((verdict) => html`<${Cell} key=${verdict} n=${row[verdict]} label=${t(`contract.verdict.${verdict}`)} />`)}
    </tr>`;
}

export function Figures({ division, year, answer }) {
  const title = t('dashboard.contract.title', { name: division.name, year });
  const shownYear = answer.year === Number(year) ? String(year) : undefined;
  const used = SHOWN.filter((stage) => inStage(answer.total, stage) > 0);
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${title}>
      <table class="month-table" data-testid="contract-table">
        <caption class="sr-only">${title}</caption>
        <thead>
          <tr><th scope="col" rowspan="2">${t('dashboard.concern.division')}</th>
            <th scope="colgroup" colspan=${SHOWN.length} class="group">${t('dashboard.contract.by_stage')}</th>
            <th scope="colgroup" colspan=${ITEMS.length} class="group">${t('dashboard.contract.of_items')}</th>
            <th scope="colgroup" colspan=${VERDICTS.length} class="group">${t('dashboard.contract.accepted')}</th></tr>
          <tr>${SHOWN.map((stage) => html`<th key=${stage} scope="col" class="number">${t(`contract.stage.${stage}`)}</th>`)}
            ${ITEMS.map((name) => html`<th key=${name} scope="col" class="number">${t(`dashboard.contract.${name}`)}</th>`)}
            ${VERDICTS.map((verdict) => html`<th key=${verdict} scope="col" class="number">${t(`contract.verdict.${verdict}`)}</th>`)}</tr>
        </thead>
        <tbody>${answer.rows.map((row) => html`<${Row} key=${row.division.code} row=${row} year=${shownYear} />`)}</tbody>
        <tfoot><${Row} row=${answer.total} year=${shownYear} total /></tfoot>
      </table>
    </div>
    ${answer.rows.length > 1 && used.length > 0 && html`
      <${Bars} label=${t('dashboard.contract.chart', { name: division.name, year })} testid="contract-chart"
        rows=${answer.rows.map((row) => ({ name: row.division.name, values: used.map((stage) => inStage(row, stage)) }))}
        series=${used.map((stage) => ({ name: t(`contract.stage.${stage}`), tone: STAGE_TONE[stage] }))} />`}`;
}
