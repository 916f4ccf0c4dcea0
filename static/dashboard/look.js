// One look: a division's month in a few numbers, each with what it is out of and the way to what made it.
import { html, useContext } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { monthText } from './dates.js';
import { MonthPicker } from './header.js';
import { measureName, measureOf, topicName } from './measures.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

export function LookView({ trail, figures = [] }) {
  const { month } = useContext(Page);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /><${MonthPicker} /></div>
    <h1 class="sr-only">${t('dashboard.look.title', { name: trail.at(-1).name, month: monthText(month) })}</h1>
    ${figures.map((one) => html`<p>${topicName(one.topic)} ${measureName(one.measure)} ${measureOf(one)}</p>`)}`;
}
