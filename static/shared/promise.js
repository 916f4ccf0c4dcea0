// What a village promised, as its own page and the phone tell it: contracts, their items and reviews, the month's deeds.
import { html } from '/vendor/htm-preact.js';
import { clockOf, dayName, dayOf, shortDay } from './dates.js';
import { language, locale, t } from './i18n.js';

const DAY_MS = 24 * 3600 * 1000;
/** A deadline so near is pointed out. */
const SOON = 7;

const between = (day, today) => Math.round((Date.parse(day) - Date.parse(today)) / DAY_MS);

/** 11月3日 8:42 */
const moment = (instant) => `${shortDay(dayOf(instant), locale())} ${clockOf(instant)}`;

/** 2026年度承诺书 */
export const contractName = ({ kind, first_on: first, last_on: last }) => t(`contract.title.${kind}`, {
  year: first.slice(0, 4), last: last.slice(0, 4) });

/** A colour for a state: whose turn it is. */
export const stateTone = (state) => ({ returned: 'bad', published: 'good', closed: 'good', framework: 'wait', measures: 'wait' }[state] ?? 'plain');

/** 12 公里 */
const amountWords = (amount, unit) => [amount, unit].filter((part) => part !== null && part !== '').join(language() === 'zh' ? '' : ' ');

/** 一季度 3公里，修到三组 */
function quarterWords(quarter, number, unit) {
  const said = [quarter.amount === null ? '' : amountWords(quarter.amount, unit), quarter.text].filter(Boolean).join(' ');
  return said && `${t(`contract.quarter.${number}`)} ${said}`;
}

/** A line's share of a quarter, whatever the month of the deed that stands for it; a deed by hand stands for itself. */
const shareOf = ({ id, line, month }) => (line ? `${line.id} ${month.slice(0, 4)} ${Math.ceil(Number(month.slice(5)) / 3)}` : id);

/** Deeds without those that a later month of the quarter lists again: one share is done once. */
export function eachShareOnce(deeds) {
  const latest = new Map();
  for (const deed of deeds) {
    const held = latest.get(shareOf(deed));
    if (!held || held.month < deed.month) latest.set(shareOf(deed), deed);
  }
  return deeds.filter((deed) => deed.state === 'done' || latest.get(shareOf(deed)) === deed);
}

/** What an item says, as far as it says something. */
export function ItemFacts({ item }) {
  const quarters = item.quarters.map((one, index) => quarterWords(one, index + 1, item.unit)).filter(Boolean);
  const facts = [
    ['target', item.target !== null && amountWords(item.target, item.unit)],
    ['standard', item.standard],
    ['due_on', item.due_on && dayName(item.due_on, locale())],
    ['responsible', item.responsible],
    ['quarters', quarters.length > 0 && quarters.map((words) => html`<span key=${words} class="share">${words}</span>`)],
    ['legal_basis', item.is_imposed && item.legal_basis],
  ].filter(([, value]) => value);
  return html`<dl class="said-of">${facts.map(([name, value]) => html`<div key=${name}><dt>${t(`contract.field.${name}`)}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** How an item came out: completed, accepted. */
export function Outcome({ item }) {
  const verdict = item.acceptance && (item.acceptance.final_verdict ?? item.acceptance.verdict);
  if (verdict) {
    const tone = { met: 'good', partly: 'wait', not_met: 'bad' }[verdict];
    return html`<span class=${`badge badge--${tone}`} data-testid="verdict">${t(item.acceptance.final_verdict ? 'contract.accepted' : 'contract.inspected')} ${t(`contract.verdict.${verdict}`)}</span>`;
  }
  return item.completion && html`<span class="badge badge--good" data-testid="completed">
    ${t('contract.completed', { day: shortDay(item.completion.completed_on, locale()) })}</span>`;
}

/** Reviews of a revision, body by body: what each says of the content as it stands. */
export const Reviews = ({ revision }) => html`
  <ul class="plain reviews" data-testid="reviews">
    ${['branch', 'team', 'township'].map((body) => {
      const said = revision.reviews.filter((one) => one.body === body).at(-1);
      return html`
        <li key=${body} data-body=${body} data-current=${String(Boolean(said?.is_current))}>
          <strong>${t(`contract.body.${body}`)}</strong> ${said ? html`
            ${said.reviewer} <span class=${`badge badge--${!said.is_current ? 'plain' : said.is_agreed ? 'good' : 'bad'}`}>
              ${t(said.is_agreed ? 'contract.agrees' : 'contract.disagrees')}</span>
            <small class="quiet">${moment(said.at)}${said.is_current ? '' : ` ${t('contract.review_old')}`}</small>
            ${said.opinion && html`<q>${said.opinion}</q>`}` : html`<span class="quiet">${t('contract.review_none')}</span>`}
        </li>`;
    })}
  </ul>`;

/** 「6月4日到期，还有 3 天」, 「6月4日办完」. */
export function deedWords(deed, today) {
  if (deed.state === 'done') return t('deed.done_on', { day: shortDay(deed.done_on, locale()) });
  if (deed.state === 'dropped') return t('deed.state.dropped');
  const left = between(deed.due_on, today);
  const key = left < 0 ? 'over' : left === 0 ? 'today' : 'left';
  return t(`deed.due.${key}`, { day: shortDay(deed.due_on, locale()), days: Math.abs(left) });
}

export const isLate = (deed, today) => deed.state === 'planned' && deed.due_on < today;

export const isDueSoon = (deed, today) => deed.state === 'planned' && !isLate(deed, today) && between(deed.due_on, today) <= SOON;

/** How urgent a deed looks: a class for its colour. */
export const deedTone = (deed, today) => (deed.state === 'done' ? 'good' : isLate(deed, today) ? 'bad' : isDueSoon(deed, today) ? 'wait' : 'plain');

/** What is undone first, by its deadline; then what is done. */
export const undoneFirst = (deeds) => [...deeds].sort((one, other) => (other.state === 'planned') - (one.state === 'planned')
  || one.due_on.localeCompare(other.due_on) || one.text.localeCompare(other.text, 'zh'));
