// Tells who is new at a desk what is kept of whoever works here; said once for each version of the notice. A cadre is
// sent to the phone's page instead: it says what is kept of positions too, and asks about them.
import { html, useState } from '/vendor/htm-preact.js';
import { request } from './api.js';
import { t } from './i18n.js';

export function FirstNotice({ me: { cadre, notice } }) {
  const [state, setState] = useState({ shown: notice.version !== notice.current });
  if (!state.shown) return null;
  const read = async () => {
    setState({ shown: true, busy: true });
    try {
      await request('PUT', '/me/notice', { body: { version: notice.current } });
      setState({ shown: false });
    } catch (error) {
      setState({ shown: true, failure: error.message });
    }
  };
  return html`
    <section class="notice first-notice" aria-labelledby="first-notice" data-testid="desk-notice">
      <p><strong id="first-notice">${t('notice.title')}</strong></p>
      <p>${t('notice.text')}</p>
      <p class="buttons">
        ${!cadre && html`
          <button type="button" class="button" disabled=${state.busy} onClick=${read} data-testid="desk-notice-read">
            ${t('notice.read')}</button>`}
        <a href="/phone/#notice">${t('notice.more')}</a></p>
      ${state.failure && html`<p role="alert">${state.failure}</p>`}
    </section>`;
}
