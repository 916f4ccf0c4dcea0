// The audit log for whoever audits: newest first, filtered, each entry foldable; and whether the chains are whole.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { has, t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { fullInstant } from '../dashboard/dates.js';
import { Empty, Waiting } from '../dashboard/parts.js';
import { Trail } from '../dashboard/trail.js';
import { AuditDetails } from './audit-details.js';
import { Chains } from './chains.js';
import { DivisionLinks } from './division-links.js';
import { Failed, Field } from './saving.js';

const KINDS = ['evidence', 'leave', 'month', 'register', 'errand', 'posting', 'cadre', 'grant', 'user', 'session', 'invitation',
  'password', 'policy', 'calendar', 'place', 'import', 'export', 'consent', 'coordinate', 'retention', 'handover', 'data', 'division', 'proposal',
  'cadres', 'notice', 'supervision', 'household', 'visit', 'linkage', 'term', 'meeting', 'pledge', 'deed', 'completion', 'acceptance', 'assessor'];

/** What happened, in words; a kind that this page does not know yet is shown by its slug. */
const actionText = (action) => (has(`admin.action.${action}`) ? t(`admin.action.${action}`) : action);

function Entry({ entry, onPerson }) {
  return html`
    <li class="audit-entry" data-testid="entry" data-action=${entry.action}>
      <details><summary><time datetime=${entry.at}>${fullInstant(entry.at)}</time>
        <span>${entry.user?.name ?? t('admin.by_system')}</span> <strong>${actionText(entry.action)}</strong>
        ${entry.about && html`<span>${entry.about}</span>`}
        <small>${entry.township?.name ?? t('admin.county_chain')}</small></summary>
        <${AuditDetails} entry=${entry} />
        ${entry.user && html`<button type="button" class="button" onClick=${() => onPerson(entry.user)} data-testid="only-person">
          ${t('admin.only_person', { name: entry.user.name })}</button>`}</details>
    </li>`;
}

export function AuditView({ trail }) {
  const division = trail.at(-1);
  const [filter, setFilter] = useState({});
  const [personName, setPersonName] = useState(null);
  const [read, setRead] = useState({ entries: [], next: undefined, busy: true, failure: null });
  const load = async (before, kept) => {
    setRead((old) => ({ ...old, busy: true, failure: null }));
    try {
      const wide = division.level === 'township' || division.level === 'village';
      const answer = await get('/audit-entries', { ...filter, before, ...(wide && { division: division.code }) });
      setRead({ entries: [...kept, ...answer.entries], next: answer.next, busy: false, failure: null });
    } catch (error) {
      setRead((old) => ({ ...old, busy: false, failure: failureText(error) }));
    }
  };
  useEffect(() => { load(undefined, []); }, [division.code, filter]);
  const set = (name) => (event) => setFilter({ ...filter, [name]: event.target.value || undefined });
  const setPerson = (user) => {
    setPersonName(user?.name ?? null);
    setFilter({ ...filter, user_id: user?.id });
  };
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card" aria-busy=${read.busy}>
      <h1>${t('admin.view.audit')} <small>${division.name}</small></h1>
      <${Chains} />
      <${DivisionLinks} division=${division} />
      <div class="form">
        <${Field} type="date" label=${t('admin.from')} onChange=${set('from')} data-testid="audit-from" />
        <${Field} type="date" label=${t('admin.to')} onChange=${set('to')} data-testid="audit-to" />
        <${Field} as="select" label=${t('admin.kind')} onChange=${set('action')} data-testid="audit-action"><option value="">${t('dashboard.all')}</option>
          ${KINDS.map((kind) => html`<option key=${kind} value=${kind}>${t(`admin.action_kind.${kind}`)}</option>`)}<//>
      </div>
      ${personName && html`<p>${t('admin.only_person', { name: personName })} <button type="button" class="button" onClick=${() => setPerson(null)}
        data-testid="every-person">${t('admin.every_person')}</button></p>`}
      <ul class="lines">${read.entries.map((entry) => html`<${Entry} key=${entry.id} entry=${entry} onPerson=${setPerson} />`)}</ul>
      ${read.busy && html`<${Waiting} lines=${3} />`}
      <${Failed} text=${read.failure} />
      ${!read.busy && !read.failure && read.entries.length === 0 && html`<${Empty}>${t('admin.no_entries')}<//>`}
      ${!read.busy && read.next && html`<button type="button" class="button wide" onClick=${() => load(read.next, read.entries)} data-testid="audit-more">
        ${t('dashboard.show_more')}</button>`}
    </section>`;
}
