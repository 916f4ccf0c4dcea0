// Two versions of a contract beside each other: what came, what went, what was changed and how.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { amountText } from './contract-amounts.js';
import { fullDay } from './dates.js';
import { Loaded, Tag } from './parts.js';

/** A field's value as a person would say it. */
function valueText(field, value) {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return '—';
  if (field === 'dimension') return t(`contract.dimension.${value}`);
  if (field === 'due_on') return fullDay(value);
  if (field === 'quarters') {
    return value.map(({ amount, text }, index) => `${t('contract.quarter', { n: index + 1 })} ${[amountText(amount), text].filter(Boolean).join(' ') || '—'}`).join('；');
  }
  if (typeof value === 'boolean') return t(value ? 'contract.yes' : 'contract.no');
  return typeof value === 'number' ? amountText(value) : value;
}

function Changed({ line }) {
  return line.fields.map(({ field, before, after }, index) => html`
    <tr key=${`${line.line_id} ${field}`} data-testid="difference" data-line=${line.line_id}>
      ${index === 0 && html`<th scope="rowgroup" rowspan=${line.fields.length}>${line.text}</th>`}
      <td class="fine">${t(`contract.field.${field}`)}</td>
      <td data-label=${t('contract.before')}><del>${valueText(field, before)}</del></td>
      <td data-label=${t('contract.after')}><ins>${valueText(field, after)}</ins></td>
    </tr>`);
}

const Whole = ({ item, came }) => html`
  <li data-testid=${came ? 'added' : 'removed'}><${Tag} tone=${came ? 'good' : 'warn'}>${t(came ? 'contract.added' : 'contract.removed')}<//>
    ${item.number}. ${item.text} ${amountText(item.target, item.unit)}</li>`;

function Result({ answer }) {
  const { added, removed, changed } = answer;
  if (!added.length && !removed.length && !changed.length) return html`<p class="empty">${t('contract.no_difference')}</p>`;
  return html`
    ${changed.length > 0 && html`
      <div class="table-frame" tabindex="0" role="region" aria-label=${t('contract.differences')}>
        <table class="plain-table differences">
          <thead><tr><th scope="col">${t('contract.field.text')}</th><th scope="col"></th><th scope="col">${t('contract.before')}</th><th scope="col">${t('contract.after')}</th></tr></thead>
          <tbody>${changed.map((line) => html`<${Changed} key=${line.line_id} line=${line} />`)}</tbody></table></div>`}
    <ul class="whole-items">${added.map((item) => html`<${Whole} key=${item.line_id} item=${item} came />`)}
      ${removed.map((item) => html`<${Whole} key=${item.line_id} item=${item} />`)}</ul>`;
}

/** Differences that lead to the version that is shown, from the one before or another that is chosen. */
export function Differences({ contract, shown }) {
  const numbers = contract.revisions.map(({ number }) => number);
  const others = numbers.filter((number) => number !== shown);
  const [other, setOther] = useState(() => others.filter((number) => number < shown).at(-1) ?? others[0]);
  const [from, to] = other < shown ? [other, shown] : [shown, other];
  const source = useLoad(() => get(`/contracts/${contract.id}/differences`, { from_number: from, to_number: to }), [contract.id, from, to]);
  return html`
    <section class="card" data-testid="differences">
      <div class="card-head"><h2>${t('contract.differences_of', { from, to })}</h2>
        ${others.length > 1 && html`<label class="inline-field">${t('contract.compare_with')}
          <select value=${other} onChange=${(event) => setOther(Number(event.target.value))}>${others.map((number) => html`
            <option key=${number} value=${number} selected=${number === other}>${t('dashboard.contract.revision_n', { n: number })}</option>`)}</select></label>`}</div>
      <${Loaded} source=${source} lines=${3}>${(answer) => html`<${Result} answer=${answer} />`}<//>
    </section>`;
}
