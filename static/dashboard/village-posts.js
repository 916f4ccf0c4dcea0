// The villages of a division with the cadres posted to them, against the least number: today, or as of a day.
import { html, useContext } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { AsOf } from './as-of.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Pager } from './parts.js';
import { Page } from './scope.js';
import { count } from './words.js';

const PAGE_SIZE = 50;
const NUMBERS = ['cadres', 'needed', 'missing'];
/** Which villages are shown, by the address's `state`, and what the list calls them. */
const STATES = { posts: undefined, missing: 'missing', vacant: 'vacant' };

async function pageOf(query) {
  const { data, headers } = await request('GET', '/village-posts', { query: { ...query, page_size: PAGE_SIZE } });
  return { ...data, last: pagesOf(headers).last };
}

function Row({ one, day }) {
  const to = { view: 'people', division: one.village.code, day };
  return html`
    <tr data-testid="village-posts" data-code=${one.village.code}>
      <th scope="row"><${Link} to=${to}>${one.village.name}<//></th>
      ${NUMBERS.map((name) => html`<td key=${name} class=${one[name] ? 'number' : 'number quiet'} data-label=${t(`dashboard.posts.${name}`)}>${count(one[name])}</td>`)}
    </tr>`;
}

export function VillagePosts({ division }) {
  const { address } = useContext(Page);
  const { day, state: shown } = address;
  const page = Math.max(1, Number(address.page) || 1);
  const query = { on: day, state: STATES[shown] };
  const source = useLoad(() => pageOf({ division: division.code, ...query, page }), [division.code, day, shown, page]);
  const move = (change) => go({ ...address, page: undefined, ...change });
  return html`
    <div class="card-head">
      <div class="segments" role="group" aria-label=${t('dashboard.posts.which')}>${Object.keys(STATES).map((name) => html`
        <button key=${name} type="button" class="segment" aria-pressed=${String(shown === name)} data-testid=${`posts-${name}`}
          onClick=${() => move({ state: name })}>${t(`dashboard.posts.show.${name}`)}</button>`)}</div>
      <${ExportTable} key=${`${shown} ${day}`} kind="village_posts" division=${division} filters=${query} />
    </div>
    ${day && html`<${AsOf} day=${day} state=${shown} />`}
    <${Loaded} source=${source} lines=${8}>
      ${({ total, villages, last }) => html`
        <p class="fine" role="status" data-testid="posts-total">${t('dashboard.posts.total', {
          villages: count(total.villages), cadres: count(total.cadres), needed: count(total.needed), missing: count(total.missing), vacant: count(total.vacant) })}</p>
        ${villages.length === 0 ? html`<${Empty}>${t(`dashboard.posts.none.${shown}`)}<//>` : html`
          <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.posts.title')}>
            <table class="month-table roster">
              <thead><tr><th scope="col">${t('dashboard.column.village')}</th>
                ${NUMBERS.map((name) => html`<th key=${name} scope="col" class="number">${t(`dashboard.posts.${name}`)}</th>`)}</tr></thead>
              <tbody>${villages.map((one) => html`<${Row} key=${one.village.code} one=${one} day=${day} />`)}</tbody>
            </table>
          </div>
          <${Pager} page=${page} last=${last} turn=${(to) => move({ page: to })} />`}`}
    <//>`;
}
