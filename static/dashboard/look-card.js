// A topic of the one look: its measures in large numbers, each with its change, its year and the way to what made it.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { Link } from './address.js';
import { Lines } from './charts.js';
import { dayText, fullDay, monthText, shortMonth } from './dates.js';
import { linkOf, linkOfPart } from './look-links.js';
import { changeText, isCounted, lineValue, numberText, targetText } from './look-words.js';
import { measureName, measureOf, topicName } from './measures.js';
import { Empty, Loaded, TargetBar } from './parts.js';
import { Rules } from './rules.js';
import { count, percent } from './words.js';

/** How many lines a topic takes, so that nothing moves when it has come. */
const LINES = { presence: 5, coverage: 11, concerns: 8, contracts: 8, notices: 4, ratings: 4, staffing: 6 };
const dayShort = (day) => `${Number(day.slice(5, 7))}/${Number(day.slice(8))}`;

/** Which day the numbers are of, and when they were counted, if not just now. */
function Counted({ answer }) {
  const words = answer.is_running ? 'running' : answer.kept_on ? 'kept' : 'ended';
  return html`<p class="fine" data-testid="counted">${t(`dashboard.look.counted.${words}`, { day: dayText(answer.counted_on), kept: answer.kept_on ? fullDay(answer.kept_on) : '' })}</p>`;
}

/** A measure: number, change, bar against the target, the denominator in words, and its year as a line. */
function Figure({ figure, place }) {
  const { measure, line, rate, target } = figure;
  const shown = numberText(measure, figure);
  const title = measureName(measure);
  return html`
    <div class="look-figure" data-testid="figure" data-measure=${measure}>
      <div class="look-said">
        <h3>${title}</h3>
        <p class="look-number">
          ${shown === '—' ? html`<span data-testid="number">—</span>`
            : html`<${Link} to=${linkOf(measure, place)} data-testid="number" aria-label=${t('dashboard.look.opens', { name: title, value: shown })}>${shown}<//>`}
          <span class="look-change" data-testid="change">${changeText(figure)}</span></p>
        ${!isCounted(measure) && html`<${TargetBar} rate=${rate} target=${target} label=${title}
          spoken=${target === null ? percent(rate) : t('dashboard.look.spoken', { rate: percent(rate), target: targetText(target) })} />`}
        <p class="fine" data-testid="denominator">${figure.denominator ? measureOf(figure) : t(`dashboard.look.nothing.${measure}`)}
          ${target !== null && html` · <span class="on-one-line">${t('dashboard.look.target', { n: targetText(target) })}</span>`}</p>
      </div>
      <${Lines} small label=${t('dashboard.look.line_of', { name: title })} testid="look-line" percent=${!isCounted(measure)}
        names=${line.map((one) => shortMonth(one.month))} series=${[{ name: title, tone: 'calm', values: line.map((one) => lineValue(measure, one)) }]} />
    </div>`;
}

/** The twelve numbers behind each line, and of which day each is. */
function Months({ answer }) {
  const [{ line }] = answer.figures;
  const name = t('dashboard.look.months_of', { name: topicName(answer.topic) });
  return html`
    <details class="look-months" data-testid="look-months">
      <summary>${t('dashboard.look.months')}</summary>
      <div class="table-frame" tabindex="0" role="region" aria-label=${name}>
        <table class="plain-table">
          <caption class="sr-only">${name}</caption>
          <thead><tr><td></td>${line.map(({ month }) => html`<th key=${month} scope="col" class="number"><span class="sr-only">${monthText(month)}</span><span aria-hidden="true">${shortMonth(month)}</span></th>`)}</tr></thead>
          <tbody>
            ${answer.figures.map((figure) => html`
              <tr key=${figure.measure} data-measure=${figure.measure}><th scope="row">${measureName(figure.measure)}</th>
                ${figure.line.map((one) => html`<td key=${one.month} class="number" data-month=${one.month}>${numberText(figure.measure, one)}</td>`)}</tr>`)}
            <tr><th scope="row">${t('dashboard.look.of_day')}</th>${line.map((one) => html`<td key=${one.month} class="number quiet"><span class="sr-only">${fullDay(one.counted_on)}</span><span aria-hidden="true">${dayShort(one.counted_on)}</span></td>`)}</tr>
          </tbody>
        </table>
      </div>
    </details>`;
}

/** In the order in which things go, not in that of their names. */
const ORDER = ['state.framework', 'state.measures', 'state.deliberated', 'state.submitted', 'state.returned', 'state.approved', 'state.signed', 'state.sealed', 'state.published',
  'state.raised', 'state.accepted', 'state.in_village', 'state.joint_consultation', 'state.escalated', 'age.to_7', 'age.to_15', 'age.to_30', 'age.over_30'];
const placeOf = ({ key }) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);

function partName(topic, key) {
  const [kind, name] = key.includes('.') ? key.split('.') : [null, key];
  if (topic === 'concerns') return t(kind === 'age' ? `dashboard.concern.age.${name}` : `concern.state.${name}`);
  if (topic === 'contracts' && kind === 'state') return t(`contract.state.${name}`);
  return t(`dashboard.look.part.${name}`);
}

/** What else there is of the topic, by state and age; each count leads to its list. */
function Parts({ answer, place }) {
  const shown = answer.parts.filter(({ key, value }) => value > 0 || !key.includes('.'))
    .sort((one, other) => placeOf(one) - placeOf(other));
  if (shown.length === 0) return null;
  return html`
    <ul class="look-parts" aria-label=${t('dashboard.look.parts_of', { name: topicName(answer.topic) })}>
      ${shown.map(({ key, value }) => html`<li key=${key}><${Link} to=${linkOfPart(answer.topic, key, place)} data-testid="part" data-key=${key}>
        <span>${partName(answer.topic, key)}</span> <b>${count(value)}</b><//></li>`)}
    </ul>`;
}

const isEmpty = (answer) => answer.figures.every(({ line }) => line.every(({ denominator, numerator }) => !denominator && !numerator))
  && answer.parts.every(({ value }) => !value);

function Content({ answer, place }) {
  if (isEmpty(answer)) return html`<${Empty}>${t(`dashboard.look.none.${answer.topic}`)}<//>`;
  return html`
    ${answer.figures.map((figure) => html`<${Figure} key=${figure.measure} figure=${figure} place=${place} />`)}
    <${Parts} answer=${answer} place=${place} />
    <div class="look-more"><${Months} answer=${answer} /><${Rules} rules=${answer.rules} note=${t('dashboard.look.rules_note')} /></div>`;
}

/** `source` is what `useLoad` answers for the topic; the card says by itself that it waits, failed or has nothing. */
export function LookCard({ topic, source, division, supervises }) {
  const answer = source.data;
  const place = answer && { division, month: answer.month, running: answer.is_running, countedOn: answer.counted_on, supervises };
  return html`
    <section class=${`card look-card look-${topic}`} aria-labelledby=${`look-${topic}`} aria-busy=${source.busy} data-testid="look-card" data-topic=${topic}>
      <div class="look-head"><h2 id=${`look-${topic}`}>${topicName(topic)}</h2>${answer && html`<${Counted} answer=${answer} />`}</div>
      <${Loaded} source=${source} lines=${LINES[topic]}>${(data) => html`<${Content} answer=${data} place=${place} />`}<//>
    </section>`;
}
