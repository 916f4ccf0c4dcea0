// The divisions below, by one topic of the look: in the roster's order, each leading one level down.
import { html, useContext } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { go, Link } from './address.js';
import { monthText } from './dates.js';
import { ExportTable } from './export.js';
import { linkOf } from './look-links.js';
import { isCounted, numberText } from './look-words.js';
import { measureName, topicName } from './measures.js';
import { Loaded, TargetBar } from './parts.js';
import { Page } from './scope.js';
import { count, percent } from './words.js';

function Cell({ figure, measure, target, place }) {
  const shown = numberText(measure, figure);
  const title = measureName(measure);
  return html`
    <td class=${isCounted(measure) ? 'number' : 'rate-cell'} data-label=${title} data-measure=${measure}>
      <div class="rate">
        ${shown === '—' ? html`<span class="rate-number" data-testid="number">—</span>` : html`
          <${Link} class="rate-number" to=${linkOf(measure, place)} data-testid="number" aria-label=${t('dashboard.look.opens', { name: `${place.division.name} ${title}`, value: shown })}>${shown}<//>
          <span class="rate-parts">${count(figure.numerator)} / ${count(figure.denominator)}</span>`}
      </div>
      ${!isCounted(measure) && html`<${TargetBar} rate=${figure.rate} target=${target} label=${title} spoken=${percent(figure.rate)} />`}
    </td>`;
}

function Table({ answer, division, supervises }) {
  const { address } = useContext(Page);
  const name = t('dashboard.look.below', { name: division.name, topic: topicName(answer.topic), month: monthText(answer.month) });
  const place = { month: answer.month, running: answer.is_running, countedOn: answer.counted_on, supervises };
  return html`
    <p class="print-only look-below" aria-hidden="true">${name}</p>
    <div class="table-frame" tabindex="0" role="region" aria-label=${name}>
      <table class="month-table look-table" data-testid="look-table">
        <caption class="sr-only">${name}</caption>
        <thead><tr><th scope="col">${t(`dashboard.level.${answer.rows[0].division.level}`)}</th>
          ${answer.figures.map(({ measure }) => html`<th key=${measure} scope="col" class=${isCounted(measure) ? 'number' : ''}>${measureName(measure)}</th>`)}</tr></thead>
        <tbody>${answer.rows.map((row) => html`
          <tr key=${row.division.code} data-testid="row" data-code=${row.division.code}>
            <th scope="row"><${Link} to=${{ view: 'look', division: row.division.code, month: address.month, topic: address.topic }}>${row.division.name}<//></th>
            ${answer.figures.map(({ measure, target }) => html`
              <${Cell} key=${measure} measure=${measure} target=${target} figure=${row.figures[measure]} place=${{ ...place, division: row.division }} />`)}
          </tr>`)}</tbody>
      </table>
    </div>
    <p class="fine">${t('dashboard.look.order')}</p>`;
}

/** One topic at a time: seven tables side by side nobody reads. */
export function LookRows({ topics, topic, source, division, supervises }) {
  const { address, month } = useContext(Page);
  return html`
    <section class="card look-rows" aria-label=${t('dashboard.look.divisions')} data-testid="look-rows">
      <div class="card-head"><div class="segments" role="group" aria-label=${t('dashboard.look.topic')}>
        ${topics.map((one) => html`<button key=${one} type="button" class="segment" aria-pressed=${one === topic} data-testid=${`topic-${one}`}
          onClick=${() => go({ ...address, topic: one === topics[0] ? undefined : one }, { replace: true })}>${topicName(one)}</button>`)}</div>
        <${ExportTable} key=${topic} kind=${`figures_${topic}`} division=${division} month=${month} />
      </div>
      <${Loaded} source=${source} lines=${6}>${(answer) => html`<${Table} answer=${answer} division=${division} supervises=${supervises} />`}<//>
    </section>`;
}
