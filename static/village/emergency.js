// While the county's emergency duty runs: for the committee, who of the posted cadres has told and whom to ring.
import { html, useEffect } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { clockOf, dayOf, shortDay } from '../shared/dates.js';
import { listed, locale, t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { useVillage } from './context.js';

/** A check-in of the morning should show by itself, on a page that lies open at the office. */
const LOOK_EVERY_MS = 2 * 60 * 1000;

async function running(code) {
  const { duties } = await get('/emergency-duties', { division: code, state: 'running' });
  return Promise.all(duties.map((duty) => get(`/emergency-duties/${duty.id}/presence`, { division: code })));
}

function Duty({ presence: { duty, posted, reported, villages } }) {
  const missing = villages.flatMap(({ cadres }) => cadres).filter((one) => !one.reported_at && !one.leave).map(({ cadre }) => cadre.name);
  const until = `${shortDay(dayOf(duty.until_at), locale())} ${clockOf(duty.until_at)}`;
  return html`
    <section class="notice notice--warn" data-testid="emergency">
      <strong>${t('village.emergency.title', { kind: t(`emergency.kind.${duty.kind}`), until })}</strong>
      <span>${duty.reason}</span>
      <span role="status" data-testid="emergency-told">${t('village.emergency.told', { reported, posted })}
        ${missing.length > 0 && ` ${t('village.emergency.missing', { names: listed(missing) })}`}</span>
      ${missing.length > 0 && html`<a href="#register" data-testid="emergency-register">${t('village.emergency.register')}</a>`}
    </section>`;
}

export function EmergencyNotice() {
  const { village } = useVillage();
  const found = useLoad(() => running(village.code), [village.code]);
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && found.reload();
    const timer = setInterval(look, LOOK_EVERY_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  if (!found.data?.length) return null;
  return html`<div class="emergency">${found.data.map((one) => html`<${Duty} key=${one.duty.id} presence=${one} />`)}</div>`;
}
