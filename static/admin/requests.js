// What people asked of their own data: to correct or to erase, and what they suggest, answered with a word that they read.
import { html, useState } from '/vendor/htm-preact.js';
import { get, patch } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { fullDay, instantText } from '../dashboard/dates.js';
import { Dialog, Empty, Loaded, Tag } from '../dashboard/parts.js';
import { Failed, Field, useSaving } from './saving.js';

const TONE = { asked: 'wait', done: 'good', declined: 'bad' };

/** Erasing cannot be undone, so it is asked for once more. */
function Sure({ one, busy, onYes, onNo }) {
  return html`
    <${Dialog} title=${t('admin.request_erase_title')} onClose=${onNo} testid="erase-sure">
      <p>${t('admin.request_erase_text', { name: one.user.name, day: fullDay(one.evidence.day) })}</p>
      <div class="buttons"><button type="button" class="button button-bad" disabled=${busy} onClick=${onYes} data-testid="erase-yes">
        ${t('admin.request_erase_yes')}</button>
      <button type="button" class="button" onClick=${onNo}>${t('admin.request_cancel')}</button></div>
    <//>`;
}

function Answer({ one, onDone }) {
  const [answer, setAnswer] = useState('');
  const [asking, setAsking] = useState(false);
  const { busy, failure, save } = useSaving();
  const settle = (state) => {
    setAsking(false);
    save(async () => {
      await patch(`/data-requests/${one.id}`, { state, ...(answer.trim() && { answer: answer.trim() }) }, one.version);
      onDone();
    });
  };
  // Only the erasure of a named record is done by the answer itself.
  const erases = one.kind === 'erasure' && one.evidence;
  return html`
    <div class="form">
      <${Field} label=${t('admin.request_answer')} value=${answer} maxlength="500" onInput=${(event) => setAnswer(event.target.value)} />
      ${!erases && one.kind !== 'suggestion' && html`<p class="fine">${t('admin.request_by_hand')}</p>`}
      <div class="buttons"><button type="button" class="button button-main" disabled=${busy}
        onClick=${() => (erases ? setAsking(true) : settle('done'))} data-testid="request-done">
        ${t(erases ? 'admin.request_erase' : 'admin.request_done')}</button>
      <button type="button" class="button" disabled=${busy} onClick=${() => settle('declined')} data-testid="request-decline">${t('admin.request_decline')}</button></div>
      <${Failed} text=${failure} />
      ${asking && html`<${Sure} one=${one} busy=${busy} onYes=${() => settle('done')} onNo=${() => setAsking(false)} />`}
    </div>`;
}

const Request = ({ one, onDone }) => html`
  <li data-testid="request" data-state=${one.state}><span><strong>${one.user.name}</strong> ${t(`admin.request.${one.kind}`)}
    ${one.evidence && ` · ${fullDay(one.evidence.day)} ${t(`dashboard.kind.${one.evidence.kind}`)}`} <${Tag} tone=${TONE[one.state]}>${t(`admin.request_state.${one.state}`)}<//>
    <small>${instantText(one.asked_at)}</small><p>${one.text}</p>${one.answer && html`<q>${one.answer}</q>`}</span>
    ${one.state === 'asked' && !one.is_own && html`<${Answer} one=${one} onDone=${onDone} />`}</li>`;

export function RequestsView() {
  const source = useLoad(async () => (await get('/data-requests')).requests, []);
  return html`
    <section class="card" aria-busy=${source.busy}><h1>${t('admin.view.requests')}</h1><p class="fine">${t('admin.requests_note')}</p>
      <${Loaded} source=${source} lines=${5}>
        ${(requests) => (requests.length === 0 ? html`<${Empty}>${t('admin.no_requests')}<//>` : html`
          <ul class="lines">${requests.map((one) => html`<${Request} key=${`${one.id} ${one.version}`} one=${one} onDone=${source.reload} />`)}</ul>`)}
      <//></section>`;
}
