// Supervision notices below a division: not built yet.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { Empty } from './parts.js';
import { Trail } from './trail.js';

export function NoticesView({ trail }) {
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card"><h1>${t('dashboard.view.notices')} ${trail.at(-1).name}</h1><${Empty}>${t('dashboard.soon')}<//></section>`;
}
