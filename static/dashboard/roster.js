// A township's assessment office (考核办): who may check on the spot, the hotline, and how a published roster is changed.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, patch } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText, useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { fullDay } from './dates.js';
import { announce, Empty, Loaded, Tag } from './parts.js';
import { AssessorForm } from './roster-form.js';
import { Page, supervisesThere } from './scope.js';
import { count } from './words.js';

const townshipOf = (division) => (division.level === 'village' ? `${division.code.slice(0, 9)}000` : division.code);

function Assessor({ assessor, roster, edits, onChanged }) {
  const [open, setOpen] = useState(false);
  const done = (changed) => {
    setOpen(false);
    if (changed) onChanged();
  };
  return html`
    <tr data-testid="assessor-row" data-id=${assessor.id}>
      <th scope="row">${assessor.name} ${!assessor.is_current && html`<${Tag}>${t('dashboard.roster.not_now')}<//>`}
        ${assessor.unit && html`<small>${assessor.unit}</small>`}</th>
      <td data-label=${t('dashboard.roster.post_head')}>${t(`dashboard.roster.post.${assessor.post}`)}</td>
      <td data-label=${t('dashboard.roster.period')}>${t(assessor.to_on ? 'dashboard.roster.from_to' : 'dashboard.roster.from', { from: fullDay(assessor.from_on), to: assessor.to_on && fullDay(assessor.to_on) })}</td>
      <td data-label=${t('dashboard.roster.approvals')}>${[assessor.added_approval, assessor.ended_approval].filter(Boolean).map((text) => html`<p key=${text} class="fine">${text}</p>`)}</td>
      ${edits && html`<td><button type="button" class="button-quiet" aria-expanded=${String(open)} onClick=${() => setOpen(!open)} data-testid="assessor-edit">
        ${t(roster.published_on ? 'dashboard.roster.end' : 'dashboard.contract.edit')}</button></td>`}
    </tr>
    ${open && html`<tr class="panel-row"><td colspan="5"><${AssessorForm} roster=${roster} assessor=${assessor} onDone=${done} /></td></tr>`}`;
}

/** Number and publication; each is one change of the roster. */
function Office({ roster, edits, onChanged }) {
  const [state, setState] = useState({});
  const change = async (changes) => {
    setState({ busy: true });
    try {
      await patch(`/assessor-rosters/${roster.township.code}`, changes, roster.version);
      setState({});
      announce(t('dashboard.saved'));
      onChanged();
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error) });
    }
  };
  const saveHotline = (event) => {
    event.preventDefault();
    change({ hotline: new FormData(event.target).get('hotline').trim() || null });
  };
  return html`
    <dl class="facts">
      <div><dt>${t('dashboard.roster.published')}</dt><dd data-testid="published">${roster.published_on ? fullDay(roster.published_on) : t('dashboard.roster.unpublished')}
        ${edits && !roster.published_on && html` <button type="button" class="button" disabled=${state.busy} onClick=${() => change({ is_published: true })} data-testid="publish-roster">
          ${t('dashboard.roster.publish')}</button>`}</dd></div>
      <div><dt>${t('dashboard.roster.hotline')}</dt><dd>${state.hotline
        ? html`<form class="reason" onSubmit=${saveHotline}><input name="hotline" maxlength="40" aria-label=${t('dashboard.roster.hotline')} defaultValue=${roster.hotline ?? ''} />
            <button class="button button-main" disabled=${state.busy}>${t('dashboard.save')}</button></form>`
        : html`<span data-testid="hotline">${roster.hotline ?? '—'}</span> ${edits && html`<button type="button" class="button-quiet" onClick=${() => setState({ hotline: true })} data-testid="hotline-edit">
            ${t('dashboard.contract.size_edit')}</button>`}`}</dd></div>
      <div><dt>${t('dashboard.roster.load')}</dt><dd>${roster.load.assessors
        ? t('dashboard.roster.load_is', { villages: count(roster.load.villages), people: count(roster.load.assessors), each: count(Math.round(roster.load.villages_each * 10) / 10) }) : '—'}</dd></div>
    </dl>
    <p class="fine">${t(roster.published_on ? 'dashboard.roster.published_note' : 'dashboard.roster.unpublished_note')}</p>
    ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}`;
}

function Roster({ code }) {
  const { me } = useContext(Page);
  const [adding, setAdding] = useState(false);
  const source = useLoad(() => get(`/assessor-rosters/${code}`), [code]);
  const edits = supervisesThere(me, { code });
  const added = (changed) => {
    setAdding(false);
    if (changed) source.reload();
  };
  return html`
    <${Loaded} source=${source} lines=${5}>
      ${(roster) => html`
        <${Office} key=${roster.version} roster=${roster} edits=${edits} onChanged=${source.reload} />
        ${roster.assessors.length === 0 ? html`<${Empty}>${t('dashboard.roster.none')}<//>` : html`
          <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.acceptance.list.roster')}>
            <table class="month-table roster">
              <thead><tr>${['name', 'post_head', 'period', 'approvals'].map((name) => html`<th key=${name} scope="col">${t(`dashboard.roster.${name}`)}</th>`)}${edits && html`<th></th>`}</tr></thead>
              <tbody>${roster.assessors.map((one) => html`<${Assessor} key=${`${one.id} ${one.version}`} assessor=${one} roster=${roster} edits=${edits} onChanged=${source.reload} />`)}</tbody>
            </table></div>`}
        ${edits && (adding ? html`<${AssessorForm} roster=${roster} onDone=${added} />`
          : html`<p class="buttons"><button type="button" class="button" onClick=${() => setAdding(true)} data-testid="assessor-add">${t('dashboard.roster.add')}</button></p>`)}`}<//>`;
}

/** Each township has its own; a county chooses one. */
function Townships({ county }) {
  const source = useLoad(() => get('/divisions', { parent: county.code }), [county.code]);
  return html`
    <p class="fine waits">${t('dashboard.roster.choose')}</p>
    <${Loaded} source=${source} lines=${3}>${({ divisions }) => html`<p class="concern-states">${divisions.map((one) => html`
      <${Link} key=${one.code} class="segment" to=${{ view: 'acceptances', division: one.code, state: 'roster' }}>${one.name}<//>`)}</p>`}<//>`;
}

export const RosterView = ({ division }) => (['township', 'village'].includes(division.level)
  ? html`<${Roster} code=${townshipOf(division)} />` : html`<${Townships} county=${division} />`);
