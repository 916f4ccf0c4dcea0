// Contracts of a year below a division: in whose hands they lie, what is due, and the ones behind each number.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Figures } from './contract-figures.js';
import { Loaded } from './parts.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';
import { yearOf, YearPicker } from './year-picker.js';

export function ContractsView({ trail }) {
  const page = useContext(Page);
  const division = trail.at(-1);
  const year = yearOf(page);
  const figures = useLoad(() => get('/contract-figures', { division: division.code, year }), [division.code, year]);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /><${YearPicker} /></div>
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.contract.title', { name: division.name, year })}</h1></div>
      <${Loaded} source=${figures} lines=${6}>${(answer) => html`<${Figures} division=${division} year=${year} answer=${answer} />`}<//>
    </section>`;
}
