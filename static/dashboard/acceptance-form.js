// What the assessors found on the spot: entered once, and changed until it is confirmed together.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { patch, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { Assessors, assessorsOf, Verdict } from './acceptance-parts.js';
import { amountText } from './contract-amounts.js';
import { announce } from './parts.js';
import { usePhotos } from './photo-field.js';
import { Page } from './scope.js';

const LEAST = 2;

/** Enters the acceptance of `item`, or changes `acceptance`. `onSaved` gets it as the server keeps it. */
export function AcceptanceForm({ item, village, since, acceptance = null, onSaved, onCancel }) {
  const { me } = useContext(Page);
  const idOf = useRef(idsByContent()).current;
  const [state, setState] = useState({});
  const photos = usePhotos();
  const kept = useRef(null);
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const measured = said.get('measured');
    const content = { inspected_on: said.get('inspected_on'), place: said.get('place').trim(), verdict: said.get('verdict'), findings: said.get('findings').trim(),
      assessor_ids: assessorsOf(said), measured: measured ? Number(measured) : null, ...(photos.hashes.length && { photos: photos.hashes }) };
    if (content.assessor_ids.length < LEAST) {
      setState({ failure: t('dashboard.acceptance.two_assessors') });
      return;
    }
    setState({ busy: true });
    try {
      const asked = { line_id: item.line_id, ...content };
      kept.current = acceptance ? await patch(`/acceptances/${acceptance.id}`, content, acceptance.version)
        : await post('/acceptances', { id: idOf(asked), ...asked });
      if (await photos.send()) {
        setState({ failure: t('dashboard.photos_lost') });
        return;
      }
      announce(t('dashboard.saved'));
      onSaved(kept.current);
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="acceptance-form">
      <label>${t('dashboard.acceptance.inspected_on')}<input type="date" name="inspected_on" required min=${since} max=${me.today} defaultValue=${acceptance?.inspected_on ?? me.today} /></label>
      <label>${t('dashboard.acceptance.place')}<input name="place" required maxlength="100" defaultValue=${acceptance?.place ?? ''} /></label>
      <label>${t('dashboard.acceptance.measured', { unit: item.unit ? `（${item.unit}）` : '' })}
        <input type="number" name="measured" step="0.01" defaultValue=${acceptance?.measured ?? ''}
          placeholder=${item.target === null ? '' : t('dashboard.acceptance.promised', { amount: amountText(item.target, item.unit) })} /></label>
      <${Verdict} chosen=${acceptance?.verdict} label=${t('dashboard.acceptance.found')} />
      <label class="form-wide">${t('dashboard.acceptance.findings')}<textarea name="findings" rows="3" required maxlength="2000" defaultValue=${acceptance?.findings ?? ''}></textarea></label>
      <${Assessors} village=${village} chosen=${acceptance?.assessors.map(({ id }) => id)} label=${t('dashboard.acceptance.who')} />
      ${photos.field}
      <div class="buttons form-wide"><button class="button button-main" disabled=${state.busy || photos.busy} data-testid="acceptance-save">${t('dashboard.save')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}
