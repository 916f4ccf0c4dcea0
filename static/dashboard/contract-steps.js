// The steps that one may take next with a contract, each with a form that asks for what the step needs and nothing else.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { problemText } from '../shared/contract.js';
import { failureText } from '../shared/loading.js';
import { useSending } from '../shared/sending.js';
import { announce } from './parts.js';
import { usePhotos } from './photo-field.js';
import { Page, supervisesThere } from './scope.js';

const NUMBERS = ['entitled', 'present', 'in_favour', 'against', 'abstained'];
const QUESTIONS = ['followed_procedure', 'is_realistic_and_lawful'];
/** Steps of which there is a paper or a picture: the minutes, the seal, the ceremony. */
const PICTURED = ['deliberated', 'sealed', 'signed', 'published'];
/** Approving and returning are two answers to one review. */
const REVIEW = ['approved', 'returned'];
/** States in which the village's branch and the posted team say what they think of the items. */
const REVIEWED = ['measures', 'deliberated'];

function Field({ name, contract, today, required = true }) {
  const label = t(`contract.needs.${name}`);
  if (NUMBERS.includes(name)) {
    return html`<label>${t(`contract.vote.${name}`)}<input type="number" name=${name} required min="0" max="99999" step="1" inputmode="numeric" /></label>`;
  }
  if (QUESTIONS.includes(name)) {
    return html`<fieldset class="form-wide choices"><legend>${t(`contract.question.${name}`)}</legend>
      ${['yes', 'no'].map((answer) => html`<label key=${answer} class="check"><input type="radio" name=${name} value=${answer} required /> ${t(`contract.${answer}`)}</label>`)}</fieldset>`;
  }
  if (name === 'held_on') return html`<label>${label}<input type="date" name=${name} required max=${today} min=${contract.revisions[0].opened_at.slice(0, 10)} defaultValue=${today} /></label>`;
  if (name === 'place') return html`<label>${label}<input name=${name} required maxlength="100" /></label>`;
  if (name === 'signers') return html`<label class="form-wide">${label}<textarea name=${name} rows="3" required placeholder=${t('contract.example.signers')}></textarea></label>`;
  return html`<label class="form-wide">${label}<textarea name=${name} rows=${name === 'minutes' ? 5 : 3} maxlength="4000" required=${required}></textarea></label>`;
}

/** What a form says: the note, and the rest as details in their own kinds. */
function contentOf(form) {
  const { note = '', ...said } = Object.fromEntries(new FormData(form));
  const details = Object.fromEntries(Object.entries(said).map(([name, value]) => {
    if (NUMBERS.includes(name)) return [name, Number(value)];
    if (QUESTIONS.includes(name)) return [name, value === 'yes'];
    if (name === 'signers') return [name, value.split(/[\n、,，;；]/).map((one) => one.trim()).filter(Boolean)];
    return [name, value.trim()];
  }));
  return { details, ...(note.trim() && { note: note.trim() }) };
}

/** The form of one step, or of the review that ends in one of two. */
function StepForm({ steps, contract, take, busy, onCancel }) {
  const { me } = useContext(Page);
  const reviews = steps.length > 1 || REVIEW.includes(steps[0].step);
  const [allYes, setAllYes] = useState(false);
  const [hasNote, setHasNote] = useState(false);
  const photos = usePhotos();
  const pictured = PICTURED.includes(steps[0].step);
  const fields = [...new Set(steps.flatMap(({ needs }) => needs))].filter((name) => name !== 'note');
  const noteNeeded = !reviews && steps[0].needs.includes('note');
  const look = (event) => {
    const form = event.currentTarget;
    setAllYes(QUESTIONS.every((name) => form.elements[name]?.value === 'yes'));
    setHasNote(Boolean(form.elements.note.value.trim()));
  };
  const submit = (event) => {
    event.preventDefault();
    take({ step: event.submitter?.value || steps[0].step, ...contentOf(event.target), ...(photos.hashes.length && { photos: photos.hashes }) }, photos.send);
  };
  return html`
    <form class="form" onSubmit=${submit} onInput=${look} data-testid="step-form">
      <h3 class="form-wide">${t(reviews ? 'contract.do.review' : `contract.do.${steps[0].step}`)}</h3>
      ${reviews && html`<p class="fine form-wide">${t('dashboard.contract.review_note')}</p>`}
      ${fields.map((name) => html`<${Field} key=${name} name=${name} contract=${contract} today=${me.today} />`)}
      <label class="form-wide">${t(noteNeeded ? 'contract.note' : reviews ? 'contract.note_on_return' : 'contract.note_optional')}
        <textarea name="note" rows="2" maxlength="2000" required=${noteNeeded}></textarea></label>
      ${pictured && photos.field}
      <div class="buttons form-wide">
        ${reviews
          ? steps.map(({ step }) => html`<button key=${step} class=${step === 'approved' ? 'button button-good' : 'button'} value=${step} data-testid=${`do-${step}`}
              disabled=${busy || (step === 'approved' ? !allYes : !hasNote)}>${t(`contract.do.${step}`)}</button>`)
          : html`<button class="button button-main" disabled=${busy || photos.busy} data-testid="step-send">${t(`contract.do.${steps[0].step}`)}</button>`}
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button>
      </div>
    </form>`;
}

/** What the branch said, as the village enters it; of the posted team the town may enter it. */
function ReviewForm({ contract, bodies, onDone }) {
  const { send, busy, problem } = useSending(`/contracts/${contract.id}/reviews`, { dated: false });
  const [agrees, setAgrees] = useState(true);
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const opinion = said.get('opinion').trim();
    const changed = await send({ revision_id: contract.revision.id, body: said.get('body'), reviewer: said.get('reviewer').trim(),
      is_agreed: said.get('is_agreed') === 'yes', ...(opinion && { opinion }) });
    if (changed) onDone(changed);
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="review-form">
      <label>${t('contract.review_body')}<select name="body">${bodies.map((body) => html`<option key=${body} value=${body}>${t(`contract.body.${body}`)}</option>`)}</select></label>
      <label>${t('contract.reviewer')}<input name="reviewer" required maxlength="60" /></label>
      <fieldset class="choices"><legend>${t('contract.opinion_is')}</legend>
        ${['yes', 'no'].map((answer) => html`<label key=${answer} class="check"><input type="radio" name="is_agreed" value=${answer} required onChange=${() => setAgrees(answer === 'yes')} />
          ${t(answer === 'yes' ? 'contract.agrees' : 'contract.disagrees')}</label>`)}</fieldset>
      <label class="form-wide">${t(agrees ? 'contract.opinion' : 'contract.opinion_why')}<textarea name="opinion" rows="2" maxlength="2000" required=${!agrees}></textarea></label>
      <div class="buttons form-wide"><button class="button button-main" disabled=${busy}>${t('dashboard.save')}</button>
        <button type="button" class="button" onClick=${() => onDone(null)}>${t('dashboard.cancel')}</button></div>
      ${problem && html`<p class="failure-text form-wide" role="alert">${problem}</p>`}
    </form>`;
}

/** What stands in the way of the next step, said before anybody tries. */
function Problems({ contract }) {
  const { problems, items } = contract.revision;
  if (!problems.length) return null;
  const numberOf = (lineId) => items.find((one) => one.line_id === lineId)?.number;
  return html`
    <div class="notice notice-warn" data-testid="problems"><p>${t('dashboard.contract.problems')}</p>
      <ul class="bullets">${problems.map(({ line_id: lineId, reason }) => html`
        <li key=${`${lineId} ${reason}`}>${lineId && `${t('dashboard.contract.item_n', { n: numberOf(lineId) })} `}${problemText(reason)}</li>`)}</ul></div>`;
}

export function Steps({ contract, onTaken }) {
  const { me } = useContext(Page);
  const { revision } = contract;
  const { send, busy, problem } = useSending(`/contracts/${contract.id}/steps`, { dated: false });
  const [chosen, setChosen] = useState(null);
  const steps = revision.next_steps;
  const take = async (content, sendPhotos) => {
    const changed = await send({ revision_id: revision.id, ...content });
    if (changed) {
      // The record first: a photo that does not arrive keeps nothing back, and the course tells that it is awaited.
      await sendPhotos();
      announce(t(`contract.state.${changed.revision.state}`));
      onTaken(changed);
    }
  };
  const review = steps.filter(({ step }) => REVIEW.includes(step));
  const others = steps.filter(({ step }) => !REVIEW.includes(step));
  const reviews = REVIEWED.includes(revision.state);
  const done = (changed) => {
    setChosen(null);
    if (changed) onTaken(changed);
  };
  return html`
    ${!steps.length && html`<p class="fine waits" data-testid="waits">${t(`contract.waits.${revision.state}`)}</p>`}
    <${Problems} contract=${contract} />
    ${chosen === null && html`
      <div class="next-steps" data-testid="next-steps">
        ${review.length > 0 && html`<button type="button" class="button button-main" onClick=${() => setChosen(review)} data-testid="step-review">${t('contract.do.review')}</button>`}
        ${others.map((one) => html`<button key=${one.step} type="button" class="button button-main" onClick=${() => setChosen([one])}
          data-testid=${`step-${one.step}`}>${t(`contract.do.${one.step}`)}</button>`)}
        ${reviews && html`<button type="button" class="button" onClick=${() => setChosen('review')} data-testid="enter-review">${t('contract.do.enter_review')}</button>`}
      </div>`}
    ${Array.isArray(chosen) && html`<${StepForm} steps=${chosen} contract=${contract} take=${take} busy=${busy} onCancel=${() => setChosen(null)} />`}
    ${chosen === 'review' && html`<${ReviewForm} contract=${contract} bodies=${[supervisesThere(me, contract.village) ? 'team' : 'branch']} onDone=${done} />`}
    ${problem && html`<p class="failure-text" role="alert" data-testid="step-problem">${problem}</p>`}`;
}

/** A revised version, with why: an item was vague, or too low. */
export function ReviseForm({ contract, onDone }) {
  const idOf = useRef(idsByContent()).current;
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const reason = new FormData(event.target).get('reason').trim();
    setState({ busy: true });
    try {
      onDone(await post(`/contracts/${contract.id}/revisions`, { id: idOf(reason), reason }));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="revise-form">
      <label class="form-wide">${t('dashboard.contract.revise_reason')}<textarea name="reason" rows="2" required maxlength="500"></textarea></label>
      <p class="fine form-wide">${t('dashboard.contract.revise_note')}</p>
      <div class="buttons form-wide"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="revise-send">${t('dashboard.contract.revise')}</button>
        <button type="button" class="button" onClick=${() => onDone(null)}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}
