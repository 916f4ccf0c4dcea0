// This week (or month) in one line, and its seven days in a row.
import { html } from '/vendor/htm-preact.js';
import { addDays, mondayOf, monthOf, shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { ownRow, usePhone } from './context.js';
import { markOf, unsentDays, weekWords, weekdayLetter, weekdayName } from './words.js';

/** Working days of this month from today on that still could be filled. */
const dutyDaysLeft = (days, today) => days.filter(({ day, duty, counts }) =>
  duty && !counts && day >= today && monthOf(day) === monthOf(today)).length;

/** The parts of a line, each with the comma that ends it. */
const partsOf = (line) => line.match(/[^，,;]+[，,;]?\s*/g) ?? [line];

export function WeekLine({ month }) {
  const { me, today } = usePhone();
  const row = ownRow(month.rates, me);
  const { line, after } = weekWords(row, { dutyDaysLeftInMonth: dutyDaysLeft(month.days, today) });
  return html`
    <div>
      <p class="week-line" data-testid="week-line" data-state=${row?.running_week?.state ?? ''}>
        ${partsOf(line).map((part) => html`<span key=${part}>${part.trimEnd()}</span>${/\s$/.test(part) ? ' ' : ''}`)}
      </p>
      ${after && html`<p class="week-after">${after}</p>`}
    </div>`;
}

/** One day as a sign with its word; the colour only repeats what both say. */
export function DayCell({ day, today, unsent, dimmed = false, narrow = false }) {
  const mark = markOf(day, { today, unsent });
  const word = t(`phone.mark.${mark}`);
  const label = `${shortDay(day.day, locale())} ${weekdayName(day.weekday)} ${day.calendar.label ?? ''} ${word}`;
  return html`
    <a class="day-cell day-cell--${mark} ${dimmed ? 'day-cell--dimmed' : ''}" href=${`#day/${day.day}`}
      aria-label=${label} aria-current=${day.day === today ? 'date' : undefined}
      data-testid="day" data-day=${day.day} data-mark=${mark}>
      ${!narrow && html`<span class="day-cell__weekday" aria-hidden="true">${weekdayLetter(day.weekday)}</span>`}
      <span class="day-cell__number" aria-hidden="true">${Number(day.day.slice(8))}</span>
      <span class="day-cell__sign" aria-hidden="true">${t(`phone.sign.${mark}`)}</span>
      <span class="day-cell__word" aria-hidden="true">${word}</span>
    </a>`;
}

export function WeekRow({ days }) {
  const { today, records } = usePhone();
  const monday = mondayOf(today);
  const unsent = unsentDays(records);
  const week = days.filter(({ day }) => day >= monday && day <= addDays(monday, 6));
  return html`
    <div class="week-row" role="list" aria-label=${t('phone.week.label')}>
      ${week.map((day) => html`
        <div role="listitem" key=${day.day}>
          <${DayCell} day=${day} today=${today} unsent=${unsent.has(day.day)} />
        </div>`)}
    </div>`;
}
