// The village's own figures: the rate with its parts, and for each cadre the days behind it.
import { html } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { firstOf, lastOf, monthName, monthOf } from '../shared/dates.js';
import { keyOf } from '../shared/decisions.js';
import { locale, t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { useVillage } from './context.js';
import { Back, dayText, Loaded, monthIn, Months, percent, spanText } from './parts.js';
import { WaitingDay } from './waiting.js';

function partsText({ numerator, denominator, closed_weeks: weeks }) {
  if (denominator) return t('village.rate_parts', { numerator, denominator });
  return t(weeks ? 'village.rate_nothing' : 'village.rate_not_yet');
}

function Cadre({ row, month }) {
  return html`
    <li class="panel" data-testid="figure-row" data-cadre=${row.cadre.id}>
      <a class="row-link" href=${`#figures/${month}/${row.cadre.id}`}>
        <span><strong>${row.cadre.name}</strong> <span class="quiet">${t(`cadre_role.${row.cadre.cadre_role}`)}</span></span>
        <strong class="number">${percent(row.rate)}</strong>
        <span class="quiet">${partsText(row)}</span>
        <span class="quiet">${t('village.days_in_village', { month: row.days_of_month, year: row.days_of_year })}</span>
        ${row.running?.waiting_days > 0 && html`<span class="badge badge--waiting">${t('village.days_waiting', { n: row.running.waiting_days })}</span>`}
      </a>
    </li>`;
}

function Month({ answer, month }) {
  const { total, rows } = answer;
  return html`
    <section class="panel" data-testid="figures">
      <p class="rate"><strong>${percent(total.rate)}</strong> <span>${t('village.rate')}</span></p>
      <p>${partsText(total)}</p>
      <dl class="facts">
        <dt>${t('village.period')}</dt><dd>${spanText(answer.counting_period)}</dd>
        <dt>${t('village.month_days')}</dt><dd>${t('village.days', { n: total.days_of_month })}</dd>
        <dt>${t('village.year_days')}</dt><dd>${t('village.days', { n: total.days_of_year })}</dd>
      </dl>
      <p class="quiet">${t('village.rate_how')}</p>
      ${!answer.calendar_official && html`<p class="notice notice--warn">${t('village.calendar_unofficial')}</p>`}
    </section>
    ${rows.length === 0
      ? html`<p class="empty">${t('village.nobody')}</p>`
      : html`<ul class="plain">${rows.map((row) => html`<${Cadre} key=${row.posting_id} row=${row} month=${month} />`)}</ul>`}`;
}

/** How many households were visited this quarter, all of them and those at home. */
function Coverage() {
  const { village } = useVillage();
  const source = useLoad(() => get('/visit-coverage', { division: village.code, level: 'village' }), [village.code]);
  return html`
    <${Loaded} source=${source}>${({ total }) => (total.quarter.households === 0 ? null : html`
      <section class="panel" data-testid="coverage">
        <p class="rate"><strong>${percent(total.quarter.rate)}</strong> <span>${t('village.coverage')}</span></p>
        <p>${t('village.coverage_parts', total.quarter)}</p>
        <p class="quiet">${t('village.coverage_home', { rate: percent(total.quarter.rate_at_home) })}
          ${' · '}${t('village.coverage_year', { rate: percent(total.year.rate), target: total.year.target_percent })}</p>
      </section>`)}<//>`;
}

function Figures({ month }) {
  const { me, village } = useVillage();
  const source = useLoad(() => get('/on-post-rates', { month, division: village.code, level: 'cadre' }), [village.code, month]);
  return html`
    <${Months} month=${month} to=${(other) => `#figures/${other}`} />
    <${Loaded} source=${source}>${(answer) => html`<${Month} answer=${answer} month=${month} />`}<//>
    ${month === monthOf(me.today) && html`<${Coverage} />`}`;
}

function DayLine({ day, change }) {
  if (day.evidence.length > 0) return html`<${WaitingDay} day=${day} choosing change=${change} />`;
  return html`
    <li class="day-line" data-day=${day.day}><span>${dayText(day.day)}</span>
      <span>${day.leave ? t(`leave.kind.${day.leave.kind}`) : day.duty ? t('month.mark.none') : t('month.mark.rest')}</span></li>`;
}

/** A cadre's days of the month; every record is here, also those that were decided long ago. */
function Days({ month, cadre }) {
  const { me } = useVillage();
  const source = useLoad(() => get('/stationed-days', { cadre_id: cadre, from: firstOf(month), to: lastOf(month) }), [month, cadre]);
  const named = (answer) => answer.days.filter((day) => day.in_posting && day.day <= me.today).map((day) => ({ ...day, cadre: answer.cadre }));
  const change = (day, how) => source.change((old) => ({ ...old, days: old.days.map((one) => (one.day === day.day ? how(one) : one)) }));
  return html`
    <${Back} to=${`#figures/${month}`} />
    <${Loaded} source=${source}>${(answer) => html`
      <h2>${answer.cadre.name} · ${monthName(month, locale())}</h2>
      <p class="quiet">${t('village.days_note')}</p>
      ${named(answer).length === 0
        ? html`<p class="empty">${t('village.no_days')}</p>`
        : html`<ul class="plain">${named(answer).map((day) => html`<${DayLine} key=${keyOf(day)} day=${day} change=${change} />`)}</ul>`}`}<//>`;
}

/** Figures of this month unless the address names another; with a cadre in the address, the days. */
export function FiguresView({ detail }) {
  const { me } = useVillage();
  const month = monthIn(detail[0], monthOf(me.today));
  return detail[1] ? html`<${Days} month=${month} cadre=${detail[1]} />` : html`<${Figures} month=${month} />`;
}
