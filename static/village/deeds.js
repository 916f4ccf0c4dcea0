// The deeds of a month.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

export const DeedsView = () => html`<p class="empty">${t('village.coming')}</p>`;
