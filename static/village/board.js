// What the village puts on its notice board.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

export const BoardView = () => html`<p class="empty">${t('village.coming')}</p>`;
