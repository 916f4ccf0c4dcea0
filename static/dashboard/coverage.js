// How much of last month's evidence each radius would have covered: a bar for each, and the counts in words.
import { html } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { spanText } from './dates.js';
import { Loaded } from './parts.js';
import { count, distanceText } from './words.js';

const PARTS = ['inside', 'uncertain', 'outside'];

const wordsOf = (one) => PARTS.map((name) => t(`dashboard.coverage.${name}`, { n: count(one[name]) })).join('，');

function Radius({ one, fixes, chosen, group, onChoose }) {
  return html`
    <label class=${chosen ? 'radius radius-chosen' : 'radius'} data-testid="radius" data-radius=${one.radius_m}>
      <input type="radio" name=${`radius ${group}`} checked=${chosen} onChange=${() => onChoose(one.radius_m)} />
      <strong>${distanceText(one.radius_m)}</strong>
      <span class="radius-bar" aria-hidden="true">${PARTS.map((name) => html`
        <span key=${name} class=${`radius-${name}`} style=${{ width: `${fixes ? (one[name] / fixes) * 100 : 0}%` }}></span>`)}</span>
      <span class="fine">${wordsOf(one)}</span>
    </label>`;
}

/** The choice of a radius, with what it would have meant. `radius` null is the default of the policy. */
export function Coverage({ village, proposal, radius, onChoose }) {
  const source = useLoad(() => get('/place-coverage', { village, proposal }), [village, proposal]);
  return html`
    <${Loaded} source=${source} lines=${3}>
      ${(answer) => html`
        <fieldset class="coverage" data-testid="coverage">
          <legend>${answer.fixes
            ? t('dashboard.coverage_title', { span: spanText(answer.from, answer.to), n: count(answer.fixes) })
            : t('dashboard.coverage_none', { span: spanText(answer.from, answer.to) })}</legend>
          ${answer.radii.map((one) => html`
            <${Radius} key=${one.radius_m} one=${one} fixes=${answer.fixes} group=${proposal} onChoose=${onChoose}
              chosen=${one.radius_m === (radius ?? answer.default_radius_m)} />`)}
        </fieldset>
        <p class="fine">${t('dashboard.coverage_note', { distance: distanceText(answer.default_radius_m) })}</p>`}<//>`;
}
