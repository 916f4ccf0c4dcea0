// The steps of a vote for those who hold it: open the counting and hand out the codes, read out, sign, annul.
import { html, useState } from '/vendor/htm-preact.js';
import { post } from './api.js';
import { t } from './i18n.js';
import { failureText } from './loading.js';

/** The slips of the tellers, shown this once. */
function Codes({ tellers, onClose }) {
  return html`
    <div class="vote-codes" data-testid="teller-codes">
      <p class="notice notice-warn notice--warn">${t('vote.codes_once')}</p>
      ${tellers.map((one) => html`
        <section key=${one.number} class="vote-slip">
          <h3>${t('vote.teller_n', { n: one.number })}：${one.name}</h3>
          <img src=${one.qr_svg_data_uri} alt=${t('vote.code_picture', { name: one.name })} width="180" height="180" />
          <p><code data-testid=${`code ${one.number}`}>${one.code_groups.join(' ')}</code></p>
          <p class="fine quiet">${t('vote.slip_hint')}</p>
        </section>`)}
      <div class="buttons pair"><button type="button" class="button" onClick=${() => print()}>${t('vote.print')}</button>
        <button type="button" class="button button-main" onClick=${onClose} data-testid="codes-close">${t('vote.codes_given')}</button></div>
    </div>`;
}

/** `onChange(vote)` with what the server answers; `onReload` where only the state has moved. */
export function VoteSteps({ vote, today, photos, onChange, onReload }) {
  const [state, setState] = useState({});
  const run = async (work) => {
    setState((before) => ({ open: before.open, busy: true }));
    try {
      setState(await work() ?? {});
    } catch (error) {
      setState((before) => ({ open: before.open, failure: failureText(error) }));
    }
  };
  const step = (name, body, after) => run(async () => {
    const now = await post(`/assessed-votes/${vote.id}/${name}`, body);
    await after?.();
    onChange(now);
  });
  const openCounting = () => run(async () => {
    const { tellers } = await post(`/assessed-votes/${vote.id}/countings`);
    onReload();
    return { tellers };
  });
  const sign = (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    step('signatures', { signed_on: said.get('signed_on'), minutes: said.get('minutes').trim() || null, photos: photos.hashes }, photos.send);
  };
  const annul = (event) => {
    event.preventDefault();
    step('annulments', { reason: new FormData(event.target).get('reason').trim() });
  };
  const ask = (open) => () => setState({ open });
  const isNew = vote.state === 'prepared';
  if (state.tellers) return html`<${Codes} tellers=${state.tellers} onClose=${() => setState({})} />`;
  return html`
    <div role="alert">${state.failure && html`<p class="failure-text bad" data-testid="step-failure">${state.failure}</p>`}</div>
    <div class="buttons vote-buttons">
      ${vote.may_open && isNew && html`<button type="button" class="button button-main" disabled=${Boolean(state.busy)} onClick=${openCounting} data-testid="open-counting">${t('vote.open_counting')}</button>`}
      ${vote.state === 'counting' && html`<button type="button" class="button button-main" onClick=${onReload} data-testid="look">${t('vote.look')}</button>`}
      ${vote.may_open && !isNew && html`<button type="button" class="button" disabled=${Boolean(state.busy)} onClick=${openCounting} data-testid="new-codes">${t('vote.new_codes')}</button>`}
      ${vote.may_read_out && html`<button type="button" class="button button-main" disabled=${Boolean(state.busy)} onClick=${() => step('readings')} data-testid="read-out">${t('vote.read_out')}</button>`}
      ${vote.may_sign && html`<button type="button" class="button button-main" onClick=${ask('sign')} data-testid="sign">${t('vote.sign')}</button>`}
      ${vote.may_annul && html`<button type="button" class="button" onClick=${ask('annul')} data-testid="annul">${t('vote.annul')}</button>`}
    </div>
    ${state.open === 'sign' && vote.may_sign && html`
      <form class="vote-form" onSubmit=${sign} data-testid="sign-form">
        <label>${t('vote.signed_on')}<input type="date" name="signed_on" required min=${vote.held_on} max=${today} defaultValue=${today} /></label>
        <label class="vote-wide">${t('vote.minutes')}<textarea name="minutes" rows="6" maxlength="10000"></textarea></label>
        ${photos.field}
        <div class="buttons pair"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="sign-save">${t('vote.sign_save')}</button>
          <button type="button" class="button" onClick=${ask(null)}>${t('vote.cancel')}</button></div>
      </form>`}
    ${state.open === 'annul' && vote.may_annul && html`
      <form class="vote-form" onSubmit=${annul} data-testid="annul-form">
        <label class="vote-wide">${t('vote.annul_reason')}<textarea name="reason" rows="2" required maxlength="300"></textarea></label>
        <div class="buttons pair"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="annul-save">${t('vote.annul')}</button>
          <button type="button" class="button" onClick=${ask(null)}>${t('vote.cancel')}</button></div>
      </form>`}`;
}
