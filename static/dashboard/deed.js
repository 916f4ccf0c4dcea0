// One deed of the ledger: what it is, how it stands, and what may be done with it here.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { patch, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { Link } from './address.js';
import { dayText, instantText, monthText } from './dates.js';
import { DeedForm } from './deed-form.js';
import { announce, Tag } from './parts.js';
import { RecordPhotos, usePhotos } from './photo-field.js';
import { Page } from './scope.js';

const TONES = { planned: 'calm', done: 'good', dropped: 'calm', overdue: 'bad' };

/** That it is done: when, a line, photos where there are some. */
function DoneForm({ deed, onDone, onCancel }) {
  const { me } = useContext(Page);
  const idOf = useRef(idsByContent()).current;
  const captured = useRef(new Date().toISOString()).current;
  const [state, setState] = useState({});
  const photos = usePhotos();
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const note = said.get('note').trim();
    const content = { done_on: said.get('done_on'), ...(note && { note }), ...(photos.hashes.length && { photos: photos.hashes }) };
    setState({ busy: true });
    try {
      await post(`/deeds/${deed.id}/reports`, { id: idOf(content), ...content, captured_at: captured });
      if (await photos.send()) setState({ failure: t('dashboard.photos_lost') });
      else onDone();
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="done-form">
      <label>${t('dashboard.deed.done_on')}<input type="date" name="done_on" required max=${me.today} defaultValue=${me.today} /></label>
      <label class="form-wide">${t('contract.note_optional')}<textarea name="note" rows="2" maxlength="2000"></textarea></label>
      ${photos.field}
      <div class="buttons form-wide"><button class="button button-main" disabled=${state.busy || photos.busy}>${t('dashboard.deed.is_done')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}

const Reports = ({ deed }) => deed.reports.map((report) => html`
  <p key=${report.id} class="fine">${t('dashboard.deed.reported', { name: report.by.name, when: instantText(report.at) })} ${report.note && html` <q>${report.note}</q> `}
    <${RecordPhotos} photos=${report.photos} /></p>`);

function Acts({ deed, setMode, onChanged, setFailure }) {
  const turn = async (state) => {
    try {
      await patch(`/deeds/${deed.id}`, { state }, deed.version);
      announce(t('dashboard.saved'));
      onChanged();
    } catch (error) {
      setFailure(error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error));
    }
  };
  const act = (name, run) => html`<button type="button" class="button-quiet" onClick=${run} data-testid=${`deed-${name}`}>${t(`dashboard.deed.do.${name}`)}</button>`;
  if (deed.state !== 'planned') return html`<div class="deed-acts">${act('again', () => turn('planned'))}</div>`;
  return html`<div class="deed-acts">${act('done', () => setMode('done'))}${act('edit', () => setMode('edit'))}${act('drop', () => turn('dropped'))}</div>`;
}

export function Deed({ deed, withMonth, onChanged }) {
  const { address } = useContext(Page);
  const [mode, setMode] = useState(null);
  const [failure, setFailure] = useState(null);
  const over = () => {
    setMode(null);
    onChanged();
  };
  const shown = deed.is_overdue ? 'overdue' : deed.state;
  return html`
    <tr data-testid="deed" data-id=${deed.id} data-state=${deed.state}>
      <td class="deed-text">${deed.text}
        ${withMonth && html` <small class="fine">${monthText(deed.month)}</small>`}
        ${deed.line && html` <small class="fine"><${Link} to=${{ view: 'contracts', division: address.division, contract: deed.line.contract_id }}>
          ${t('dashboard.contract.item_n', { n: deed.line.number })}<//> ${t(`contract.dimension.${deed.line.dimension}`)}</small>`}
        ${deed.note && html`<p class="note">${deed.note}</p>`}
        <${Reports} deed=${deed} /></td>
      <td data-label=${t('dashboard.deed.due_on')}>${dayText(deed.due_on)}</td>
      <td data-label=${t('dashboard.deed.owner')}>${deed.owner ?? html`<span class="quiet">—</span>`}</td>
      <td data-label=${t('dashboard.deed.state')}><${Tag} tone=${TONES[shown]}>${deed.done_on
        ? t('dashboard.deed.done_day', { day: dayText(deed.done_on) }) : t(`dashboard.deed.is.${shown}`)}<//></td>
      <td>${mode === null && html`<${Acts} deed=${deed} setMode=${setMode} onChanged=${onChanged} setFailure=${setFailure} />`}
        ${failure && html`<p class="failure-text" role="alert">${failure}</p>`}</td>
    </tr>
    ${mode && html`<tr class="panel-row"><td colspan="5">${mode === 'done'
      ? html`<${DoneForm} deed=${deed} onDone=${over} onCancel=${() => setMode(null)} />`
      : html`<${DeedForm} deed=${deed} onSaved=${over} onCancel=${() => setMode(null)} />`}</td></tr>`}`;
}
