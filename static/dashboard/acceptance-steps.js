// What comes after the check on the spot: asking people, confirming together, putting it on file.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { useSending } from '../shared/sending.js';
import { Assessors, assessorsOf, SurveyFields, surveyOf, Verdict } from './acceptance-parts.js';
import { announce } from './parts.js';
import { Page } from './scope.js';

/** What a step's form says beside its note. */
const DETAILS = {
  surveyed: surveyOf,
  confirmed: (said) => ({ held_on: said.get('held_on'), present: assessorsOf(said), verdict: said.get('verdict') }),
  archived: () => ({}),
};

function Fields({ step, acceptance, today }) {
  if (step === 'surveyed') return html`<p class="fine form-wide">${t('dashboard.acceptance.survey_note')}</p><${SurveyFields} survey=${acceptance.survey} />`;
  if (step === 'confirmed') {
    return html`
      <label>${t('dashboard.acceptance.held_on')}<input type="date" name="held_on" required min=${acceptance.inspected_on} max=${today} defaultValue=${today} /></label>
      <${Assessors} village=${acceptance.village} label=${t('dashboard.acceptance.present')} />
      <${Verdict} chosen=${acceptance.verdict} label=${t('dashboard.acceptance.final')} />`;
  }
  return null;
}

export function AcceptanceSteps({ acceptance, onTaken }) {
  const { me } = useContext(Page);
  const { send, busy, problem } = useSending(`/acceptances/${acceptance.id}/steps`, { dated: false });
  const [step, setStep] = useState(null);
  const steps = acceptance.next_steps.map((one) => one.step);
  if (!steps.length && !acceptance.needs_survey) return null;
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const note = said.get('note').trim();
    const changed = await send({ step, details: DETAILS[step](said), ...(note && { note }) });
    if (changed) {
      announce(t('dashboard.saved'));
      onTaken(changed);
    }
  };
  return html`
    ${acceptance.needs_survey && html`<p class="notice notice-warn" data-testid="needs-survey">${t('dashboard.acceptance.needs_survey')}</p>`}
    ${step === null
      ? html`<div class="next-steps" data-testid="next-steps">${steps.map((name) => html`
          <button key=${name} type="button" class="button button-main" onClick=${() => setStep(name)} data-testid=${`step-${name}`}>${t(`dashboard.acceptance.do.${name}`)}</button>`)}</div>`
      : html`
        <form class="form" onSubmit=${submit} data-testid="step-form">
          <h3 class="form-wide">${t(`dashboard.acceptance.do.${step}`)}</h3>
          <${Fields} step=${step} acceptance=${acceptance} today=${me.today} />
          <label class="form-wide">${t('contract.note_optional')}<textarea name="note" rows="2" maxlength="2000"></textarea></label>
          <div class="buttons form-wide"><button class="button button-main" disabled=${busy} data-testid="step-send">${t('dashboard.save')}</button>
            <button type="button" class="button" onClick=${() => setStep(null)}>${t('dashboard.cancel')}</button></div>
          ${problem && html`<p class="failure-text form-wide" role="alert" data-testid="step-problem">${problem}</p>`}
        </form>`}`;
}
