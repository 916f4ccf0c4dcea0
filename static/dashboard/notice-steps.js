// The steps that one may take next with a notice, each with a form that asks for what the step needs and nothing else.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { useSending } from '../shared/sending.js';
import { announce } from './parts.js';
import { usePhotos } from './photo-field.js';
import { Page } from './scope.js';

/** What ends or goes up is asked about once more by its form, also without any field. */
const MAIN = ['reviewed', 'issued', 'served', 'reported', 'reinspected', 'struck_off', 'extension_granted', 'archived'];
const EVIDENCE = ['reported', 'reinspected', 'returned'];

function Part({ name, today, notice, step }) {
  const label = t(`supervision.part.${name}`);
  if (name === 'note') return html`<label class="form-wide">${label}<textarea name="note" rows="3" maxlength="4000" required></textarea></label>`;
  if (name === 'signer') return html`<label>${label}<input name="signer" required maxlength="60" /></label>`;
  if (name === 'has_passed') {
    return html`<fieldset class="form-wide choices"><legend>${label}</legend>
      ${['passed', 'failed'].map((answer) => html`<label key=${answer} class="check"><input type="radio" name="has_passed" value=${answer} required /> ${t(`dashboard.supervision.${answer}`)}</label>`)}</fieldset>`;
  }
  const earliest = step === 'extension_asked' && notice.due_on > today ? notice.due_on : today;
  return html`<label>${label}<input type="date" name="new_due_on" required min=${earliest} /></label>`;
}

function contentOf(form) {
  const { has_passed: passed, ...said } = Object.fromEntries(new FormData(form));
  const given = Object.entries(said).filter(([, value]) => typeof value === 'string' && value.trim()).map(([name, value]) => [name, value.trim()]);
  return { ...Object.fromEntries(given), ...(passed && { has_passed: passed === 'passed' }) };
}

function StepForm({ one, notice, take, busy, onCancel }) {
  const { me } = useContext(Page);
  const photos = usePhotos();
  const withPhotos = EVIDENCE.includes(one.step);
  const submit = (event) => {
    event.preventDefault();
    take({ step: one.step, ...contentOf(event.target), ...(withPhotos && photos.hashes.length > 0 && { photos: photos.hashes }) }, photos.send);
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="step-form">
      <h3 class="form-wide">${t(`dashboard.supervision.do.${one.step}`)}</h3>
      ${one.needs.map((name) => html`<${Part} key=${name} name=${name} today=${me.today} notice=${notice} step=${one.step} />`)}
      ${!one.needs.includes('note') && html`<label class="form-wide">${t('dashboard.supervision.note_optional')}<textarea name="note" rows="2" maxlength="4000"></textarea></label>`}
      ${withPhotos && photos.field}
      <div class="buttons form-wide">
        <button class="button button-main" disabled=${busy || photos.busy} data-testid="step-send">${t(`dashboard.supervision.do.${one.step}`)}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button>
      </div>
    </form>`;
}

export function Steps({ notice, onTaken }) {
  const { send, busy, problem } = useSending(`/supervision-notices/${notice.id}/steps`);
  const [chosen, setChosen] = useState(null);
  const take = async (content, sendPhotos) => {
    const changed = await send(content);
    if (!changed) return;
    announce(t(`supervision.state.${changed.state}`));
    await sendPhotos();
    onTaken(changed);
  };
  return html`
    ${!notice.next_steps.length && !['cancelled', 'archived'].includes(notice.state) && html`<p class="fine waits" data-testid="waits">${t('dashboard.supervision.waits')}</p>`}
    ${!chosen && notice.next_steps.length > 0 && html`
      <div class="next-steps" data-testid="next-steps">${notice.next_steps.map((one) => html`
        <button key=${one.step} type="button" class=${MAIN.includes(one.step) ? 'button button-main' : 'button'} data-testid=${`step-${one.step}`}
          onClick=${() => setChosen(one)}>${t(`dashboard.supervision.do.${one.step}`)}</button>`)}</div>`}
    ${chosen && html`<${StepForm} one=${chosen} notice=${notice} take=${take} busy=${busy} onCancel=${() => setChosen(null)} />`}
    ${problem && html`<p class="failure-text" role="alert" data-testid="step-problem">${problem}</p>`}`;
}
