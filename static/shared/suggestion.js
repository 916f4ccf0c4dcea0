// A suggestion or complaint as those see it who handle it, at the desk and in the village: its course, and the next step.
import { html, useState } from '/vendor/htm-preact.js';
import { language, locale, t } from './i18n.js';
import { useSending } from './sending.js';

const KINDS = ['suggestion', 'complaint'];
const SUBJECTS = ['village', 'person', 'app'];
const NEEDS_TEXT = ['decline', 'note', 'answer'];

export const boxDay = (day) => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** What it is, in one line. */
export const classText = (one) => [t(`suggestion.kind.${one.kind}`), t(`suggestion.about.${one.about}`), one.about_whom].filter(Boolean).join(' · ');

/** By when, or null where nothing is due. */
export const dueText = (one) => one.due_on && t(one.is_overdue ? 'suggestion.overdue' : 'suggestion.due', { day: boxDay(one.due_on) });

export const Course = ({ one }) => html`
  <ol class="concern-course">
    <li><strong>${t('suggestion.written')}</strong> ${boxDay(one.received_on)}<p class="as-written">${one.text}</p></li>
    ${one.steps.map((step) => html`
      <li key=${step.id} data-testid="suggestion-step" data-step=${step.step}><strong>${t(`suggestion.step.${step.step}`)}</strong> ${boxDay(step.day)}
        ${step.by && ` · ${step.by.name}`} ${step.by && html`<small>${t(step.is_told ? 'suggestion.told' : 'suggestion.not_told')}</small>`}
        ${step.text && html`<p class="as-written">${step.text}</p>`}</li>`)}
  </ol>`;

const Select = ({ name, values, value, label }) => html`
  <label>${label} <select name=${name} defaultValue=${value}>${values.map((one) => html`<option key=${one} value=${one} selected=${one === value}>${t(`suggestion.${name}.${one}`)}</option>`)}</select></label>`;

function StepForm({ one, step, take, busy, onCancel }) {
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const said = (name) => form.get(name)?.trim() || null;
    take({ step, text: said('text'), is_told: form.has('is_told'),
      ...(step === 'reclassify' && { kind: said('kind'), about: said('about'), about_whom: said('about_whom') }) });
  };
  return html`
    <form class="reason" onSubmit=${submit} data-testid="step-form">
      ${step === 'reclassify' && html`
        <${Select} name="kind" values=${KINDS} value=${one.kind} label=${t('suggestion.kind')} />
        <${Select} name="about" values=${SUBJECTS} value=${one.about} label=${t('suggestion.about')} />
        <label>${t('suggestion.whom')} <input name="about_whom" maxlength="50" defaultValue=${one.about_whom ?? ''} /></label>
        <p class="fine quiet">${t('suggestion.reclassify_note')}</p>`}
      <label>${t(`suggestion.says.${step}`)}
        <textarea name="text" rows="4" maxlength="2000" required=${NEEDS_TEXT.includes(step)}></textarea></label>
      ${step === 'note' && html`<label><input type="checkbox" name="is_told" /> ${t('suggestion.tell')}</label>`}
      <div class="buttons"><button class="button button-main" disabled=${busy} data-testid="step-send">${t(`suggestion.do.${step}`)}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('suggestion.cancel')}</button></div>
    </form>`;
}

/** The steps that one may take; `onTaken` gets what the server answers, `announce` says it to who listens. */
export function Steps({ one, onTaken, announce }) {
  const [step, setStep] = useState(null);
  const { send, busy, problem } = useSending(`/suggestions/${one.id}/steps`, { dated: false });
  const take = async (content) => {
    const taken = await send(content);
    if (!taken) return;
    setStep(null);
    announce(taken.is_out_of_sight ? t('suggestion.out_of_sight') : t(`suggestion.state.${taken.state}`));
    onTaken(taken);
  };
  return html`
    <div key=${language()}>
      ${one.next_steps.length === 0 && html`<p class="fine quiet">${t('suggestion.nothing_to_do')}</p>`}
      ${step === null && html`<div class="buttons">${one.next_steps.map((name) => html`
        <button key=${name} type="button" class=${['accept', 'answer'].includes(name) ? 'button button-main' : 'button'} disabled=${busy}
          onClick=${() => (name === 'accept' ? take({ step: name, text: null, is_told: false }) : setStep(name))} data-testid=${`step-${name}`}>${t(`suggestion.do.${name}`)}</button>`)}</div>`}
      ${step !== null && html`<${StepForm} key=${step} one=${one} step=${step} take=${take} busy=${busy} onCancel=${() => setStep(null)} />`}
      ${problem && html`<p class="failure-text bad" role="alert">${problem}</p>`}
    </div>`;
}
