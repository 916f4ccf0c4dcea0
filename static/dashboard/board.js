// The notice boards of a division's villages: what is drafted, held and on the board, and the way to the public page.
import { html } from '/vendor/htm-preact.js';
import { Disclosures } from '../shared/disclosures.js';
import { t } from '../shared/i18n.js';
import { ExportTable } from './export.js';
import { Loaded } from './parts.js';
import { Trail } from './trail.js';

export function BoardView({ trail }) {
  const division = trail.at(-1);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card" data-testid="board">
      <div class="card-head"><h1>${t('dashboard.view.board')} ${division.name}</h1></div>
      <${Disclosures} division=${division} Loaded=${Loaded} file=${(query) => html`<${ExportTable} key=${query.class} kind="disclosures" division=${division} filters=${query} />`} />
    </section>`;
}
