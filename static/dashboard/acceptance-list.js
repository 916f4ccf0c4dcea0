// Acceptances in one state, in the order of the roster; each opens into what was found and what was decided.
import { html, useContext } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { VERDICT_TONE } from '../shared/contract.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { dayText } from './dates.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { Page } from './scope.js';

const PAGE_SIZE = 50;

function Row({ acceptance }) {
  const { address } = useContext(Page);
  const { item, village, final_verdict: final } = acceptance;
  return html`
    <tr data-testid="acceptance" data-id=${acceptance.id} data-state=${acceptance.state}>
      <th scope="row"><${Link} to=${{ view: 'acceptances', division: address.division, acceptance: acceptance.id }}>${item.text}<//>
        <small>${village.name} · ${t('dashboard.contract.item_n', { n: item.number })}</small></th>
      <td data-label=${t('dashboard.acceptance.inspected_on')}>${dayText(acceptance.inspected_on)}</td>
      <td data-label=${t('dashboard.acceptance.found')}>${t(`contract.verdict.${acceptance.verdict}`)}</td>
      <td data-label=${t('dashboard.acceptance.final')}>${final ? html`<${Tag} tone=${VERDICT_TONE[final]}>${t(`contract.verdict.${final}`)}<//>`
        : html`<span class="quiet">${t('dashboard.acceptance.not_yet')}</span>`}</td>
      <td data-label=${t('dashboard.acceptance.assessors')}>${acceptance.assessors.map(({ name }) => name).join('、')}</td>
      <td data-label=${t('dashboard.acceptance.notice')}>${acceptance.notice
        ? html`<${Link} to=${{ view: 'notices', division: address.division, notice: acceptance.notice.id }}>${acceptance.notice.label ?? t('dashboard.acceptance.notice_drafted')}<//>` : html`<span class="quiet">—</span>`}</td>
    </tr>`;
}

/** Those in a state, or those inspected by a `day` of its year's contracts. */
export function AcceptanceList({ division, state, day }) {
  const { address } = useContext(Page);
  const page = Math.max(1, Number(address.page) || 1);
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/acceptances', { query: { division: division.code, ...(day ? { counted_on: day } : { state }), page, page_size: PAGE_SIZE } });
    return { ...data, last: pagesOf(headers).last };
  }, [division.code, state, day, page]);
  return html`
    <${Loaded} source=${source} lines=${6}>
      ${({ acceptances, last }) => (acceptances.length === 0
        ? html`<${Empty}>${t('dashboard.acceptance.none')}<//>`
        : html`
          <div class="table-frame" tabindex="0" role="region" aria-label=${t(`dashboard.acceptance.list.${state}`)}>
            <table class="month-table roster">
              <thead><tr>${['item', 'inspected_on', 'found', 'final', 'assessors', 'notice'].map((name) => html`<th key=${name} scope="col">${t(`dashboard.acceptance.${name}`)}</th>`)}</tr></thead>
              <tbody>${acceptances.map((one) => html`<${Row} key=${one.id} acceptance=${one} />`)}</tbody>
            </table></div>
          <${Pager} page=${page} last=${last} turn=${(to) => go({ ...address, page: to })} />`)}<//>`;
}
