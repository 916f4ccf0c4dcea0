// What villagers asked for, and how far it has come.
import { html } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';

/** What is due, for the first view. */
export const todo = () => [];

export const Concerns = () => html`<p class="empty">${t('field.concerns.none')}</p>`;
