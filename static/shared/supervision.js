// A supervision notice as the village's page and the phone tell it: what it demands, by when, its course, the next step.
import { html, useState } from '/vendor/htm-preact.js';
import { addDays, clockOf, dayName, dayOf, shortDay } from './dates.js';
import { locale, t } from './i18n.js';

/** The village has to act. */
const WAITING = new Set(['issued', 'served', 'returned', 'escalated']);
const OVER = new Set(['struck_off', 'archived', 'cancelled']);
/** Steps that are the village's; whoever also decides does that at the desk. */
const OWN = ['served', 'reported', 'extension_asked'];
const DAY_MS = 24 * 3600 * 1000;
const SOON = 3;

export const isOver = (notice) => OVER.has(notice.state);

const daysLeft = (notice, today) => Math.round((Date.parse(notice.due_on) - Date.parse(today)) / DAY_MS);

/** The village still has to act and the last day has passed; by the page's own day, since it may lie long without a network. */
export const isLateNotice = (notice, today) => WAITING.has(notice.state) && today > notice.due_on;

/** What the village has to do something about now or soon. */
export const waitsForVillage = (notice) => WAITING.has(notice.state);

/** Open ones first, what is due first. */
export const dueFirst = (notices) => [...notices].sort((one, other) => isOver(one) - isOver(other)
  || waitsForVillage(other) - waitsForVillage(one) || one.due_on.localeCompare(other.due_on) || one.id.localeCompare(other.id));

/** 「11月30日到期，还有 3 天」, 「逾期 2 天」. */
export function noticeDueWords(notice, today) {
  if (!waitsForVillage(notice)) return t('supervision.answer.due.day', { day: shortDay(notice.due_on, locale()) });
  const left = daysLeft(notice, today);
  const key = left < 0 ? 'over' : left === 0 ? 'today' : 'left';
  return t(`supervision.answer.due.${key}`, { day: shortDay(notice.due_on, locale()), days: Math.abs(left) });
}

/** How urgent it looks: a class for its colour. */
export function noticeTone(notice, today) {
  if (!waitsForVillage(notice)) return isOver(notice) ? 'good' : 'plain';
  if (isLateNotice(notice, today)) return 'bad';
  return daysLeft(notice, today) <= SOON || notice.state === 'issued' ? 'wait' : 'plain';
}

const moment = (instant) => `${shortDay(dayOf(instant), locale())} ${clockOf(instant)}`;

/** What the paper says. */
export function NoticePaper({ notice }) {
  const facts = [
    ['facts', notice.facts], ['basis', notice.basis], ['demand', notice.demand],
    ['lead_unit', [notice.lead_unit, ...notice.assisting_units].join('、')], ['contact', notice.contact],
  ].filter(([, value]) => value);
  return html`<dl class="said-of">${facts.map(([name, value]) => html`
    <div key=${name}><dt>${t(`supervision.answer.field.${name}`)}</dt><dd class="long">${value}</dd></div>`)}</dl>`;
}

/** Every step with who, when and what; `photos(list)` shows the photos of a step where a page can. */
export const NoticeCourse = ({ notice, photos = () => null }) => html`
  <ol class="concern-course" data-testid="course">
    ${notice.steps.filter(({ step }) => step !== 'drafted' && step !== 'reviewed').map((step) => html`
      <li key=${step.id} data-step=${step.step}>
        <strong>${t(`supervision.step.${step.step}`)}</strong>
        ${step.has_passed !== null && ` ${t(step.has_passed ? 'supervision.answer.passed' : 'supervision.answer.failed')}`}
        <small>${step.by.name} ${moment(step.at)}</small>
        ${step.new_due_on && html`<span class="quiet">${t('supervision.answer.new_due_on', { day: dayName(step.new_due_on, locale()) })}</span>`}
        ${step.note && html`<q>${step.note}</q>`}
        ${photos(step.photos)}
      </li>`)}
  </ol>`;

/** The village's steps among those that may be taken. */
const ownSteps = (notice) => OWN.filter((step) => notice.next_steps.some((one) => one.step === step));

/**
 * The steps that the village may take, each as a button, and the form of the one that was chosen.
 * `take(content)` hands it in, without id and moment, and answers false where it was not taken; `photos` is the field for
 * evidence.
 */
export function NoticeSteps({ notice, today, take, Button, busy = false, photos = null, cancel }) {
  const [step, setStep] = useState(null);
  const known = ownSteps(notice);
  if (!known.length) return null;
  if (!step) {
    return html`
      <div class="next-steps" data-testid="next-steps">
        ${known.map((one) => html`
          <${Button} key=${one} main=${one !== 'extension_asked'} disabled=${busy} data-testid=${`step-${one}`}
            onClick=${() => (one === 'served' ? take({ step: one }) : setStep(one))}>${t(`supervision.answer.do.${one}`)}<//>`)}
      </div>`;
  }
  const submit = async (event) => {
    event.preventDefault();
    const { note, new_due_on: day } = Object.fromEntries(new FormData(event.target));
    if (await take({ step, note: note.trim(), ...(day && { new_due_on: day }) }) !== false) setStep(null);
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="step-form">
      <h3>${t(`supervision.answer.do.${step}`)}</h3>
      <label class="field">${t(`supervision.answer.note.${step}`)}<textarea name="note" rows="4" maxlength="4000" required></textarea></label>
      ${step === 'extension_asked' && html`
        <label class="field">${t('supervision.answer.until')}<input type="date" name="new_due_on" required
          min=${addDays(notice.due_on < today ? today : notice.due_on, 1)} /></label>`}
      ${step === 'reported' && photos}
      <div class="pair">
        <${Button} onClick=${() => setStep(null)}>${cancel}<//>
        <${Button} type="submit" main disabled=${busy}>${t('supervision.answer.send')}<//>
      </div>
    </form>`;
}
