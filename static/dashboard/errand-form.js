// Entering a meeting: what for, which days, who came. It makes an approved errand for each of them.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { announce, Failure, Waiting } from './parts.js';
import { canSendPhotos, preparePhoto, sendPhoto } from './photo.js';
import { usePosted } from './posted.js';
import { Page } from './scope.js';
import { count } from './words.js';

const KINDS = ['errand', 'travel'];
const TITLE_LENGTH = 200;

function Attendees({ cadres, chosen, setChosen, ownCadreId }) {
  const [wanted, setWanted] = useState('');
  const text = wanted.trim();
  const able = cadres.filter((one) => one.posting && one.id !== ownCadreId);
  const found = text ? able.filter((one) => [one.name, one.sending_unit, one.posting.village.name].some((word) => word?.includes(text))) : able;
  const all = found.length > 0 && found.every((one) => chosen.has(one.id));
  const toggle = (ids, on) => setChosen((old) => new Set(on ? [...old, ...ids] : [...old].filter((id) => !ids.includes(id))));
  return html`
    <fieldset class="form-wide attendees">
      <legend>${t('dashboard.attendees')} <span class="fine" role="status" data-testid="attendees-count">${t('dashboard.attendees_count', { n: count(chosen.size) })}</span></legend>
      <div class="attendees-head">
        <input type="search" aria-label=${t('dashboard.find_person')} placeholder=${t('dashboard.find_person')} value=${wanted}
          onInput=${(event) => setWanted(event.target.value)} data-testid="attendees-find" />
        <label class="inline-field"><input type="checkbox" checked=${all} onChange=${(event) => toggle(found.map((one) => one.id), event.target.checked)}
          data-testid="attendees-all" /> ${t(text ? 'dashboard.attendees_found' : 'dashboard.attendees_all', { n: count(found.length) })}</label>
      </div>
      <ul class="attendees-list">
        ${found.map((one) => html`
          <li key=${one.id}><label><input type="checkbox" checked=${chosen.has(one.id)} data-testid="attendee" data-cadre=${one.id}
            onChange=${(event) => toggle([one.id], event.target.checked)} /> <span>${one.name} <small>${one.posting.village.name}</small></span></label></li>`)}
      </ul>
      ${found.length === 0 && html`<p class="fine">${t('dashboard.nobody_found')}</p>`}
    </fieldset>`;
}

function Notice({ photo, setPhoto }) {
  const choose = async (event) => {
    const file = event.target.files[0];
    if (!file) {
      setPhoto({});
      return;
    }
    setPhoto({ busy: true });
    try {
      setPhoto(await preparePhoto(file));
    } catch {
      setPhoto({ failure: t('dashboard.photo_unreadable') });
    }
  };
  if (!canSendPhotos()) return html`<p class="fine form-wide">${t('dashboard.photo_needs_https')}</p>`;
  return html`
    <label class="form-wide">${t('dashboard.notice_photo')}
      <input type="file" accept="image/*" onChange=${choose} data-testid="errand-photo" />
      <span class="fine" role="status" data-testid="photo-state">${photo.busy ? t('dashboard.photo_preparing')
        : photo.failure ?? (photo.sha256 ? t('dashboard.photo_ready', { n: Math.ceil(photo.blob.size / 1024) }) : t('dashboard.photo_note'))}</span></label>`;
}

/**
 * The form; to be ticked are those posted on the chosen days. `onStored`: the errand is there, but its photo is not, and
 * the form stays to send it again; `onClose`: all is done, or it was given up.
 */
export function ErrandForm({ division, onStored, onClose }) {
  const { me, scope } = useContext(Page);
  const [fields, setFields] = useState({ title: '', kind: 'errand', from_on: me.today, to_on: me.today });
  const [ticked, setTicked] = useState(new Set());
  const { cadres, busy, error, reload } = usePosted(division, fields.from_on, fields.to_on);
  // Who is ticked and then not posted on the days chosen afterwards is not entered.
  const chosen = new Set((cadres ?? []).map(({ id }) => id).filter((id) => ticked.has(id)));
  const [photo, setPhoto] = useState({});
  const [state, setState] = useState({});
  const sent = useRef(null);
  const set = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const problem = () => {
    if (!fields.title.trim()) return t('dashboard.errand_title_missing');
    if (!fields.from_on || !fields.to_on || fields.to_on < fields.from_on) return t('dashboard.dates_reversed');
    return chosen.size ? null : t('dashboard.attendees_missing');
  };
  const send = async (event) => {
    event.preventDefault();
    if (problem()) {
      setState({ failure: problem() });
      return;
    }
    const content = { ...fields, title: fields.title.trim(), cadre_ids: [...chosen].sort((a, b) => a - b), ...(photo.sha256 ? { notice_sha256: photo.sha256 } : {}) };
    // The same content sent again keeps its id, so that a lost answer does not make a second errand.
    const same = sent.current && sent.current.text === JSON.stringify(content);
    sent.current = { id: same ? sent.current.id : newId(), text: JSON.stringify(content) };
    setState({ busy: true });
    try {
      const errand = await post('/errands', { id: sent.current.id, ...content });
      // The record first: a photo that does not arrive keeps nothing back, and can be sent again.
      const photoLost = photo.sha256 ? await sendPhoto(photo).then(() => false, () => true) : false;
      announce(t('dashboard.errand_entered', { n: errand.cadres.length }));
      if (photoLost) {
        setState({ failure: t('dashboard.photo_lost') });
        onStored();
      } else {
        onClose();
      }
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  if (!cadres) return error ? html`<${Failure} error=${error} retry=${reload} />` : html`<${Waiting} lines=${4} />`;
  return html`
    <form class="form" onSubmit=${send} novalidate data-testid="errand-form">
      <label class="form-wide">${t('dashboard.errand_title')}
        <input maxlength=${TITLE_LENGTH} value=${fields.title} onInput=${set('title')} placeholder=${t('dashboard.errand_title_hint')} data-testid="errand-title" /></label>
      <label>${t('dashboard.from')}<input type="date" value=${fields.from_on} data-testid="errand-from"
        onInput=${(event) => setFields({ ...fields, from_on: event.target.value, to_on: fields.to_on < event.target.value ? event.target.value : fields.to_on })} /></label>
      <label>${t('dashboard.to')}<input type="date" min=${fields.from_on} value=${fields.to_on} onInput=${set('to_on')} data-testid="errand-to" /></label>
      <fieldset class="choices"><legend>${t('dashboard.leave_kind')}</legend>
        ${KINDS.map((kind) => html`<label key=${kind}><input type="radio" name="errand-kind" checked=${fields.kind === kind}
          onChange=${() => setFields({ ...fields, kind })} data-testid=${`errand-kind-${kind}`} /> ${t(`leave.kind.${kind}`)}</label>`)}</fieldset>
      <${Attendees} cadres=${cadres} chosen=${chosen} setChosen=${setTicked} ownCadreId=${scope.ownCadreId} />
      <${Notice} photo=${photo} setPhoto=${setPhoto} />
      ${error && html`<div class="form-wide"><${Failure} error=${error} retry=${reload} /></div>`}
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
      <div class="buttons form-wide">
        <button type="submit" class="button button-main" disabled=${state.busy || photo.busy || busy} data-testid="errand-send">
          ${state.busy ? t('dashboard.sending') : t('dashboard.errand_send', { n: count(chosen.size) })}</button>
        <button type="button" class="button" onClick=${onClose}>${t('dashboard.cancel')}</button>
      </div>
    </form>`;
}
