// The foot of the desks: what is kept of whoever works here, why, and what the application does.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

/** One's own data and the notice are views of the phone page, which anybody may open. */
export const Foot = () => html`
  <p class="fine foot">
    <a href="/phone/#data" data-testid="my-data">${t('dashboard.my_data')}</a>
    <a href="/phone/#notice" data-testid="notice">${t('dashboard.notice')}</a>
    <a href="/suggestions/" data-testid="box">${t('dashboard.box')}</a>
    <a href="/about/functions">${t('dashboard.functions')}</a>
  </p>`;
