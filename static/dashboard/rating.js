// One campaign: what is asked, how far it is, its villages with cards and posters, and what it came to once it is closed.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { fullInstant, fullSpan } from './dates.js';
import { Loaded, Tag } from './parts.js';
import { RatingCourse } from './rating-course.js';
import { RatingForm } from './rating-form.js';
import { RatingResults } from './rating-results.js';
import { RatingTexts } from './rating-texts.js';
import { RatingVillages } from './rating-villages.js';
import { Page } from './scope.js';
import { count } from './words.js';

export const STATE_TONE = { drafted: 'calm', open: 'wait', closed: 'good', withdrawn: 'calm' };

/** Whom it is about, in words. */
export const subjectText = ({ subject, cadre }) => (subject === 'cadre' ? cadre?.name ?? '—' : t('dashboard.rating.subject.team'));

const Asked = ({ campaign }) => html`
  <details class="rules" open=${campaign.state === 'drafted'} data-testid="asked">
    <summary>${t('dashboard.rating.asked')}</summary>
    <ol class="rating-asked">
      ${campaign.questions.map(({ key, text, answers }) => html`<li key=${key}><strong>${text}</strong> ${answers.map((one) => html`
        <span key=${one.key} class="rating-answer">${one.text}${!one.is_counted && html` <small>${t('dashboard.rating.not_counted')}</small>`}</span>`)}</li>`)}
      ${campaign.text_prompt && html`<li><strong>${campaign.text_prompt}</strong> <span class="rating-answer">${t('dashboard.rating.free_text')}</span></li>`}
    </ol>
  </details>`;

function Head({ campaign, onChanged }) {
  const [edits, setEdits] = useState(false);
  if (edits) return html`<${RatingForm} division=${campaign.division} campaign=${campaign} onCancel=${() => setEdits(false)} onSaved=${(saved) => { setEdits(false); onChanged(saved); }} />`;
  return html`
    <div class="card-head rating-head"><h1>${campaign.title}</h1><${Tag} tone=${STATE_TONE[campaign.state]}>${t(`dashboard.rating.state.${campaign.state}`)}<//></div>
    <dl class="facts">
      <div><dt>${t('dashboard.rating.where')}</dt><dd>${campaign.division.name}</dd></div>
      <div><dt>${t('dashboard.rating.days')}</dt><dd>${fullSpan(campaign.first_on, campaign.last_on)}</dd></div>
      <div><dt>${t('dashboard.rating.subject')}</dt><dd>${subjectText(campaign)}</dd></div>
      <div><dt>${t('dashboard.rating.hotline')}</dt><dd>${campaign.hotline || t('dashboard.rating.no_hotline')}</dd></div>
      ${campaign.opened_at && html`<div><dt>${t('dashboard.rating.opened')}</dt><dd>${fullInstant(campaign.opened_at)}</dd></div>`}
      ${campaign.closed_at && html`<div><dt>${t('dashboard.rating.closed')}</dt><dd>${fullInstant(campaign.closed_at)}</dd></div>`}
    </dl>
    <p class="fine">${t('dashboard.rating.only_informs')} ${t('dashboard.rating.least', { n: count(campaign.least_ballots) })}</p>
    <${Asked} campaign=${campaign} />
    <${RatingCourse} campaign=${campaign} onChanged=${onChanged} onEdit=${() => setEdits(true)} />`;
}

export function RatingView({ id, division }) {
  const { address } = useContext(Page);
  const source = useLoad(() => get(`/rating-campaigns/${id}`), [id]);
  return html`
    <p class="back"><${Link} to=${{ view: 'ratings', division: address.division }}>${t('dashboard.rating.back')}<//></p>
    <${Loaded} source=${source} lines=${6}>${(campaign) => html`
      <section class="card" data-testid="campaign-view" data-state=${campaign.state}>
        <${Head} key=${campaign.version} campaign=${campaign} onChanged=${(changed) => source.change(() => changed)} /></section>
      ${campaign.state === 'closed' && html`
        <${RatingResults} campaign=${campaign} division=${division} />
        <${RatingTexts} campaign=${campaign} division=${division} />`}
      ${['open', 'closed'].includes(campaign.state) && html`<${RatingVillages} campaign=${campaign} division=${division} />`}`}<//>`;
}
