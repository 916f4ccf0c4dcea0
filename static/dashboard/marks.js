// Marks of half a year: not built yet.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { Empty } from './parts.js';
import { Trail } from './trail.js';

export function MarksView({ trail }) {
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card"><h1>${t('dashboard.view.marks')} ${trail.at(-1).name}</h1><${Empty}>${t('dashboard.soon')}<//></section>`;
}
