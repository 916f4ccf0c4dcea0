// One acceptance: what was promised, what was found, what the people asked said, what the office decided, and what comes next.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { VERDICT_TONE } from '../shared/contract.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { AcceptanceForm } from './acceptance-form.js';
import { ANSWERS, GROUPS } from './acceptance-parts.js';
import { AcceptanceSteps } from './acceptance-steps.js';
import { amountText } from './contract-amounts.js';
import { fullDay, instantText } from './dates.js';
import { Loaded, Tag } from './parts.js';
import { RecordPhotos } from './photo-field.js';
import { useFile } from './prints.js';
import { Page, supervisesThere } from './scope.js';
import { count } from './words.js';

const Facts = ({ facts }) => html`<dl class="item-facts">${facts.filter(([, text]) => text).map(([name, text]) => html`
  <div key=${name}><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`;

const Survey = ({ survey }) => html`
  <section data-testid="survey"><h2>${t('dashboard.acceptance.survey')}</h2>
    <div class="table-frame"><table class="plain-table"><thead><tr><th></th>${['asked', ...ANSWERS].map((name) => html`<th key=${name} scope="col" class="number">${t(`dashboard.acceptance.answer.${name}`)}</th>`)}</tr></thead>
      <tbody>${GROUPS.filter((group) => survey[group]).map((group) => html`<tr key=${group}><th scope="row">${t(`dashboard.acceptance.group.${group}`)}</th>
        ${['asked', ...ANSWERS].map((name) => html`<td key=${name} class="number">${count(survey[group][name])}</td>`)}</tr>`)}</tbody></table></div></section>`;

/** The supervision notice that it led to, or the way to draft one with these facts. */
function Notice({ acceptance }) {
  const { address, me } = useContext(Page);
  const { notice, final_verdict: final, village } = acceptance;
  if (notice) {
    return html`<p class="notice" data-testid="has-notice"><${Link} to=${{ view: 'notices', division: address.division, notice: notice.id }}>
      ${t('dashboard.acceptance.see_notice', { label: notice.label ?? t('dashboard.acceptance.notice_drafted') })}<//></p>`;
  }
  if (!supervisesThere(me, village) || !final || final === 'met') return null;
  return html`<div class="notice notice-warn"><p>${t('dashboard.acceptance.failed_note')}</p>
    <${Link} class="button button-main" to=${{ view: 'notices', division: address.division, source_kind: 'failed_item', source_id: acceptance.id }} data-testid="draft-notice">
      ${t('dashboard.acceptance.draft_notice')}<//></div>`;
}

const Course = ({ steps }) => html`
  <ol class="timeline" data-testid="course">${steps.map((step) => html`
    <li key=${step.id} data-step=${step.step}>
      <p><strong>${t(`dashboard.acceptance.step.${step.step}`)}</strong> <small class="fine">${[step.by?.name, instantText(step.at)].filter(Boolean).join(' · ')}</small></p>
      ${step.details.held_on && html`<p>${fullDay(step.details.held_on)} ${t('dashboard.acceptance.were_present', { names: (step.details.present ?? []).join('、') })}</p>`}
      ${step.details.verdict && html`<p>${t('dashboard.acceptance.decided', { verdict: t(`contract.verdict.${step.details.verdict}`) })}</p>`}
      ${step.note && html`<p class="note">${step.note}</p>`}
    </li>`)}</ol>`;

function Found({ acceptance }) {
  const { item, completion } = acceptance;
  return html`
    <section><h2>${t('dashboard.acceptance.promised_head')}</h2>
      <p class="item-head"><strong>${item.text}</strong> ${item.is_major && html`<${Tag}>${t('contract.field.is_major')}<//>`}</p>
      <${Facts} facts=${[[t('contract.field.standard'), item.standard], [t('contract.field.target'), amountText(item.target, item.unit)],
        [t('contract.field.due_on'), item.due_on && fullDay(item.due_on)], [t('contract.field.responsible'), item.responsible],
        [t('dashboard.acceptance.completed'), completion && fullDay(completion.completed_on)]]} />
      ${completion?.note && html`<p class="note">${completion.note}</p>`}<${RecordPhotos} photos=${completion?.photos} /></section>
    <section><h2>${t('dashboard.acceptance.found_head')}</h2>
      <${Facts} facts=${[[t('dashboard.acceptance.inspected_on'), fullDay(acceptance.inspected_on)], [t('dashboard.acceptance.place'), acceptance.place],
        [t('dashboard.acceptance.found'), t(`contract.verdict.${acceptance.verdict}`)], [t('dashboard.acceptance.measured', { unit: '' }), amountText(acceptance.measured, item.unit)],
        [t('dashboard.acceptance.assessors'), acceptance.assessors.map(({ name }) => name).join('、')]]} />
      <p class="long">${acceptance.findings}</p><${RecordPhotos} photos=${acceptance.photos} /></section>`;
}

function Body({ acceptance, onChanged }) {
  const { address } = useContext(Page);
  const { busy, failure, run } = useFile();
  const [editing, setEditing] = useState(false);
  const { final_verdict: final, village, item } = acceptance;
  const saved = (changed) => {
    setEditing(false);
    onChanged(changed);
  };
  return html`
    <section class="card" data-testid="one-acceptance" data-state=${acceptance.state}>
      <div class="card-head"><h1>${t('dashboard.acceptance.of', { name: village.name, n: item.number })}
          <small>${t(`dashboard.acceptance.state.${acceptance.state}`)}</small></h1>
        <div class="exports">
          <${Link} class="button" to=${{ view: 'acceptances', division: address.division }}>${t('dashboard.acceptance.back')}<//>
          <${Link} class="button" to=${{ view: 'contracts', division: address.division, contract: acceptance.contract_id }}>${t('dashboard.acceptance.to_contract')}<//>
          <button type="button" class="button" disabled=${Boolean(busy)} data-testid="acceptance-docx"
            onClick=${() => run('acceptance', `${village.name}.docx`, { kind: 'acceptance', acceptance_id: acceptance.id })}>${t(busy ? 'dashboard.export_making' : 'dashboard.acceptance.print')}</button>
          ${failure && html`<span class="failure-text" role="alert">${failure}</span>`}</div></div>
      ${final && html`<p class="verdict-line">${t('dashboard.acceptance.final')} <${Tag} tone=${VERDICT_TONE[final]}>${t(`contract.verdict.${final}`)}<//></p>`}
      <${Notice} acceptance=${acceptance} />
      ${editing ? html`<${AcceptanceForm} item=${item} village=${village} acceptance=${acceptance} onSaved=${saved} onCancel=${() => setEditing(false)} />`
        : html`<div class="acceptance-parts"><${Found} acceptance=${acceptance} />
          ${acceptance.survey && html`<${Survey} survey=${acceptance.survey} />`}
          ${acceptance.steps.length > 0 && html`<section><h2>${t('dashboard.contract.course')}</h2><${Course} steps=${acceptance.steps} /></section>`}</div>`}
      ${acceptance.is_editable && !editing && html`<p class="buttons"><button type="button" class="button" onClick=${() => setEditing(true)} data-testid="acceptance-edit">
        ${t('dashboard.acceptance.edit')}</button></p>`}
      ${!editing && html`<${AcceptanceSteps} key=${acceptance.version} acceptance=${acceptance} onTaken=${onChanged} />`}
    </section>`;
}

export function AcceptanceView({ id }) {
  const source = useLoad(() => get(`/acceptances/${id}`), [id]);
  return html`<${Loaded} source=${source} lines=${8}>${(acceptance) => html`<${Body} acceptance=${acceptance} onChanged=${(changed) => source.change(() => changed)} />`}<//>`;
}
