// One supervision notice: what it says, where it stands, who took which step, and the steps that one may take.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { fullDay, instantText } from './dates.js';
import { EditForm } from './notice-draft.js';
import { dueText, noticeTone } from './notice-list.js';
import { Steps } from './notice-steps.js';
import { Loaded, Tag } from './parts.js';
import { RecordPhotos } from './photo-field.js';
import { useFile } from './prints.js';
import { Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';

const PARTS = ['facts', 'basis', 'demand'];

function Print({ notice }) {
  const { busy, failure, run } = useFile();
  return html`
    <div class="exports"><button type="button" class="button" disabled=${Boolean(busy)} data-testid="notice-docx"
      onClick=${() => run('notice', `${notice.label ?? notice.village.name}.docx`, { kind: 'notice', notice_id: notice.id })}>
      ${t(busy ? 'dashboard.export_making' : 'dashboard.supervision.print')}</button>
      ${failure && html`<span class="failure-text" role="alert">${failure}</span>`}</div>`;
}

/** Where the matter came from, as far as it has a page here. */
function Source({ notice }) {
  const words = t(`supervision.source.${notice.source_kind}`);
  const division = notice.village.code;
  if (notice.source_kind === 'failed_item') return html`<${Link} to=${{ view: 'acceptances', division, acceptance: notice.source_id }} data-testid="to-source">${words}<//>`;
  if (notice.source_kind === 'overdue_concern') return html`<${Link} to=${{ view: 'concerns', division, concern: notice.source_id }} data-testid="to-source">${words}<//>`;
  if (notice.source_check_id) return html`<${Link} to=${{ view: 'checks', division, check: notice.source_check_id }} data-testid="to-source">${words}<//>`;
  return html`${words}`;
}

const Course = ({ notice }) => html`
  <section class="card timeline-card" aria-labelledby="course-title">
    <h2 id="course-title">${t('dashboard.supervision.course')}</h2>
    <ol class="timeline" data-testid="course">${notice.steps.map((step) => html`
      <li key=${step.id} class="timeline-step" data-testid="course-step" data-step=${step.step}>
        <p><strong>${t(`supervision.step.${step.step}`)}</strong>
          ${step.has_passed !== null && html` <${Tag} tone=${step.has_passed ? 'good' : 'bad'}>${t(step.has_passed ? 'dashboard.supervision.passed' : 'dashboard.supervision.failed')}<//>`}
          <small class="fine"> ${step.by.name} · ${instantText(step.at)}</small></p>
        ${step.signer && html`<p>${t('supervision.part.signer')} ${step.signer}</p>`}
        ${step.new_due_on && html`<p>${t('supervision.part.new_due_on')} ${fullDay(step.new_due_on)}</p>`}
        ${step.note && html`<p class="note">${step.note}</p>`}
        <${RecordPhotos} photos=${step.photos} />
      </li>`)}</ol>
  </section>`;

function Body({ notice, onChanged }) {
  const { me, overdue } = useContext(Page);
  const [editing, setEditing] = useState(false);
  const fact = (name, value) => html`<div key=${name}><dt>${t(`dashboard.supervision.${name}`)}</dt><dd>${value}</dd></div>`;
  const edited = (changed) => {
    setEditing(false);
    if (changed) onChanged(changed);
  };
  const taken = (changed) => {
    onChanged(changed);
    overdue.reload();
  };
  return html`
    <section class="card" data-testid="notice-card" data-state=${notice.state}>
      <div class="card-head"><h1>${notice.title} <small>${notice.label ?? t('dashboard.supervision.no_number')}</small></h1><${Print} notice=${notice} /></div>
      ${notice.is_overdue && html`<p class="notice notice-bad" data-testid="is-overdue">${dueText(notice)}</p>`}
      ${notice.asked_due_on && html`<p class="notice notice-warn" data-testid="asked">${t('dashboard.supervision.asked', { day: fullDay(notice.asked_due_on) })}</p>`}
      <dl class="facts">
        ${fact('state', html`<${Tag} tone=${noticeTone(notice)}>${t(`supervision.state.${notice.state}`)}<//>`)}
        ${fact('village', notice.village.name)} ${fact('due_on', dueText(notice))} ${fact('owner', notice.owner.name)}
        ${fact('source', html`<${Source} notice=${notice} />`)}
        ${notice.reissues > 0 && fact('reissues', t('dashboard.supervision.reissued_n', { n: notice.reissues }))}
      </dl>
      <${Steps} key=${`${notice.id} ${notice.version}`} notice=${notice} onTaken=${taken} />
      ${editing ? html`<${EditForm} notice=${notice} onDone=${edited} />`
        : notice.state === 'drafted' && supervisesThere(me, notice.village) && html`<p class="buttons"><button type="button" class="button" onClick=${() => setEditing(true)} data-testid="edit-notice">
          ${t('dashboard.supervision.edit')}</button></p>`}
    </section>
    <div class="columns columns-contract">
      <div><section class="card notice-says" data-testid="notice-says">
        ${PARTS.map((name) => html`<h2 key=${name}>${t(`dashboard.supervision.${name}`)}</h2><p class="long">${notice[name]}</p>`)}
        <dl class="item-facts">
          ${fact('lead_unit', notice.lead_unit)}
          ${notice.assisting_units.length > 0 && fact('assisting_units', notice.assisting_units.join('、'))}
          ${notice.copies_to.length > 0 && fact('copies_to', notice.copies_to.join('、'))}
          ${fact('contact', notice.contact)}
        </dl>
      </section></div>
      <${Course} notice=${notice} />
    </div>`;
}

export function NoticeView({ id, trail }) {
  const { address } = useContext(Page);
  const source = useLoad(() => get(`/supervision-notices/${id}`), [id]);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} />
      <${Link} class="button" to=${{ view: 'notices', division: address.division }} data-testid="all-notices">${t('dashboard.supervision.back')}<//></div>
    <${Loaded} source=${source} lines=${10}>${(notice) => html`<${Body} notice=${notice} onChanged=${(changed) => source.change(() => changed)} />`}<//>`;
}
