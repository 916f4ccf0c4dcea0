// The course of one version as a timeline: every step with who, when and what; the reviews between them.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { fullDay, instantText } from './dates.js';
import { Tag } from './parts.js';
import { RecordPhotos } from './photo-field.js';

const VOTE = ['entitled', 'present', 'in_favour', 'against', 'abstained'];
const QUESTIONS = ['followed_procedure', 'is_realistic_and_lawful'];

/** What a step needed beside its note. */
function Details({ details }) {
  const voted = VOTE.filter((name) => details[name] !== undefined);
  const asked = QUESTIONS.filter((name) => details[name] !== undefined);
  return html`
    ${(details.held_on || details.place) && html`<p>${[details.held_on && fullDay(details.held_on), details.place].filter(Boolean).join(' · ')}</p>`}
    ${voted.length > 0 && html`<dl class="vote">${voted.map((name) => html`
      <div key=${name}><dt>${t(`contract.vote.${name}`)}</dt><dd>${details[name]}</dd></div>`)}</dl>`}
    ${asked.length > 0 && html`<ul>${asked.map((name) => html`
      <li key=${name}>${t(`contract.question.${name}`)} <strong>${t(details[name] ? 'contract.yes' : 'contract.no')}</strong></li>`)}</ul>`}
    ${details.signers?.length > 0 && html`<p>${t('contract.signed_by', { names: details.signers.join('、') })}</p>`}
    ${details.minutes && html`<details><summary>${t('contract.vote.minutes')}</summary><p class="long">${details.minutes}</p></details>`}`;
}

const Step = ({ step }) => html`
  <li class="timeline-step" data-testid="course-step" data-step=${step.step}>
    <p><strong>${t(`contract.step.${step.step}`)}</strong> <small class="fine">${[step.by?.name, instantText(step.at)].filter(Boolean).join(' · ')}</small></p>
    <${Details} details=${step.details ?? {}} />
    ${step.note && html`<p class="note">${step.note}</p>`}
    <${RecordPhotos} photos=${step.photos} />
  </li>`;

const Review = ({ review }) => html`
  <li class="timeline-review" data-testid="course-review" data-body=${review.body}>
    <p><strong>${t('contract.review_of', { body: t(`contract.body.${review.body}`) })}</strong>
      <${Tag} tone=${review.is_agreed ? 'good' : 'warn'}>${t(review.is_agreed ? 'contract.agrees' : 'contract.disagrees')}<//>
      ${!review.is_current && html` <${Tag}>${t('contract.review_old')}<//>`}
      <small class="fine">${review.reviewer} · ${instantText(review.at)}</small></p>
    ${review.opinion && html`<p class="note">${review.opinion}</p>`}
  </li>`;

/** Steps and reviews in the order in which they came. */
export function ContractCourse({ revision }) {
  const lines = [...revision.steps.map((step) => ({ at: step.at, id: step.id, step })),
    ...revision.reviews.map((review) => ({ at: review.at, id: review.id, review }))].sort((one, other) => one.at.localeCompare(other.at));
  return html`
    <section class="card timeline-card" aria-labelledby="course-title">
      <h2 id="course-title">${t('dashboard.contract.course')}</h2>
      <ol class="timeline" data-testid="course">${lines.map(({ id, step, review }) => (step
        ? html`<${Step} key=${id} step=${step} />` : html`<${Review} key=${id} review=${review} />`))}</ol>
    </section>`;
}
