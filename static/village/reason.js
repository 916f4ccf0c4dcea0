// Why a day is not right: a word that fits is one tap, any other is typed.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { REASON_LENGTH } from '../shared/decisions.js';
import { t } from '../shared/i18n.js';

const USUAL = ['not_seen', 'wrong_day', 'other_village'];

/** `onSend(reason)` gets the words, which are never empty. */
export function Reason({ onSend, onCancel, busy }) {
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef(null);
  const send = (event) => {
    event.preventDefault();
    if (text.trim()) {
      onSend(text.trim());
    } else {
      setMissing(true);
      field.current.focus();
    }
  };
  return html`
    <form class="form" onSubmit=${send} novalidate data-testid="reason-form">
      <p><strong>${t('village.reason')}</strong> <span class="quiet">${t('village.reason_seen')}</span></p>
      <div class="chips">
        ${USUAL.map((name) => html`
          <button key=${name} type="button" class="chip" onClick=${() => { setText(t(`village.usual.${name}`)); field.current.focus(); }}
            data-testid=${`usual-${name}`}>${t(`village.usual.${name}`)}</button>`)}
      </div>
      <label class="heard-only" for="reason-text">${t('village.reason')}</label>
      <textarea id="reason-text" ref=${field} rows="2" maxlength=${REASON_LENGTH} value=${text} aria-invalid=${String(missing)}
        onInput=${(event) => setText(event.target.value)} data-testid="reason-text"></textarea>
      ${missing && html`<p class="bad" role="alert">${t('village.reason_missing')}</p>`}
      <div class="pair">
        <button type="button" class="button" onClick=${onCancel}>${t('village.cancel')}</button>
        <button type="submit" class="button button-bad" disabled=${busy} data-testid="reason-send">${t('village.reason_send')}</button>
      </div>
    </form>`;
}
