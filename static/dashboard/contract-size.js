// How many households the village had in the contract's year, and the size band that follows; the town may set it.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { announce } from './parts.js';
import { Page, supervisesThere } from './scope.js';
import { count } from './words.js';

function SizeForm({ kept, code, year, onDone }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const households = Number(new FormData(event.target).get('households'));
    setState({ busy: true });
    try {
      await request('PUT', `/village-sizes/${code}/${year}`, { body: { households }, version: kept.version ?? undefined });
      announce(t('dashboard.saved'));
      onDone(true);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="size-form">
      <label>${t('dashboard.contract.households')}
        <input type="number" name="households" required min="1" max="99999" step="1" defaultValue=${kept.households ?? kept.from_register ?? ''} /></label>
      ${kept.from_register !== null && html`<p class="fine form-wide">${t('dashboard.contract.from_register', { n: count(kept.from_register) })}</p>`}
      <div class="buttons form-wide"><button class="button button-main" disabled=${Boolean(state.busy)}>${t('dashboard.save')}</button>
        <button type="button" class="button" onClick=${() => onDone(false)}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}

export function VillageSize({ contract, onSized }) {
  const { me } = useContext(Page);
  const [kept, setKept] = useState(null);
  const [failure, setFailure] = useState(null);
  const { size, village } = contract;
  const year = size?.year ?? Number(contract.first_on.slice(0, 4));
  const edit = () => get(`/village-sizes/${village.code}/${year}`).then(setKept, (error) => setFailure(failureText(error)));
  const done = (changed) => {
    setKept(null);
    if (changed) onSized();
  };
  return html`
    <div class=${kept ? 'facts-open' : ''}><dt>${t('dashboard.contract.size', { year })}</dt>
      <dd data-testid="village-size">${size ? t('dashboard.contract.size_is', { n: count(size.households), band: size.band }) : t('dashboard.contract.no_size')}
        ${supervisesThere(me, village) && !kept && html` <button type="button" class="button-quiet" onClick=${edit} data-testid="size-edit">${t('dashboard.contract.size_edit')}</button>`}
        ${failure && html`<span class="failure-text" role="alert">${failure}</span>`}
        ${kept && html`<${SizeForm} kept=${kept} code=${village.code} year=${year} onDone=${done} />`}</dd></div>`;
}
