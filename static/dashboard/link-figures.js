// The two ratios of 3+X and that of key households: of a division, of those below it, and of its cadres.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { ExportTable } from './export.js';
import { Loaded, RateBar, Tag } from './parts.js';
import { levelsBelow } from './scope.js';
import { count, percent } from './words.js';

/** Each ratio with its numerator and denominator. */
const RATIOS = [['cadre_rate', 'cadres_meeting', 'cadres'], ['household_rate', 'households_linked', 'households'],
  ['key_rate', 'instructors_meeting', 'instructors']];

const parts = (figures, part, whole) => t('dashboard.household.parts', { part: count(figures[part]), whole: count(figures[whole]) });

const Ratios = ({ figures }) => html`
  <dl class="figures link-ratios" data-testid="link-ratios">${RATIOS.map(([rate, part, whole]) => html`
    <div key=${rate} class="figure"><dt>${t(`dashboard.household.${rate}`)}</dt>
      <dd><span class="figure-number">${percent(figures[rate])}</span> <small class="fine">${parts(figures, part, whole)}</small>
        <${RateBar} rate=${figures[rate]} label=${`${percent(figures[rate])} ${parts(figures, part, whole)}`} /></dd></div>`)}</dl>`;

function Row({ row }) {
  return html`
    <tr data-testid="link-row" data-code=${row.division.code}>
      <th scope="row"><${Link} to=${{ view: 'households', division: row.division.code }}>${row.division.name}<//></th>
      ${RATIOS.map(([rate, part, whole]) => html`<td key=${rate} class="number" data-label=${t(`dashboard.household.${rate}`)}>
        ${percent(row.figures[rate])} <small class="fine">${parts(row.figures, part, whole)}</small></td>`)}
    </tr>`;
}

function CadreRow({ row }) {
  const key = row.key_target ? t('dashboard.household.parts', { part: count(row.key), whole: count(row.key_target) }) : '—';
  return html`
    <tr data-testid="link-cadre">
      <th scope="row">${row.cadre.name} <small>${row.division.name}</small></th>
      <td class="number" data-label=${t('dashboard.household.links')}>${count(row.links)}
        ${!row.meets_minimum && html` <${Tag} tone="wait">${t('dashboard.household.at_least', { n: row.minimum })}<//>`}</td>
      <td class="number" data-label=${t('dashboard.household.key_rate')}>${key}</td>
    </tr>`;
}

const Table = ({ heads, children }) => html`
  <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.household.links_title')}>
    <table class="month-table"><thead><tr>${heads.map((name, index) => html`
      <th key=${name} scope="col" class=${index ? 'number' : ''}>${t(`dashboard.household.${name}`)}</th>`)}</tr></thead>
      <tbody>${children}</tbody></table></div>`;

/** The sums at once; the tables behind them when they are asked for. */
export function LinkFigures({ division, withCadres }) {
  const [shown, setShown] = useState(null);
  const below = levelsBelow(division).filter((level) => level !== 'cadre' || withCadres);
  const level = shown ?? division.level;
  const source = useLoad(() => get('/linkage-figures', { division: division.code, level }), [division.code, level]);
  const by = (name) => t(`dashboard.household.by.${name}`);
  return html`
    <section class="card" aria-busy=${source.busy}>
      <div class="card-head"><h2>${t('dashboard.household.links_title')}</h2>
        <div class="segments" role="group" aria-label=${t('dashboard.household.links_title')}>
          ${below.map((name) => html`<button key=${name} type="button" class="segment" aria-pressed=${String(shown === name)}
            onClick=${() => setShown(shown === name ? null : name)} data-testid=${`links-${name}`}>${by(name)}</button>`)}</div>
        <${ExportTable} key=${level} kind="linkage_figures" division=${division} filters=${{ level }} /></div>
      <${Loaded} source=${source} lines=${3}>
        ${({ figures, rows }) => html`
          <${Ratios} figures=${figures} />
          ${shown === 'cadre' && html`<${Table} heads=${['cadre', 'links', 'key_rate']}>${rows.map((row) => html`<${CadreRow} key=${row.cadre?.id} row=${row} />`)}<//>`}
          ${shown && shown !== 'cadre' && html`<${Table} heads=${['division', ...RATIOS.map(([rate]) => rate)]}>
            ${rows.filter((row) => row.figures).map((row) => html`<${Row} key=${row.division.code} row=${row} />`)}<//>`}`}
      <//>
    </section>`;
}
