// One coordinate, shown for a review: with a reason, logged, and seen by the cadre whose it is.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { distanceText } from './words.js';

function Shown({ wgs84, accuracy }) {
  return html`
    <p data-testid="coordinates" role="status">WGS-84 ${wgs84.latitude.toFixed(5)}, ${wgs84.longitude.toFixed(5)}${' '}
      ${accuracy && html`<span class="fine">${t('dashboard.reveal_accuracy', { distance: distanceText(accuracy) })}</span>`}</p>`;
}

export function Reveal({ evidence }) {
  const [state, setState] = useState({});
  // Somebody looks once, however often the button is tapped.
  const idOf = useRef(idsByContent()).current;
  const submit = async (event) => {
    event.preventDefault();
    const asked = { evidence_id: evidence.id, reason: new FormData(event.target).get('reason').trim() };
    setState({ open: true, busy: true });
    try {
      const { wgs84, position } = await post('/coordinate-reveals', { id: idOf(asked), ...asked });
      setState({ wgs84, accuracy: position.accuracy_m });
    } catch (error) {
      setState({ open: true, failure: failureText(error) });
    }
  };
  if (state.wgs84) return html`<${Shown} ...${state} />`;
  if (!state.open) {
    return html`<button type="button" class="button-quiet" onClick=${() => setState({ open: true })} data-testid="reveal">${t('dashboard.reveal')}</button>`;
  }
  return html`
    <form class="reason" onSubmit=${submit}>
      <label>${t('dashboard.reveal_reason')}<input name="reason" required minlength="5" maxlength="500" data-testid="reveal-reason" /></label>
      <p class="fine">${t('dashboard.reveal_note')}</p>
      <div class="buttons"><button class="button button-main" disabled=${state.busy} data-testid="reveal-send">${t('dashboard.reveal')}</button>
        <button type="button" class="button" onClick=${() => setState({})} data-testid="reveal-cancel">${t('dashboard.reveal_cancel')}</button></div>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </form>`;
}
