// One day: as a sign in a row or calendar, and in full: whether it counts, why, and every piece of evidence with what was decided about it.
import { html } from '/vendor/htm-preact.js';
import { addDays, clockOf, mondayOf, monthOfWeek, shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { useMonth, usePhone } from './context.js';
import { Back, Freshness } from './parts.js';
import { answerWords, joined, markOf, momentWords, weekdayLetter, weekdayName } from './words.js';

/** One day as a sign with its word; the colour only repeats what both say. */
export function DayCell({ day, today, unsent, dimmed = false, narrow = false }) {
  const mark = markOf(day, { today, unsent });
  const word = t(`phone.mark.${mark}`);
  const label = `${shortDay(day.day, locale())} ${weekdayName(day.weekday)} ${day.calendar.label ?? ''} ${word}`;
  return html`
    <a class="day-cell day-cell--${mark} ${dimmed ? 'day-cell--dimmed' : ''}" href=${`#day/${day.day}`}
      aria-label=${label} aria-current=${day.day === today ? 'date' : undefined}
      data-testid="day" data-day=${day.day} data-mark=${mark}>
      ${!narrow && html`<span class="day-cell__weekday" aria-hidden="true">${weekdayLetter(day.weekday)}</span>`}
      <span class="day-cell__number" aria-hidden="true">${Number(day.day.slice(8))}</span>
      <span class="day-cell__sign" aria-hidden="true">${t(`phone.sign.${mark}`)}</span>
      <span class="day-cell__word" aria-hidden="true">${word}</span>
    </a>`;
}

function Decision({ decision }) {
  const words = t(`phone.decision.${decision.outcome}`, {
    name: decision.decided_by.name, level: t(`level.${decision.level}`), when: momentWords(decision.decided_at) });
  return html`<li>${words}${decision.reason && html`<q>${decision.reason}</q>`}</li>`;
}

/** When it was: for what others or one oneself entered afterwards that is no time of presence, and is not shown as one. */
function EvidenceHead({ evidence: { kind, captured_at: at, decisions: [entry] } }) {
  if (kind === 'check_in') {
    return html`<p class="evidence__head"><strong>${clockOf(at)}</strong> ${t('phone.kind.check_in')}</p>`;
  }
  const entered = kind === 'register'
    ? entry && t('phone.entered', { name: entry.decided_by.name, when: momentWords(entry.decided_at) })
    : t('phone.declared', { when: momentWords(at) });
  return html`<p class="evidence__head"><strong>${t(`phone.kind.${kind}`)}</strong> ${entered}</p>`;
}

/** The first decision on a line of the attendance book is the entry itself; its head says so already. */
const decisionsShown = ({ kind, decisions }) => decisions.filter(
  ({ outcome, reason }, index) => kind !== 'register' || index > 0 || reason || outcome !== 'confirmed');

function Evidence({ evidence }) {
  const words = answerWords(evidence);
  const decisions = decisionsShown(evidence);
  return html`
    <li class="evidence evidence--${words.tone}" data-testid="evidence" data-status=${evidence.status}>
      <${EvidenceHead} evidence=${evidence} />
      <p>${words.text}</p>
      ${evidence.note && html`<p class="quiet">${evidence.note}</p>`}
      ${evidence.reveals?.map((one) => html`<p key=${one.at} class="quiet">
        ${t('phone.reveal', { name: one.by.name, when: momentWords(one.at) })}<q>${one.reason}</q></p>`)}
      ${words.flags.map((text) => html`
        <p key=${text}>
          <a href=${`#declare/${evidence.day}`}>${t('phone.outcome.explain')}</a> <small>${text}</small>
        </p>`)}
      ${decisions.length > 0 && html`
        <ul class="decisions">
          ${decisions.map((one) => html`<${Decision} key=${one.id} decision=${one} />`)}
        </ul>`}
      <a class="text-button evidence__ask" href=${`#data/${evidence.id}/${evidence.day}`}>${t('phone.data.of_record')}</a>
    </li>`;
}

const OnThisPhone = ({ record }) => html`
  <li class="evidence evidence--saved">
    <p class="evidence__head"><strong>${clockOf(record.captured_ms)}</strong> ${t(`phone.kind.${record.kind}`)}</p>
    <p><a href="#records">${t(`phone.records.state.${record.state}`)}</a></p>
  </li>`;

/** What the calendar says of the day: "工作日", or the holiday's own name. */
const calendarWords = ({ kind, label }) => label ?? t(`calendar.${kind}`);

/** The panel of one day; `offer` adds the way to tell it afterwards, which the first view has already. */
export function DayPanel({ day, offer = false }) {
  const { today, records } = usePhone();
  const local = records.filter((record) => record.state !== 'sent' && record.day === day.day
    && (record.kind === 'check_in' || record.kind === 'declaration'));
  const mark = markOf(day, { today, unsent: local.length > 0 });
  const mayDeclare = offer && day.in_posting && !day.counts && day.day <= today;
  return html`
    <section class="panel" data-testid="day-panel" data-why=${day.why} data-counts=${String(day.counts)}>
      <h2>
        ${joined(shortDay(day.day, locale()), weekdayName(day.weekday))} <small>${calendarWords(day.calendar)}</small>
      </h2>
      <p class="verdict"><span class="badge badge--${mark}">${t(`phone.mark.${mark}`)}</span> ${t(`why.${day.why}`)}</p>
      ${day.leave && html`<p>${t('phone.day.leave', { kind: t(`leave.kind.${day.leave.kind}`) })}</p>`}
      ${(day.evidence.length > 0 || local.length > 0) && html`
        <ul class="evidences">
          ${local.map((record) => html`<${OnThisPhone} key=${record.id} record=${record} />`)}
          ${day.evidence.map((one) => html`<${Evidence} key=${one.id} evidence=${one} />`)}
        </ul>`}
      ${mayDeclare && html`
        <a class="weui-btn weui-btn_default wide" href=${`#declare/${day.day}`}>${t('phone.day.declare')}</a>`}
      ${!day.calendar.official && html`<p class="quiet small">${t('phone.calendar.unofficial')}</p>`}
    </section>`;
}

/** A day's own page. */
export function DayPage({ date }) {
  const { today } = usePhone();
  const answer = useMonth(monthOfWeek(date));
  const day = answer.value?.days.find((one) => one.day === date);
  const inThisWeek = date >= mondayOf(today) && date <= addDays(mondayOf(today), 6);
  return html`
    <div>
      <${Back} to=${inThisWeek ? '#today' : `#month/${date.slice(0, 7)}`} />
      <${Freshness} answer=${answer} />
      ${day && html`<${DayPanel} day=${day} offer />`}
      <p class="quiet small">${t('phone.day.how')}</p>
    </div>`;
}
