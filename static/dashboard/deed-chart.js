// A month's deeds day by day: how many were to be done by then, and how many were.
import { html } from '/vendor/htm-preact.js';
import { addDays, firstOf, lastOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { Lines } from './charts.js';
import { dayText } from './dates.js';

function daysOf(month) {
  const days = [];
  for (let day = firstOf(month); day <= lastOf(month); day = addDays(day, 1)) days.push(day);
  return days;
}

export function DeedChart({ deeds, month, today }) {
  const counted = deeds.filter(({ state }) => state !== 'dropped');
  const days = daysOf(month);
  const upTo = (name, day) => counted.filter((deed) => deed[name] && deed[name] <= day).length;
  return html`
    <${Lines} label=${t('dashboard.deed.chart')} testid="deed-chart" names=${days.map(dayText)} series=${[
      { name: t('dashboard.deed.to_be_done'), tone: 'plain', dashed: true, values: days.map((day) => upTo('due_on', day)) },
      { name: t('dashboard.deed.done'), tone: 'good', values: days.map((day) => (day <= today ? upTo('done_on', day) : null)) },
    ]} />`;
}
