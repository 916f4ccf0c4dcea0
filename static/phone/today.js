// The first view: what this week asks for, one tap to be here, and how today stands.
import { html } from '/vendor/htm-preact.js';
import { addDays, mondayOf, monthOf, monthOfWeek } from '/static/shared/dates.js';
import { t } from '/static/shared/i18n.js';
import { ownRow, useMonth, usePhone } from './context.js';
import { DayCell, DayPanel } from './day.js';
import { HereButton } from './here.js';
import { Later } from './later.js';
import { Freshness } from './parts.js';
import { unsentDays, weekWords } from './words.js';

/** Working days of this month from today on that still could be filled. */
const dutyDaysLeft = (days, today) => days.filter(({ day, duty, counts }) =>
  duty && !counts && day >= today && monthOf(day) === monthOf(today)).length;

/** The parts of a line, each with the comma that ends it. */
const partsOf = (line) => line.match(/[^，,;]+[，,;]?\s*/g) ?? [line];

function WeekLine({ month }) {
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

function WeekRow({ days }) {
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

export function Today() {
  const { today } = usePhone();
  const answer = useMonth(monthOfWeek(today));
  const month = answer.value;
  const day = month?.days.find((one) => one.day === today);
  return html`
    <div>
      <${Later} view="Emergency" quiet day=${day} />
      <section class="week" aria-label=${t('phone.week.label')}>
        ${month && html`<${WeekLine} month=${month} /><${WeekRow} days=${month.days} />`}
        <${Freshness} answer=${answer} />
      </section>
      <${HereButton} day=${day} />
      <div class="pair">
        <a class="weui-btn weui-btn_default" href="#declare">${t('phone.today.declare')}</a>
        <a class="weui-btn weui-btn_default" href="#leave/new">${t('phone.today.leave')}</a>
      </div>
      <${Later} view="Todo" quiet />
      ${day && html`<${DayPanel} day=${day} />`}
    </div>`;
}
