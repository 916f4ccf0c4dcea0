// Small pieces that the village's views share: waiting, trouble, months, the fields of a reason.
import { html } from '/vendor/htm-preact.js';
import { addMonths, dayName, monthName, monthOf, shortDay } from '../shared/dates.js';
import { locale, t } from '../shared/i18n.js';
import { useVillage } from './context.js';

/** One of loading, failure, content. Content stays on the screen while it is asked for again. */
export function Loaded({ source, children }) {
  const failure = source.error && html`
    <div class="notice notice--bad" role="alert" data-testid="failure"><p>${source.error.message}</p>
      <button type="button" class="button" onClick=${source.reload}>${t('village.again')}</button></div>`;
  if (source.data) return html`${failure}${children(source.data)}`;
  return failure || html`<p class="quiet" role="status" data-testid="loading">${t('village.loading')}</p>`;
}

/** Something went wrong with what was just tapped. */
export const Problem = ({ children }) => html`
  <div role="alert">${children && html`<p class="notice notice--bad" data-testid="problem">${children}</p>`}</div>`;

/** The way back to where one came from. */
export const Back = ({ to, children = t('village.back') }) => html`
  <a class="back" href=${to}><span aria-hidden="true">‹</span> ${children}</a>`;

/** Back and forth through the months; the last one is this month. */
export function Months({ month, to }) {
  const { me } = useVillage();
  return html`
    <nav class="months" aria-label=${t('village.months')}>
      <a href=${to(addMonths(month, -1))} data-testid="month-before"><span aria-hidden="true">‹</span> ${t('village.month_before')}</a>
      <h2 data-testid="month">${monthName(month, locale())}</h2>
      ${month < monthOf(me.today)
        ? html`<a href=${to(addMonths(month, 1))} data-testid="month-after">${t('village.month_after')} <span aria-hidden="true">›</span></a>`
        : html`<span class="months-end"></span>`}
    </nav>`;
}

/** The way to what is printed and signed: the desk's page makes the files, on a phone as well. */
export const Papers = ({ village, month }) => html`
  <p class="papers"><a href=${`/dashboard/?view=months&division=${village.code}&month=${month}`} data-testid="papers">${t('village.papers')}</a></p>`;

/** The month in an address, or another one when it cannot be meant. */
export const monthIn = (text, otherwise) => (/^20\d\d-(0[1-9]|1[0-2])$/.test(text ?? '') ? text : otherwise);

/** 11月17日 周二 */
export function dayText(day) {
  const weekday = new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', weekday: 'short' }).format(new Date(day));
  return `${shortDay(day, locale())} ${weekday}`;
}

/** 2026年11月2日至2026年11月29日 */
export const spanText = ({ from, to }) => t('village.span', { from: dayName(from, locale()), to: dayName(to, locale()) });

/** 94.4%; a dash when there is nothing to divide by; 100% only for a rate of 1. */
export const percent = (rate) => (rate === null ? '—' : rate === 1 ? '100%' : `${Math.min(99.9, rate * 100).toFixed(1)}%`);

let nextTurn = 0;

/** Say something to those who listen to the page instead of looking at it. */
export function announce(text) {
  nextTurn += 1;
  // The same sentence twice is only spoken again when the text differs.
  document.getElementById('spoken').textContent = nextTurn % 2 ? text : `${text}\u00a0`;
}
