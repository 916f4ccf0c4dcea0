// Places that villages propose: one tap to agree, a word to decline.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, patch } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText, useLoad } from '../shared/loading.js';
import { go } from './address.js';
import { Coverage } from './coverage.js';
import { instantText } from './dates.js';
import { ExportTable } from './export.js';
import { announce, Empty, Loaded, Tag } from './parts.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

const STATE_TONE = { proposed: 'wait', approved: 'good', declined: 'calm' };
const SHOWN = ['proposed', 'all'];

function Answer({ proposal, onSettle }) {
  const { me } = useContext(Page);
  const [help, setHelp] = useState(false);
  const [radius, setRadius] = useState(null);
  const [reason, setReason] = useState(null);
  const [state, setState] = useState({});
  if (proposal.proposed_by.id === me.id) return html`<p class="fine">${t('dashboard.own_proposal')}</p>`;
  const send = async (answer) => {
    if (answer === 'declined' && !reason?.trim()) {
      setState({ failure: t('dashboard.decline_reason_missing') });
      return;
    }
    setState({ busy: true });
    try {
      const body = { state: answer, radius_m: radius, ...(answer === 'declined' ? { reason: reason.trim() } : {}) };
      const settled = await patch(`/place-proposals/${proposal.id}`, body, proposal.version);
      announce(t(`dashboard.proposal.${settled.state}`));
      onSettle(settled);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <div class="leave-answer">
      <div class="buttons">
        <button type="button" class="button button-good" disabled=${state.busy} onClick=${() => send('approved')} data-testid="proposal-approve">${t('dashboard.proposal_approve')}</button>
        ${reason === null && html`<button type="button" class="button" disabled=${state.busy} onClick=${() => setReason('')} data-testid="proposal-decline">${t('dashboard.proposal_decline')}</button>`}
      </div>
      ${reason !== null && html`
        <label>${t('dashboard.decline_reason')}<input autofocus maxlength="500" value=${reason} onInput=${(event) => setReason(event.target.value)} data-testid="decline-reason" /></label>
        <div class="buttons"><button type="button" class="button button-bad" disabled=${state.busy} onClick=${() => send('declined')} data-testid="decline-send">${t('dashboard.proposal_decline')}</button>
          <button type="button" class="button" onClick=${() => setReason(null)}>${t('dashboard.cancel')}</button></div>`}
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
      <details class="radius-help" onToggle=${(event) => setHelp(event.target.open)}>
        <summary data-testid="radius-help">${t('dashboard.radius_help')}</summary>
        ${help && html`<${Coverage} village=${proposal.village.code} proposal=${proposal.id} radius=${radius} onChoose=${setRadius} />`}
      </details>
    </div>`;
}

function Proposal({ proposal, onSettle }) {
  return html`
    <li class="leave" data-testid="proposal" data-id=${proposal.id} data-state=${proposal.state}>
      <div class="leave-what">
        <p><strong>${proposal.name}</strong> <span>${[proposal.village.name, proposal.villagers_group].filter(Boolean).join(' · ')}</span>
          <${Tag} tone=${STATE_TONE[proposal.state]}>${t(`dashboard.proposal.${proposal.state}`)}<//></p>
        <p class="fine">${t(proposal.from_evidence ? 'dashboard.proposed_from' : 'dashboard.proposed_by', { name: proposal.proposed_by.name, when: instantText(proposal.proposed_at) })}</p>
        ${proposal.decided_by && html`<p class="fine">${proposal.decided_by.name} · ${instantText(proposal.decided_at)}</p>`}
        ${proposal.reason && html`<p class="decision-reason">${proposal.reason}</p>`}
      </div>
      ${proposal.state === 'proposed' && html`<${Answer} proposal=${proposal} onSettle=${onSettle} />`}
    </li>`;
}

/** What villages below the division propose. */
export function ProposalsView({ trail }) {
  const { address } = useContext(Page);
  const division = trail.at(-1);
  const shown = address.state === 'all' ? 'all' : 'proposed';
  const query = { state: shown === 'proposed' ? shown : undefined };
  const source = useLoad(() => get('/place-proposals', { division: division.code, ...query }), [division.code, shown]);
  const settle = (settled) => source.change((old) => ({ ...old, proposals: old.proposals.map((one) => (one.id === settled.id ? settled : one)) }));
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card" aria-busy=${source.busy}>
      <div class="card-head"><h1>${t('dashboard.proposals_title', { name: division.name })}</h1>
        <${ExportTable} key=${shown} kind="place_proposals" division=${division} filters=${query} /></div>
      <p class="fine">${t('dashboard.proposals_note')}</p>
      <div class="segments" role="group" aria-label=${t('dashboard.proposals_shown')}>
        ${SHOWN.map((name) => html`<button key=${name} type="button" class="segment" aria-pressed=${shown === name} data-testid=${`proposals-${name}`}
          onClick=${() => go({ ...address, state: name === 'all' ? 'all' : undefined })}>${t(`dashboard.proposals.${name}`)}</button>`)}
      </div>
      <${Loaded} source=${source} lines=${4}>
        ${(answer) => (answer.proposals.length === 0
          ? html`<${Empty}>${t('dashboard.no_proposals')}<//>`
          : html`<ul class="leaves proposals">${answer.proposals.map((one) => html`<${Proposal} key=${one.id} proposal=${one} onSettle=${settle} />`)}</ul>`)}<//>
    </section>`;
}
