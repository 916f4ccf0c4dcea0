// 月结: how each village's month stands, what is missing, and closing what the villages have confirmed.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { addMonths, monthOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { CloseAll, CloseOne } from './close-months.js';
import { fullDay, instantText, monthText } from './dates.js';
import { ExportTable } from './export.js';
import { MonthPicker } from './header.js';
import { Empty, Loaded, Tag } from './parts.js';
import { Prints } from './prints.js';
import { Page } from './scope.js';
import { SheetView } from './sheet-view.js';
import { Trail } from './trail.js';
import { count } from './words.js';

const STATE_TONE = { open: 'wait', confirmed: 'calm', closed: 'good' };
const COLUMNS = ['village', 'cadres', 'checked', 'month_state', 'missing'];

/** A village with nobody posted to it, whose month nobody can confirm or close. */
const isEmpty = (row) => row.cadres === 0 && row.state === 'open';

/** What still stands between this village and its closed month, in words. */
function missingText(row, over) {
  if (isEmpty(row)) return t('dashboard.missing.nobody');
  if (row.state === 'closed') return row.corrections ? t('dashboard.missing.corrections', { n: count(row.corrections) }) : '';
  if (!over) return t('dashboard.missing.not_over');
  const parts = [];
  if (row.disputed) parts.push(t('dashboard.missing.disputed', { n: row.disputed }));
  const silent = row.cadres - row.checked - row.disputed;
  if (silent > 0) parts.push(t('dashboard.missing.unchecked', { n: silent }));
  if (row.waiting_days) parts.push(t('dashboard.missing.waiting', { n: row.waiting_days }));
  parts.push(t(row.state === 'confirmed' ? 'dashboard.missing.close' : 'dashboard.missing.confirm'));
  return parts.join('；');
}

function Row({ row, month, over, withTownship, onClosed }) {
  const { address, scope } = useContext(Page);
  const at = row.closed_at ?? row.confirmed_at;
  return html`
    <tr data-testid="closing" data-code=${row.village.code} data-state=${row.state}>
      <th scope="row"><${Link} to=${{ ...address, division: row.village.code }}>${row.village.name}<//>${withTownship && html`<small>${row.township?.name}</small>`}</th>
      <td class="number" data-label=${t('dashboard.column.cadres')}>${count(row.cadres)}</td>
      <td data-label=${t('dashboard.column.checked')}>${t('dashboard.checked_of', { n: row.checked, all: row.cadres })}</td>
      <td data-label=${t('dashboard.column.month_state')}><${Tag} tone=${isEmpty(row) ? 'calm' : STATE_TONE[row.state]}>${t(`dashboard.month_state.${isEmpty(row) ? 'empty' : row.state}`)}<//>
        ${at && html` <span class="fine">${instantText(at)}</span>`}</td>
      <td data-label=${t('dashboard.column.missing')} data-testid="missing">${missingText(row, over)}</td>
      ${scope.supervises && html`<td class="closing-act">${row.state === 'confirmed' && over && html`
        <${CloseOne} village=${row.village} month=${month} onClosed=${onClosed} />`}</td>`}
    </tr>`;
}

function Closings({ answer, source, division }) {
  const { scope } = useContext(Page);
  const { month, over, ends_on: endsOn, rows } = answer;
  if (rows.length === 0) return html`<${Empty}>${t('dashboard.no_closings', { name: division.name, month: monthText(month) })}<//>`;
  const counted = rows.filter((row) => !isEmpty(row));
  const tally = (state) => count(counted.filter((row) => row.state === state).length);
  return html`
    <p role="status" data-testid="closings-tally">${t('dashboard.closings_tally', { all: count(counted.length), closed: tally('closed'), confirmed: tally('confirmed'), open: tally('open') })}</p>
    ${!over && html`<p class="notice" data-testid="not-over">${t('dashboard.month_not_over', { day: fullDay(endsOn) })}</p>`}
    ${scope.supervises && over && html`<${CloseAll} rows=${rows} month=${month} onClosed=${source.reload} />`}
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.months_title', { name: division.name, month: monthText(month) })}>
      <table class="month-table closings" data-testid="closings">
        <thead><tr>${COLUMNS.map((name) => html`<th key=${name} scope="col" class=${name === 'cadres' ? 'number' : ''}>${t(`dashboard.column.${name}`)}</th>`)}
          ${scope.supervises && html`<th scope="col">${t('month.step.closed')}</th>`}</tr></thead>
        <tbody>${rows.map((row) => html`
          <${Row} key=${row.village.code} row=${row} month=${month} over=${over} withTownship=${division.level !== 'township'} onClosed=${source.reload} />`)}</tbody>
      </table>
    </div>`;
}

function ClosingsView({ division }) {
  const { month } = useContext(Page);
  const source = useLoad(() => get('/month-closings', { month, division: division.code }), [month, division.code]);
  return html`
    <section class="card" aria-busy=${source.busy}>
      <div class="card-head"><h1>${t('dashboard.months_title', { name: division.name, month: monthText(month) })}</h1>
        <${ExportTable} kind="month_closings" division=${division} month=${month} />
        <${Prints} division=${division} month=${month} /></div>
      <p class="fine">${t('dashboard.months_note')}</p>
      <${Loaded} source=${source} lines=${8}>${(answer) => html`<${Closings} answer=${answer} source=${source} division=${division} />`}<//>
    </section>`;
}

/** The last month that is over, unless the address names another; a village opens into its sheet. */
export function MonthsView({ trail }) {
  const page = useContext(Page);
  const home = addMonths(monthOf(page.me.today), -1);
  const division = trail.at(-1);
  return html`
    <${Page.Provider} value=${{ ...page, month: page.address.month ?? home }}>
      <div class="bar-top"><${Trail} trail=${trail} /><${MonthPicker} home=${home} word=${t('dashboard.last_month')} /></div>
      ${division.level === 'village' ? html`<${SheetView} village=${division} />` : html`<${ClosingsView} division=${division} />`}
    <//>`;
}
