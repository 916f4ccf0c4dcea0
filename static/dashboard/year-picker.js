// The year that a view is about: the one before, the year, the one after.
import { html, useContext } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { go } from './address.js';
import { Page } from './scope.js';

const EARLIEST = 2000;
const LATEST = 2099;

/** The year of the address, or this one. */
export function yearOf({ address, me }) {
  const named = Number(address.year);
  return Number.isInteger(named) && named >= EARLIEST && named <= LATEST ? named : Number(me.today.slice(0, 4));
}

export function YearPicker() {
  const page = useContext(Page);
  const year = yearOf(page);
  const now = Number(page.me.today.slice(0, 4));
  const move = (to) => go({ ...page.address, page: undefined, day: undefined, year: to === now ? undefined : String(to) });
  return html`
    <div class="months" role="group" aria-label=${t('dashboard.year')} data-testid="year-picker">
      <button type="button" class="button" aria-label=${t('dashboard.year_before')} disabled=${year <= EARLIEST} onClick=${() => move(year - 1)}
        data-testid="year-before">‹</button>
      <output class="month-name" data-testid="year">${t('dashboard.year_name', { year })}</output>
      <button type="button" class="button" aria-label=${t('dashboard.year_after')} disabled=${year >= LATEST} onClick=${() => move(year + 1)}
        data-testid="year-after">›</button>
      <button type="button" class="button" disabled=${year === now} onClick=${() => move(now)} data-testid="year-now">${t('dashboard.this_year')}</button>
    </div>`;
}
