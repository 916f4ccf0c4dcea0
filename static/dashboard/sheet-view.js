// One village's month: the sheet, its course, what to do next, the corrections beside it, and the attendance book.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { RegisterGrid } from '../shared/register-grid.js';
import { Corrections, Course, Legend, shortHash } from '../shared/sheet.js';
import { go } from './address.js';
import { fullDay, fullSpan, monthText } from './dates.js';
import { MonthActions, PaperDialog } from './month-actions.js';
import { Empty, Loaded } from './parts.js';
import { Prints } from './prints.js';
import { Rules } from './rules.js';
import { Page } from './scope.js';
import { FiguresTable, SheetTable } from './sheet-table.js';

const PARTS = ['sheet', 'register'];

function Sheet({ sheet, source, live, setLive }) {
  const [paper, setPaper] = useState(null);
  const closed = sheet.state === 'closed';
  // The row as it stands after a reload; one that has gone stays, so that the dialog does not turn into the village's.
  const paperRow = paper?.row && (sheet.rows.find((row) => row.posting_id === paper.row.posting_id) ?? paper.row);
  return html`
    <${Course} sheet=${sheet} />
    <p class="period"><strong>${t('dashboard.counting_period')}</strong> ${fullSpan(sheet.counting_period.from, sheet.counting_period.to)}
      ${closed && html`<span class="period-note" data-testid="sheet-hash">${t('month.hash', { hash: shortHash(sheet.close.hash) })}</span>`}</p>
    ${!sheet.over && html`<p class="notice" data-testid="not-over">${t('dashboard.month_not_over', { day: fullDay(sheet.ends_on) })}</p>`}
    ${!sheet.calendar_official && html`<p class="notice notice-warn">${t('dashboard.calendar_not_official', { year: sheet.month.slice(0, 4) })}</p>`}
    ${closed && html`
      <div class="segments" role="group" aria-label=${t('dashboard.sheet_shown')}>
        ${[false, true].map((one) => html`<button key=${one} type="button" class="segment" aria-pressed=${live === one} onClick=${() => setLive(one)}
          data-testid=${one ? 'sheet-live' : 'sheet-frozen'}>${t(one ? 'dashboard.sheet_live' : 'dashboard.sheet_frozen')}</button>`)}
      </div>`}
    ${sheet.rows.length === 0
      ? html`<${Empty}>${t('dashboard.no_closings', { name: sheet.village.name, month: monthText(sheet.month) })}<//>`
      : html`
        <${SheetTable} sheet=${sheet} />
        <${Legend} rows=${sheet.rows} />
        <${FiguresTable} sheet=${sheet} onPaper=${sheet.may.on_paper && sheet.over && !closed ? (row) => setPaper({ row }) : null} />
        <${MonthActions} sheet=${sheet} onPaper=${() => setPaper({})} onChange=${source.reload} />`}
    <${Rules} rules=${sheet.rules} />
    ${paper && html`<${PaperDialog} sheet=${sheet} row=${paperRow} onClose=${() => setPaper(null)}
      onDone=${() => { setPaper(null); source.reload(); }} onOvertaken=${source.reload} />`}`;
}

function SheetCard({ village }) {
  const { month } = useContext(Page);
  const [live, setLive] = useState(false);
  const source = useLoad(() => get('/month-sheets', { month, village: village.code, ...(live ? { live } : {}) }), [village.code, month, live]);
  const withCorrections = source.data?.state === 'closed' && source.data.corrections.length > 0;
  return html`
    <div class=${withCorrections ? 'columns columns-sheet' : 'columns columns-one'}>
      <section class="card sheet-card" aria-busy=${source.busy}>
        <div class="card-head"><h1>${t('dashboard.months_title', { name: village.name, month: monthText(month) })}</h1>
          <${Prints} division=${village} month=${month} closed=${source.data?.state === 'closed'} /></div>
        <${Loaded} source=${source} lines=${8}>${(sheet) => html`<${Sheet} sheet=${sheet} source=${source} live=${live} setLive=${setLive} />`}<//>
      </section>
      ${withCorrections && html`<aside class="card side"><${Corrections} sheet=${source.data} /></aside>`}
    </div>`;
}

/** The sheet, or the attendance book of the same month. */
export function SheetView({ village }) {
  const { address, me, month, scope } = useContext(Page);
  const part = address.state === 'register' ? 'register' : 'sheet';
  return html`
    <div class="segments month-parts" role="group" aria-label=${t('dashboard.month_parts')}>
      ${PARTS.map((name) => html`<button key=${name} type="button" class="segment" aria-pressed=${part === name} data-testid=${`part-${name}`}
        onClick=${() => go({ ...address, state: name === 'sheet' ? undefined : name })}>${t(`dashboard.month_part.${name}`)}</button>`)}
    </div>
    ${part === 'sheet'
      ? html`<${SheetCard} key=${month} village=${village} />`
      : html`
        <section class="card"><h1>${t('dashboard.register_title', { name: village.name, month: monthText(month) })}</h1>
          <p class="fine">${t('dashboard.register_note')}</p>
          <${RegisterGrid} userId=${me.id} village=${village.code} month=${month} today=${me.today} ownCadreId=${scope.ownCadreId} /></section>`}`;
}
