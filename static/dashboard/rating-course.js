// A campaign's course: opened, closed, withdrawn. None of it can be undone, so each asks first and says what it does.
import { html, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { announce } from './parts.js';
import { count } from './words.js';

const PATHS = { open: 'openings', close: 'closings', withdraw: 'withdrawals' };

/** What a step does, asked before it is done; `needsReason` where it has to be said why. */
function Ask({ step, note, needsReason, campaign, onChanged, onCancel }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const reason = new FormData(event.target).get('reason')?.trim();
    setState({ busy: true });
    try {
      const changed = await post(`/rating-campaigns/${campaign.id}/${PATHS[step]}`, needsReason ? { reason } : undefined);
      announce(t(`dashboard.rating.done.${step}`));
      onChanged(changed);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class=${`notice ${step === 'open' ? '' : 'notice-warn'} rating-ask`} onSubmit=${submit} data-testid=${`ask-${step}`}>
      ${note.split('\n').map((line) => html`<p key=${line}>${line}</p>`)}
      ${needsReason && html`<label>${t('dashboard.rating.reason')}<input name="reason" required maxlength="300" /></label>`}
      <div class="buttons"><button class=${`button ${step === 'withdraw' ? 'button-bad' : 'button-main'}`} disabled=${state.busy} data-testid=${`${step}-sure`}>${t(`dashboard.rating.${step}_sure`)}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </form>`;
}

export function RatingCourse({ campaign, onChanged, onEdit }) {
  const [asked, setAsked] = useState(null);
  const { state, may_edit: mayEdit, may_open: mayOpen, may_close: mayClose } = campaign;
  const mayWithdraw = (state === 'drafted' && mayEdit) || (state === 'open' && mayClose);
  const notes = {
    open: t('dashboard.rating.open_note', { name: campaign.division.name }),
    close: t('dashboard.rating.close_note', { n: count(campaign.least_ballots) }),
    withdraw: t(`dashboard.rating.withdraw_note.${state === 'open' ? 'open' : 'drafted'}`),
  };
  if (asked) {
    return html`<${Ask} key=${asked} step=${asked} note=${notes[asked]} needsReason=${asked === 'withdraw'} campaign=${campaign} onChanged=${onChanged} onCancel=${() => setAsked(null)} />`;
  }
  const button = (step, className) => html`<button type="button" class=${`button ${className}`} onClick=${() => setAsked(step)} data-testid=${`campaign-${step}`}>${t(`dashboard.rating.${step}`)}</button>`;
  return html`
    ${['drafted', 'open'].includes(state) && !mayEdit && !mayOpen && !mayClose && html`<p class="fine" data-testid="not-yours-to-run">${t('dashboard.rating.not_yours_to_run')}</p>`}
    ${(mayOpen || mayEdit || mayClose) && html`<div class="buttons rating-acts">
      ${mayOpen && button('open', 'button-main')}
      ${mayEdit && html`<button type="button" class="button" onClick=${onEdit} data-testid="campaign-edit">${t('dashboard.contract.edit')}</button>`}
      ${mayClose && button('close', '')}
      ${mayWithdraw && button('withdraw', '')}
    </div>`}`;
}
