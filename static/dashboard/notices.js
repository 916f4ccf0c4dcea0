// Supervision notices below a division: how many are open, overdue, reissued, escalated; the ones behind each number; one of them; a new one.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { Bars } from './charts.js';
import { ExportTable, ExportWorkbook } from './export.js';
import { DraftView } from './notice-draft.js';
import { NoticeList } from './notice-list.js';
import { NoticeView } from './notice.js';
import { Loaded } from './parts.js';
import { Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';
import { count } from './words.js';

const COLUMNS = ['open', 'overdue', 'due_soon', 'reissued', 'escalated', 'struck_off'];
/** Of those that a list can show. */
const LISTED = ['open', 'overdue', 'reissued', 'escalated', 'struck_off'];
const SOURCES = ['failed_item', 'spot_check', 'overdue_concern', 'by_hand', 'leader_instruction'];

function Row({ row, total = false }) {
  const division = row.division.code;
  return html`
    <tr data-testid=${total ? 'total' : 'row'} data-code=${division} class=${total ? 'total' : ''}>
      <th scope="row">${total ? t('dashboard.total') : html`<${Link} to=${{ view: 'notices', division }}>${row.division.name}<//>`}</th>
      ${COLUMNS.map((name) => html`
        <td key=${name} class=${row[name] ? 'number' : 'number quiet'} data-label=${t(`dashboard.supervision.list.${name}`)}>
          ${row[name] && LISTED.includes(name) ? html`<${Link} to=${{ view: 'notices', division, state: name === 'open' ? undefined : name }}>${count(row[name])}<//>` : count(row[name])}</td>`)}
    </tr>`;
}

/** The numbers by division and, where there is something to compare, the same as bars. */
function Figures({ division, answer }) {
  const title = t('dashboard.supervision.heading', { name: division.name });
  const others = (row) => row.open - row.overdue;
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${title}>
      <table class="month-table" data-testid="notice-table">
        <caption class="sr-only">${title}</caption>
        <thead><tr><th scope="col">${t('dashboard.concern.division')}</th>
          ${COLUMNS.map((name) => html`<th key=${name} scope="col" class="number">${t(`dashboard.supervision.list.${name}`)}</th>`)}</tr></thead>
        <tbody>${answer.rows.map((row) => html`<${Row} key=${row.division.code} row=${row} />`)}</tbody>
        <tfoot><${Row} row=${answer.total} total /></tfoot>
      </table>
    </div>
    ${answer.rows.length > 1 && answer.total.open > 0 && html`
      <${Bars} label=${t('dashboard.supervision.chart', { name: division.name })} testid="notice-chart"
        rows=${answer.rows.map((row) => ({ name: row.division.name, values: [row.overdue, others(row)] }))}
        series=${[{ name: t('dashboard.supervision.list.overdue'), tone: 'bad' }, { name: t('dashboard.supervision.in_time'), tone: 'calm' }]} />`}`;
}

function Overview({ trail }) {
  const { me } = useContext(Page);
  const division = trail.at(-1);
  const figures = useLoad(() => get('/notice-figures', { division: division.code }), [division.code]);
  const drafts = supervisesThere(me, division) && ['township', 'village'].includes(division.level);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} />
      ${drafts && html`<${Link} class="button button-main" to=${{ view: 'notices', division: division.code, source_kind: 'by_hand' }} data-testid="new-notice">
        ${t('dashboard.supervision.new')}<//>`}</div>
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.supervision.heading', { name: division.name })}</h1><${ExportWorkbook} kind="notices" division=${division} /></div>
      <${Loaded} source=${figures} lines=${6}>${(answer) => html`
        ${answer.total.overdue > 0 && html`<p class="notice notice-bad" role="status" data-testid="overdue-notices">${t('dashboard.supervision.overdue_note', { n: answer.total.overdue })}</p>`}
        <${Figures} division=${division} answer=${answer} />`}<//>
      <${ExportTable} kind="notice_figures" division=${division} />
    </section>
    <${NoticeList} key=${division.code} division=${division} />`;
}

/** Whatever the address names: one notice, a draft out of a source, or the division's. */
export function NoticesView({ trail }) {
  const { address, me } = useContext(Page);
  if (address.notice) return html`<${NoticeView} key=${address.notice} id=${address.notice} trail=${trail} />`;
  if (SOURCES.includes(address.source_kind) && supervisesThere(me, trail.at(-1))) {
    return html`<${DraftView} key=${`${address.source_kind} ${address.source_id}`} kind=${address.source_kind} sourceId=${address.source_id} trail=${trail} />`;
  }
  return html`<${Overview} trail=${trail} />`;
}
