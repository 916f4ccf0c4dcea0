// My month: a calendar that says for each day how it stands, and the rate with everything it is made of.
import { html } from '/vendor/htm-preact.js';
import { addDays, addMonths, dayName, dayRange, monthName, monthOf } from '/static/shared/dates.js';
import { has, locale, t } from '/static/shared/i18n.js';
import { OwnCheck } from './check.js';
import { ownRow, useMonth, usePhone } from './context.js';
import { DayCell } from './day.js';
import { Freshness } from './parts.js';
import { percent, unsentDays, weekdayLetter } from './words.js';

const period = ({ from, to }) => dayRange(from, to, locale());

const NEARNESS = { village: 3, township: 2, county: 1 };

/** Of each rule the one that holds in this village: others may hold elsewhere in the county. */
function rulesHere(rules, row) {
  const here = new Set([row.village?.code, row.township?.code]);
  const nearest = new Map();
  for (const rule of rules) {
    const level = rule.division?.level;
    const elsewhere = ['village', 'township'].includes(level) && !here.has(rule.division.code);
    const before = nearest.get(rule.key);
    if (!elsewhere && (NEARNESS[level] ?? 0) >= (NEARNESS[before?.division?.level] ?? 0)) nearest.set(rule.key, rule);
  }
  const unused = nearest.get('basis')?.value === 'month' ? 'days_per_week' : 'days_per_month';
  return [...nearest.values()].filter(({ key }) => key !== unused);
}

function ruleWords({ key, value, effective_from: from, division }) {
  const choice = `rule.${key}.${value}`;
  const words = has(choice) ? t(choice) : has(`rule.${key}`) ? t(`rule.${key}`, { value }) : `${key}: ${value}`;
  return t('phone.rule', { words, division: division?.name ?? '', from: dayName(from, locale()) });
}

function Weeks({ weeks }) {
  return html`
    <ul class="weeks">
      ${weeks.map((week) => html`
        <li key=${week.monday}>
          <span>${period({ from: week.monday, to: addDays(week.monday, 6) })}</span>
          <span>${t(week.closed ? 'phone.figures.week' : 'phone.figures.week_open', week)}</span>
        </li>`)}
    </ul>`;
}

function Figures({ rates }) {
  const { me } = usePhone();
  const row = ownRow(rates, me);
  if (!row) return html`<p class="quiet">${t('phone.figures.none')}</p>`;
  const { numerator, denominator, rate } = rates.total;
  const parts = denominator ? t('phone.figures.parts', { numerator, denominator }) : t('phone.figures.not_yet');
  const rules = rulesHere(rates.rules, row);
  return html`
    <section class="panel" data-testid="figures">
      <h2>${t('phone.figures.title')}</h2>
      <p class="rate"><strong data-testid="rate">${percent(rate)}</strong>
        <span>${parts}</span></p>
      <dl class="facts">
        <dt>${t('phone.figures.period')}</dt><dd>${period(rates.counting_period)}</dd>
        <dt>${t('phone.figures.days_of_month')}</dt><dd>${t('phone.days', { count: row.days_of_month })}</dd>
        <dt>${t('phone.figures.days_of_year')}</dt><dd>${t('phone.days', { count: row.days_of_year })}</dd>
        ${row.month_so_far && html`
          <dt>${t('phone.figures.so_far')}</dt><dd>${t('phone.figures.week_open', row.month_so_far)}</dd>`}
      </dl>
      ${row.weeks?.length > 0 && html`<h3>${t('phone.figures.weeks')}</h3><${Weeks} weeks=${row.weeks} />`}
      <details>
        <summary>${t('phone.figures.rules')}</summary>
        <ul class="plain">${rules.map((rule) => html`<li key=${rule.key}>${ruleWords(rule)}</li>`)}</ul>
        <p>${t('phone.figures.how')}</p>
      </details>
      ${!rates.calendar_official && html`<p class="notice notice--warn">${t('phone.calendar.unofficial')}</p>`}
    </section>`;
}

const SIGNS = ['stationed', 'errand', 'waiting', 'rejected', 'leave', 'rest', 'none', 'unsent'];

const Signs = () => html`
  <ul class="signs" aria-label=${t('phone.month.signs')}>
    ${SIGNS.map((mark) => html`
      <li key=${mark}>
        <span class="day-cell__sign sign--${mark}" aria-hidden="true">${t(`phone.sign.${mark}`)}</span>
        <span>${t(`phone.mark.${mark}`)}</span>
      </li>`)}
  </ul>`;

function Grid({ days, month }) {
  const { today, records } = usePhone();
  const unsent = unsentDays(records);
  return html`
    <div class="grid" data-testid="calendar">
      ${[1, 2, 3, 4, 5, 6, 7].map((weekday) => html`
        <span class="grid__head" key=${weekday} aria-hidden="true">${weekdayLetter(weekday)}</span>`)}
      ${days.map((day) => html`
        <${DayCell} key=${day.day} day=${day} today=${today} unsent=${unsent.has(day.day)} narrow
          dimmed=${monthOf(day.day) !== month} />`)}
    </div>`;
}

export function Month({ month: wanted }) {
  const { today } = usePhone();
  const month = wanted ?? monthOf(today);
  const answer = useMonth(month);
  return html`
    <div>
      <nav class="months" aria-label=${t('phone.month.choose')}>
        <a href=${`#month/${addMonths(month, -1)}`} data-testid="month-before">
          <span aria-hidden="true">‹</span> ${t('phone.month.before')}
        </a>
        <h2 aria-live="polite">${monthName(month, locale())}</h2>
        ${month < monthOf(today)
          ? html`
            <a href=${`#month/${addMonths(month, 1)}`} data-testid="month-after">
              ${t('phone.month.after')} <span aria-hidden="true">›</span>
            </a>`
          : html`<span class="months__end"></span>`}
      </nav>
      <${Freshness} answer=${answer} />
      <a class="weui-btn weui-btn_default wide" href="#leave" data-testid="to-leave">${t('phone.month.leave')}</a>
      ${month === monthOf(today) && html`<${OwnCheck} month=${addMonths(month, -1)} openOnly />`}
      ${answer.value && html`
        <${Grid} days=${answer.value.days} month=${month} />
        <${Signs} />
        ${month < monthOf(today) && html`<${OwnCheck} month=${month} />`}
        <${Figures} rates=${answer.value.rates} />`}
    </div>`;
}
