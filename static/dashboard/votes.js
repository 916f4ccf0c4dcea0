// Votes on cadres at a meeting (述职评议): those below a division, one of them, and a new one of a village.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { VoteForm } from '../shared/vote-form.js';
import { useVotes, votedOn, voteDay, VoteOpen, VoteState } from '../shared/vote.js';
import { go, Link } from './address.js';
import { ExportTable } from './export.js';
import { Empty, Loaded } from './parts.js';
import { useFile } from './prints.js';
import { RecordPhotos, usePhotos } from './photo-field.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

function Papers({ kind, vote, children }) {
  const { busy, failure, run } = useFile();
  const take = () => run(kind, `${kind}.docx`, { kind, vote_id: vote.id });
  return html`<button type="button" class="button" disabled=${Boolean(busy)} onClick=${take} data-testid=${kind}>${busy ? t('dashboard.export_making') : children}</button>
    ${failure && html`<span class="failure-text" role="alert">${failure}</span>`}`;
}

function List({ division }) {
  const { address } = useContext(Page);
  const source = useVotes(division);
  return html`
    <${Loaded} source=${source} lines=${5}>${({ assessed_votes: votes }) => (votes.length === 0
      ? html`<${Empty}>${t('vote.none')}<//>`
      : html`
        <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.view.votes')}>
          <table class="month-table roster">
            <thead><tr>${['held_on', 'village', 'voted_on', 'present', 'stands'].map((name) => html`<th key=${name} scope="col">${t(`vote.${name}`)}</th>`)}</tr></thead>
            <tbody>${votes.map((vote) => html`
              <tr key=${vote.id} data-testid="vote" data-state=${vote.state}>
                <th scope="row"><${Link} to=${{ view: 'votes', division: address.division, vote: vote.id }}>${voteDay(vote)}<//></th>
                <td data-label=${t('vote.village')}>${vote.village.name}</td>
                <td data-label=${t('vote.voted_on')}>${votedOn(vote)}</td>
                <td data-label=${t('vote.present')}>${t('vote.present_of', { present: vote.quorum.present, expected: vote.quorum.expected })}</td>
                <td data-label=${t('vote.stands')}><${VoteState} vote=${vote} /></td>
              </tr>`)}</tbody></table></div>`)}<//>`;
}

export function VotesView({ trail }) {
  const { address, me } = useContext(Page);
  const [isNew, setNew] = useState(false);
  const division = trail.at(-1);
  const bar = html`<div class="bar-top"><${Trail} trail=${trail} /></div>`;
  if (address.vote) {
    return html`${bar}
      <p class="back"><${Link} to=${{ view: 'votes', division: address.division }}>${t('vote.back')}<//></p>
      <${VoteOpen} key=${address.vote} id=${address.vote} today=${me.today} own=${me.cadre?.id} Papers=${Papers} Photos=${RecordPhotos} usePhotos=${usePhotos} Loaded=${Loaded} />`;
  }
  const isVillage = division.level === 'village';
  return html`
    ${bar}
    <section class="card">
      <div class="card-head"><h1>${t('vote.heading', { name: division.name })}</h1>
        ${isVillage && !isNew && html`<button type="button" class="button button-main" onClick=${() => setNew(true)} data-testid="vote-new">${t('vote.new')}</button>`}
        <${ExportTable} kind="assessed_votes" division=${division} /></div>
      ${!isVillage && html`<p class="fine">${t('vote.new_hint')}</p>`}
      ${isNew && html`<${VoteForm} village=${division} today=${me.today} own=${me.cadre?.id} onCancel=${() => setNew(false)}
        onDone=${(vote) => go({ view: 'votes', division: address.division, vote: vote.id })} />`}
      <${List} division=${division} />
    </section>`;
}
