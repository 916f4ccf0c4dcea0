// The villages of a campaign: cards handed out, how many have voted until yesterday, the poster of each. In the order of their codes.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { dayText, instantText } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded } from './parts.js';
import { CancelCards, keptCards, RatingCards } from './rating-cards.js';
import { RatingPoster } from './rating-poster.js';
import { useTownships } from './rating-townships.js';
import { Page } from './scope.js';
import { count, percent } from './words.js';

const COLUMNS = ['village', 'households', 'cards', 'participation', 'open_ballots', 'recordings'];

function Participation({ participation, campaign }) {
  if (!participation) return '—';
  const { ballots, households, share, through_on: day } = participation;
  if (ballots === null) return html`<span class="quiet">${t('dashboard.rating.too_few', { n: count(campaign.least_ballots) })}</span>`;
  return html`${t('dashboard.rating.voted_of', { n: count(ballots), all: count(households), share: percent(share) })}
    <small>${t('dashboard.rating.through', { day: dayText(day) })}</small>`;
}

/** Of the open code nothing is told before the end. */
function OpenBallots({ n, campaign }) {
  if (n !== null) return t('dashboard.rating.ballots', { n: count(n) });
  return html`<span class="quiet">${campaign.state === 'open' ? t('dashboard.rating.after_closing') : t('dashboard.rating.too_few', { n: count(campaign.least_ballots) })}</span>`;
}

/** Who is rated learns nothing of cards; the poster's address is kept back from them, too. */
const isRated = (row) => row.open_address === null;

const Batch = ({ row, row: { batch } }) => (isRated(row) ? '—' : batch ? html`${t('dashboard.rating.cards_of', { n: count(batch.count) })}
  <small>${t('dashboard.rating.handed', { name: batch.handed_to, office: t(`dashboard.rating.office.${batch.handed_office}`), at: instantText(batch.printed_at) })}</small>`
  : html`<span class="quiet">${t('dashboard.rating.no_cards')}</span>`);

function Acts({ row, campaign, open, onOpen }) {
  const { batch } = row;
  const button = (name, testid = name) => html`
    <button type="button" class="button-quiet" aria-expanded=${String(open === name)} onClick=${() => onOpen(open === name ? null : name)}
      data-testid=${testid}>${t(`dashboard.rating.act.${name}`)}</button>`;
  return html`<div class="rating-row-acts">
    ${row.may_print && !batch && button('cards')}
    ${row.may_print && batch && keptCards(batch.id) && button('again')}
    ${row.may_print && batch && button('cancel', 'cancel-cards')}
    ${campaign.state === 'open' && !isRated(row) && button('poster')}
  </div>`;
}

function Village({ row, township, campaign, onChanged }) {
  const [open, setOpen] = useState(null);
  const { village, households, batch, recordings, open_ballots: openBallots } = row;
  const shut = () => { setOpen(null); onChanged(); };
  const close = () => setOpen(null);
  return html`
    <tr data-testid="village" data-code=${village.code}>
      <th scope="row">${village.name} ${township && html`<small>${township}</small>`}</th>
      <td class="number" data-label=${t('dashboard.rating.households')}>${count(households)}</td>
      <td data-label=${t('dashboard.rating.cards')}><${Batch} row=${row} /></td>
      <td data-label=${t('dashboard.rating.participation')}><${Participation} participation=${row.participation} campaign=${campaign} /></td>
      <td data-label=${t('dashboard.rating.open_ballots')}><${OpenBallots} n=${openBallots} campaign=${campaign} /></td>
      <td data-label=${t('dashboard.rating.recordings')}>${recordings.length ? t('dashboard.rating.recorded', { n: recordings.length, all: campaign.questions.length }) : html`<span class="quiet">${t('dashboard.rating.not_recorded')}</span>`}</td>
      <td><${Acts} row=${row} campaign=${campaign} open=${open} onOpen=${setOpen} /></td>
    </tr>
    ${open && html`<tr class="panel-row"><td colspan="7">
      ${(open === 'cards' || open === 'again') && html`<${RatingCards} campaign=${campaign} row=${row} kept=${open === 'again' && batch ? keptCards(batch.id) : null} onMade=${onChanged} onDone=${shut}
        onCancel=${close} onCancelCards=${() => { onChanged(); setOpen('cancel'); }} />`}
      ${open === 'cancel' && batch && html`<${CancelCards} row=${row} onDone=${() => { onChanged(); setOpen('cards'); }} onCancel=${close} />`}
      ${open === 'poster' && html`<${RatingPoster} campaign=${campaign} row=${row} onClose=${close} />`}
    </td></tr>`}`;
}

export function RatingVillages({ campaign, division }) {
  const { me } = useContext(Page);
  const townshipOf = useTownships(division);
  // A campaign of the whole county is shown for the township that one has gone down to.
  const source = useLoad(() => get(`/rating-campaigns/${campaign.id}/villages`, { division: division.code }), [campaign.id, campaign.version, division.code]);
  return html`
    <section class="card rating-part" aria-labelledby="rating-villages" data-testid="rating-villages">
      <div class="card-head rating-head"><h2 id="rating-villages">${t('dashboard.rating.villages')}</h2>
        <${ExportTable} kind="rating_villages" division=${division} filters=${{ campaign_id: campaign.id }} /></div>
      ${campaign.state === 'open' && html`<p class="fine">${t(me.today < campaign.first_on ? 'dashboard.rating.not_begun' : 'dashboard.rating.cards_note')}</p>`}
      <${Loaded} source=${source} lines=${4}>${({ villages }) => (villages.length === 0
        ? html`<${Empty}>${t('dashboard.rating.no_villages')}<//>`
        : html`
          <div class="table-frame" tabindex="0" role="region" aria-labelledby="rating-villages">
            <table class="month-table roster rating-table">
              <thead><tr>${COLUMNS.map((name) => html`<th key=${name} scope="col" class=${name === 'households' ? 'number' : undefined}>${t(`dashboard.rating.${name}`)}</th>`)}<th></th></tr></thead>
              <tbody>${villages.map((row) => html`<${Village} key=${row.village.code} row=${row} township=${townshipOf(row.village)} campaign=${campaign} onChanged=${source.reload} />`)}</tbody>
            </table></div>`)}<//>
    </section>`;
}
