// 月结: how the month of each township or village stands, what is missing, and closing what the villages have confirmed.
import { html, useContext } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { addMonths, monthOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { CloseAll, CloseOne } from './close-months.js';
import { fullDay, instantText, monthText } from './dates.js';
import { ExportTable } from './export.js';
import { MonthPicker } from './header.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { Prints } from './prints.js';
import { Page, supervisesThere } from './scope.js';
import { SheetView } from './sheet-view.js';
import { Trail } from './trail.js';
import { count } from './words.js';

const STATE_TONE = { open: 'wait', confirmed: 'calm', closed: 'good' };
const COLUMNS = {
  township: ['township', 'villages', 'month_closed', 'month_confirmed', 'month_open', 'checked', 'missing'],
  village: ['village', 'cadres', 'checked', 'month_state', 'missing'],
};
const NUMBERS = ['cadres', 'villages', 'month_closed', 'month_confirmed', 'month_open'];
const PAGE_SIZE = 50;

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

/** What holds the months of a township's villages up, and what was corrected of those that are closed. */
function heldUpText(row, over) {
  const parts = [];
  if (over && row.disputed) parts.push(t('dashboard.missing.disputed', { n: count(row.disputed) }));
  if (over && row.unchecked) parts.push(t('dashboard.missing.unchecked', { n: count(row.unchecked) }));
  if (over && row.waiting_days) parts.push(t('dashboard.missing.waiting', { n: count(row.waiting_days) }));
  if (row.corrected) parts.push(t('dashboard.missing.corrected', { n: count(row.corrected) }));
  if (!over) parts.push(t('dashboard.missing.not_over'));
  return parts.join('；');
}

function TownshipRow({ row, over }) {
  const { address } = useContext(Page);
  return html`
    <tr data-testid="township-closing" data-code=${row.division.code}>
      <th scope="row"><${Link} to=${{ ...address, page: undefined, division: row.division.code }}>${row.division.name}<//></th>
      ${['villages', 'closed', 'confirmed', 'open'].map((name) => html`
        <td key=${name} class="number" data-label=${t(`dashboard.column.${name === 'villages' ? name : `month_${name}`}`)}>${count(row[name])}</td>`)}
      <td data-label=${t('dashboard.column.checked')}>${t('dashboard.checked_of', { n: count(row.checked), all: count(row.cadres) })}</td>
      <td data-label=${t('dashboard.column.missing')} data-testid="missing">${heldUpText(row, over)}</td>
    </tr>`;
}

function Row({ row, month, over, acts, onClosed }) {
  const { address } = useContext(Page);
  const at = row.closed_at ?? row.confirmed_at;
  return html`
    <tr data-testid="closing" data-code=${row.village.code} data-state=${row.state}>
      <th scope="row"><${Link} to=${{ ...address, page: undefined, division: row.village.code }}>${row.village.name}<//></th>
      <td class="number" data-label=${t('dashboard.column.cadres')}>${count(row.cadres)}</td>
      <td data-label=${t('dashboard.column.checked')}>${t('dashboard.checked_of', { n: row.checked, all: row.cadres })}</td>
      <td data-label=${t('dashboard.column.month_state')}><${Tag} tone=${isEmpty(row) ? 'calm' : STATE_TONE[row.state]}>${t(`dashboard.month_state.${isEmpty(row) ? 'empty' : row.state}`)}<//>
        ${at && html` <span class="fine">${instantText(at)}</span>`}</td>
      <td data-label=${t('dashboard.column.missing')} data-testid="missing">${missingText(row, over)}</td>
      ${acts && html`<td class="closing-act">${row.state === 'confirmed' && over && html`
        <${CloseOne} row=${row} month=${month} onClosed=${onClosed} />`}</td>`}
    </tr>`;
}

function Closings({ answer, source, division }) {
  const { address, me } = useContext(Page);
  const { month, over, ends_on: endsOn, rows, townships, level, total } = answer;
  if (rows.length + townships.length === 0) return html`<${Empty}>${t('dashboard.no_closings', { name: division.name, month: monthText(month) })}<//>`;
  const isTown = supervisesThere(me, division);
  const acts = isTown && level === 'village';
  return html`
    <p role="status" data-testid="closings-tally">${t('dashboard.closings_tally', { all: count(total.villages), closed: count(total.closed), confirmed: count(total.confirmed), open: count(total.open) })}</p>
    ${!over && html`<p class="notice" data-testid="not-over">${t('dashboard.month_not_over', { day: fullDay(endsOn) })}</p>`}
    ${isTown && over && html`<${CloseAll} n=${total.confirmed} division=${division} month=${month} onClosed=${source.reload} />`}
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.months_title', { name: division.name, month: monthText(month) })}>
      <table class="month-table closings" data-testid="closings">
        <thead><tr>${COLUMNS[level].map((name) => html`<th key=${name} scope="col" class=${NUMBERS.includes(name) ? 'number' : ''}>${t(`dashboard.column.${name}`)}</th>`)}
          ${acts && html`<th scope="col">${t('month.step.closed')}</th>`}</tr></thead>
        <tbody>${townships.map((row) => html`<${TownshipRow} key=${row.division.code} row=${row} over=${over} />`)}
          ${rows.map((row) => html`
          <${Row} key=${row.village.code} row=${row} month=${month} over=${over} acts=${acts} onClosed=${source.reload} />`)}</tbody>
      </table>
    </div>
    <${Pager} page=${answer.page} last=${answer.last} turn=${(page) => go({ ...address, page })} />`;
}

function ClosingsView({ division }) {
  const { address, month } = useContext(Page);
  const page = Math.max(1, Number(address.page) || 1);
  const level = division.level === 'township' ? 'village' : 'township';
  const source = useLoad(async () => {
    const query = { month, division: division.code, level, page, page_size: PAGE_SIZE };
    const { data, headers } = await request('GET', '/month-closings', { query });
    return { ...data, page, last: pagesOf(headers).last };
  }, [month, division.code, level, page]);
  // The table that is shown is the one that is taken along.
  const kind = level === 'village' ? 'month_closings' : 'month_closings_townships';
  return html`
    <section class="card" aria-busy=${source.busy}>
      <div class="card-head"><h1>${t('dashboard.months_title', { name: division.name, month: monthText(month) })}</h1>
        <${ExportTable} key=${kind} kind=${kind} division=${division} month=${month} />
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
