// The village's attendance book: of equal standing with the phone, one tap a cell.
import { html } from '/vendor/htm-preact.js';
import { monthOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { RegisterGrid } from '../shared/register-grid.js';
import { useVillage } from './context.js';
import { monthIn, Months, Papers } from './parts.js';

/** The book of a month, this one unless the address names another. */
export function RegisterView({ detail }) {
  const { me, village } = useVillage();
  const month = monthIn(detail[0], monthOf(me.today));
  return html`
    <${Months} month=${month} to=${(other) => `#register/${other}`} />
    <p class="quiet">${t('village.register_note')}</p>
    <div class="panel">
      <${RegisterGrid} userId=${me.id} village=${village.code} month=${month} today=${me.today} ownCadreId=${me.cadre?.id ?? null} />
    </div>
    <${Papers} village=${village} month=${month} />`;
}
