// What the village puts on its notice board.
import { html } from '/vendor/htm-preact.js';
import { Disclosures } from '../shared/disclosures.js';
import { t } from '../shared/i18n.js';
import { useVillage } from './context.js';
import { Loaded } from './parts.js';

export function BoardView() {
  const { village } = useVillage();
  return html`
    <p class="quiet">${t('village.board_note')}</p>
    <${Disclosures} division=${{ ...village, level: 'village' }} Loaded=${Loaded} />`;
}
