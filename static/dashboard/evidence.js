// One day opened: what was recorded, what was decided, and why it does or does not count.
import { html, useContext } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { dayWithWeekday, fullDay, instantText, timeText } from './dates.js';
import { Decide } from './decide.js';
import { Tag } from './parts.js';
import { Reveal } from './reveal.js';
import { Page, supervisesThere } from './scope.js';
import { distanceText } from './words.js';

const STATUS_TONE = { counts: 'good', waiting: 'wait', rejected: 'bad', no_posting: 'calm', future_day: 'calm' };

/** Where the phone was, as far as it is known. */
function placeText(evidence) {
  if (evidence.location_error) return t(`dashboard.location_error.${evidence.location_error}`);
  if (evidence.distance_m === null || !evidence.place) return null;
  const text = t('dashboard.distance', { place: evidence.place.name, distance: distanceText(evidence.distance_m) });
  return evidence.accuracy_m ? `${text}${t('dashboard.accuracy', { distance: distanceText(evidence.accuracy_m) })}` : text;
}

function DecisionLine({ decision }) {
  const level = decision.level ? t(`dashboard.level.${decision.level}`) : '';
  return html`
    <li class="decision" data-testid="decision">
      <${Tag} tone=${decision.outcome === 'confirmed' ? 'good' : 'bad'}>${t(`dashboard.outcome.${decision.outcome}`)}<//>
      <span>${[level, decision.decided_by.name, instantText(decision.decided_at)].filter(Boolean).join(' · ')}</span>
      ${decision.pending && html`<span class="fine">${t('dashboard.sending')}</span>`}
      ${decision.reason && html`<p class="decision-reason">${decision.reason}</p>`}
    </li>`;
}

/** When it was; what was entered afterwards has a time of entry, and shows who entered it. */
function When({ evidence: { kind, captured_at: at, decisions: [entry] } }) {
  if (kind === 'register' && entry) {
    return html`<span>${t('dashboard.entered', { name: entry.decided_by.name, at: instantText(entry.decided_at) })}</span>`;
  }
  return html`<time datetime=${at}>${kind === 'check_in' ? timeText(at) : instantText(at)}</time>`;
}

/** One record with its place, its flags, its decisions, and the buttons to decide; `village` is that of its day, null outside a posting. */
export function Evidence({ evidence, cadreId, village, onSuppose, onSettle }) {
  const { me, scope } = useContext(Page);
  const place = placeText(evidence);
  const located = evidence.kind === 'check_in';
  return html`
    <article class="evidence" data-testid="evidence" data-id=${evidence.id} data-status=${evidence.status}>
      <header class="evidence-head">
        <strong>${t(`dashboard.kind.${evidence.kind}`)}</strong>
        <${When} evidence=${evidence} />
        <${Tag} tone=${STATUS_TONE[evidence.status]}>${t(`dashboard.status.${evidence.status}`)}<//>
      </header>
      ${located && html`<p>${t(`verdict.${evidence.verdict}`)}${place && html` <span class="fine">${place}</span>`}</p>`}
      ${evidence.flags.length > 0 && html`
        <p class="flags">${evidence.flags.map((flag) => html`<${Tag} key=${flag} tone="warn">${t(`flag.${flag}`)}<//> `)}
          <span class="fine">${t('dashboard.received', { at: instantText(evidence.received_at) })}</span></p>`}
      ${evidence.reveals?.map((one) => html`<p key=${one.at} class="fine">${t('dashboard.reveals', { name: one.by.name })} <q>${one.reason}</q></p>`)}
      ${evidence.has_coordinates && village && supervisesThere(me, village) && cadreId !== scope.ownCadreId && html`<${Reveal} evidence=${evidence} />`}
      ${evidence.note && html`<blockquote class="note">${evidence.note}</blockquote>`}
      ${evidence.decisions.length > 0 && html`<ol class="decisions" aria-label=${t('dashboard.decisions')}>
        ${evidence.decisions.map((one) => html`<${DecisionLine} key=${one.id} decision=${one} />`)}</ol>`}
      ${new Set(evidence.decisions.map((one) => one.level).filter(Boolean)).size > 1 && html`<p class="fine">${t('dashboard.highest_prevails')}</p>`}
      <${Decide} evidence=${evidence} cadreId=${cadreId} onSuppose=${onSuppose} onSettle=${onSettle} />
    </article>`;
}

/** The words for what a day is in the calendar: holiday, rest day, makeup day, leave. */
export function dayNature(day) {
  return [
    day.calendar.label,
    day.calendar.kind === 'workday' ? null : t(`dashboard.day_kind.${day.calendar.kind}`),
    day.leave && t(`leave.kind.${day.leave.kind}`),
  ].filter(Boolean).join(' · ');
}

/** The panel of the day that is open. */
export function DayPanel({ day, cadreId, onSuppose, onSettle }) {
  const { me } = useContext(Page);
  const nature = dayNature(day);
  return html`
    <section class="card side day-panel" aria-labelledby="day-title" data-testid="day-panel" data-day=${day.day}>
      <h2 id="day-title">${dayWithWeekday(day.day)}</h2>
      <p class="fine">${[fullDay(day.day), nature, day.village?.name].filter(Boolean).join(' · ')}</p>
      <p class=${day.counts ? 'day-verdict day-counts' : 'day-verdict'} data-testid="day-why">
        <strong>${t(day.counts ? 'dashboard.counts' : day.state === 'waiting' ? 'dashboard.counts_waiting' : 'dashboard.counts_not')}</strong>
        <span>${t(`why.${day.why}`)}</span>
      </p>
      ${day.evidence.length === 0 && day.day <= me.today && html`<p class="empty">${t('dashboard.no_evidence')}</p>`}
      ${day.evidence.map((one) => html`<${Evidence} key=${one.id} evidence=${one} cadreId=${cadreId} village=${day.village} onSuppose=${onSuppose} onSettle=${onSettle} />`)}
    </section>`;
}
