// A one-time invitation: link and QR code, to copy or to print and hand over.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { instantText } from './dates.js';
import { announce, Dialog } from './parts.js';
import { Page } from './scope.js';

function Sheet({ cadre, invitation }) {
  const { me } = useContext(Page);
  const [copied, setCopied] = useState(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(invitation.url);
      setCopied('dashboard.copied');
      announce(t('dashboard.copied'));
    } catch {
      // Over plain http there is no clipboard; the link is selected so that the person can copy it.
      document.getElementById('invitation-link').select();
      setCopied('dashboard.copy_by_hand');
    }
  };
  return html`
    <div class="invitation" data-testid="invitation">
      <img class="qr" src=${invitation.qr_svg_data_uri} alt=${t('dashboard.invitation_qr', { name: cadre.name })} width="220" height="220" />
      <div>
        <p class="invitation-name">${me.county?.name} · ${cadre.name}</p>
        <p>${t('dashboard.invitation_how')}</p>
        <label class="invitation-link">${t('dashboard.invitation_link')}
          <input id="invitation-link" readonly value=${invitation.url} onFocus=${(event) => event.target.select()}
            data-testid="invitation-link" /></label>
        <p class="print-only invitation-url">${invitation.url}</p>
        <p class="fine">${t('dashboard.invitation_until', { at: instantText(invitation.expires_at) })}</p>
        <div class="buttons">
          <button type="button" class="button button-main" onClick=${copy} data-testid="copy">${t('dashboard.copy')}</button>
          <button type="button" class="button" onClick=${() => print()} data-testid="print-invitation">${t('dashboard.print')}</button>
        </div>
        ${copied && html`<p class="fine" role="status">${t(copied)}</p>`}
      </div>
    </div>`;
}

/** Asks before it makes one: a new invitation takes the place of an older one. */
export function Invitation({ cadre, onClose }) {
  const [state, setState] = useState({});
  const make = async () => {
    setState({ busy: true });
    try {
      setState({ invitation: await post('/invitations', { cadre_id: cadre.id }) });
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <${Dialog} title=${t('dashboard.invite_name', { name: cadre.name })} onClose=${onClose} testid="invitation-dialog">
      ${state.invitation
        ? html`<${Sheet} cadre=${cadre} invitation=${state.invitation} />`
        : html`
          <p>${t('dashboard.invite_ask', { name: cadre.name })}</p>
          ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
          <div class="buttons">
            <button type="button" class="button button-main" disabled=${state.busy} onClick=${make}
              data-testid="make-invitation">${t(state.busy ? 'dashboard.making' : 'dashboard.make_invitation')}</button>
          </div>`}
    <//>`;
}
