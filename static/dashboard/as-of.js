// A list as it was on a day, or of a month: what a number of the one look opens into.
import { html, useContext } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { Link } from './address.js';
import { fullDay, monthText } from './dates.js';
import { Page } from './scope.js';

/** Says of which day or month the list is, and leads back to the one of today, or to a part of it, its `state`. */
export function AsOf({ day, month, state }) {
  const { address } = useContext(Page);
  return html`
    <p class="notice as-of" data-testid="as-of">${day ? t('dashboard.as_of_day', { day: fullDay(day) }) : t('dashboard.as_of_month', { month: monthText(month) })}
      <${Link} to=${{ view: address.view, division: address.division, state }}>${t('dashboard.as_of_today')}<//></p>`;
}
