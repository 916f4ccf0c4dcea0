// What villagers wrote, shuffled, once the campaign is closed; what abuses somebody is held back, and why is noted.
import { html, useState } from '/vendor/htm-preact.js';
import { patch, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText, pagesOf, useLoad } from '../shared/loading.js';
import { instantText } from './dates.js';
import { announce, Empty, Loaded, Pager, Tag } from './parts.js';

const PAGE_SIZE = 50;
const WAY_TONE = { household: 'calm', open: 'warn' };

function HoldBack({ text, onDone, onCancel }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      const changed = await patch(`/rating-texts/${text.id}`, { held_back_reason: new FormData(event.target).get('reason').trim() }, text.version);
      announce(t('dashboard.rating.held_back_done'));
      onDone(changed);
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error) });
    }
  };
  return html`
    <form class="notice notice-warn rating-ask" onSubmit=${submit} data-testid="hold-back-form">
      <p>${t('dashboard.rating.hold_back_note')}</p>
      <label>${t('dashboard.rating.reason')}<input name="reason" required maxlength="300" /></label>
      <div class="buttons"><button class="button button-main" disabled=${state.busy} data-testid="hold-back-sure">${t('dashboard.rating.hold_back')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </form>`;
}

function Text({ text, onChanged }) {
  const [state, setState] = useState({});
  const { village, way, held_back: held } = text;
  const release = async () => {
    setState({ busy: true });
    try {
      onChanged(await patch(`/rating-texts/${text.id}`, { held_back_reason: null }, text.version));
      setState({});
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error) });
    }
  };
  return html`
    <li class="rating-text" data-testid="rating-text" data-held=${String(Boolean(held))}>
      ${text.text === null ? html`<p class="quiet">${t('dashboard.rating.held_back_hidden')}</p>` : html`<p class="note">${text.text}</p>`}
      <p class="fine">${village.name} <${Tag} tone=${WAY_TONE[way]}>${t(`dashboard.rating.way_tag.${way}`)}<//>
        ${held && html` <${Tag} tone="wait">${t('dashboard.rating.held_back')}<//> ${t('dashboard.rating.held_back_by', { name: held.by.name, at: instantText(held.at), reason: held.reason })}`}</p>
      ${state.asks ? html`<${HoldBack} text=${text} onDone=${onChanged} onCancel=${() => setState({})} />`
        : html`<div class="buttons">${held
          ? html`<button type="button" class="button-quiet" disabled=${state.busy} onClick=${release} data-testid="release">${t('dashboard.rating.release')}</button>`
          : html`<button type="button" class="button-quiet" onClick=${() => setState({ asks: true })} data-testid="hold-back">${t('dashboard.rating.hold_back')}</button>`}</div>`}
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </li>`;
}

export function RatingTexts({ campaign, division }) {
  const [page, setPage] = useState(1);
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/rating-texts', { query: { campaign_id: campaign.id, division: division.code, page, page_size: PAGE_SIZE } });
    return { ...data, last: pagesOf(headers).last };
  }, [campaign.id, division.code, page]);
  const changed = (news) => source.change((shown) => ({ ...shown, rating_texts: shown.rating_texts.map((one) => (one.id === news.id ? news : one)) }));
  if (!campaign.text_prompt) return null;
  return html`
    <section class="card rating-part" aria-labelledby="rating-texts" data-testid="rating-texts">
      <div class="card-head rating-head"><h2 id="rating-texts">${t('dashboard.rating.texts')}</h2></div>
      <p class="fine">${t('dashboard.rating.texts_note', { prompt: campaign.text_prompt })}</p>
      <${Loaded} source=${source} lines=${3}>${({ rating_texts: texts, last }) => (texts.length === 0
        ? html`<${Empty}>${t('dashboard.rating.no_texts')}<//>`
        : html`<ul>${texts.map((one) => html`<${Text} key=${`${one.id} ${one.version}`} text=${one} onChanged=${changed} />`)}</ul>
          <${Pager} page=${page} last=${last} turn=${setPage} />`)}<//>
    </section>`;
}
