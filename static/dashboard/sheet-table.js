// A village's month sheet: a grid of signs, one row a cadre and one column a day, and below it the figures and words.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { checkWords, signWord, weekdayLetter } from '../shared/sheet.js';
import { dayText } from './dates.js';
import { Tag } from './parts.js';
import { count, percent } from './words.js';

const FIGURES = ['required_days', 'credited_days', 'rate', 'days_of_month', 'errand_days', 'travel_days', 'leave_days', 'waiting_days', 'days_of_year'];

const isOff = (day) => day.kind === 'rest' || day.kind === 'holiday';
const classOf = (day) => [isOff(day) && 'sheet-off', !day.in_month && 'sheet-around'].filter(Boolean).join(' ');
const figure = (row, name) => (name === 'rate' ? percent(row.rate) : count(row[name]));

function Signs({ row, days }) {
  return html`
    <tr data-testid="sheet-row" data-cadre=${row.cadre.id}>
      <th scope="row">${row.cadre.name}</th>
      ${days.map((day, index) => html`
        <td key=${day.day} class=${classOf(day)} data-day=${day.day} data-sign=${row.signs[index]}>
          <span class=${`sheet-sign sign-${row.signs[index] || 'outside'}`}><span aria-hidden="true">${signWord(row.signs[index])}</span>
            <span class="sr-only">${t(`month.mark.${row.signs[index] || 'outside'}`)}</span></span></td>`)}
    </tr>`;
}

/** The signs. The grid scrolls inside its frame where the page is narrow. */
export function SheetTable({ sheet }) {
  const { days, rows } = sheet;
  return html`
    <div class="sheet-frame" tabindex="0" role="region" aria-label=${t('dashboard.sheet_title', { name: sheet.village.name })}>
      <table class="sheet-table" data-testid="sheet">
        <thead><tr>
          <th scope="col">${t('dashboard.column.cadre')}</th>
          ${days.map((day) => html`<th key=${day.day} scope="col" aria-label=${dayText(day.day)} class=${classOf(day)}>
            <b>${Number(day.day.slice(8))}</b><small>${weekdayLetter(day.weekday)}</small></th>`)}
        </tr></thead>
        <tbody>${rows.map((row) => html`<${Signs} key=${row.posting_id} row=${row} days=${days} />`)}</tbody>
      </table>
    </div>`;
}

function Figures({ row, onPaper }) {
  const check = checkWords(row);
  return html`
    <tr data-testid="figures-row" data-cadre=${row.cadre.id} data-check=${row.check?.holds ? row.check.step : ''}>
      <th scope="row">${row.cadre.name}<small>${t(`cadre_role.${row.cadre_role}`)} · ${row.sending_unit}</small></th>
      ${FIGURES.map((name) => html`<td key=${name} class="number" data-label=${t(`month.figure.${name}`)}>${figure(row, name)}</td>`)}
      <td class="sheet-check" data-label=${t('month.step.checked')}><${Tag} tone=${check.tone}>${check.text}<//>
        ${check.note && html`<p class="decision-reason">${check.note}</p>`}
        ${onPaper && !row.is_own && html`<button type="button" class="button-quiet" onClick=${() => onPaper(row)} data-testid="paper-check">
          ${t('dashboard.paper_check')}</button>`}</td>
    </tr>`;
}

/** The figures and each cadre's word. `onPaper(row)` enters what a cadre signed on paper; left out where nobody may. */
export function FiguresTable({ sheet, onPaper }) {
  const { rows, total } = sheet;
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.sheet_figures')}>
      <table class="month-table sheet-figures">
        <thead><tr>
          <th scope="col">${t('dashboard.column.cadre')}</th>
          ${FIGURES.map((name) => html`<th key=${name} scope="col" class="number">${t(`month.figure.${name}`)}</th>`)}
          <th scope="col">${t('month.step.checked')}</th>
        </tr></thead>
        <tbody>${rows.map((row) => html`<${Figures} key=${row.posting_id} row=${row} onPaper=${onPaper} />`)}</tbody>
        <tfoot><tr class="total" data-testid="sheet-total"><th scope="row">${t('dashboard.total_short')}</th>
          ${FIGURES.slice(0, 3).map((name) => html`<td key=${name} class="number" data-label=${t(`month.figure.${name}`)}>${figure(total, name)}</td>`)}
          <td class="no-card" colspan="7"></td></tr></tfoot>
      </table>
    </div>`;
}
