// A concern as every page tells it: its course, when it is due, and the form of the next step.
import { html, useState } from '/vendor/htm-preact.js';
import { clockOf, dayOf, shortDay } from './dates.js';
import { locale, t } from './i18n.js';

export const CONCERN_KINDS = [
  'livelihood', 'facility', 'land', 'dispute', 'policy', 'village_affairs', 'environment', 'other',
];
const UNDONE = new Set(['raised', 'accepted', 'in_village', 'joint_consultation', 'escalated']);
const DAY_MS = 24 * 3600 * 1000;

export const isUndone = (concern) => UNDONE.has(concern.state);

/** Those that are not over, what waits longest for somebody to act first: the order of every list. */
export const openDueFirst = (concerns) => concerns.filter(({ state }) => state !== 'closed' && state !== 'merged')
  .sort((one, other) => (isUndone(other) - isUndone(one)) || one.due_on.localeCompare(other.due_on)
    || one.raised_at.localeCompare(other.raised_at));

/** Days until the last one; negative when that is over. */
export const daysLeft = (concern, today) => Math.round((Date.parse(concern.due_on) - Date.parse(today)) / DAY_MS);

const moment = (instant) => `${shortDay(dayOf(instant), locale())} ${clockOf(instant)}`;

/** 「6月4日到期，还有 3 天」, or when it was done. */
export function dueWords(concern, today) {
  if (concern.done_on) return t('concern.due.done', { day: shortDay(concern.done_on, locale()) });
  if (!isUndone(concern)) return '';
  const left = daysLeft(concern, today);
  const key = left < 0 ? 'over' : left === 0 ? 'today' : 'left';
  return t(`concern.due.${key}`, { day: shortDay(concern.due_on, locale()), days: Math.abs(left) });
}

/** How urgent it looks: a class for its colour. */
export function dueTone(concern, today) {
  if (!isUndone(concern)) return 'good';
  const left = daysLeft(concern, today);
  return left < 0 ? 'bad' : left <= 3 ? 'wait' : 'plain';
}

/** With whom it lies, and for which household it was raised. */
export const aboutWords = (concern) => [
  concern.household && `${concern.household.householder} ${concern.household.villagers_group}`,
  isUndone(concern) && t('concern.held_by', { name: concern.owner.name }),
].filter(Boolean).join(' · ');

/** Every step with who, when and what; `photos(list)` shows the photos of a step where a page can. */
export const Course = ({ concern, photos = () => null }) => html`
  <ol class="concern-course" data-testid="course">
    ${concern.steps.map((step) => html`
      <li key=${step.id} data-step=${step.step}>
        <strong>${t(`concern.step.${step.step}`)}</strong>${step.to_division && ` ${step.to_division.name}`}
        <small>${step.by.name} ${moment(step.at)}</small>
        ${step.note && html`<q>${step.note}</q>`}
        ${photos(step.photos)}
      </li>`)}
  </ol>`;

/**
 * The steps that may be taken, each as a button, and the form of the one that was chosen.
 * `take(content)` hands it in, without id and moment; `others` are the concerns that it may be merged into.
 */
export function NextSteps({ concern, take, Button, busy = false, others = [], extra = null, cancel }) {
  const [step, setStep] = useState(null);
  const known = concern.next_steps.filter((one) => one.needs !== 'concern' || others.length > 0);
  if (!known.length) return null;
  const choose = (one) => (one.step === 'accepted' || one.step === 'separated' ? take({ step: one.step }) : setStep(one));
  if (!step) {
    return html`
      <div class="next-steps" data-testid="next-steps">
        ${known.map((one) => html`
          <${Button} key=${one.step} disabled=${busy} data-testid=${`step-${one.step}`} onClick=${() => choose(one)}>
            ${t(`concern.do.${one.step}`)}<//>`)}
      </div>`;
  }
  const submit = async (event) => {
    event.preventDefault();
    const { note, ...rest } = Object.fromEntries(new FormData(event.target));
    const said = note.trim();
    if (await take({ step: step.step, ...rest, ...(said && { note: said }) }) !== false) setStep(null);
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="step-form">
      <h3>${t(`concern.do.${step.step}`)}</h3>
      ${step.needs === 'division' && html`
        <label>${t('concern.to_division')}
          <select name="to_division_code" required>${concern.escalates_to.map((one) => html`
            <option key=${one.code} value=${one.code}>${one.name}</option>`)}</select></label>`}
      ${step.needs === 'concern' && html`
        <label>${t('concern.into')}
          <select name="into_id" required>${others.map((one) => html`
            <option key=${one.id} value=${one.id}>${shortDay(one.raised_on, locale())} ${one.text.slice(0, 40)}</option>`)}</select></label>`}
      <label>${t(step.needs === 'note' ? `concern.note.${step.step}` : 'concern.note.optional')}
        <textarea name="note" rows="3" maxlength="2000" required=${step.needs === 'note'}></textarea></label>
      ${extra}
      <div class="pair">
        <${Button} onClick=${() => setStep(null)}>${cancel}<//>
        <${Button} type="submit" main disabled=${busy}>${t('concern.send')}<//>
      </div>
    </form>`;
}
