// Putting a deed on a village's ledger by hand, or changing one.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { get, patch, post } from '../shared/api.js';
import { firstOf, lastOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { announce } from './parts.js';

/** The villages of a division; below a county they are asked for township by township. */
async function villagesBelow(division) {
  if (division.level === 'village') return [division];
  const { divisions } = await get('/divisions', { parent: division.code });
  if (division.level === 'township') return divisions;
  return (await Promise.all(divisions.map(villagesBelow))).flat();
}

export function DeedForm({ division, month, deed = null, onSaved, onCancel }) {
  const villages = useLoad(() => (deed ? [deed.village] : villagesBelow(division)), [division?.code, deed?.id]);
  const idOf = useRef(idsByContent()).current;
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    const content = { text: said.text.trim(), due_on: said.due_on, owner: said.owner.trim() || null };
    setState({ busy: true });
    try {
      if (deed) await patch(`/deeds/${deed.id}`, { ...content, note: said.note.trim() || null }, deed.version);
      else await post('/deeds', { id: idOf({ ...content, month, village: said.village }), village_code: said.village, month, ...content });
      announce(t('dashboard.saved'));
      onSaved();
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="deed-form">
      <label class="form-wide">${t('dashboard.deed.text')}<input name="text" required maxlength="300" defaultValue=${deed?.text ?? ''} /></label>
      ${!deed && html`<label>${t('dashboard.contract.village')}<select name="village" required disabled=${!villages.data}>
        ${(villages.data ?? []).map(({ code, name }) => html`<option key=${code} value=${code}>${name}</option>`)}</select></label>`}
      <label>${t('dashboard.deed.due_on')}<input type="date" name="due_on" required min=${deed ? firstOf(deed.month) : firstOf(month)} defaultValue=${deed?.due_on ?? lastOf(month)} /></label>
      <label>${t('dashboard.deed.owner')}<input name="owner" maxlength="60" defaultValue=${deed?.owner ?? ''} /></label>
      ${deed && html`<label class="form-wide">${t('contract.note_optional')}<input name="note" maxlength="2000" defaultValue=${deed.note ?? ''} /></label>`}
      <div class="buttons form-wide"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="deed-save">${t('dashboard.save')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button></div>
      ${(state.failure || villages.error) && html`<p class="failure-text form-wide" role="alert">${state.failure ?? villages.error.message}</p>`}
    </form>`;
}
