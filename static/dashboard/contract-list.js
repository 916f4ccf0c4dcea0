// The contracts behind a number, village by village as in the roster, or the villages without one; of today, or as of a day.
import { html, useContext } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { STAGES, STATE_TONE } from '../shared/contract.js';
import { listed, t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { AsOf } from './as-of.js';
import { dayText, fullSpan } from './dates.js';
import { dayOf } from '../shared/dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { Page } from './scope.js';
import { count } from './words.js';

const PAGE_SIZE = 100;
const KINDS = ['yearly', 'term'];
/** Not contracts but the villages that have none. */
const WITHOUT = 'without';

async function pageOf(path, query) {
  const { data, headers } = await request('GET', path, { query: { ...query, page_size: PAGE_SIZE } });
  return { ...data, last: pagesOf(headers).last };
}

/** What the one who looks could do next with a contract. */
const stepsText = (contract) => listed(contract.next_steps.map(({ step }) => t(`contract.do.${step}`)));

function Row({ contract, withSteps }) {
  const { address } = useContext(Page);
  const { revision } = contract;
  return html`
    <tr data-testid="contract" data-id=${contract.id} data-state=${revision.state}>
      <th scope="row"><${Link} to=${{ view: 'contracts', division: address.division, year: address.year, contract: contract.id }}>${contract.village.name}<//>
        ${contract.kind === 'term' && html`<small>${fullSpan(contract.first_on, contract.last_on)}</small>`}</th>
      <td data-label=${t('dashboard.contract.state')}><${Tag} tone=${STATE_TONE[revision.state]}>${t(`contract.state.${revision.state}`)}<//></td>
      <td class="number" data-label=${t('dashboard.contract.items')}>${count(contract.item_count)}</td>
      <td data-label=${t('dashboard.contract.revision')}>${t('dashboard.contract.revision_n', { n: revision.number })}${contract.published_number
        && contract.published_number !== revision.number && html` <small class="fine">${t('dashboard.contract.published_n', { n: contract.published_number })}</small>`}</td>
      <td data-label=${t('dashboard.contract.changed')}>${dayText(dayOf(revision.changed_at))}</td>
      ${withSteps && html`<td data-label=${t('dashboard.contract.your_steps')}>${stepsText(contract) || html`<span class="quiet">—</span>`}</td>`}
    </tr>`;
}

function Contracts({ contracts, isPast }) {
  // What one could do next is of now.
  const withSteps = !isPast && contracts.some((one) => one.next_steps.length > 0);
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.contract.all')}>
      <table class="month-table roster" data-testid="contract-list">
        <thead><tr>${['village', 'state', 'items', 'revision', 'changed', ...(withSteps ? ['your_steps'] : [])].map((name) => html`
          <th key=${name} scope="col" class=${name === 'items' ? 'number' : ''}>${t(`dashboard.contract.${name}`)}</th>`)}</tr></thead>
        <tbody>${contracts.map((one) => html`<${Row} key=${one.id} contract=${one} withSteps=${withSteps} />`)}</tbody>
      </table>
    </div>`;
}

const Villages = ({ villages }) => html`
  <div class="table-frame" tabindex="0" role="region" aria-label=${t('contract.stage.without')}>
    <table class="month-table roster" data-testid="villages-without">
      <thead><tr><th scope="col">${t('dashboard.contract.village')}</th></tr></thead>
      <tbody>${villages.map(({ code, name }) => html`<tr key=${code} data-testid="village-without" data-code=${code}>
        <th scope="row"><${Link} to=${{ view: 'contracts', division: code }}>${name}<//></th></tr>`)}</tbody>
    </table>
  </div>`;

/** Which contracts the address names by `state`: a stage, a single state, or none; `words` is what they are called. */
function choiceOf({ state }) {
  if (state === WITHOUT || state in STAGES) return { shown: state, stage: state === WITHOUT ? undefined : state, words: t(`contract.stage.${state}`) };
  return state in STATE_TONE ? { shown: state, state, words: t(`contract.state.${state}`) } : { words: t('dashboard.contract.all') };
}

export function ContractList({ division, year }) {
  const { address } = useContext(Page);
  const { day } = address;
  const kind = KINDS.includes(address.kind) ? address.kind : KINDS[0];
  const { shown, stage, state, words } = choiceOf(address);
  const without = shown === WITHOUT;
  const page = Math.max(1, Number(address.page) || 1);
  const query = without ? { year, on: day } : { kind, year, stage, state, on: day };
  const source = useLoad(() => pageOf(without ? '/villages-without-contracts' : '/contracts', { division: division.code, ...query, page }),
    [division.code, kind, year, shown, day, page]);
  const move = (change) => go({ ...address, page: undefined, ...change });
  return html`
    <section class="card concern-card" aria-busy=${source.busy}>
      <div class="card-head">
        <h2>${words}</h2>
        <div class="buttons">
          ${!without && html`<div class="segments" role="group" aria-label=${t('dashboard.contract.kind')}>${KINDS.map((name) => html`
            <button key=${name} type="button" class="segment" aria-pressed=${String(kind === name)} data-testid=${`kind-${name}`}
              onClick=${() => move({ kind: name === KINDS[0] ? undefined : name })}>${t(`contract.kind.${name}`)}</button>`)}</div>`}
          <label class="inline-field">${t('dashboard.contract.state')}
            <select value=${shown ?? ''} onChange=${(event) => move({ state: event.target.value || undefined })} data-testid="contract-stage">
              <option value="" selected=${!shown}>${t('dashboard.contract.any_state')}</option>
              ${state && html`<option value=${state} selected>${words}</option>`}
              ${[WITHOUT, ...Object.keys(STAGES)].map((name) => html`<option key=${name} value=${name} selected=${shown === name}>${t(`contract.stage.${name}`)}</option>`)}
            </select></label>
          <${ExportTable} key=${`${kind} ${year} ${shown} ${day}`} kind=${without ? 'villages_without_contracts' : 'contracts'} division=${division} filters=${query} />
        </div>
      </div>
      ${day && html`<${AsOf} day=${day} />`}
      <${Loaded} source=${source} lines=${6}>
        ${({ contracts, villages, last }) => ((contracts ?? villages).length === 0
          ? html`<${Empty}>${t(without ? 'dashboard.contract.all_open' : shown ? 'dashboard.contract.none_in_state' : 'dashboard.contract.none', { year })}<//>`
          : html`
            ${villages ? html`<${Villages} villages=${villages} />` : html`<${Contracts} contracts=${contracts} isPast=${Boolean(day)} />`}
            <${Pager} page=${page} last=${last} turn=${(to) => move({ page: to })} />`)}<//>
    </section>`;
}
