// An item of a contract: what it says, what is still vague in it, and the form of its measures.
import { html, useState } from '/vendor/htm-preact.js';
import { patch, post, remove } from '../shared/api.js';
import { DIMENSIONS } from '../shared/contract.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { ItemFacts, Outcome } from '../shared/promise.js';
import { amountOf, hundredthsOf } from '../shared/shares.js';
import { Complete } from './complete.js';
import { announce, Problem } from './parts.js';
import { Quarters } from './quarters.js';

/** What is too vague or too low, in plain words. */
const Hints = ({ item }) => item.hints.length > 0 && html`
  <ul class="hints" data-testid="hints">${item.hints.map((hint) => html`
    <li key=${hint} data-hint=${hint}>${t(`village.hint.${hint}`)}</li>`)}</ul>`;

const textOf = (form, name) => form.get(name)?.trim() || null;
const amountIn = (text) => (text ? Number(text) : null);

/** The whole item as the form has it; quarters only where something stands in them. */
function contentOf(form) {
  const quarters = [1, 2, 3, 4].map((number) => ({
    amount: amountIn(form.get(`amount_${number}`)), text: textOf(form, `text_${number}`) }));
  return {
    ...(form.has('dimension') && { dimension: form.get('dimension') }),
    ...(form.has('text') && { text: textOf(form, 'text'), target: amountIn(form.get('target')), unit: textOf(form, 'unit') }),
    standard: textOf(form, 'standard'),
    due_on: form.get('due_on') || null, responsible: textOf(form, 'responsible'),
    quarters: quarters.some(({ amount, text }) => amount !== null || text) ? quarters : [],
  };
}

/** Only what differs: what the town has laid down stays untouched by who only adds measures. */
const changesOf = (content, item) => Object.fromEntries(Object.entries(content)
  .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(item[name] ?? null)));

/** The form of an item; `item` null for a new one. `onSend(content)` throws what the server throws. */
function ItemForm({ contract, item = null, onSend, onCancel, extra = null }) {
  const [target, setTarget] = useState(item?.target ?? null);
  const [unit, setUnit] = useState(item?.unit ?? '');
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      await onSend(contentOf(new FormData(event.target)));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  const hundredths = hundredthsOf(target);
  // The matter of what the town named is the town's to change.
  const isOwn = !item || item.is_by_village;
  return html`
    <form class="form" onSubmit=${submit} data-testid="item-form">
      ${!item && html`
        <label class="field">${t('contract.field.dimension')}
          <select name="dimension" required><option value=""></option>${DIMENSIONS.map((one) => html`
            <option key=${one} value=${one}>${t(`contract.dimension.${one}`)}</option>`)}</select></label>`}
      ${isOwn ? html`
      <label class="field">${t('contract.field.text')}<textarea name="text" rows="2" maxlength="300" required defaultValue=${item?.text ?? ''}></textarea></label>
      <div class="pair pair--amount">
        <label class="field">${t('contract.field.target')}
          <input name="target" inputmode="decimal" pattern="[0-9]+([.][0-9][0-9]?)?" title=${t('village.amount_hint')} defaultValue=${target === null ? '' : amountOf(hundredths)}
            onInput=${(event) => setTarget(event.target.value)} data-testid="item-target" /></label>
        <label class="field">${t('contract.field.unit')}<input name="unit" maxlength="20" placeholder=${t('village.unit_hint')} defaultValue=${unit} onInput=${(event) => setUnit(event.target.value)} /></label>
      </div>` : item.target !== null && html`<p><strong>${t('contract.field.target')}</strong> ${item.target} ${item.unit}</p>`}
      <label class="field">${t('contract.field.standard')}
        <textarea name="standard" rows="3" maxlength="2000" placeholder=${t('village.standard_hint')} defaultValue=${item?.standard ?? ''}></textarea></label>
      <label class="field">${t('contract.field.due_on')}<input type="date" name="due_on" min=${contract.first_on} max=${contract.last_on} defaultValue=${item?.due_on ?? ''} /></label>
      <label class="field">${t('contract.field.responsible')}<input name="responsible" maxlength="60" placeholder=${t('village.responsible_hint')} defaultValue=${item?.responsible ?? ''} /></label>
      ${contract.kind === 'yearly' && html`<${Quarters} quarters=${item?.quarters ?? []} target=${hundredths} unit=${unit} />`}
      <${Problem}>${state.failure}<//>
      <div class="pair"><button type="button" class="button" onClick=${onCancel}>${t('village.cancel')}</button>
        <button type="submit" class="button button-main" disabled=${state.busy} data-testid="item-save">${t('village.save')}</button></div>
      ${extra}
    </form>`;
}

/** Taking an item away is asked twice. */
function TakeAway({ item, onGone }) {
  const [state, setState] = useState({});
  const go = async () => {
    try {
      await remove(`/commitment-items/${item.id}`, item.version);
      onGone();
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <button type="button" class="text-button bad" onClick=${state.asked ? go : () => setState({ asked: true })} data-testid="item-remove">
      ${t(state.asked ? 'village.item_remove_sure' : 'village.item_remove')}</button>
    <${Problem}>${state.failure}<//>`;
}

export function Item({ contract, item, edits, onChange, reload }) {
  const [open, setOpen] = useState(false);
  const save = async (content) => {
    const changes = changesOf(content, item);
    if (Object.keys(changes).length > 0) {
      onChange(await patch(`/commitment-items/${item.id}`, changes, item.version));
      announce(t('village.item_saved'));
    }
    setOpen(false);
  };
  return html`
    <li class="panel" data-testid="item" data-line=${item.line_id} data-number=${item.number}>
      <h3>${item.number}. ${item.text}</h3>
      <p class="badges">
        ${item.is_major && html`<span class="badge badge--plain">${t('contract.field.is_major')}</span>`}
        ${item.is_imposed && html`<span class="badge badge--plain">${t('contract.field.is_imposed')}</span>`}
        <${Outcome} item=${item} /></p>
      ${open
        ? html`<${ItemForm} contract=${contract} item=${item} onSend=${save} onCancel=${() => setOpen(false)} extra=${item.is_by_village && html`<${TakeAway} item=${item} onGone=${reload} />`} />`
        : html`
          <${ItemFacts} item=${item} />
          ${edits && html`<${Hints} item=${item} />
            <button type="button" class="button wide" onClick=${() => setOpen(true)} data-testid="item-edit">${t(item.is_by_village ? 'village.deed_edit' : 'village.item_edit')}</button>`}
          ${contract.revision.state === 'published' && onChange && !item.completion && !item.acceptance && html`<${Complete} item=${item}
            onDone=${(completion) => onChange({ ...contract, revision: { ...contract.revision,
              items: contract.revision.items.map((one) => (one.line_id === item.line_id ? { ...one, completion } : one)) } })} />`}`}
    </li>`;
}

/** An item of the village's own. */
export function NewItem({ contract, onChange, onCancel }) {
  const [id] = useState(newId);
  const send = async (content) => {
    const now = await post(`/contracts/${contract.id}/items`, { id, revision_id: contract.revision.id, ...content });
    announce(t('village.item_saved'));
    onChange(now);
  };
  return html`<section class="panel"><h3>${t('village.item_add')}</h3><${ItemForm} contract=${contract} onSend=${send} onCancel=${onCancel} /></section>`;
}
