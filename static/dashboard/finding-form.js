// What was found in a village: a problem or something noted, about which promise, with photos where there are some.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { get, patch, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { announce } from './parts.js';
import { usePhotos } from './photo-field.js';

/** The promises of a village that holds: of its published contracts. Who may not read contracts gets none to choose. */
async function linesOf(code) {
  try {
    const { contracts } = await get('/contracts', { division: code });
    const published = contracts.filter((one) => one.published_number !== null);
    const found = await Promise.all(published.map((one) => get(`/contracts/${one.id}/revisions/${one.published_number}`)));
    return found.flatMap(({ items }) => items.map((item) => ({ id: item.line_id, number: item.number, text: item.text })));
  } catch {
    return [];
  }
}

/** Enters a finding in a village of a check, or changes `finding`. */
export function FindingForm({ check, village, finding = null, onSaved, onCancel }) {
  const idOf = useRef(idsByContent()).current;
  const [state, setState] = useState({});
  const photos = usePhotos();
  const code = (finding?.village ?? village).code;
  const lines = useLoad(() => linesOf(code), [code]);
  const held = finding?.line && !(lines.data ?? []).some(({ id }) => id === finding.line.id) ? [finding.line] : [];
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const kept = finding?.photos.map(({ sha256 }) => sha256) ?? [];
    const content = { text: said.get('text').trim(), is_problem: said.get('is_problem') === 'yes', line_id: said.get('line_id') || null, photos: [...new Set([...kept, ...photos.hashes])] };
    setState({ busy: true });
    try {
      if (finding) {
        await patch(`/findings/${finding.id}`, content, finding.version);
      } else {
        const asked = { check_id: check.id, village_code: code, ...content };
        await post('/findings', { id: idOf(asked), ...asked });
      }
      if (await photos.send()) {
        setState({ failure: t('dashboard.photos_lost') });
        return;
      }
      announce(t('dashboard.saved'));
      onSaved();
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="finding-form">
      <fieldset class="choices form-wide"><legend>${t('dashboard.finding.what')}</legend>${['yes', 'no'].map((value) => html`
        <label key=${value} class="check"><input type="radio" name="is_problem" value=${value} required defaultChecked=${finding ? finding.is_problem === (value === 'yes') : false} /> ${t(value === 'yes' ? 'dashboard.finding.problem' : 'dashboard.finding.noted')}</label>`)}</fieldset>
      <label class="form-wide">${t('dashboard.finding.text')}<textarea name="text" rows="3" required maxlength="2000" defaultValue=${finding?.text ?? ''}></textarea></label>
      <label class="form-wide">${t('dashboard.finding.about')}
        <select key=${lines.data ? 'there' : 'waiting'} name="line_id" defaultValue=${finding?.line?.id ?? ''}>
          <option value="">${t('dashboard.finding.no_line')}</option>
          ${[...held, ...(lines.data ?? [])].map(({ id, number, text }) => html`<option key=${id} value=${id} selected=${finding?.line?.id === id}>${number}. ${text}</option>`)}
        </select></label>
      ${photos.field}
      <div class="buttons form-wide"><button class="button button-main" disabled=${state.busy || photos.busy} data-testid="finding-save">${t('dashboard.save')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}
