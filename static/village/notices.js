// Supervision notices to the village.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

export const NoticesView = () => html`<p class="empty">${t('village.coming')}</p>`;
