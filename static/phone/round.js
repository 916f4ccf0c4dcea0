// A round of visits: one form for as many households as were seen.
import { html } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';
import { Back } from './parts.js';

export const Round = () => html`
  <div><${Back} to="#visits" /><p class="empty">${t('field.round.none')}</p></div>`;
