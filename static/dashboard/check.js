// One check: its villages, who was visited when, what was found there, and by which seed they were drawn.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText, useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { dayText, fullDay, fullSpan } from './dates.js';
import { ExportWorkbook } from './export.js';
import { FindingForm } from './finding-form.js';
import { announce, Loaded, Tag } from './parts.js';
import { RecordPhotos } from './photo-field.js';
import { Page } from './scope.js';

/** How a draw is made, as in docs/rules.md; shown with its seed, so that anybody can make it again. */
const Draw = ({ draw }) => html`
  <details class="rules" data-testid="draw">
    <summary>${t('dashboard.check.draw')} · ${t(draw.is_repeatable ? 'dashboard.check.repeatable' : 'dashboard.check.not_repeatable')}</summary>
    <p>${t('dashboard.check.seed')} <code data-testid="seed">${draw.seed}</code></p>
    <p class="fine">${t(draw.per_township ? 'dashboard.check.draw_rule_township' : 'dashboard.check.draw_rule')}</p>
    ${draw.pool.map((codes) => html`<p key=${codes[0]} class="fine">${t('dashboard.check.pool', { n: codes.length })} ${codes.join('、')}</p>`)}
  </details>`;

function Finding({ finding, onChanged }) {
  const { address } = useContext(Page);
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return html`<li><${FindingForm} finding=${finding} onCancel=${() => setOpen(false)} onSaved=${() => { setOpen(false); onChanged(); }} /></li>`;
  return html`
    <li class="finding" data-testid="finding">
      <p>${finding.is_problem ? html`<${Tag} tone="warn">${t('dashboard.finding.problem')}<//>` : html`<${Tag}>${t('dashboard.finding.noted')}<//>`} ${finding.text}</p>
      ${finding.line && html`<p class="fine">${t('dashboard.finding.line', { n: finding.line.number, text: finding.line.text })}</p>`}
      <p class="fine">${finding.entered_by.name} <${RecordPhotos} photos=${finding.photos} /></p>
      <div class="buttons">
        ${finding.may_change && html`<button type="button" class="button-quiet" onClick=${() => setOpen(true)} data-testid="finding-change">${t('dashboard.finding.change')}</button>`}
        ${finding.may_draft_notice && html`<${Link} class="button-quiet" data-testid="finding-notice"
          to=${{ view: 'notices', division: address.division, source_kind: 'spot_check', source_id: finding.id }}>${t('dashboard.finding.draft_notice')}<//>`}
        ${finding.notice && html`<${Link} to=${{ view: 'notices', division: address.division, notice: finding.notice.id }}>${t('dashboard.finding.notice')}<//>`}
      </div>
    </li>`;
}

function Visit({ check, village, onChanged }) {
  const { me } = useContext(Page);
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const visited_on = new FormData(event.target).get('visited_on');
    setState({ busy: true });
    try {
      onChanged(await post(`/spot-checks/${check.id}/villages/${village.code}`, { visited_on }));
      announce(t('dashboard.saved'));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  const last = check.last_on < me.today ? check.last_on : me.today;
  return html`
    <form class="visit-form" onSubmit=${submit}>
      <label>${t('dashboard.check.visited_on')} <input type="date" name="visited_on" required min=${check.first_on} max=${last} defaultValue=${last} /></label>
      <button class="button" disabled=${state.busy} data-testid="visit">${t('dashboard.check.note_visit')}</button>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </form>`;
}

function Village({ check, row, findings, onCheck, onFindings }) {
  const [isNew, setNew] = useState(false);
  const { village, township } = row;
  const isOpen = check.state === 'open';
  return html`
    <section class="card checked" data-testid="checked" data-code=${village.code}>
      <div class="card-head"><h2>${row.position ? `${row.position}. ` : ''}${village.name} <small>${township?.name}</small></h2>
        <span>${row.visited_on ? t('dashboard.check.visited_by', { day: dayText(row.visited_on), name: row.visited_by.name }) : html`<${Tag} tone="wait">${t('dashboard.check.unvisited')}<//>`}</span></div>
      ${!row.visited_on && isOpen && row.is_enterable && html`<${Visit} check=${check} village=${village} onChanged=${onCheck} />`}
      ${check.is_whole && !row.is_enterable && html`<p class="fine">${t('dashboard.check.own')}</p>`}
      <ul class="findings">${findings.map((one) => html`<${Finding} key=${one.id} finding=${one} onChanged=${onFindings} />`)}</ul>
      ${row.visited_on && !findings.length && !isNew && html`<p class="fine">${t('dashboard.check.nothing_found')}</p>`}
      ${row.visited_on && isOpen && row.is_enterable && (isNew
        ? html`<${FindingForm} check=${check} village=${village} onCancel=${() => setNew(false)} onSaved=${() => { setNew(false); onFindings(); }} />`
        : html`<button type="button" class="button" onClick=${() => setNew(true)} data-testid="finding-new">${t('dashboard.finding.new')}</button>`)}
    </section>`;
}

/** All findings of a check, page by page. */
async function findingsOf(id) {
  const found = [];
  for (let page = 1; ; page += 1) {
    const { findings } = await get('/findings', { check_id: id, page, page_size: 200 });
    found.push(...findings);
    if (findings.length < 200) return found;
  }
}

export function CheckView({ id }) {
  const { address } = useContext(Page);
  const source = useLoad(() => get(`/spot-checks/${id}`), [id]);
  const findings = useLoad(() => findingsOf(id), [id]);
  const [state, setState] = useState({});
  const close = async () => {
    setState({ busy: true });
    try {
      const closed = await post(`/spot-checks/${id}/closings`);
      source.change(() => closed);
      findings.reload();
      setState({});
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <p class="back"><${Link} to=${{ view: 'checks', division: address.division }}>${t('dashboard.check.back')}<//></p>
    <${Loaded} source=${source} lines=${6}>${(check) => html`
      <section class="card" data-testid="check-open">
        <div class="card-head"><h1>${check.title}</h1><${ExportWorkbook} kind="spot_check" division=${check.division} more=${{ check_id: check.id }} /></div>
        <p>${check.division.name} · ${t(`dashboard.check.kind.${check.kind}`)} · ${check.last_on === check.first_on ? fullDay(check.first_on) : check.last_on ? fullSpan(check.first_on, check.last_on) : t('dashboard.check.from', { day: fullDay(check.first_on) })}
          ${' '}<${Tag} tone=${check.state === 'open' ? 'wait' : 'good'}>${t(`dashboard.check.state.${check.state}`)}<//></p>
        ${check.focus && html`<p>${t('dashboard.check.focus')}：${check.focus}</p>`}
        ${check.is_whole && check.kind === 'unannounced' && check.state === 'open' && html`<p class="notice notice-warn" data-testid="secret">${t('dashboard.check.secret', { name: check.division.name })}</p>`}
        ${check.draw && html`<${Draw} draw=${check.draw} />`}
        ${check.is_whole && check.state === 'open' && (state.asks
          ? html`<div class="reason"><p>${t('dashboard.check.close_note')}</p><div class="buttons">
              <button type="button" class="button button-main" disabled=${state.busy} onClick=${close} data-testid="check-close-sure">${t('dashboard.check.close')}</button>
              <button type="button" class="button" onClick=${() => setState({})}>${t('dashboard.cancel')}</button></div></div>`
          : html`<div class="buttons"><button type="button" class="button" onClick=${() => setState({ asks: true })} data-testid="check-close">${t('dashboard.check.close')}</button></div>`)}
        ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
      </section>
      <${Loaded} source=${findings} lines=${4}>${(found) => check.villages.map((row) => html`
        <${Village} key=${row.village.code} check=${check} row=${row} findings=${found.filter((one) => one.village.code === row.village.code)}
          onCheck=${(changed) => source.change(() => changed)} onFindings=${() => { findings.reload(); source.reload(); }} />`)}<//>`}<//>`;
}
