// What the village promised.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

export const ContractsView = () => html`<p class="empty">${t('village.coming')}</p>`;
