// The first view: what this week asks for, one tap to be here, and how today stands.
import { html } from '/vendor/htm-preact.js';
import { monthOfWeek } from '/static/shared/dates.js';
import { t } from '/static/shared/i18n.js';
import { useMonth, usePhone } from './context.js';
import { DayPanel } from './day.js';
import { HereButton } from './here.js';
import { Freshness } from './parts.js';
import { WeekLine, WeekRow } from './week.js';

export function Today() {
  const { today } = usePhone();
  const answer = useMonth(monthOfWeek(today));
  const month = answer.value;
  const day = month?.days.find((one) => one.day === today);
  return html`
    <div>
      <section class="week" aria-label=${t('phone.week.label')}>
        ${month && html`<${WeekLine} month=${month} /><${WeekRow} days=${month.days} />`}
        <${Freshness} answer=${answer} />
      </section>
      <${HereButton} day=${day} />
      <div class="pair">
        <a class="weui-btn weui-btn_default" href="#declare">${t('phone.today.declare')}</a>
        <a class="weui-btn weui-btn_default" href="#leave/new">${t('phone.today.leave')}</a>
      </div>
      ${day && html`<${DayPanel} day=${day} />`}
    </div>`;
}
