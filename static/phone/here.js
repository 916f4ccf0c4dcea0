// The one big button, and what became of the last tap.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { canLocate } from '/static/shared/locate.js';
import { t } from '/static/shared/i18n.js';
import { locates } from './consent.js';
import { usePhone } from './context.js';
import { Problem } from './parts.js';
import { outcomeWords } from './words.js';

/** A cold finger taps twice; nobody means two records within these seconds. */
const REST_MS = 5000;

const newestToday = (records, today) => records.find(({ kind, day }) => kind === 'check_in' && day === today);

function Outcome({ record: stored, day }) {
  // The village may have decided since the record was sent; the day knows.
  const newer = day?.evidence.find(({ id }) => id === stored.id);
  const record = newer && stored.state === 'sent' ? { ...stored, answer: newer } : stored;
  const words = outcomeWords(record);
  return html`
    <div class="outcome outcome--${words.tone}" data-testid="outcome" data-state=${record.state}
      data-verdict=${record.answer?.verdict ?? ''}>
      <strong>${words.title}</strong>
      ${words.text && html`<span>${words.text}</span>`}
      ${words.flags.map((text) => html`
        <a class="outcome__flag" key=${text} href=${`#declare/${record.answer.day}`}>
          ${t('phone.outcome.explain')} <small>${text}</small>
        </a>`)}
      ${record.state === 'attention' && html`<a href="#records">${t('phone.outcome.look')}</a>`}
    </div>`;
}

function LocationLine({ me }) {
  const key = !canLocate() ? 'phone.location.unsupported'
    : locates(me) ? 'phone.location.on' : 'phone.location.off';
  return html`<p class="quiet small">${t(key)} <a href="#me">${t('phone.location.change')}</a></p>`;
}

export function HereButton({ day }) {
  const { me, outbox, sender, records, today } = usePhone();
  const [resting, setResting] = useState(false);
  const [problem, setProblem] = useState(null);
  // The state of this moment: a second tap may come before the button has been drawn anew.
  const underWay = useRef(false);
  const last = newestToday(records, today);
  const locating = Boolean(last && last.state === 'saved' && !last.body);

  // A tap before a reload counts as well: the button rests until its seconds are over.
  useEffect(() => {
    const left = last ? last.captured_ms + REST_MS - Date.now() : 0;
    if (left <= 0 || left > REST_MS) return undefined;
    setResting(true);
    const timer = setTimeout(() => setResting(false), left);
    return () => clearTimeout(timer);
  }, [last?.id]);

  const here = async () => {
    if (underWay.current) return;
    underWay.current = true;
    setResting(true);
    setProblem(null);
    try {
      const { settled } = await outbox.checkIn({ withoutLocation: !locates(me) });
      settled.finally(() => sender.send());
      // Asked after the first record, so that nothing stands between the tap and the record.
      if (isSecureContext) navigator.storage?.persist?.().catch(() => null);
    } catch {
      setResting(false);
      setProblem(t('phone.here.failed'));
    } finally {
      underWay.current = false;
    }
  };

  const busy = resting || locating;
  const hint = busy ? 'phone.here.noted_hint' : last ? 'phone.here.again' : 'phone.here.hint';
  return html`
    <section class="here" aria-label=${t('phone.here.section')}>
      <button type="button" class="here__button" data-testid="here" aria-disabled=${String(busy)}
        onClick=${busy ? undefined : here}>
        <span class="here__word">${t(busy ? 'phone.here.noted' : 'phone.here.button')}</span>
        <span class="here__hint">${t(hint)}</span>
      </button>
      <div aria-live="polite" role="status">${last && html`<${Outcome} record=${last} day=${day} />`}</div>
      <${Problem}>${problem}<//>
      <${LocationLine} me=${me} />
    </section>`;
}
