// One record of a day in plain words: when, where, what was said of it.
import { html } from '/vendor/htm-preact.js';
import { clockOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { moment } from '../shared/sheet.js';

/** 380 米, 2.3 公里 */
function distanceText(metres) {
  if (metres < 1000) return t('village.metres', { n: Math.round(metres) });
  return t('village.kilometres', { n: (metres / 1000).toFixed(1) });
}

/** Where the phone was, as far as it is known. */
function placeText(evidence) {
  if (evidence.kind !== 'check_in') return null;
  if (evidence.location_error) return t(`village.no_fix.${evidence.location_error}`);
  if (evidence.distance_m === null || !evidence.place) return t(`verdict.${evidence.verdict}`);
  const words = { place: evidence.place.name, distance: distanceText(evidence.distance_m) };
  const accuracy = evidence.accuracy_m ? t('village.accuracy', { distance: distanceText(evidence.accuracy_m) }) : '';
  return t(`village.place.${evidence.verdict}`, words) + accuracy;
}

function kindText(evidence) {
  const text = t(`village.kind.${evidence.kind}`);
  return text.startsWith('village.kind.') ? t('village.kind.other') : text;
}

/** A record with its place, its note and what has been decided. */
export function Record({ evidence }) {
  const place = placeText(evidence);
  const said = evidence.kind === 'check_in' ? clockOf(evidence.captured_at) : moment(evidence.captured_at);
  return html`
    <div class=${`record record--${evidence.status}`} data-testid="record" data-id=${evidence.id} data-status=${evidence.status}>
      <p><strong>${said}</strong> ${kindText(evidence)} <span class=${`badge badge--${evidence.status}`}>${t(`village.status.${evidence.status}`)}</span></p>
      ${place && html`<p>${place}</p>`}
      ${evidence.note && html`<p class="said">${evidence.note}</p>`}
      ${evidence.flags.map((flag) => html`<p key=${flag} class="quiet">${t(`flag.${flag}`)}</p>`)}
      ${evidence.decisions.length > 0 && html`
        <ul class="decisions">${evidence.decisions.map((one) => html`
          <li key=${one.id} data-testid="decision">${t(`village.decided.${one.outcome}`, { name: one.decided_by.name, when: moment(one.decided_at) })}
            ${one.reason && html`<q>${one.reason}</q>`}</li>`)}</ul>`}
    </div>`;
}
