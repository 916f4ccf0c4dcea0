// The month's deeds of the villages below a division (月度实事台账): what, by when, whose, and how far it has come.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText, useLoad } from '../shared/loading.js';
import { go } from './address.js';
import { DeedChart } from './deed-chart.js';
import { DeedForm } from './deed-form.js';
import { Deed } from './deed.js';
import { monthText } from './dates.js';
import { ExportWorkbook } from './export.js';
import { MonthPicker } from './header.js';
import { announce, Empty, Loaded } from './parts.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

/** What is shown, the first without a word in the address; `overdue` looks at every month. */
const SHOWN = ['all', 'planned', 'overdue', 'done', 'dropped'];

/** From the quarterly breakdown of the published contracts, where a line of it is not on the ledger yet. */
function Filling({ division, month, unfilled, onFilled }) {
  const [state, setState] = useState({});
  const fill = async () => {
    setState({ busy: true });
    try {
      const { made } = await post('/deeds/fillings', { division_code: division.code, month });
      setState({});
      announce(t('dashboard.deed.filled', { n: made }));
      onFilled();
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <div class="notice" data-testid="unfilled"><p>${t('dashboard.deed.unfilled', { n: unfilled })}</p>
      <button type="button" class="button button-main" disabled=${Boolean(state.busy)} onClick=${fill} data-testid="fill">${t('dashboard.deed.fill')}</button>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}</div>`;
}

/** Village by village as in the roster. */
function byVillage(deeds) {
  const villages = new Map();
  deeds.forEach((deed) => villages.set(deed.village.code, [...(villages.get(deed.village.code) ?? []), deed]));
  return [...villages.values()];
}

function Table({ deeds, withMonth, onChanged }) {
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.view.ledger')}>
      <table class="month-table deeds" data-testid="deeds">
        <thead><tr>${['text', 'due_on', 'owner', 'state', 'acts'].map((name) => html`<th key=${name} scope="col">${t(`dashboard.deed.${name}`)}</th>`)}</tr></thead>
        ${byVillage(deeds).map((list) => html`
          <tbody key=${list[0].village.code}>
            <tr class="deed-village"><th scope="rowgroup" colspan="5">${list[0].village.name}
              <small>${t('dashboard.deed.done_of', { done: list.filter(({ state }) => state === 'done').length, n: list.filter(({ state }) => state !== 'dropped').length })}</small></th></tr>
            ${list.map((deed) => html`<${Deed} key=${deed.id} deed=${deed} withMonth=${withMonth} onChanged=${onChanged} />`)}
          </tbody>`)}
      </table>
    </div>`;
}

export function LedgerView({ trail }) {
  const { me, month, address } = useContext(Page);
  const division = trail.at(-1);
  const shown = SHOWN.includes(address.state) ? address.state : SHOWN[0];
  const [adding, setAdding] = useState(false);
  const everyMonth = shown === 'overdue';
  // Every deed of the month, since the chart counts all of them; what is shown is picked out here.
  const source = useLoad(() => get('/deeds', { division: division.code, ...(everyMonth ? { state: 'overdue' } : { month }) }), [division.code, month, everyMonth]);
  const changed = () => source.reload();
  const added = () => {
    setAdding(false);
    source.reload();
  };
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /><${MonthPicker} /></div>
    <section class="card" aria-busy=${source.busy}>
      <div class="card-head"><h1>${t('dashboard.deed.title', { name: division.name, month: monthText(month) })}</h1>
        <${ExportWorkbook} kind="deeds" division=${division} more=${{ month }} /></div>
      <div class="card-head">
        <div class="segments" role="group" aria-label=${t('dashboard.concern.shown')}>${SHOWN.map((name) => html`
          <button key=${name} type="button" class="segment" aria-pressed=${String(shown === name)} data-testid=${`deeds-${name}`}
            onClick=${() => go({ ...address, state: name === SHOWN[0] ? undefined : name })}>${t(`dashboard.deed.list.${name}`)}</button>`)}</div>
        <button type="button" class="button" aria-expanded=${String(adding)} onClick=${() => setAdding(!adding)} data-testid="deed-add">${t('dashboard.deed.add')}</button>
      </div>
      ${adding && html`<${DeedForm} division=${division} month=${month} onSaved=${added} onCancel=${() => setAdding(false)} />`}
      ${everyMonth && html`<p class="fine">${t('dashboard.deed.overdue_note')}</p>`}
      <${Loaded} source=${source} lines=${6}>
        ${({ deeds, unfilled }) => {
          const list = shown === 'all' || everyMonth ? deeds : deeds.filter(({ state }) => state === shown);
          return html`
            ${!everyMonth && unfilled > 0 && html`<${Filling} division=${division} month=${month} unfilled=${unfilled} onFilled=${source.reload} />`}
            ${list.length === 0
              ? html`<${Empty}>${t(everyMonth ? 'dashboard.deed.none_overdue' : deeds.length ? 'dashboard.deed.none_such' : 'dashboard.deed.none')}<//>`
              : html`<${Table} deeds=${list} withMonth=${everyMonth} onChanged=${changed} />`}
            ${!everyMonth && deeds.length > 0 && html`<${DeedChart} deeds=${deeds} month=${month} today=${me.today} />`}`;
        }}<//>
    </section>`;
}
