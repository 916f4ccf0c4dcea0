// The month table: on-post rates of what lies below a division, in the roster's order and no other.
import { html, useContext } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { monthOf, monthOfWeek } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { monthText, weekText } from './dates.js';
import { Exceptions } from './exceptions.js';
import { ExportButtons, ExportRows, MonthWorkbook } from './export.js';
import { MonthPicker } from './header.js';
import { OverdueLine } from './overdue.js';
import { Empty, Loaded, Pager } from './parts.js';
import { Period, Rules } from './rules.js';
import { levelsBelow, Page } from './scope.js';
import { CadreRow, DivisionRow, STATES, TotalRow, WeekHeads } from './table-rows.js';
import { Trail } from './trail.js';
import { count } from './words.js';

const PAGE_SIZE = 100;

async function ratesOf({ month, division, level, page }) {
  const query = { month, division, level, page, page_size: PAGE_SIZE };
  const { data, headers } = await request('GET', '/on-post-rates', { query });
  return { ...data, pages: pagesOf(headers) };
}

function LevelSwitch({ levels, level, division }) {
  const { address } = useContext(Page);
  if (levels.length === 1) return html`<h2>${t('dashboard.cadres_of', { name: division.name })}</h2>`;
  return html`
    <div class="segments" role="group" aria-label=${t('dashboard.shown_by')} data-testid="levels">
      ${levels.map((name, index) => html`
        <${Link} key=${name} class="segment" aria-current=${name === level ? 'true' : undefined} data-testid=${`level-${name}`}
          to=${{ ...address, page: undefined, level: index === 0 ? undefined : name }}>${t(`dashboard.level.${name}`)}<//>`)}
    </div>`;
}

function DivisionHeads({ week, level }) {
  return html`
    <thead>
      <tr>
        <th scope="col" rowspan="2">${t(`dashboard.level.${level}`)}</th>
        <th scope="col" rowspan="2" class="number">${t('dashboard.column.cadres')}</th>
        <th scope="col" rowspan="2">${t('dashboard.rate')}<small>${t('dashboard.column.rate_parts')}</small></th>
        <th scope="col" rowspan="2" class="number">${t('dashboard.column.days_of_month')}</th>
        <th scope="col" rowspan="2" class="number">${t('dashboard.column.days_of_year')}</th>
        ${week && html`<th scope="colgroup" colspan="5" class="group">${t('dashboard.column.running_week', { week: weekText(week.monday) })}</th>`}
      </tr>
      ${week && html`
        <tr>
          ${STATES.map((state) => html`<th key=${state} scope="col" class="number sub">${t(`state.${state}`)}</th>`)}
          <th scope="col" class="number sub">${t('dashboard.column.waiting')}</th>
        </tr>`}
    </thead>`;
}

function CadreHeads({ week, weeks }) {
  return html`
    <thead>
      <tr>
        <th scope="col">${t('dashboard.column.cadre')}</th>
        <th scope="col">${t('dashboard.rate')}<small>${t('dashboard.column.rate_parts')}</small></th>
        <${WeekHeads} weeks=${weeks} />
        <th scope="col" class="number">${t('dashboard.column.days_of_month')}</th>
        <th scope="col" class="number">${t('dashboard.column.days_of_year')}</th>
        ${week && html`
          <th scope="col">${t('dashboard.column.running_week', { week: weekText(week.monday) })}</th>
          <th scope="col" class="number">${t('dashboard.column.waiting')}</th>`}
      </tr>
    </thead>`;
}

function MonthTable({ answer, division }) {
  const byCadre = answer.level === 'cadre';
  const withVillage = division.level !== 'village';
  const weeks = answer.months_weeks;
  const running = Boolean(answer.running_week);
  if (answer.rows.length === 0) return html`<${Empty}>${t('dashboard.no_rows', { name: division.name, month: monthText(answer.month) })}<//>`;
  return html`
    <div class="table-frame" tabindex="0" role="region"
      aria-label=${t('dashboard.table_of', { name: division.name, month: monthText(answer.month) })}>
      <table class=${byCadre ? 'month-table by-cadre' : 'month-table'} data-testid="month-table">
        <caption>${t('dashboard.table_of', { name: division.name, month: monthText(answer.month) })}</caption>
        ${byCadre
          ? html`<${CadreHeads} week=${answer.running_week} weeks=${weeks} />`
          : html`<${DivisionHeads} week=${answer.running_week} level=${answer.level} />`}
        <tbody>
          ${answer.rows.map((row) => byCadre
            ? html`<${CadreRow} key=${row.posting_id} row=${row} weeks=${weeks} running=${running} withVillage=${withVillage} />`
            : html`<${DivisionRow} key=${row.division.code} row=${row} running=${running} />`)}
        </tbody>
        <tfoot><${TotalRow} row=${answer.total} byCadre=${byCadre} weeks=${weeks} running=${running} /></tfoot>
      </table>
    </div>`;
}

/** The first view: one division's month, what to talk about this week, and the rules behind the numbers. */
export function TableView({ trail }) {
  const { address, me, month } = useContext(Page);
  const division = trail.at(-1);
  const levels = levelsBelow(division);
  const level = levels.includes(address.level) ? address.level : levels[0];
  // The running week may belong to the next month already; what it asks to talk about is shown with either.
  const runningMonth = monthOfWeek(me.today);
  const now = month === monthOf(me.today) || month === runningMonth;
  const source = useLoad(() => ratesOf({ month, division: division.code, level, page: address.page ?? 1 }), [month, division.code, level, address.page]);
  return html`
    <div class="bar-top">
      <${Trail} trail=${trail} />
      <${MonthPicker} />
    </div>
    <h1 class="sr-only">${t('dashboard.table_of', { name: division.name, month: monthText(month) })}</h1>
    <${OverdueLine} division=${division} />
    <div class=${now ? 'columns' : 'columns columns-one'}>
      <section class="card table-card" aria-label=${t('dashboard.view.table')} aria-busy=${source.busy}>
        <div class="card-head">
          <${LevelSwitch} levels=${levels} level=${level} division=${division} />
          <${ExportButtons} month=${month} division=${division} level=${level} />
          <${MonthWorkbook} month=${month} division=${division} />
          <${ExportRows} kind="days" division=${division} month=${month} span="month" />
        </div>
        <${Loaded} source=${source} lines=${10}>
          ${(answer) => html`
            <${Period} answer=${answer} />
            <${MonthTable} answer=${answer} division=${division} />
            <${Pager} page=${answer.pages.page} last=${answer.pages.last}
              turn=${(page) => go({ ...address, page: page === 1 ? undefined : page })} />
            <p class="fine">${t('dashboard.roster_order', { n: count(answer.total.cadres) })}</p>
            <${Rules} rules=${answer.rules} />
            <p class="print-only signatures">${t('dashboard.print_signatures')}</p>`}
        <//>
      </section>
      ${now && html`<${Exceptions} division=${division} month=${runningMonth} />`}
    </div>`;
}
