// The month's deeds of the villages below a division (月度实事台账): what, by when, whose, and how far it has come.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { DeedChart } from './deed-chart.js';
import { monthText } from './dates.js';
import { MonthPicker } from './header.js';
import { Empty, Loaded } from './parts.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

export function LedgerView({ trail }) {
  const { me, month } = useContext(Page);
  const division = trail.at(-1);
  const source = useLoad(() => get('/deeds', { division: division.code, month }), [division.code, month]);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /><${MonthPicker} /></div>
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.deed.title', { name: division.name, month: monthText(month) })}</h1></div>
      <${Loaded} source=${source} lines=${6}>
        ${({ deeds }) => (deeds.length === 0
          ? html`<${Empty}>${t('dashboard.deed.none')}<//>`
          : html`<${DeedChart} deeds=${deeds} month=${month} today=${me.today} />`)}<//>
    </section>`;
}
