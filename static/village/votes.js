// Votes on the cadres of the village (述职评议会): preparing one, the tellers' codes, reading out, signing.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { VoteForm } from '../shared/vote-form.js';
import { useVotes, votedOn, voteDay, VoteOpen, VoteState } from '../shared/vote.js';
import { useVillage } from './context.js';
import { Download } from './download.js';
import { Back, Loaded } from './parts.js';
import { PhotoField, RecordPhotos } from './photo-field.js';

const Papers = ({ kind, vote, children }) => html`<${Download} body=${{ kind, vote_id: vote.id }} name=${`${kind}.docx`}>${children}<//>`;

function List() {
  const { me, village } = useVillage();
  const [isNew, setNew] = useState(false);
  const source = useVotes(village);
  return html`
    ${isNew
      ? html`<section class="panel"><h2>${t('vote.new')}</h2><${VoteForm} village=${village} today=${me.today} own=${me.cadre?.id} onCancel=${() => setNew(false)}
          onDone=${(vote) => { location.hash = `#votes/${vote.id}`; }} /></section>`
      : html`<button type="button" class="button button-main wide" onClick=${() => setNew(true)} data-testid="vote-new">${t('vote.new')}</button>`}
    <${Loaded} source=${source}>${({ assessed_votes: votes }) => (votes.length === 0
      ? html`<p class="empty" data-testid="no-votes">${t('vote.none')}</p>`
      : html`<ul class="plain">${votes.map((vote) => html`
        <li key=${vote.id} class="panel" data-testid="vote" data-state=${vote.state}>
          <a class="way" href=${`#votes/${vote.id}`}><span><strong>${votedOn(vote)}</strong> <span><${VoteState} vote=${vote} /></span>
            <span class="quiet">${voteDay(vote)} · ${vote.place}</span></span><span aria-hidden="true">›</span></a></li>`)}</ul>`)}<//>`;
}

/** Here each photo is sent as soon as it is chosen. */
function usePhotos() {
  const [hashes, setHashes] = useState([]);
  return { hashes, send: null, field: html`<${PhotoField} onChange=${setHashes} label=${t('vote.photos')} />` };
}

function One({ id }) {
  const { me } = useVillage();
  return html`<${Back} to="#votes" />
    <${VoteOpen} id=${id} today=${me.today} own=${me.cadre?.id} Papers=${Papers} Photos=${RecordPhotos} usePhotos=${usePhotos} Loaded=${Loaded} />`;
}

/** #votes, #votes/{id}. */
export const VotesView = ({ detail: [id] }) => (id ? html`<${One} key=${id} id=${id} />` : html`<${List} />`);
