// Undoing an approved leave or errand: as entered by mistake, or because the cadre came back early.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { announce } from './parts.js';
import { Page, supervisesThere } from './scope.js';

export const NOTE_LENGTH = 500;

/** An approved leave that was taken back reads otherwise than a request that was never granted. */
export const wasVoided = (leave) => leave.state === 'refused' && leave.steps.some(({ step }) => step === 'approved');

/** Take a step of a leave: {busy, failure, fail, take}; `onSettle` gets the leave as it then stands. */
export function useLeaveStep(leaveId, onSettle) {
  const [state, setState] = useState({});
  const sent = useRef(null);
  const take = async (content) => {
    // The same content sent again keeps its id, so that a lost answer does not make a second step.
    const text = JSON.stringify(content);
    if (sent.current?.text !== text) sent.current = { id: newId(), text };
    setState({ busy: true });
    try {
      const settled = await post(`/leaves/${leaveId}/steps`, { id: sent.current.id, ...content });
      if (content.step === 'returned') announce(t('dashboard.leave_step.returned'));
      else announce(wasVoided(settled) ? t('leave.voided') : t(`leave.state.${settled.state}`));
      setState({});
      onSettle(settled);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return { ...state, take, fail: (failure) => setState({ failure }) };
}

/** Why it was a mistake, or the first day back; `step` is 'refused' or 'returned'. */
function Ask({ leave, step, onSettle, onCancel }) {
  const { me } = useContext(Page);
  const latest = leave.to_on < me.today ? leave.to_on : me.today;
  const [note, setNote] = useState('');
  const [day, setDay] = useState(latest);
  const { busy, failure, fail, take } = useLeaveStep(leave.id, onSettle);
  const isVoid = step === 'refused';
  const send = (event) => {
    event.preventDefault();
    if (isVoid && !note.trim()) fail(t('dashboard.void_reason_missing'));
    else if (!isVoid && !(leave.from_on <= day && day <= latest)) fail(t('dashboard.returned_outside'));
    else take({ step, ...(note.trim() ? { note: note.trim() } : {}), ...(isVoid ? {} : { returned_on: day }) });
  };
  return html`
    <form class="leave-answer leave-undo" onSubmit=${send} novalidate data-testid="leave-undo">
      <p>${t(isVoid ? 'dashboard.void_question' : 'dashboard.return_question', { name: leave.cadre.name })}</p>
      ${!isVoid && html`<label class="inline-field">${t('dashboard.return_day')}
        <input type="date" min=${leave.from_on} max=${latest} value=${day} onInput=${(event) => setDay(event.target.value)}
          data-testid="leave-return-day" /></label>`}
      <label class="inline-field">${t(isVoid ? 'dashboard.void_reason' : 'dashboard.note')}
        <input type="text" maxlength=${NOTE_LENGTH} value=${note} onInput=${(event) => setNote(event.target.value)} data-testid="leave-undo-note" /></label>
      ${failure && html`<p class="failure-text" role="alert">${failure}</p>`}
      <div class="buttons">
        <button type="submit" class=${isVoid ? 'button button-bad' : 'button button-main'} disabled=${busy} data-testid="leave-undo-send">
          ${t(busy ? 'dashboard.sending' : isVoid ? 'dashboard.void' : 'dashboard.return_send')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button>
      </div>
    </form>`;
}

/**
 * What may be done with an approved leave {id, cadre, from_on, to_on} in the list of a division. Nothing for one's own: the server refuses it.
 * `returns` false leaves the early return out.
 */
export function Undo({ leave, division, onSettle, returns = true }) {
  const { me, scope } = useContext(Page);
  const [step, setStep] = useState(null);
  if (!supervisesThere(me, division) || leave.cadre.id === scope.ownCadreId) return null;
  if (step) return html`<${Ask} leave=${leave} step=${step} onSettle=${onSettle} onCancel=${() => setStep(null)} />`;
  return html`
    <div class="leave-answer"><div class="buttons">
      ${returns && leave.from_on <= me.today && html`
        <button type="button" class="button" onClick=${() => setStep('returned')} data-testid="leave-return">${t('dashboard.return')}</button>`}
      <button type="button" class="button" aria-label=${t('dashboard.void_of', { name: leave.cadre.name })} onClick=${() => setStep('refused')}
        data-testid="leave-void">${t('dashboard.void')}</button>
    </div></div>`;
}
