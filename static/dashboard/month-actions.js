// What the township does with a village's month: close it, or enter what was signed on paper.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { checksOf } from '../shared/sheet.js';
import { announce, Dialog } from './parts.js';
import { Page, supervisesThere } from './scope.js';

const NOTE_LENGTH = 500;
/** Somebody else's word came between: what is shown must be what is sent. */
const OVERTAKEN = ['sheet_changed', 'month_closed', 'not_confirmed'];

/** Post `content` under an id that is kept while the content stays the same, so that a lost answer stores nothing twice. */
function useOnce(path) {
  const sent = useRef(null);
  return (content) => {
    const text = JSON.stringify(content);
    if (sent.current?.text !== text) sent.current = { id: newId(), text };
    return post(path, { id: sent.current.id, ...content });
  };
}

const Note = ({ label, note, setNote, testid }) => html`
  <label>${label}<input type="text" maxlength=${NOTE_LENGTH} value=${note} onInput=${(event) => setNote(event.target.value)} data-testid=${testid} /></label>`;

/** Close the sheet that is shown; a note stands on the closed sheet's course. */
export function MonthActions({ sheet, onPaper, onChange }) {
  const { me } = useContext(Page);
  const [note, setNote] = useState('');
  const [state, setState] = useState({});
  const close = useOnce('/month-closings');
  if (sheet.state === 'closed' || !sheet.over) return null;
  if (supervisesThere(me, sheet.village) && sheet.rows.some((row) => row.is_own)) return html`<p class="notice" data-testid="may-not">${t('dashboard.own_month')}</p>`;
  if (!(sheet.may.close || sheet.may.on_paper)) return null;
  const send = async () => {
    setState({ busy: true });
    try {
      const text = note.trim();
      await close({ village_code: sheet.village.code, month: sheet.month, seen_hash: sheet.sheet_hash, ...(text ? { note: text } : {}) });
      announce(t('dashboard.closed_month', { name: sheet.village.name }));
      onChange();
    } catch (error) {
      setState({ failure: failureText(error) });
      if (OVERTAKEN.includes(error.reason)) onChange();
    }
  };
  return html`
    <div class="month-actions" data-testid="month-actions">
      ${sheet.may.close && html`
        <p>${t('dashboard.close_ask')}</p>
        <${Note} label=${t('dashboard.close_note')} note=${note} setNote=${setNote} testid="close-note" />
        <button type="button" class="button button-good" disabled=${state.busy} onClick=${send} data-testid="close-month">
          ${t(state.busy ? 'dashboard.sending' : 'month.step.closed')}</button>`}
      ${sheet.may.on_paper && sheet.state === 'open' && html`
        <button type="button" class="button" onClick=${onPaper} data-testid="paper-village">${t('dashboard.paper_village')}</button>`}
      ${!sheet.may.close && html`<p class="fine">${t('dashboard.close_waits')}</p>`}
      ${state.failure && html`<p class="failure-text" role="alert" data-testid="close-failure">${state.failure}</p>`}
    </div>`;
}

/**
 * Enter what stands on the signed paper: a cadre's word on a row, or the village's on the sheet.
 * `onOvertaken` fetches the sheet anew beneath the dialog, so that what was typed can be sent again.
 */
export function PaperDialog({ sheet, row, onClose, onDone, onOvertaken }) {
  const [note, setNote] = useState('');
  const [step, setStep] = useState(row ? 'checked' : 'confirmed');
  const [state, setState] = useState({});
  const enter = useOnce('/month-steps');
  const { all, checked } = checksOf(sheet);
  const send = async (event) => {
    event.preventDefault();
    if (!note.trim()) {
      setState({ failure: t('dashboard.paper_note_missing') });
      return;
    }
    setState({ busy: true });
    try {
      await enter({ month: sheet.month, step, on_paper: true, note: note.trim(),
        ...(row ? { posting_id: row.posting_id, seen_hash: row.row_hash } : { village_code: sheet.village.code, seen_hash: sheet.sheet_hash }) });
      announce(t('dashboard.paper_done'));
      onDone();
    } catch (error) {
      setState({ failure: failureText(error) });
      if (OVERTAKEN.includes(error.reason)) onOvertaken();
    }
  };
  return html`
    <${Dialog} title=${row ? t('dashboard.paper_check_of', { name: row.cadre.name }) : t('dashboard.paper_village')} onClose=${onClose} testid="paper-dialog">
      <form class="paper" onSubmit=${send} novalidate>
        <p>${t('dashboard.paper_note')}</p>
        ${row && html`
          <fieldset class="choices"><legend>${t('dashboard.paper_says')}</legend>
            ${['checked', 'disputed'].map((name) => html`<label key=${name}><input type="radio" name="step" checked=${step === name} onChange=${() => setStep(name)}
              data-testid=${`paper-${name}`} /> ${t(`dashboard.paper_step.${name}`)}</label>`)}</fieldset>`}
        ${!row && checked < all && html`<p class="notice notice-warn">${t('dashboard.paper_incomplete', { n: all - checked })}</p>`}
        <${Note} label=${t('dashboard.paper_who')} note=${note} setNote=${setNote} testid="paper-note" />
        ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
        <div class="buttons"><button type="submit" class="button button-main" disabled=${state.busy} data-testid="paper-send">${t('dashboard.paper_send')}</button>
          <button type="button" class="button" onClick=${onClose}>${t('dashboard.cancel')}</button></div>
      </form>
    <//>`;
}
