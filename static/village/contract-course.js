// The course of a contract's revision: who took which step when, with what the meeting or the town said.
import { html } from '/vendor/htm-preact.js';
import { dayName, shortDay } from '../shared/dates.js';
import { locale, t } from '../shared/i18n.js';
import { moment } from '../shared/sheet.js';
import { RecordPhotos } from './photo-field.js';

function detailWords({ step, details }) {
  if (step === 'deliberated') return t('contract.vote', { ...details, day: shortDay(details.held_on, locale()) });
  if (step === 'approved' || step === 'returned') {
    return ['followed_procedure', 'is_realistic_and_lawful'].filter((name) => name in details)
      .map((name) => t(`contract.question.${name}.${details[name] ? 'yes' : 'no'}`)).join(' · ');
  }
  if (step === 'signed') return [details.held_on && dayName(details.held_on, locale()), details.place].filter(Boolean).join(' ');
  return '';
}

/** Every step of a revision; its photos, too. */
export const ContractCourse = ({ revision }) => html`
  <ol class="concern-course" data-testid="course">
    ${revision.steps.map((step) => html`
      <li key=${step.id} data-step=${step.step}>
        <strong>${t(`contract.step.${step.step}`)}</strong> <small>${step.by.name} ${moment(step.at)}</small>
        ${detailWords(step) && html`<span class="quiet">${detailWords(step)}</span>`}
        ${step.note && html`<q>${step.note}</q>`}
        <${RecordPhotos} photos=${step.photos} />
      </li>`)}
  </ol>`;
