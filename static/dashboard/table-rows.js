// Rows of the month table. Every cell carries its heading, because a narrow screen shows rows as cards.
import { html, useContext } from '/vendor/htm-preact.js';
import { addDays } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { Link } from './address.js';
import { weekText } from './dates.js';
import { RateBar, Tag } from './parts.js';
import { Page } from './scope.js';
import { count, noRateReason, percent, rateParts, WEEK_TONE, weekSpoken } from './words.js';

/** The states of the running week, in the order of the columns. */
export const STATES = ['met', 'on_track', 'at_risk', 'missed'];

function RateCell({ row }) {
  const parts = rateParts(row);
  const spoken = row.rate === null ? noRateReason(row) : t('dashboard.rate_spoken', { rate: percent(row.rate), parts });
  return html`
    <td class="rate-cell" data-label=${t('dashboard.rate')}>
      <div class="rate">
        <span class="rate-number">${percent(row.rate)}</span>
        ${row.rate === null
          ? html`<span class="rate-none">${noRateReason(row)}</span>`
          : html`<span class="rate-parts">${parts}</span>`}
        <${RateBar} rate=${row.rate} label=${spoken} />
      </div>
      ${row.month_so_far && html`<p class="so-far">${t('dashboard.month_so_far', row.month_so_far)}</p>`}
    </td>`;
}

const Amount = ({ label, value, quiet }) => html`<td class=${quiet && !value ? 'number quiet' : 'number'} data-label=${label}>${count(value)}</td>`;

function WaitingCell({ row, to }) {
  const waiting = row.running.waiting_days;
  return html`
    <td class=${waiting ? 'number' : 'number quiet'} data-label=${t('dashboard.column.waiting')}>
      ${waiting && to
        ? html`<${Link} to=${to} class="waiting-link" aria-label=${t('dashboard.waiting_spoken', { n: waiting })}>${count(waiting)}<//>`
        : count(waiting)}
    </td>`;
}

/** A township, a village: a link one level down. */
export function DivisionRow({ row, running }) {
  const { address } = useContext(Page);
  const below = { division: row.division.code, month: address.month };
  return html`
    <tr data-testid="row" data-code=${row.division.code}>
      <th scope="row"><${Link} to=${below}>${row.division.name}<//></th>
      <${Amount} label=${t('dashboard.column.cadres')} value=${row.cadres} quiet />
      <${RateCell} row=${row} />
      <${Amount} label=${t('dashboard.column.days_of_month')} value=${row.days_of_month} quiet />
      <${Amount} label=${t('dashboard.column.days_of_year')} value=${row.days_of_year} quiet />
      ${running && html`
        ${STATES.map((state) => html`<${Amount} key=${state} label=${t(`state.${state}`)} value=${row.running[state]} quiet />`)}
        <${WaitingCell} row=${row} to=${{ view: 'waiting', division: row.division.code, month: address.month }} />`}
    </tr>`;
}

/** One heading per week of the month. */
export const WeekHeads = ({ weeks }) => weeks.map(({ monday }) => html`
  <th key=${monday} scope="col" class="number week-head"><span class="sr-only">${weekText(monday)}</span>
    <span aria-hidden="true">${shortWeek(monday)}</span></th>`);

/** 2–8 within a month, 9/28–10/4 across two. */
function shortWeek(monday) {
  const sunday = addDays(monday, 6);
  const [month, day, lastMonth, lastDay] = [monday.slice(5, 7), monday.slice(8), sunday.slice(5, 7), sunday.slice(8)].map(Number);
  return month === lastMonth ? `${day}–${lastDay}` : `${month}/${day}–${lastMonth}/${lastDay}`;
}

function WeekCell({ week, monday }) {
  if (!week || week.required === null) return html`<td class="number week-cell quiet" data-label=${shortWeek(monday)}>—</td>`;
  return html`
    <td class=${`number week-cell ${week.closed ? '' : 'open'}`} data-label=${shortWeek(monday)}>
      <span class="sr-only">${weekSpoken(week)}</span><span aria-hidden="true">${week.credited}/${week.required}</span>
    </td>`;
}

/** A cadre: a link to the days. */
export function CadreRow({ row, weeks, running, withVillage }) {
  const { address, scope } = useContext(Page);
  const days = { division: row.village.code, month: address.month, cadre: row.cadre.id };
  const week = row.running_week;
  return html`
    <tr data-testid="row" data-cadre=${row.cadre.id}>
      <th scope="row">
        <${Link} to=${days}>${row.cadre.name}<//>${row.cadre.id === scope.ownCadreId && html` <${Tag}>${t('dashboard.yourself')}<//>`}
        ${withVillage && html`<small class="row-village">${row.village.name}</small>`}
        <small>${t(`cadre_role.${row.cadre.cadre_role}`)}</small><small>${row.cadre.sending_unit}</small>
      </th>
      <${RateCell} row=${row} />
      ${weeks.map(({ monday }) => html`<${WeekCell} key=${monday} monday=${monday} week=${row.weeks?.find((one) => one.monday === monday)} />`)}
      <${Amount} label=${t('dashboard.column.days_of_month')} value=${row.days_of_month} quiet />
      <${Amount} label=${t('dashboard.column.days_of_year')} value=${row.days_of_year} quiet />
      ${running && html`
        <td data-label=${t('dashboard.this_week')} class="week-state">
          ${week
            ? html`
              <${Tag} tone=${WEEK_TONE[week.state]}>${t(`state.${week.state}`)}<//>
              <small>${t(`dashboard.week_short.${week.need > 0 ? 'short' : 'met'}`, week)}</small>`
            : '—'}
        </td>
        <${WaitingCell} row=${row} to=${days} />`}
    </tr>`;
}

/** The sum of all rows; its rate is the ratio of the sums. */
export function TotalRow({ row, byCadre, weeks, running }) {
  const states = STATES.filter((state) => row.running[state]).map((state) => `${t(`state.${state}`)} ${count(row.running[state])}`);
  return html`
    <tr class="total" data-testid="total">
      <th scope="row">${t('dashboard.total')}${byCadre && html`<small>${t('dashboard.people', { n: count(row.cadres) })}</small>`}</th>
      ${!byCadre && html`<${Amount} label=${t('dashboard.column.cadres')} value=${row.cadres} />`}
      <${RateCell} row=${row} />
      ${byCadre && weeks.map(({ monday }) => html`<td key=${monday} class="no-card"></td>`)}
      <${Amount} label=${t('dashboard.column.days_of_month')} value=${row.days_of_month} />
      <${Amount} label=${t('dashboard.column.days_of_year')} value=${row.days_of_year} />
      ${running && html`
        ${byCadre
          ? html`<td data-label=${t('dashboard.this_week')} class="week-state"><small>${states.join(' · ') || '—'}</small></td>`
          : STATES.map((state) => html`<${Amount} key=${state} label=${t(`state.${state}`)} value=${row.running[state]} quiet />`)}
        <${Amount} label=${t('dashboard.column.waiting')} value=${row.running.waiting_days} quiet />`}
    </tr>`;
}
