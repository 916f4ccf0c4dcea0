// Contracts of a year below a division: in whose hands they lie, what is due, the ones behind each number, and one of them.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { ContractView } from './contract.js';
import { Figures } from './contract-figures.js';
import { ContractList } from './contract-list.js';
import { OpenContracts } from './contract-open.js';
import { ExportTable } from './export.js';
import { Loaded } from './parts.js';
import { Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';
import { yearOf, YearPicker } from './year-picker.js';

/** Opening them is the town's: for a village, or for all villages of a township. */
function Opening({ division, year, onOpened }) {
  const [open, setOpen] = useState(false);
  return html`
    <div class="buttons"><button type="button" class="button" aria-expanded=${String(open)} onClick=${() => setOpen(!open)} data-testid="open-contracts">
      ${t('dashboard.contract.open')}</button></div>
    ${open && html`<${OpenContracts} key=${`${division.code} ${year}`} division=${division} year=${year} onOpened=${onOpened} />`}`;
}

export function ContractsView({ trail }) {
  const page = useContext(Page);
  const division = trail.at(-1);
  const year = yearOf(page);
  const [round, setRound] = useState(0);
  const figures = useLoad(() => (page.address.contract ? null : get('/contract-figures', { division: division.code, year })),
    [division.code, year, Boolean(page.address.contract)]);
  if (page.address.contract) return html`<${ContractView} key=${page.address.contract} id=${page.address.contract} trail=${trail} />`;
  const opened = () => {
    figures.reload();
    setRound(round + 1);
  };
  const isTown = supervisesThere(page.me, division);
  const opens = isTown && ['township', 'village'].includes(division.level);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /><${YearPicker} /></div>
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.contract.title', { name: division.name, year })}</h1>
        ${division.level !== 'village' && html`<${ExportTable} key=${year} kind="contract_figures" division=${division} filters=${{ year: String(year) }} />`}</div>
      ${division.level === 'village' ? null
        : html`<${Loaded} source=${figures} lines=${6}>${(answer) => html`<${Figures} division=${division} year=${year} answer=${answer} />`}<//>`}
      ${opens && html`<${Opening} division=${division} year=${year} onOpened=${opened} />`}
      ${isTown && division.level === 'county' && html`<p class="fine">${t('dashboard.contract.open_in_township')}</p>`}
    </section>
    <${ContractList} key=${`${division.code} ${year} ${round}`} division=${division} year=${year} />`;
}
