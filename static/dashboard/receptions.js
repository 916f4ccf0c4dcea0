// Reception hours below a division: what villagers came to ask, what was answered, on which policy.
import { html, useState } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { dayText } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded } from './parts.js';
import { count } from './words.js';

const PAGE_SIZE = 20;

const Item = ({ reception }) => html`
  <li class="concern" data-testid="reception">
    <p class="fine">${[dayText(reception.day), reception.village.name, reception.household?.householder,
      reception.cadres.map(({ name }) => name).join('、') || reception.recorded_by.name].filter(Boolean).join(' · ')}</p>
    <p><strong>${reception.question}</strong></p>
    ${reception.answer && html`<p>${reception.answer}</p>`}
    ${reception.policy_cited && html`<p class="fine">${t('dashboard.reception.policy', { text: reception.policy_cited })}</p>`}
    ${reception.concern_ids.length > 0 && html`<p class="fine">${t('dashboard.reception.followed', { n: reception.concern_ids.length })}</p>`}
  </li>`;

/** The latest first; more at a click. */
export function Receptions({ division }) {
  const [size, setSize] = useState(PAGE_SIZE);
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/receptions', { query: { division: division.code, page_size: size } });
    return { ...data, total: pagesOf(headers).total };
  }, [division.code, size]);
  return html`
    <div class="card-head"><h2>${t('dashboard.reception.title')}</h2><${ExportTable} kind="receptions" division=${division} /></div>
    <${Loaded} source=${source}>
      ${({ receptions, total }) => (receptions.length === 0
        ? html`<${Empty}>${t('dashboard.reception.none')}<//>`
        : html`
          <ul class="concerns">${receptions.map((one) => html`<${Item} key=${one.id} reception=${one} />`)}</ul>
          ${total > receptions.length && size < 200 && html`
            <p class="buttons"><button type="button" class="button" onClick=${() => setSize(200)}>${t('dashboard.reception.more', { n: count(total) })}</button></p>`}`)}
    <//>`;
}
