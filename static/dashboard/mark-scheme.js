// The scheme of marks that holds for a half, and the proposed one that a county adopts with one tap.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { fullDay } from './dates.js';
import { announce } from './parts.js';
import { Page, supervisesThere } from './scope.js';

const Criteria = ({ scheme }) => html`
  <div class="table-frame"><table class="plain-table">
    <thead><tr><th scope="col">${t('dashboard.marks.dimension')}</th><th scope="col">${t('dashboard.marks.criterion')}</th><th scope="col" class="number">${t('dashboard.marks.full')}</th></tr></thead>
    <tbody>${scheme.criteria.map((one) => html`
      <tr key=${one.key}><td>${t(`contract.dimension.${one.dimension}`)}</td><td>${one.text}</td><td class="number">${one.full_marks}</td></tr>`)}</tbody>
    <tfoot><tr><th scope="row" colspan="2">${t('dashboard.total')}</th><td class="number">${scheme.full_marks}</td></tr></tfoot>
  </table></div>
  <p class="fine">${scheme.source}</p>`;

/** The one that holds for a half: of the nearest division, which comes last, the latest that has begun by then. */
const holding = (schemes, half) => schemes.filter((one) => one.effective_from <= half)
  .reduce((found, one) => (found && found.division.code === one.division.code ? found : one), null);

export function Scheme({ answer, division, half, onAdopted }) {
  const { me } = useContext(Page);
  const [state, setState] = useState({});
  const isBelow = (one) => one.division.code === division.code || ['county', 'prefecture', 'province'].includes(one.division.level) || division.level === 'village';
  const held = holding(answer.schemes.filter(isBelow), half);
  const mayAdopt = supervisesThere(me, division) && !held && division.level !== 'village';
  const adopt = async () => {
    setState({ busy: true });
    try {
      await post('/mark-schemes', { ...answer.proposed, division_code: division.code, effective_from: half });
      announce(t('dashboard.saved'));
      setState({});
      onAdopted();
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  if (held) {
    return html`
      <details class="rules" data-testid="scheme">
        <summary>${held.title} · ${held.division.name} · ${t('dashboard.marks.from', { day: fullDay(held.effective_from) })}</summary>
        <${Criteria} scheme=${held} />
      </details>`;
  }
  return html`
    <div class="notice notice-warn" data-testid="no-scheme"><p>${t('dashboard.marks.no_scheme')}</p>
      ${mayAdopt && html`
        <details class="rules"><summary>${answer.proposed.title}</summary><${Criteria} scheme=${answer.proposed} /></details>
        <button type="button" class="button button-main" disabled=${state.busy} onClick=${adopt} data-testid="scheme-adopt">${t('dashboard.marks.adopt')}</button>`}
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </div>`;
}
