// Ratings by QR code (扫码评议): the campaigns that one may know of, and a new one. They inform, they never decide.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { AsOf } from './as-of.js';
import { spanText } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { RatingForm } from './rating-form.js';
import { RatingView, STATE_TONE, subjectText } from './rating.js';
import { Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';

const SHOWN = ['open', 'drafted', 'closed', 'withdrawn'];
const PAGE_SIZE = 50;

function Row({ campaign }) {
  const { address } = useContext(Page);
  return html`
    <tr data-testid="campaign" data-id=${campaign.id}>
      <th scope="row"><${Link} to=${{ view: 'ratings', division: address.division, campaign: campaign.id }}>${campaign.title}<//>
        <small>${campaign.division.name}</small></th>
      <td data-label=${t('dashboard.rating.days')}>${spanText(campaign.first_on, campaign.last_on)}</td>
      <td data-label=${t('dashboard.rating.subject')}>${subjectText(campaign)}</td>
      <td data-label=${t('dashboard.rating.questions')}>${campaign.questions.map(({ key, text }) => html`<span key=${key} class="rating-line">${text}</span>`)}</td>
      <td data-label=${t('dashboard.rating.state')}><${Tag} tone=${STATE_TONE[campaign.state]}>${t(`dashboard.rating.state.${campaign.state}`)}<//></td>
    </tr>`;
}

function List({ division, query, state }) {
  const { address } = useContext(Page);
  const page = Math.max(1, Number(address.page) || 1);
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/rating-campaigns', { query: { division: division.code, ...query, page, page_size: PAGE_SIZE } });
    return { ...data, last: pagesOf(headers).last };
  }, [division.code, query.state, query.ends_in, page]);
  return html`
    <${Loaded} source=${source} lines=${5}>
      ${({ rating_campaigns: campaigns, last }) => (campaigns.length === 0
        ? html`<${Empty}>${t(`dashboard.rating.none.${state}`)}<//>`
        : html`
          <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.view.ratings')}>
            <table class="month-table roster">
              <thead><tr>${['title', 'days', 'subject', 'questions', 'state'].map((name) => html`<th key=${name} scope="col">${t(`dashboard.rating.${name}`)}</th>`)}</tr></thead>
              <tbody>${campaigns.map((one) => html`<${Row} key=${one.id} campaign=${one} />`)}</tbody>
            </table></div>
          <${Pager} page=${page} last=${last} turn=${(to) => go({ ...address, page: to })} />`)}<//>`;
}

export function RatingsView({ trail }) {
  const { address, me, month } = useContext(Page);
  // Whatever became of them: a number of the one look asks for those that ended in its month.
  const ended = address.state === 'ended' ? month : undefined;
  const [isNew, setNew] = useState(false);
  const division = trail.at(-1);
  const shown = SHOWN.includes(address.state) ? address.state : SHOWN[0];
  const query = ended ? { ends_in: ended } : { state: shown };
  const bar = html`<div class="bar-top"><${Trail} trail=${trail} /></div>`;
  if (address.campaign) return html`${bar}<${RatingView} key=${address.campaign} id=${address.campaign} division=${division} />`;
  return html`
    ${bar}
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.rating.heading', { name: division.name })}</h1>
        ${supervisesThere(me, division) && !isNew && html`<button type="button" class="button button-main" onClick=${() => setNew(true)} data-testid="campaign-new">${t('dashboard.rating.new')}</button>`}
        <${ExportTable} key=${`${shown} ${ended}`} kind="rating_campaigns" division=${division} filters=${query} /></div>
      <p class="fine rating-note">${t('dashboard.rating.only_informs')}</p>
      ${isNew && html`<${RatingForm} division=${division} onCancel=${() => setNew(false)}
        onSaved=${(campaign) => go({ view: 'ratings', division: address.division, campaign: campaign.id })} />`}
      <div class="segments" role="group" aria-label=${t('dashboard.concern.shown')}>${SHOWN.map((name) => html`
        <button key=${name} type="button" class="segment" aria-pressed=${String(shown === name && !ended)} data-testid=${`campaigns-${name}`}
          onClick=${() => go({ ...address, page: undefined, state: name === SHOWN[0] ? undefined : name })}>${t(`dashboard.rating.state.${name}`)}</button>`)}</div>
      ${ended && html`<${AsOf} month=${ended} />`}
      <${List} key=${`${division.code} ${shown} ${ended}`} division=${division} state=${shown} query=${query} />
    </section>`;
}
