// The one word that may be asked of everybody: while the county's emergency duty runs, whether one is in the village.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { clockOf, dayOf, shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { usePhone } from './context.js';
import { useSaid } from './kept.js';

/** A timer cannot wait for weeks; looking once an hour is enough for that. */
const HOUR_MS = 3600 * 1000;
const ms = (instant) => Date.parse(instant);
/** Evidence that says nothing of where somebody is: as the server has it. */
const SAYS_NOTHING = ['withdrawn', 'erased', 'rejected', 'future_day'];

/** Draw anew at the very moment when a duty begins or ends. */
function useMoments(duties) {
  const [, look] = useState(0);
  const now = Date.now();
  const next = Math.min(...duties.flatMap(({ from_at: from, until_at: until }) => [ms(from), ms(until)]).filter((at) => at > now));
  useEffect(() => {
    if (!Number.isFinite(next)) return undefined;
    const timer = setInterval(() => look((count) => count + 1), Math.min(HOUR_MS, next - now + 50));
    return () => clearInterval(timer);
  });
}

/** What was told today since a duty began: at the server, or on this phone so far; null: nothing. */
function wordOf(duty, day, records, today) {
  const from = ms(duty.from_at);
  const evidence = day?.evidence ?? [];
  // A clock that was wrong is not believed: then it is when it came.
  const known = evidence.some((one) => !SAYS_NOTHING.includes(one.status) && ms(one.received_at) >= from
    && (one.flags.includes('clock_skew') || ms(one.captured_at) >= from));
  // What the server refused says nothing; of what it has, it says itself what that is worth.
  const own = records.filter((one) => one.day === today && ['check_in', 'declaration'].includes(one.kind) && one.captured_ms >= from
    && one.state !== 'attention' && !evidence.some(({ id }) => id === one.id));
  if (known || own.some(({ state }) => state === 'sent')) return 'told';
  return own.length ? 'saved' : null;
}

/** The duties that run now, each with its reason, until when, and whether today's word has gone out. */
export function EmergencyNotice({ day }) {
  const { records, today } = usePhone();
  const duties = useSaid('emergency_duties') ?? [];
  useMoments(duties);
  const now = Date.now();
  return duties.filter(({ from_at: from, until_at: until }) => ms(from) <= now && now < ms(until)).map((duty) => {
    const word = wordOf(duty, day, records, today);
    const kind = t(`emergency.kind.${duty.kind}`);
    const until = `${shortDay(dayOf(duty.until_at), locale())} ${clockOf(duty.until_at)}`;
    return html`
      <section key=${duty.id} class="notice ${word === 'told' ? '' : 'notice--warn'}" data-testid="emergency" data-word=${word ?? ''}>
        <strong role="status">${t(word ? `field.emergency.${word}` : 'field.emergency.ask', { kind })}</strong>
        <p>${duty.reason}</p>
        <p class="small">${t('field.emergency.until', { until })} ${!word && t('field.emergency.elsewhere')}</p>
      </section>`;
  });
}
