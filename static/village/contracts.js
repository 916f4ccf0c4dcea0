// What the village promised: each contract with how it stands and whose turn it is, and the way into it.
import { html } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { contractName, stateTone } from '../shared/promise.js';
import { useVillage } from './context.js';
import { ContractPage } from './contract.js';
import { Loaded } from './parts.js';

const Line = ({ contract }) => html`
  <li class="panel" data-testid="contract" data-state=${contract.revision.state}>
    <a class="way" href=${`#contracts/${contract.id}`}>
      <span><strong>${contractName(contract)}</strong>
        <span><span class=${`badge badge--${stateTone(contract.revision.state)}`}>${t(`contract.state.${contract.revision.state}`)}</span></span>
        <span class="quiet">${t('village.contract_items', { n: contract.item_count })}${contract.revision.number > 1 ? ` · ${t('village.contract_revision', { n: contract.revision.number })}` : ''}</span>
        ${contract.next_steps.length > 0 && html`<span class="turn">${t('village.contract_turn')}</span>`}</span>
      <span aria-hidden="true">›</span></a>
  </li>`;

function List() {
  const { village } = useVillage();
  const source = useLoad(() => get('/contracts', { division: village.code, page_size: 50 }), [village.code]);
  return html`
    <${Loaded} source=${source}>${({ contracts }) => (contracts.length === 0
      ? html`<p class="empty" data-testid="no-contracts">${t('village.no_contracts')}</p>`
      : html`<ul class="plain">${contracts.map((one) => html`<${Line} key=${one.id} contract=${one} />`)}</ul>`)}<//>`;
}

/** #contracts, #contracts/{id}, #contracts/{id}/{number of an earlier revision}. */
export function ContractsView({ detail: [id, number] }) {
  return id ? html`<${ContractPage} key=${id} id=${id} number=${number ? Number(number) : null} />` : html`<${List} />`;
}
