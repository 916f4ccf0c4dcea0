// The village's places: proposed by standing there, or from a record that was right although the map said otherwise.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { moment } from '../shared/sheet.js';
import { useVillage } from './context.js';
import { Loaded } from './parts.js';
import { dropUnsent, PlaceForm, unsent } from './place-form.js';

const isId = (text) => /^[0-9a-f-]{36}$/.test(text ?? '');

function Proposal({ proposal }) {
  return html`
    <li class="panel" data-testid="proposal" data-state=${proposal.state}>
      <h3>${proposal.name} ${proposal.villagers_group && html`<span>${proposal.villagers_group}</span>`}</h3>
      <p><span class=${`badge badge--${proposal.state}`}>${t(`village.proposal.${proposal.state}`)}</span></p>
      <p class="quiet">${t(proposal.from_evidence ? 'village.proposed_from' : 'village.proposed_by', { name: proposal.proposed_by.name, when: moment(proposal.proposed_at) })}</p>
      ${proposal.reason && html`<p class="said">${proposal.reason}</p>`}
    </li>`;
}

/** What there is, what is proposed, and the form; with a record's id in the address the form begins with it. */
export function PlacesView({ detail }) {
  const { me, village } = useVillage();
  const evidenceId = isId(detail[0]) ? detail[0] : null;
  // Who does without positions is asked for none, and none that was taken before is kept or sent.
  const declined = me.location.choice === 'declined';
  const [adding, setAdding] = useState(Boolean(evidenceId) || (!declined && Boolean(unsent(me.id, village.code))));
  useEffect(() => {
    if (declined) dropUnsent(me.id, village.code);
  }, [declined]);
  const places = useLoad(() => get('/places', { village: village.code }), [village.code]);
  const proposals = useLoad(() => get('/place-proposals', { division: village.code }), [village.code]);
  const done = (proposal) => {
    setAdding(false);
    if (evidenceId) history.replaceState(null, '', '#places');
    proposals.change((old) => ({ ...old, proposals: [proposal, ...old.proposals.filter((one) => one.id !== proposal.id)] }));
  };
  return html`
    <p class="quiet">${t('village.places_note')}</p>
    ${adding
      ? html`<${PlaceForm} evidenceId=${evidenceId} onDone=${done} onCancel=${() => setAdding(false)} />`
      : declined
        ? html`<p class="notice" data-testid="declined">${t('village.declined_note')}</p>`
        : html`<button type="button" class="button button-main wide" onClick=${() => setAdding(true)} data-testid="place-add">${t('village.place_add')}</button>`}
    <h2>${t('village.proposals')}</h2>
    <${Loaded} source=${proposals}>${(answer) => (answer.proposals.length === 0
      ? html`<p class="empty">${t('village.no_proposals')}</p>`
      : html`<ul class="plain">${answer.proposals.map((one) => html`<${Proposal} key=${one.id} proposal=${one} />`)}</ul>`)}<//>
    <h2>${t('village.places')}</h2>
    <${Loaded} source=${places}>${(answer) => (answer.places.length === 0
      ? html`<p class="empty">${t('village.no_places')}</p>`
      : html`<ul class="plain">${answer.places.map((one) => html`
        <li key=${one.id} class="day-line" data-testid="place"><span>${one.name}</span><span>${t('village.radius', { n: one.effective_radius_m })}</span></li>`)}</ul>`)}<//>`;
}
