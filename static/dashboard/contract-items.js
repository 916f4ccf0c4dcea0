// What a version promises, in the four dimensions; while it is open, the town adds, changes and takes items out here.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { remove } from '../shared/api.js';
import { DIMENSIONS, problemText, VERDICT_TONE } from '../shared/contract.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { Link } from './address.js';
import { amountText } from './contract-amounts.js';
import { ItemForm } from './contract-item-form.js';
import { fullDay } from './dates.js';
import { announce, Empty, Tag } from './parts.js';
import { Page, supervisesThere } from './scope.js';

function Facts({ item }) {
  const facts = [['standard', item.standard], ['target', amountText(item.target, item.unit)], ['due_on', item.due_on && fullDay(item.due_on)],
    ['responsible', item.responsible], ['legal_basis', item.legal_basis]].filter(([, text]) => text);
  return html`<dl class="item-facts">${facts.map(([name, text]) => html`<div key=${name}><dt>${t(`contract.field.${name}`)}</dt><dd>${text}</dd></div>`)}</dl>`;
}

const Quarters = ({ item }) => html`
  <ol class="quarters" aria-label=${t('contract.field.quarters')}>${item.quarters.map((quarter, index) => html`
    <li key=${index}><small class="fine">${t('contract.quarter', { n: index + 1 })}</small>
      <span>${[amountText(quarter.amount, quarter.amount === null ? '' : item.unit), quarter.text].filter(Boolean).join(' ') || '—'}</span></li>`)}</ol>`;

function Result({ item, village }) {
  const { address, me } = useContext(Page);
  const { acceptance, completion } = item;
  if (!acceptance) return completion && html`<${Tag} tone="wait">${t('contract.completed_on', { day: fullDay(completion.completed_on) })}<//>`;
  const verdict = acceptance.final_verdict ?? acceptance.verdict;
  const tag = html`<${Tag} tone=${acceptance.final_verdict ? VERDICT_TONE[verdict] : 'wait'}>${t(acceptance.final_verdict ? 'contract.accepted_as' : 'contract.found_as', {
    verdict: t(`contract.verdict.${verdict}`) })}<//>`;
  // The village has no view of acceptances at the desk.
  if (!supervisesThere(me, village)) return tag;
  return html`<${Link} to=${{ view: 'acceptances', division: address.division, acceptance: acceptance.id }} class="tag-link">${tag}<//>`;
}

function Item({ item, contract, revision, edits, problems, onChanged, onReload }) {
  const [mode, setMode] = useState(null);
  const [failure, setFailure] = useState(null);
  const takeOut = async () => {
    try {
      await remove(`/commitment-items/${item.id}`, item.version);
      announce(t('dashboard.contract.item_gone'));
      onReload();
    } catch (error) {
      setFailure(error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error));
    }
  };
  if (mode === 'edit') {
    return html`<li class="item"><${ItemForm} contract=${contract} revision=${revision} item=${item} onCancel=${() => setMode(null)}
      onStale=${() => { setMode(null); onReload(); }} onSaved=${(changed) => { setMode(null); onChanged(changed); }} /></li>`;
  }
  return html`
    <li class="item" data-testid="item" data-line=${item.line_id}>
      <p class="item-head"><span class="item-number">${item.number}</span> <strong>${item.text}</strong>
        ${item.is_major && html` <${Tag}>${t('contract.field.is_major')}<//>`}
        ${item.is_imposed && html` <${Tag} tone="wait">${t('contract.field.is_imposed')}<//>`}
        ${' '}<${Result} item=${item} village=${contract.village} /></p>
      <${Facts} item=${item} />
      ${item.quarters.length > 0 && html`<${Quarters} item=${item} />`}
      ${edits && item.hints.length > 0 && html`<p class="hints" data-testid="hints"><span class="fine">${t('contract.hints')}</span>
        ${item.hints.map((hint) => html` <${Tag} key=${hint} tone="warn">${t(`contract.hint.${hint}`)}<//>`)}</p>`}
      ${problems.map((reason) => html`<p key=${reason} class="failure-text">${problemText(reason)}</p>`)}
      ${edits && html`
        <div class="buttons item-acts">
          ${mode === 'remove'
            ? html`<span>${t('dashboard.contract.remove_sure')}</span>
              <button type="button" class="button button-bad" onClick=${takeOut} data-testid="item-remove-sure">${t('dashboard.contract.remove')}</button>
              <button type="button" class="button" onClick=${() => setMode(null)}>${t('dashboard.cancel')}</button>`
            : html`<button type="button" class="button-quiet" onClick=${() => setMode('edit')} data-testid="item-edit">${t('dashboard.contract.edit')}</button>
              <button type="button" class="button-quiet" onClick=${() => setMode('remove')} data-testid="item-remove">${t('dashboard.contract.remove')}</button>`}
        </div>`}
      ${failure && html`<p class="failure-text" role="alert">${failure}</p>`}
    </li>`;
}

export function Items({ contract, revision, isLatest, onChanged, onReload }) {
  const [adding, setAdding] = useState(null);
  const edits = isLatest && revision.is_editable;
  const problemsOf = (lineId) => (edits ? revision.problems : []).filter((one) => one.line_id === lineId).map(({ reason }) => reason);
  return html`
    <section class="card">
      <div class="card-head"><h2>${t('dashboard.contract.promises')}</h2></div>
      ${edits && html`<p class="fine">${t('dashboard.contract.edit_note')}</p>`}
      ${!edits && revision.items.length === 0 && html`<${Empty}>${t('dashboard.contract.no_items')}<//>`}
      ${DIMENSIONS.map((dimension) => {
        const items = revision.items.filter((one) => one.dimension === dimension);
        if (!items.length && !edits) return null;
        return html`
          <section key=${dimension} class="dimension" data-testid=${`dimension-${dimension}`}>
            <h3>${t(`contract.dimension.${dimension}`)}</h3>
            ${items.length > 0 && html`<ol class="items">${items.map((item) => html`
              <${Item} key=${item.id} item=${item} contract=${contract} revision=${revision} edits=${edits} problems=${problemsOf(item.line_id)}
                onChanged=${onChanged} onReload=${onReload} />`)}</ol>`}
            ${edits && (adding === dimension
              ? html`<${ItemForm} contract=${contract} revision=${revision} dimension=${dimension} onCancel=${() => setAdding(null)}
                  onStale=${onReload} onSaved=${(changed) => { setAdding(null); onChanged(changed); }} />`
              : html`<p class="buttons"><button type="button" class="button" onClick=${() => setAdding(dimension)} data-testid=${`add-${dimension}`}>
                  ${t('dashboard.contract.add')}</button></p>`)}
          </section>`;
      })}
    </section>`;
}
