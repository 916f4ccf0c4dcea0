// Entering a leave or an errand for a cadre, as the township does when a call or a paper comes in.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { Failure, Waiting } from './parts.js';
import { usePosted } from './posted.js';
import { Page } from './scope.js';

const KINDS = ['errand', 'travel', 'private', 'sick', 'annual', 'family', 'compensatory'];
const REASON_LENGTH = 500;

/** A person as the list of suggestions shows them; unit and village tell namesakes apart. */
const personLabel = (cadre) => [cadre.name, cadre.posting?.village?.name, cadre.sending_unit].filter(Boolean).join(' · ');

/** The form. `onEntered` gets the leave as the server stored it; its cadres are those posted on the chosen days. */
export function LeaveForm({ division, onEntered, onCancel }) {
  const { me } = useContext(Page);
  const [fields, setFields] = useState({ person: '', kind: 'errand', from_on: me.today, to_on: me.today, reason: '' });
  const [state, setState] = useState({});
  const { cadres, busy, error, reload } = usePosted(division, fields.from_on, fields.to_on);
  const sent = useRef(null);
  const set = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const send = async (event) => {
    event.preventDefault();
    const matching = cadres.filter((one) => personLabel(one) === fields.person || one.name === fields.person.trim());
    if (matching.length !== 1) {
      setState({ failure: t(matching.length ? 'dashboard.person_ambiguous' : 'dashboard.person_unknown') });
      return;
    }
    if (!fields.from_on || !fields.to_on || fields.to_on < fields.from_on) {
      setState({ failure: t('dashboard.dates_reversed') });
      return;
    }
    const { kind, from_on, to_on } = fields;
    const reason = fields.reason.trim();
    const content = { cadre_id: matching[0].id, kind, from_on, to_on, ...(reason ? { reason } : {}) };
    // The same content sent again keeps its id, so that a lost answer does not make a second leave.
    const same = sent.current && sent.current.content === JSON.stringify(content);
    sent.current = { id: same ? sent.current.id : newId(), content: JSON.stringify(content) };
    setState({ busy: true });
    try {
      onEntered(await post('/leaves', { id: sent.current.id, ...content }));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  if (!cadres) return error ? html`<${Failure} error=${error} retry=${reload} />` : html`<${Waiting} lines=${3} />`;
  return html`
    <form class="form" onSubmit=${send} data-testid="leave-form">
      <label class="form-wide">${t('dashboard.person')}
        <input list="people-known" required autocomplete="off" value=${fields.person}
          onInput=${set('person')} placeholder=${t('dashboard.person_hint')} data-testid="leave-person" /></label>
      <datalist id="people-known">${cadres.map((one) => html`<option key=${one.id} value=${personLabel(one)}></option>`)}</datalist>
      <label>${t('dashboard.leave_kind')}
        <select value=${fields.kind} onChange=${set('kind')} data-testid="leave-kind">${KINDS.map((kind) => html`<option key=${kind} value=${kind}>
          ${t(`leave.kind.${kind}`)}</option>`)}</select></label>
      <label>${t('dashboard.from')}<input type="date" required value=${fields.from_on} onInput=${set('from_on')} data-testid="leave-from" /></label>
      <label>${t('dashboard.to')}<input type="date" required min=${fields.from_on} value=${fields.to_on} onInput=${set('to_on')}
        data-testid="leave-to" /></label>
      <label class="form-wide">${t('dashboard.leave_reason')}<input type="text" maxlength=${REASON_LENGTH} value=${fields.reason}
        onInput=${set('reason')} data-testid="leave-reason" /></label>
      ${error && html`<div class="form-wide"><${Failure} error=${error} retry=${reload} /></div>`}
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
      <div class="buttons form-wide">
        <button type="submit" class="button button-main" disabled=${state.busy || busy}
          data-testid="leave-send">${t(state.busy ? 'dashboard.sending' : 'dashboard.leave_send')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button>
      </div>
    </form>`;
}
