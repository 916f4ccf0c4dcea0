// One contract: what has to be done now, its items by dimension, the reviews, the course, and earlier revisions.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { DIMENSIONS, problemText } from '../shared/contract.js';
import { dayName, shortDay } from '../shared/dates.js';
import { locale, t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { contractName, stateTone } from '../shared/promise.js';
import { ContractCourse } from './contract-course.js';
import { BranchReview } from './contract-review.js';
import { ContractSteps } from './contract-steps.js';
import { Item, NewItem } from './contract-item.js';
import { Download } from './download.js';
import { Back, Loaded } from './parts.js';

/** What the village is to do now, or whom it waits for. */
function Now({ contract }) {
  const { revision } = contract;
  const back = revision.state === 'returned' && revision.steps.filter(({ step }) => step === 'returned').at(-1);
  return html`
    ${back && html`<div class="notice notice--bad" data-testid="returned"><p>${t('village.contract_returned', { name: back.by.name })}</p><q>${back.note}</q></div>`}
    <p data-testid="contract-now">${t(`village.contract_now.${revision.state}`)}</p>`;
}

function find(lineId) {
  document.querySelector(`[data-line="${lineId}"]`)?.scrollIntoView({ block: 'start', behavior: 'smooth' });
}

/** What stands in the way of the next step; a tap leads to the item. */
function Problems({ revision }) {
  if (!revision.problems.length || !revision.next_steps.length) return null;
  const numbers = new Map(revision.items.map((item) => [item.line_id, item.number]));
  return html`
    <div class="notice notice--warn" data-testid="contract-problems">
      <p>${t('village.contract_first')}</p>
      <ul class="problems">${revision.problems.map(({ line_id: line, reason }) => html`
        <li key=${`${line} ${reason}`}>${line
          ? html`<button type="button" class="text-button" onClick=${() => find(line)}>${t('village.item_number', { n: numbers.get(line) })}</button> ${problemText(reason)}`
          : problemText(reason)}</li>`)}</ul>
    </div>`;
}

/** The items, those of a dimension together; `onChange(contract)` where they may be edited. */
function Items({ contract, revision, onChange = null, reload = null }) {
  const shown = DIMENSIONS.map((dimension) => [dimension, revision.items.filter((item) => item.dimension === dimension)]);
  return html`<div>${shown.filter(([, items]) => items.length > 0).map(([dimension, items]) => html`
    <section key=${dimension} data-dimension=${dimension}>
      <h2>${t(`contract.dimension.${dimension}`)}</h2>
      <ul class="plain">${items.map((item) => html`
        <${Item} key=${item.line_id} contract=${contract} item=${item} edits=${revision.is_editable && onChange !== null} onChange=${onChange} reload=${reload} />`)}</ul>
    </section>`)}</div>`;
}

/** What another revision said, and what has changed since. */
function Earlier({ contract, number }) {
  const source = useLoad(() => Promise.all([
    get(`/contracts/${contract.id}/revisions/${number}`),
    get(`/contracts/${contract.id}/differences`, { from_number: number, to_number: contract.revision.number }),
  ]), [contract.id, number]);
  return html`
    <${Back} to=${`#contracts/${contract.id}`}>${contractName(contract)}<//>
    <${Loaded} source=${source}>${([revision, differences]) => html`
      <section class="panel" data-testid="earlier">
        <h2>${t('village.contract_revision', { n: revision.number })} <span class="badge">${t(`contract.state.${revision.state}`)}</span></h2>
        ${revision.reason && html`<q>${revision.reason}</q>`}
      </section>
      <${Differences} differences=${differences} />
      <${Items} contract=${contract} revision=${revision} />
      <details class="panel"><summary>${t('village.contract_course')}</summary><${ContractCourse} revision=${revision} /></details>`}<//>`;
}

/** An amount, a text, a day, a list of quarters: as short as it can be told. */
function valueWords(value, field) {
  if (value === null || value === '' || value.length === 0) return t('village.nothing_said');
  if (field === 'dimension') return t(`contract.dimension.${value}`);
  if (field === 'due_on') return dayName(value, locale());
  if (value === true || value === false) return t(value ? 'contract.yes' : 'contract.no');
  if (!Array.isArray(value)) return String(value);
  return value.map(({ amount, text }) => [amount, text].filter((part) => part !== null).join(' ') || '—').join('；');
}

function Differences({ differences: { added, removed, changed } }) {
  const some = added.length + removed.length + changed.length > 0;
  return html`
    <section class="panel" data-testid="differences">
      <h3>${t(some ? 'village.changed_since' : 'village.nothing_changed')}</h3>
      <ul class="plain">
        ${added.map((item) => html`<li key=${item.line_id}>${t('village.item_added', { n: item.number })} ${item.text}</li>`)}
        ${removed.map((item) => html`<li key=${item.line_id}>${t('village.item_removed', { n: item.number })} <del>${item.text}</del></li>`)}
        ${changed.map((item) => html`
          <li key=${item.line_id}><strong>${item.text}</strong>
            <ul class="plain">${item.fields.map(({ field, before, after }) => html`
              <li key=${field}>${t(`contract.field.${field}`)} <del>${valueWords(before, field)}</del> → <ins>${valueWords(after, field)}</ins></li>`)}</ul></li>`)}
      </ul>
    </section>`;
}

function Current({ contract, onChange, reload }) {
  const { revision } = contract;
  const [adding, setAdding] = useState(false);
  const older = contract.revisions.filter(({ number }) => number !== revision.number);
  return html`
    <section class="panel" data-testid="contract-page" data-state=${revision.state}>
      <h2>${contractName(contract)} <span class=${`badge badge--${stateTone(revision.state)}`}>${t(`contract.state.${revision.state}`)}</span></h2>
      <${Now} contract=${contract} />
      <${Problems} revision=${revision} />
      <${ContractSteps} contract=${contract} onChange=${onChange} reload=${reload} />
    </section>
    <${Items} contract=${contract} revision=${revision} onChange=${onChange} reload=${reload} />
    ${revision.is_editable && (adding
      ? html`<${NewItem} contract=${contract} onChange=${(now) => { setAdding(false); onChange(now); }} onCancel=${() => setAdding(false)} />`
      : html`<button type="button" class="button wide" onClick=${() => setAdding(true)} data-testid="item-add">${t('village.item_add')}</button>`)}
    <${BranchReview} contract=${contract} onChange=${onChange} />
    <section class="panel"><h3>${t('village.contract_course')}</h3><${ContractCourse} revision=${revision} />
      <${Download} body=${{ kind: 'contract', contract_id: contract.id }} name=${`${contract.village.name}.docx`}>${t('village.contract_paper')}<//></section>
    ${older.length > 0 && html`
      <section class="panel"><h3>${t('village.contract_older')}</h3>
        <ul class="plain">${older.map((one) => html`
          <li key=${one.id}><a class="way" href=${`#contracts/${contract.id}/${one.number}`} data-testid="older">
            <span>${t('village.contract_revision', { n: one.number })}
              <span class="quiet">${shortDay(one.opened_at.slice(0, 10), locale())} ${t(`contract.state.${one.state}`)}</span></span><span aria-hidden="true">›</span></a></li>`)}</ul>
      </section>`}`;
}

export function ContractPage({ id, number }) {
  const source = useLoad(() => get(`/contracts/${id}`), [id]);
  return html`
    ${!number && html`<${Back} to="#contracts" />`}
    <${Loaded} source=${source}>${(contract) => (number
      ? html`<${Earlier} key=${number} contract=${contract} number=${number} />`
      : html`<${Current} contract=${contract} onChange=${(now) => source.change(() => now)} reload=${source.reload} />`)}<//>`;
}
