// Oddities in the records: what was found, what the cadre says of it, and closing it with a reason.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { oddityWords } from '../shared/oddity.js';
import { useSending } from '../shared/sending.js';
import { go, Link } from './address.js';
import { dayText, fullDay, instantText } from './dates.js';
import { announce, Dialog, Empty, Loaded, Pager } from './parts.js';
import { Page } from './scope.js';
import { ruleName, ruleValue } from './words.js';

const PAGE_SIZE = 20;

/** Closing takes a reason, and there is no way back: that is said before. */
function CloseDialog({ oddity, onClose, onClosed }) {
  const { send, busy, problem } = useSending(`/oddities/${oddity.id}/steps`, { dated: false });
  const submit = async (event) => {
    event.preventDefault();
    const closed = await send({ step: 'closed', note: new FormData(event.target).get('note').trim() });
    if (!closed) return;
    announce(t('dashboard.oddity.closed_now'));
    onClosed();
  };
  return html`
    <${Dialog} title=${t('dashboard.oddity.close')} onClose=${onClose} testid="oddity-dialog">
      <form class="reason talk-close" onSubmit=${submit}>
        <p>${oddity.cadre.name} · ${oddityWords(oddity).fact}</p>
        <label>${t('dashboard.oddity.reason')}
          <textarea name="note" rows="3" required maxlength="500" placeholder=${t('dashboard.oddity.reason_example')}></textarea></label>
        <p class="fine">${t('dashboard.oddity.close_note')}</p>
        ${problem && html`<p class="notice notice-bad" role="alert">${problem}</p>`}
        <p class="buttons"><button class="button button-main" disabled=${busy} data-testid="oddity-send">${t('dashboard.oddity.close')}</button></p>
      </form>
    <//>`;
}

/** The days of the records, each with the way to it. */
function Days({ oddity }) {
  return html`
    <p class="oddity-days"><span class="fine">${t('dashboard.oddity.days')}</span> ${oddity.days.map((day) => html`
      <${Link} key=${day} to=${{ view: 'table', division: oddity.village.code, month: day.slice(0, 7), cadre: oddity.cadre.id, day }}>${dayText(day)}<//> `)}
      ${oddity.kind === 'same_picture' && html`<${Link} to=${{ view: 'pictures', division: oddity.village.code }}>${t('dashboard.view.pictures')}<//>`}</p>`;
}

function Oddity({ oddity, onClosed }) {
  const [closing, setClosing] = useState(false);
  const { fact, maybe } = oddityWords(oddity);
  return html`
    <li class="talk oddity" data-testid="oddity" data-id=${oddity.id} data-kind=${oddity.kind} data-state=${oddity.state}>
      <p><${Link} to=${{ view: 'table', division: oddity.village.code, month: oddity.last_on.slice(0, 7), cadre: oddity.cadre.id }}>${oddity.cadre.name}<//>
        ${' '}<span class="fine">${oddity.village.name}</span></p>
      <p class="talk-fact">${fact}</p>
      ${maybe && html`<p class="fine">${maybe}</p>`}
      <${Days} oddity=${oddity} />
      ${oddity.steps.map((step) => html`
        <p key=${step.id} class="oddity-step"><span class="fine">${t(`dashboard.oddity.step.${step.step}`, { name: step.by.name, when: instantText(step.at) })}</span>
          <span class="note">${step.note}</span></p>`)}
      ${oddity.state === 'found' && html`<p class="fine">${t('dashboard.oddity.not_explained')}</p>`}
      ${oddity.rule && html`<p class="fine">${t('dashboard.oddity.rule', {
        rule: ruleName(oddity.rule.key), value: ruleValue(oddity.rule), from: fullDay(oddity.rule.effective_from), division: oddity.rule.division.name })}</p>`}
      ${oddity.next_steps.includes('closed') && html`<p class="buttons"><button type="button" class="button" onClick=${() => setClosing(true)}
        data-testid="oddity-close">${t('dashboard.oddity.close')}</button></p>`}
      ${closing && html`<${CloseDialog} oddity=${oddity} onClose=${() => setClosing(false)} onClosed=${() => { setClosing(false); onClosed(); }} />`}
    </li>`;
}

async function pageOf(query) {
  const { data, headers } = await request('GET', '/oddities', { query: { ...query, page_size: PAGE_SIZE } });
  return { ...data, ...pagesOf(headers) };
}

/** One by its link, or a page of those below a division: open, or closed where the address says so. */
export function Oddities({ division, alone, Section }) {
  const { address } = useContext(Page);
  const [page, setPage] = useState(1);
  const state = alone && address.state === 'closed' ? 'closed' : 'open';
  const one = alone ? address.oddity : undefined;
  const source = useLoad(() => (one
    ? get(`/oddities/${one}`).then((oddity) => ({ oddities: [oddity], total: 1, last: 1 }))
    : pageOf({ division: division.code, state, page })), [division.code, state, page, one]);
  const to = (more) => ({ view: 'matters', division: address.division, month: address.month, kind: 'oddity', ...more });
  return html`
    <${Section} kind="oddity" division=${division} table=${{ kind: 'oddities', filters: { state } }} number=${source.data && !one ? source.data.total : null}>
      <p class="buttons">${one
        ? html`<${Link} to=${to()}>${t('dashboard.oddity.all')}<//>`
        : ['open', 'closed'].map((name) => html`<button key=${name} type="button" class="button" aria-pressed=${String(state === name)}
            data-testid=${`oddities-${name}`} onClick=${() => { setPage(1); go(to({ state: name === 'open' ? undefined : name })); }}>${t(`dashboard.oddity.state.${name}`)}</button>`)}</p>
      <${Loaded} source=${source} lines=${3}>
        ${({ oddities, last }) => html`
          ${oddities.length === 0 && html`<${Empty}>${t('dashboard.matter.none')}<//>`}
          <ul class="talk-list">${oddities.map((oddity) => html`<${Oddity} key=${oddity.id} oddity=${oddity} onClosed=${source.reload} />`)}</ul>
          <${Pager} page=${page} last=${last} turn=${setPage} />`}
      <//>
    <//>`;
}
