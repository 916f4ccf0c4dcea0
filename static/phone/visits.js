// The households of the own villages: who was visited, who not yet.
import { html } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';

/** What is due, for the first view. */
export const todo = () => [];

export const Visits = () => html`<p class="empty">${t('field.visits.none')}</p>`;
