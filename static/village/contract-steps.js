// The village's steps in a contract's course: measures written, meeting held, sealed, handed in, made public.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { useSending } from '../shared/sending.js';
import { announce, Problem } from './parts.js';
import { PhotoField } from './photo-field.js';
import { VoteForm } from './vote-form.js';

/** After the meeting, writing measures is going back to them. */
const nameOf = (step, state) => (step === 'measures' && state === 'deliberated' ? 'measures_again' : step);
const OWN = ['measures', 'deliberated', 'sealed', 'submitted', 'published'];

/** A note, and for the seal a photo of the paper. */
function StepForm({ step, name, needs, take, busy, onCancel }) {
  const [photos, setPhotos] = useState([]);
  const submit = (event) => {
    event.preventDefault();
    const note = new FormData(event.target).get('note').trim();
    take({ step, details: {}, ...(note && { note }), ...(photos.length && { photos }) });
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="step-form">
      <h3>${t(`village.contract_do.${name}`)}</h3>
      <p class="quiet">${t(`village.contract_about.${name}`)}</p>
      ${step === 'sealed' && html`<${PhotoField} onChange=${setPhotos} label=${t('village.photo_seal')} />`}
      <label class="field">${t(needs.includes('note') ? 'village.note' : 'village.note_optional')}
        <textarea name="note" rows="2" maxlength="2000" required=${needs.includes('note')}></textarea></label>
      <div class="pair"><button type="button" class="button" onClick=${onCancel}>${t('village.cancel')}</button>
        <button type="submit" class="button button-main" disabled=${busy} data-testid="step-send">${t('village.confirm_step')}</button></div>
    </form>`;
}

/** The steps that the village may take now. A refusal because somebody else was quicker shows what stands now. */
export function ContractSteps({ contract, onChange, reload }) {
  const { revision } = contract;
  const [step, setStep] = useState(null);
  const { send, busy, problem } = useSending(`/contracts/${contract.id}/steps`, { dated: false });
  const known = revision.next_steps.filter((one) => OWN.includes(one.step));
  const take = async (content) => {
    const now = await send({ revision_id: revision.id, ...content });
    if (!now) return;
    announce(t(`contract.state.${now.revision.state}`));
    setStep(null);
    onChange(now);
  };
  const chosen = known.find((one) => one.step === step);
  const close = () => setStep(null);
  return html`
    <${Problem}>${problem && html`<span>${problem} <button type="button" class="text-button" onClick=${reload}>${t('village.look_again')}</button></span>`}<//>
    ${!chosen && known.length > 0 && html`
      <div class="next-steps" data-testid="next-steps">${known.map((one) => html`
        <button key=${one.step} type="button" class=${revision.problems.length || nameOf(one.step, revision.state) !== one.step ? 'button' : 'button button-main'} onClick=${() => setStep(one.step)}
          data-testid=${`step-${one.step}`}>${t(`village.contract_do.${nameOf(one.step, revision.state)}`)}</button>`)}</div>`}
    ${chosen?.step === 'deliberated' && html`<${VoteForm} take=${take} busy=${busy} onCancel=${close} />`}
    ${chosen && chosen.step !== 'deliberated' && html`<${StepForm} key=${step} step=${step} name=${nameOf(step, revision.state)} needs=${chosen.needs} take=${take} busy=${busy} onCancel=${close} />`}`;
}
