// The rules with their days and sources: what holds, what held, and a new row beside the old ones.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { fullDay, fullInstant } from '../dashboard/dates.js';
import { Loaded, Tag } from '../dashboard/parts.js';
import { Page } from '../dashboard/scope.js';
import { Trail } from '../dashboard/trail.js';
import { ruleName, ruleValue } from '../dashboard/words.js';
import { DivisionLinks } from './division-links.js';
import { Failed, Field, useSaving, valuesOf } from './saving.js';

const WORDS = {
  basis: ['week', 'month'], errand: ['stationed', 'deducted'],
  calls_count: ['when_away', 'never'], meeting_on_rest_day: ['next_workday', 'previous_workday', 'stays'],
};
/** These change rates that people have seen, so they begin on the first Monday of a month. */
const TOUCHES_RATES = ['basis', 'days_per_week', 'days_per_month', 'errand', 'calls_count', 'visit_quarter_percent',
  'visit_year_percent_q1', 'visit_year_percent_q2', 'visit_year_percent_q3', 'visit_year_percent_q4'];

/** The first Monday of the month after `day`. */
function nextStart(day) {
  const [year, month] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month, 1));
  first.setUTCDate(1 + ((8 - first.getUTCDay()) % 7));
  return first.toISOString().slice(0, 10);
}

function Form({ division, keys, onDone }) {
  const { me } = useContext(Page);
  const [key, setKey] = useState(keys[0]);
  // Another rule brings another first day along, but not in the place of one that was chosen.
  const [chosenDay, setChosenDay] = useState(null);
  const { busy, failure, save } = useSaving();
  const submit = (event) => {
    event.preventDefault();
    const { value, ...rest } = valuesOf(event.target);
    save(async () => {
      await post('/policies', { ...rest, division_code: division.code, value: WORDS[key] ? value : Number(value) });
      onDone();
    });
  };
  const monthly = TOUCHES_RATES.includes(key);
  return html`
    <form class="form" onSubmit=${submit} data-testid="policy-form">
      <${Field} as="select" label=${t('admin.rule')} name="key" value=${key} onChange=${(event) => setKey(event.target.value)}>
        ${keys.map((one) => html`<option key=${one} value=${one} selected=${one === key}>${ruleName(one)}</option>`)}<//>
      ${WORDS[key]
        ? html`<${Field} key=${key} as="select" label=${t('admin.value')} name="value">${WORDS[key].map((value) => html`
          <option key=${value} value=${value}>${ruleValue({ key, value })}</option>`)}<//>`
        : html`<${Field} key=${key} type="number" label=${t('admin.value')} name="value" min="0" step="1" required />`}
      <${Field} type="date" label=${t('admin.effective_from')} name="effective_from" required
        value=${chosenDay ?? (monthly ? nextStart(me.today) : me.today)} onInput=${(event) => setChosenDay(event.target.value)} />
      <div class="form-wide"><${Field} label=${t('admin.source')} name="source" required maxlength="300" placeholder=${t('admin.source_example')} /></div>
      <p class="form-wide fine">${t(monthly ? 'admin.rule_monthly' : 'admin.rule_any_day')}</p>
      <div class="form-wide buttons"><button class="button button-main" disabled=${busy}>${t('admin.rule_set', { name: division.name })}</button></div>
      <div class="form-wide"><${Failed} text=${failure} /></div>
    </form>`;
}

function History({ policies, today }) {
  const held = new Map();
  for (const one of policies) if (one.effective_from <= today) held.set(`${one.key} ${one.division.code}`, one.id);
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('admin.view.policies')}>
      <table class="plain-table wide-table">
        <thead><tr>${['rule', 'value', 'effective_from', 'division', 'source'].map((name) => html`<th key=${name} scope="col">
          ${t(`dashboard.rule_column.${name}`)}</th>`)}<th scope="col">${t('admin.set_by')}</th></tr></thead>
        <tbody>${policies.map((one) => html`
          <tr key=${one.id} data-testid="policy" data-key=${one.key}>
            <th scope="row">${ruleName(one.key)}</th>
            <td data-label=${t('dashboard.rule_column.value')}>${ruleValue(one)} ${one.effective_from > today ? html`<${Tag} tone="wait">${t('admin.to_come')}<//>`
              : held.get(`${one.key} ${one.division.code}`) === one.id && html`<${Tag} tone="good">${t('admin.holds')}<//>`}</td>
            <td data-label=${t('dashboard.rule_column.effective_from')}>${fullDay(one.effective_from)}</td>
            <td data-label=${t('dashboard.rule_column.division')}>${one.division.name}</td>
            <td data-label=${t('dashboard.rule_column.source')}>${one.source}</td>
            <td data-label=${t('admin.set_by')} data-testid="set-by">${one.set_by?.name ?? t('admin.by_system')}<small>${fullInstant(one.set_at)}</small></td>
          </tr>`)}</tbody>
      </table></div>`;
}

export function PoliciesView({ trail }) {
  const { me } = useContext(Page);
  const division = trail.at(-1);
  const source = useLoad(async () => (await get('/policies', { division: division.code })).policies, [division.code]);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card" aria-busy=${source.busy}>
      <h1>${t('admin.view.policies')} <small>${division.name}</small></h1>
      <p class="fine">${t('admin.policies_note')}</p>
      <${DivisionLinks} division=${division} />
      <${Loaded} source=${source} lines=${8}>
        ${(policies) => html`
          <details class="adding"><summary data-testid="add-policy">${t('admin.rule_new')}</summary>
            <${Form} division=${division} keys=${[...new Set(policies.map((one) => one.key))]} onDone=${source.reload} /></details>
          <${History} policies=${policies} today=${me.today} />`}
      <//>
    </section>`;
}
