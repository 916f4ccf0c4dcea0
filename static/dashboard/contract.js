// One contract: what it promises, where it stands, who took which step, and the steps that one may take.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { STATE_TONE } from '../shared/contract.js';
import { dayOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { ContractCourse } from './contract-course.js';
import { Differences } from './contract-diff.js';
import { Items } from './contract-items.js';
import { ReviseForm, Steps } from './contract-steps.js';
import { VillageSize } from './contract-size.js';
import { fullDay, fullSpan } from './dates.js';
import { Loaded, Tag } from './parts.js';
import { useFile } from './prints.js';
import { Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';

/** States after which a revised version may be opened. */
const REVISABLE = ['approved', 'signed', 'published'];

function Print({ contract }) {
  const { busy, failure, run } = useFile();
  return html`
    <button type="button" class="button" disabled=${Boolean(busy)} data-testid="contract-docx"
      onClick=${() => run('contract', `${contract.village.name}.docx`, { kind: 'contract', contract_id: contract.id })}>
      ${t(busy ? 'dashboard.export_making' : 'dashboard.contract.print')}</button>
    ${failure && html`<span class="failure-text" role="alert">${failure}</span>`}`;
}

/** Which version is read; the latest has no word in the address. */
function Revisions({ contract, shown }) {
  const { address } = useContext(Page);
  const latest = contract.revisions.at(-1).number;
  if (contract.revisions.length < 2) return null;
  return html`
    <div class="segments" role="group" aria-label=${t('dashboard.contract.revisions')}>${contract.revisions.map((one) => html`
      <button key=${one.id} type="button" class="segment" aria-pressed=${String(one.number === shown)} data-testid=${`revision-${one.number}`}
        onClick=${() => go({ ...address, revision: one.number === latest ? undefined : one.number })}>
        ${t('dashboard.contract.revision_n', { n: one.number })} <small class="fine">${t(`contract.state.${one.state}`)}</small></button>`)}</div>`;
}

function Head({ contract, revision, onSized }) {
  const { village, kind } = contract;
  const opened = contract.revisions.find(({ number }) => number === revision.number);
  return html`
    <div class="card-head">
      <h1>${t('dashboard.contract.of', { name: village.name, kind: t(`contract.kind.${kind}`) })}
        <small>${fullSpan(contract.first_on, contract.last_on)}</small></h1>
      <div class="exports"><${Print} contract=${contract} />
        ${contract.revisions.some(({ published_at: at }) => at) && html`<a class="button" href=${`/notice-board/${village.code}`} target="_blank" rel="noopener">
          ${t('dashboard.contract.to_board')}</a>`}</div>
    </div>
    <dl class="facts" data-testid="contract-facts">
      <div><dt>${t('dashboard.contract.state')}</dt><dd><${Tag} tone=${STATE_TONE[revision.state]}>${t(`contract.state.${revision.state}`)}<//></dd></div>
      <div><dt>${t('dashboard.contract.revision')}</dt><dd>${t('dashboard.contract.revision_n', { n: revision.number })}</dd></div>
      <div><dt>${t('dashboard.contract.items')}</dt><dd>${revision.items.length}</dd></div>
      <${VillageSize} contract=${contract} onSized=${onSized} />
      ${opened?.published_at && html`<div><dt>${t('contract.state.published')}</dt><dd>${fullDay(dayOf(opened.published_at))}</dd></div>`}
      ${contract.term_contract_id && html`<div><dt>${t('contract.kind.term')}</dt>
        <dd><${Link} to=${{ view: 'contracts', division: village.code, contract: contract.term_contract_id }}>${t('dashboard.contract.see_term')}<//></dd></div>`}
    </dl>
    ${revision.reason && html`<p class="note">${t('dashboard.contract.revised_because', { reason: revision.reason })}</p>`}`;
}

/** The body of a page that shows the version `revision` of `contract`. */
function Body({ contract, revision, onChanged, onReload }) {
  const { me } = useContext(Page);
  const [revising, setRevising] = useState(false);
  const isLatest = revision.number === contract.revision.number;
  const revises = isLatest && supervisesThere(me, contract.village) && REVISABLE.includes(revision.state);
  return html`
    <section class="card">
      <${Head} contract=${contract} revision=${revision} onSized=${onReload} />
      <${Revisions} contract=${contract} shown=${revision.number} />
      ${isLatest && html`<${Steps} key=${`${revision.id} ${revision.state}`} contract=${contract} onTaken=${onChanged} />`}
      ${revises && !revising && html`<p class="buttons"><button type="button" class="button" onClick=${() => setRevising(true)} data-testid="revise">
        ${t('dashboard.contract.revise')}</button></p>`}
      ${revising && html`<${ReviseForm} contract=${contract} onDone=${(changed) => { setRevising(false); if (changed) onChanged(changed); }} />`}
    </section>
    <div class="columns columns-contract">
      <div>
        <${Items} key=${revision.id} contract=${contract} revision=${revision} isLatest=${isLatest} onChanged=${onChanged} onReload=${onReload} />
        ${contract.revisions.length > 1 && html`<${Differences} key=${`${revision.number} ${revision.changed_at}`} contract=${contract} shown=${revision.number} />`}
      </div>
      <${ContractCourse} revision=${revision} />
    </div>`;
}

/** The contract of the address, in the version of the address. */
export function ContractView({ id, trail }) {
  const { address } = useContext(Page);
  const source = useLoad(() => get(`/contracts/${id}`), [id]);
  const number = Number(address.revision) || null;
  const older = useLoad(() => (number ? get(`/contracts/${id}/revisions/${number}`) : null), [id, number]);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} />
      <${Link} class="button" to=${{ view: 'contracts', division: address.division, year: address.year }} data-testid="all-contracts">${t('dashboard.contract.back')}<//></div>
    <${Loaded} source=${source} lines=${10}>
      ${(contract) => {
        const isOlder = number && number !== contract.revision.number;
        const show = (revision) => html`<${Body} contract=${contract} revision=${revision} onReload=${source.reload}
          onChanged=${(changed) => source.change(() => changed)} />`;
        return isOlder ? html`<${Loaded} source=${older} lines=${8}>${show}<//>` : show(contract.revision);
      }}<//>`;
}
