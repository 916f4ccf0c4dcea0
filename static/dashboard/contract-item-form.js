// Writing down one item: what, how much, by when, who; the quarters of a yearly item are added up while they are typed.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { patch, post } from '../shared/api.js';
import { DIMENSIONS } from '../shared/contract.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { announce } from './parts.js';
import { Page, supervisesThere } from './scope.js';

const TEXTS = ['text', 'standard', 'unit', 'responsible', 'legal_basis', 'due_on'];
const QUARTERS = [0, 1, 2, 3];
/** How it will be done: the village's part of an item that the town named. */
const MEASURES = ['standard', 'due_on', 'responsible', 'quarters'];

const numberOf = (text) => (text === '' ? null : Number(text));
const textOf = (text) => text.trim() || null;

/** The fields of a form as the API takes them. */
function contentOf(form, yearly) {
  const said = new FormData(form);
  const content = Object.fromEntries(TEXTS.filter((name) => said.has(name)).map((name) => [name, textOf(said.get(name))]));
  const quarters = QUARTERS.map((n) => ({ amount: numberOf(said.get(`amount${n}`) ?? ''), text: textOf(said.get(`quarter${n}`) ?? '') }));
  return {
    ...content, dimension: said.get('dimension'), target: numberOf(said.get('target')), is_major: said.has('is_major'), is_imposed: said.has('is_imposed'),
    quarters: yearly && quarters.some(({ amount, text }) => amount !== null || text !== null) ? quarters : [],
  };
}

/** Of a changed item only what differs, and of that only what is `open` to who changes it. */
const changesOf = (content, item, open) => Object.fromEntries(Object.entries(content)
  .filter(([name, value]) => open(name) && JSON.stringify(value) !== JSON.stringify(item[name] ?? (Array.isArray(value) ? [] : null))));

function Quarters({ item, target, unit }) {
  const [amounts, setAmounts] = useState(() => QUARTERS.map((n) => item?.quarters[n]?.amount ?? null));
  const given = amounts.some((one) => one !== null);
  // In hundredths, as the server adds them up.
  const sum = amounts.reduce((total, one) => total + Math.round((one ?? 0) * 100), 0) / 100;
  const fits = target === null || sum === target;
  return html`
    <fieldset class="form-wide"><legend>${t('contract.field.quarters')}</legend>
      <div class="quarter-fields">${QUARTERS.map((n) => html`
        <div key=${n}><label>${t('contract.quarter', { n: n + 1 })}
            <input type="number" name=${`amount${n}`} step="0.01" defaultValue=${amounts[n] ?? ''} placeholder=${t('contract.field.amount')}
              onInput=${(event) => setAmounts(amounts.map((old, index) => (index === n ? numberOf(event.target.value) : old)))} /></label>
          <input name=${`quarter${n}`} maxlength="200" aria-label=${t('contract.quarter_text', { n: n + 1 })} placeholder=${t('contract.quarter_what')}
            defaultValue=${item?.quarters[n]?.text ?? ''} /></div>`)}</div>
      ${given && html`<p class=${fits ? 'fine' : 'failure-text'} role="status" data-testid="quarter-sum">${t(fits ? 'contract.sum' : 'contract.sum_differs', {
        sum: `${sum} ${unit}`.trim(), target: `${target ?? ''} ${unit}`.trim() })}</p>`}
    </fieldset>`;
}

/** Adds an item to `dimension`, or changes `item`. `onSaved` gets the contract as the server has it. */
export function ItemForm({ contract, revision, item = null, dimension = item?.dimension, onSaved, onStale, onCancel }) {
  const { me } = useContext(Page);
  const [state, setState] = useState({});
  const [shown, setShown] = useState({ imposed: item?.is_imposed ?? false, target: item?.target ?? null, unit: item?.unit ?? '' });
  const idOf = useRef(idsByContent()).current;
  const yearly = contract.kind === 'yearly';
  const isTown = supervisesThere(me, contract.village);
  // The matter of what the town named is the town's to change.
  const matterOpen = isTown || !item || item.is_by_village;
  const set = (name, value) => setShown((old) => ({ ...old, [name]: value }));
  const submit = async (event) => {
    event.preventDefault();
    const content = contentOf(event.target, yearly);
    const changes = item ? changesOf(content, item, (name) => matterOpen || MEASURES.includes(name)) : null;
    if (item && Object.keys(changes).length === 0) {
      onCancel();
      return;
    }
    setState({ busy: true });
    try {
      const asked = { revision_id: revision.id, ...content };
      onSaved(item ? await patch(`/commitment-items/${item.id}`, changes, item.version)
        : await post(`/contracts/${contract.id}/items`, { id: idOf(asked), ...asked }));
      announce(t('dashboard.saved'));
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error), stale: error.status === 412 });
    }
  };
  const field = (name, more = {}) => html`<input name=${name} defaultValue=${item?.[name] ?? ''} disabled=${!matterOpen && !MEASURES.includes(name)} ...${more} />`;
  return html`
    <form class="form item-form" onSubmit=${submit} data-testid="item-form">
      <label class="form-wide">${t('contract.field.text')}${field('text', { required: true, maxlength: 300, placeholder: t('contract.example.text') })}</label>
      <label>${t('contract.field.dimension')}<select name="dimension" disabled=${!matterOpen}>${DIMENSIONS.map((name) => html`
        <option key=${name} value=${name} selected=${name === dimension}>${t(`contract.dimension.${name}`)}</option>`)}</select></label>
      <label>${t('contract.field.target')}${field('target', { type: 'number', step: '0.01', onInput: (event) => set('target', numberOf(event.target.value)) })}</label>
      <label>${t('contract.field.unit')}${field('unit', { maxlength: 20, placeholder: t('contract.example.unit'), onInput: (event) => set('unit', event.target.value.trim()) })}</label>
      <label class="form-wide">${t('contract.field.standard')}
        <textarea name="standard" rows="2" maxlength="2000" placeholder=${t('contract.example.standard')} defaultValue=${item?.standard ?? ''}></textarea></label>
      <label>${t('contract.field.due_on')}${field('due_on', { type: 'date', min: contract.first_on, max: contract.last_on })}</label>
      <label>${t('contract.field.responsible')}${field('responsible', { maxlength: 60 })}</label>
      ${yearly && html`<${Quarters} item=${item} target=${shown.target} unit=${shown.unit} />`}
      ${matterOpen && html`<div class="form-wide choices">
        <label class="check"><input type="checkbox" name="is_major" defaultChecked=${item?.is_major ?? false} /> ${t('contract.is_major_note')}</label>
        ${isTown && html`<label class="check"><input type="checkbox" name="is_imposed" defaultChecked=${shown.imposed} data-testid="is-imposed"
          onChange=${(event) => set('imposed', event.target.checked)} /> ${t('contract.is_imposed_note')}</label>`}
      </div>`}
      ${isTown && shown.imposed && html`<label class="form-wide">${t('contract.field.legal_basis')}${field('legal_basis', { required: true, maxlength: 300,
        placeholder: t('contract.example.legal_basis') })}</label>`}
      ${!matterOpen && html`<p class="fine form-wide">${t('dashboard.contract.village_edits')}</p>`}
      <div class="buttons form-wide"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="item-save">${t('dashboard.save')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button>
        ${state.stale && html`<button type="button" class="button" onClick=${onStale}>${t('dashboard.reload')}</button>`}</div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}
