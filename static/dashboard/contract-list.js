// The contracts behind a number, village by village as in the roster; each opens into its items and its course.
import { html, useContext } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { STAGES, STATE_TONE } from '../shared/contract.js';
import { listed, t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { dayText, fullSpan } from './dates.js';
import { dayOf } from '../shared/dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { Page } from './scope.js';
import { count } from './words.js';

const PAGE_SIZE = 100;
const KINDS = ['yearly', 'term'];

async function pageOf(query) {
  const { data, headers } = await request('GET', '/contracts', { query: { ...query, page_size: PAGE_SIZE } });
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

export function ContractList({ division, year }) {
  const { address } = useContext(Page);
  const kind = KINDS.includes(address.kind) ? address.kind : KINDS[0];
  const stage = address.state in STAGES ? address.state : undefined;
  const page = Math.max(1, Number(address.page) || 1);
  const query = { kind, year, stage };
  const source = useLoad(() => pageOf({ division: division.code, ...query, page }), [division.code, kind, year, stage, page]);
  const move = (change) => go({ ...address, page: undefined, ...change });
  return html`
    <section class="card concern-card" aria-busy=${source.busy}>
      <div class="card-head">
        <h2>${t(stage ? `contract.stage.${stage}` : 'dashboard.contract.all')}</h2>
        <div class="buttons">
          <div class="segments" role="group" aria-label=${t('dashboard.contract.kind')}>${KINDS.map((name) => html`
            <button key=${name} type="button" class="segment" aria-pressed=${String(kind === name)} data-testid=${`kind-${name}`}
              onClick=${() => move({ kind: name === KINDS[0] ? undefined : name })}>${t(`contract.kind.${name}`)}</button>`)}</div>
          <label class="inline-field">${t('dashboard.contract.state')}
            <select value=${stage ?? ''} onChange=${(event) => move({ state: event.target.value || undefined })} data-testid="contract-stage">
              <option value="" selected=${!stage}>${t('dashboard.contract.any_state')}</option>
              ${Object.keys(STAGES).map((name) => html`<option key=${name} value=${name} selected=${stage === name}>${t(`contract.stage.${name}`)}</option>`)}
            </select></label>
          <${ExportTable} key=${`${kind} ${year} ${stage}`} kind="contracts" division=${division} filters=${query} />
        </div>
      </div>
      <${Loaded} source=${source} lines=${6}>
        ${({ contracts, last }) => {
          if (contracts.length === 0) return html`<${Empty}>${t(stage ? 'dashboard.contract.none_in_state' : 'dashboard.contract.none', { year })}<//>`;
          const withSteps = contracts.some((one) => one.next_steps.length > 0);
          return html`
            <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.contract.all')}>
              <table class="month-table roster" data-testid="contract-list">
                <thead><tr>${['village', 'state', 'items', 'revision', 'changed', ...(withSteps ? ['your_steps'] : [])].map((name) => html`
                  <th key=${name} scope="col" class=${name === 'items' ? 'number' : ''}>${t(`dashboard.contract.${name}`)}</th>`)}</tr></thead>
                <tbody>${contracts.map((one) => html`<${Row} key=${one.id} contract=${one} withSteps=${withSteps} />`)}</tbody>
              </table>
            </div>
            <${Pager} page=${page} last=${last} turn=${(to) => move({ page: to })} />`;
        }}<//>
    </section>`;
}
