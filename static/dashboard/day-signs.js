// A day in few signs: the state as a shape, each kind of evidence as a character, and all of it in words for the ear.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { count } from './words.js';

/** In the order in which they are shown; a later one is the village's or the office's word. */
const KINDS = ['check_in', 'visit', 'diary', 'declaration', 'register', 'reception', 'meeting'];
/** Only these bring a position, so only of these the verdict says anything. */
const PLACED = ['check_in', 'visit', 'diary'];
const VERDICTS = ['inside', 'uncertain', 'outside', 'no_location', 'not_judged'];
const DAY_STATES = ['stationed', 'errand', 'waiting', 'rejected'];

/** [{kind, verdict, count}] of pieces of evidence, as the day calendar has them. */
export function kindsOf(evidence) {
  const found = new Map();
  for (const { kind, verdict } of evidence) {
    const key = `${kind} ${verdict}`;
    found.set(key, { kind, verdict, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

/** One entry for each kind: the verdict that speaks most for it, and all pieces counted. */
function byKind(kinds) {
  return KINDS.flatMap((kind) => {
    const all = kinds.filter((one) => one.kind === kind);
    if (all.length === 0) return [];
    const verdict = VERDICTS.find((name) => all.some((one) => one.verdict === name)) ?? all[0].verdict;
    return [{ kind, verdict, count: all.reduce((sum, one) => sum + one.count, 0) }];
  });
}

const isMarked = ({ kind, verdict }) => PLACED.includes(kind) && verdict !== 'inside';

/** The signs of a day's kinds of evidence, for the eye. */
export const KindSigns = ({ kinds }) => html`
  <span class="kind-signs" aria-hidden="true">${byKind(kinds).map((one) => html`
    <i key=${one.kind} class="kind-sign">${t(`dashboard.kind_sign.${one.kind}`)}${isMarked(one) && html`<sup>${t(`dashboard.verdict_sign.${one.verdict}`)}</sup>`}</i>`)}</span>`;

/** A state as a shape, for the eye. */
export const StateShape = ({ state }) => html`<i class=${`day-shape shape-${state}`} aria-hidden="true"></i>`;

/** The kinds of a day in words: each with how often, and what became of its position. */
export const spokenKinds = (kinds) => byKind(kinds).map((one) => [
  one.count > 1 ? t('dashboard.kind_times', { kind: t(`dashboard.kind.${one.kind}`), n: count(one.count) }) : t(`dashboard.kind.${one.kind}`),
  PLACED.includes(one.kind) && t(`verdict.${one.verdict}`),
].filter(Boolean).join(' ')).join(t('dashboard.comma'));

/** What the signs mean; `states` where shapes are shown too. */
export const SignLegend = ({ states = true }) => html`
  <ul class="sign-legend fine" data-testid="sign-legend">
    ${states && DAY_STATES.map((state) => html`<li key=${state}><${StateShape} state=${state} /> ${t(`dashboard.cell.${state}`)}</li>`)}
    ${KINDS.map((kind) => html`<li key=${kind}><i class="kind-sign" aria-hidden="true">${t(`dashboard.kind_sign.${kind}`)}</i> ${t(`dashboard.kind.${kind}`)}</li>`)}
    ${VERDICTS.slice(1).map((verdict) => html`<li key=${verdict}><i class="kind-sign" aria-hidden="true"><sup>${t(`dashboard.verdict_sign.${verdict}`)}</sup></i> ${t(`verdict.${verdict}`)}</li>`)}
  </ul>`;
