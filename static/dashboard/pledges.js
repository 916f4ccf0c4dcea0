// A cadre's service pledges, asked for when somebody opens them.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { fullDay, fullSpan } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded } from './parts.js';

function List({ division, query }) {
  const source = useLoad(() => get('/pledges', { division: division.code, ...query }), [division.code, query.cadre_id]);
  return html`
    <${Loaded} source=${source} lines=${1}>
      ${({ pledges }) => (pledges.length === 0 ? html`<${Empty}>${t('dashboard.pledge.none')}<//>` : pledges.map((one) => html`
        <p key=${one.id} data-testid="pledge">${one.text} <small class="fine">${one.to_on
          ? fullSpan(one.from_on, one.to_on) : t('dashboard.pledge.since', { day: fullDay(one.from_on) })}</small></p>`))}<//>`;
}

export function Pledges({ cadreId, division }) {
  const [open, setOpen] = useState(false);
  const query = { cadre_id: cadreId };
  return html`
    <details onToggle=${(event) => setOpen(event.target.open)} data-testid="pledges"><summary>${t('dashboard.pledge.title')}</summary>
      ${open && html`<${List} division=${division} query=${query} /><${ExportTable} kind="pledges" division=${division} filters=${query} />`}</details>`;
}
