// Confirm or reject one piece of evidence, in place. A decision is never changed, only followed by a newer one.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { REASON_LENGTH, sendDecision } from '../shared/decisions.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { announce } from './parts.js';
import { Page } from './scope.js';

/** What a decision looks like before the server has answered. */
const supposedDecision = ({ id, evidenceId, outcome, reason, me }) => ({
  id,
  evidence_id: evidenceId,
  outcome,
  reason: reason ?? null,
  level: null,
  decided_at: new Date().toISOString(),
  decided_by: { id: me.id, name: me.name },
  pending: true,
});

function Reason({ onSend, onCancel }) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef();
  const send = (event) => {
    event.preventDefault();
    if (reason.trim()) {
      onSend(reason.trim());
    } else {
      setMissing(true);
      field.current.focus();
    }
  };
  return html`
    <form class="reason" onSubmit=${send} novalidate>
      <label>${t('dashboard.reject_reason')}
        <textarea ref=${field} rows="2" maxlength=${REASON_LENGTH} required autofocus value=${reason} aria-invalid=${missing}
          data-testid="reject-reason"
          onInput=${(event) => setReason(event.target.value)}></textarea>
      </label>
      <p class=${missing ? 'failure-text' : 'fine'} role=${missing ? 'alert' : undefined}>
        ${missing ? t('dashboard.reject_reason_missing') : t('dashboard.reject_reason_hint')}</p>
      <div class="buttons">
        <button type="submit" class="button button-bad" data-testid="reject-send">${t('dashboard.reject_send')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button>
      </div>
    </form>`;
}

/**
 * The buttons below a piece of evidence. `onSuppose(decision)` shows the outcome at once, `onSettle(before, decision | null)`
 * tells what became of it: the evidence as it was, and the server's decision or null when it was not taken.
 */
export function Decide({ evidence, cadreId, onSuppose, onSettle }) {
  const { me, scope } = useContext(Page);
  const [state, setState] = useState({ step: 'idle' });
  if (cadreId === scope.ownCadreId) return html`<p class="fine" data-testid="own-record">${t('dashboard.own_record')}</p>`;

  const send = async (choice) => {
    setState({ step: 'sending' });
    onSuppose(supposedDecision({ ...choice, me }));
    try {
      const decision = await sendDecision(choice);
      setState({ step: 'idle' });
      announce(t(`dashboard.decided.${choice.outcome}`));
      onSettle(evidence, decision);
    } catch (error) {
      onSettle(evidence, null);
      setState({ step: 'failed', choice, text: failureText(error) });
    }
  };
  const choose = (outcome, reason) => send({ id: newId(), evidenceId: evidence.id, outcome, reason });

  if (state.step === 'reason') return html`<${Reason} onSend=${(reason) => choose('rejected', reason)} onCancel=${() => setState({ step: 'idle' })} />`;
  if (state.step === 'sending') return html`<p class="fine" role="status">${t('dashboard.sending')}</p>`;
  const undecided = evidence.decisions.length === 0;
  const settled = evidence.status !== 'waiting' && state.step !== 'again';
  return html`
    ${state.step === 'failed' && html`
      <div class="notice notice-bad" role="alert" data-testid="decision-failed">
        <p>${t('dashboard.decision_failed')} ${state.text}</p>
        <button type="button" class="button" onClick=${() => send(state.choice)}>${t('dashboard.retry')}</button>
      </div>`}
    ${settled
      ? html`
        <button type="button" class="button-quiet" onClick=${() => setState({ step: undecided ? 'reason' : 'again' })}
          data-testid=${undecided ? 'reject' : 'decide-again'}>
          ${t(undecided ? 'dashboard.reject' : 'dashboard.decide_again')}</button>`
      : html`
        <div class="buttons">
          <button type="button" class="button button-good" onClick=${() => choose('confirmed')}
            data-testid="confirm">${t('dashboard.confirm')}</button>
          <button type="button" class="button" onClick=${() => setState({ step: 'reason' })} data-testid="reject">${t('dashboard.reject')}</button>
          ${state.step === 'again' && html`<button type="button" class="button-quiet" onClick=${() => setState({ step: 'idle' })}>
            ${t('dashboard.cancel')}</button>`}
        </div>`}`;
}
