// The own diary: one page a day.
import { html } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';

/** What is due, for the first view. */
export const todo = () => [];

export const Diary = () => html`<p class="empty">${t('field.diary.none')}</p>`;
