// One look: a division's month in a few numbers, each with what it is out of and the way to what made it.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { monthOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { monthText } from './dates.js';
import { MonthWorkbook } from './export.js';
import { MonthPicker } from './header.js';
import { LookCard } from './look-card.js';
import { LookRows } from './look-rows.js';
import { Empty } from './parts.js';
import { Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';

const TOPICS = ['presence', 'coverage', 'concerns', 'contracts', 'notices', 'ratings', 'staffing'];
/** What stands below one another; beside it the next stack, where there is room. */
const STACKS = [['presence', 'coverage'], ['concerns', 'contracts'], ['notices', 'ratings', 'staffing']];
/** A village's committee is told of its own village what is its own to know. */
const OF_VILLAGES = ['presence', 'coverage', 'contracts', 'notices', 'staffing'];

const useFigures = (topic, division, month, wanted) => useLoad(
  () => (wanted ? get('/month-figures', { topic, division: division.code, month }) : Promise.resolve(null)), [topic, division.code, month, wanted]);

function Cards({ division, month, supervises }) {
  const { address } = useContext(Page);
  const topics = supervises ? TOPICS : OF_VILLAGES;
  const sources = Object.fromEntries(TOPICS.map((topic) => [topic, useFigures(topic, division, month, topics.includes(topic))]));
  const topic = topics.includes(address.topic) ? address.topic : topics[0];
  return html`
    <div class="look">
      ${STACKS.map((stack) => html`
        <div key=${stack[0]} class="look-stack">${stack.filter((one) => topics.includes(one)).map((one) => html`
          <${LookCard} key=${one} topic=${one} source=${sources[one]} division=${division} supervises=${supervises} />`)}</div>`)}
    </div>
    ${division.level === 'village'
      ? html`<p class="look-down"><${Link} class="button" to=${{ view: 'table', division: division.code, month: address.month }} data-testid="to-cadres">${t('dashboard.look.to_cadres')}<//>
          <${Link} class="button" to=${{ view: 'calendar', division: division.code, month: address.month }}>${t('dashboard.look.to_calendar')}<//></p>`
      : html`<${LookRows} topics=${topics} topic=${topic} source=${sources[topic]} division=${division} supervises=${supervises} />`}`;
}

export function LookView({ trail }) {
  const { me, month } = useContext(Page);
  const division = trail.at(-1);
  const ahead = month > monthOf(me.today);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} />
      <div class="buttons"><${MonthPicker} />${!ahead && html`<${MonthWorkbook} month=${month} division=${division} />`}<button type="button" class="button" onClick=${() => print()} data-testid="print">${t('dashboard.print')}</button></div></div>
    <h1 class="sr-only">${t('dashboard.look.title', { name: division.name, month: monthText(month) })}</h1>
    ${ahead
      ? html`<section class="card"><${Empty}>${t('dashboard.look.ahead', { month: monthText(month) })}<//></section>`
      : html`<${Cards} key=${`${division.code} ${month}`} division=${division} month=${month} supervises=${supervisesThere(me, division)} />`}`;
}
