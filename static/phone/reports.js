// Reports that write themselves, to look through and submit.
import { html } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';

/** What is due, for the first view. */
export const todo = () => [];

export const Reports = () => html`<p class="empty">${t('field.reports.none')}</p>`;
