// What is due to be accepted: completed, or past its deadline; each is entered where it stands, as found on the spot.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { go } from './address.js';
import { AcceptanceForm } from './acceptance-form.js';
import { amountText } from './contract-amounts.js';
import { dayText, fullDay } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Tag } from './parts.js';
import { Page, supervisesThere } from './scope.js';
import { count } from './words.js';

function Line({ line }) {
  const { address, me } = useContext(Page);
  const [open, setOpen] = useState(address.line === line.line_id);
  const { item } = line;
  const entered = (acceptance) => go({ view: 'acceptances', division: address.division, acceptance: acceptance.id });
  return html`
    <li class="concern" data-testid="due" data-line=${line.line_id}>
      <p class="concern-head"><strong>${line.village.name}</strong> <span>${t('dashboard.contract.item_n', { n: item.number })} ${item.text}</span>
        ${item.is_major && html` <${Tag}>${t('contract.field.is_major')}<//>`}
        <${Tag} tone=${line.is_overdue ? 'bad' : 'wait'}>${t(line.is_overdue ? 'dashboard.acceptance.overdue' : 'dashboard.acceptance.accept_by', { day: dayText(line.accept_by) })}<//></p>
      <p class="fine">${[t(`dashboard.acceptance.because.${line.reason}`, { day: fullDay(line.since_on) }), t(`contract.dimension.${item.dimension}`),
        amountText(item.target, item.unit), item.standard, item.responsible && t('dashboard.acceptance.responsible', { name: item.responsible })].filter(Boolean).join(' · ')}</p>
      ${supervisesThere(me, line.village) && html`<p><button type="button" class="button" aria-expanded=${String(open)} onClick=${() => setOpen(!open)} data-testid="accept">
        ${t(open ? 'dashboard.concern.close' : 'dashboard.acceptance.enter')}</button></p>`}
      ${open && html`<${AcceptanceForm} item=${item} village=${line.village} since=${line.since_on} onSaved=${entered} onCancel=${() => setOpen(false)} />`}
    </li>`;
}

/** `late`: only what waits too long; what it is out of is told above the list. */
export function DueList({ division, day, late: onlyLate }) {
  const query = { on: day, overdue: onlyLate || undefined };
  const source = useLoad(() => get('/acceptances/due', { division: division.code, ...query }), [division.code, day, onlyLate]);
  return html`
    <${Loaded} source=${source} lines=${6}>
      ${({ due, count: all, overdue_count: late }) => (all === 0 ? html`<${Empty}>${t('dashboard.acceptance.none_due')}<//>`
        : html`
          <p class="period waits">${t(late ? 'dashboard.acceptance.due_late' : 'dashboard.acceptance.due_n', { n: count(all), late: count(late) })}</p>
          ${due.length > 0 && html`<${ExportTable} kind="acceptances_due" division=${division} filters=${query} />`}
          <ul class="concerns">${due.map((one) => html`<${Line} key=${one.line_id} line=${one} />`)}</ul>`)}<//>`;
}
