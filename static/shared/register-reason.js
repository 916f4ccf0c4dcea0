// Why lines of the attendance book are taken away: asked once in a sitting, before they are sent; the cadre reads it.
import { html, useState } from '/vendor/htm-preact.js';
import { REASON_LENGTH } from './decisions.js';
import { t } from './i18n.js';

/** Asks while lines are `held` for want of a reason; afterwards says which one goes along, and lets it be changed. */
export function RegisterReason({ held, reason, onExplain, onDrop }) {
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const [changing, setChanging] = useState(false);
  if (held === 0 && !changing) {
    return html`
      <p class="book-note" data-testid="book-reason-said">${t('register.reason_said', { reason })}
        ${' '}<button type="button" class="book-button" onClick=${() => { setText(reason); setChanging(true); }}>${t('register.reason_change')}</button></p>`;
  }
  const send = (event) => {
    event.preventDefault();
    setMissing(!text.trim());
    if (!text.trim()) return;
    setChanging(false);
    onExplain(text.trim());
  };
  return html`
    <form class="book-reason" onSubmit=${send} novalidate data-testid="book-reason">
      <label><strong role="alert">${t(held ? 'register.reason_for' : 'register.reason_new', { n: held })}</strong>
        <input type="text" maxlength=${REASON_LENGTH} value=${text} aria-invalid=${String(missing)}
          onInput=${(event) => setText(event.target.value)} data-testid="book-reason-text" /></label>
      ${missing && html`<p class="book-bad" role="alert">${t('register.reason_missing')}</p>`}
      <button type="submit" class="book-button" data-testid="book-reason-send">${t(held ? 'register.reason_send' : 'register.reason_keep')}</button>
      <button type="button" class="book-button" onClick=${() => { setChanging(false); if (held) onDrop(); }} data-testid="book-reason-drop">
        ${t(held ? 'register.reason_drop' : 'register.reason_leave')}</button>
    </form>`;
}
