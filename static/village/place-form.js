// Proposing a place: a fix taken once, a name, a group. Kept on this phone until the server has it.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { canLocate, locate } from '../shared/locate.js';
import { failureText } from '../shared/loading.js';
import { useVillage } from './context.js';
import { announce, Problem } from './parts.js';

const keyOf = (userId, village) => `zhucun.place.${userId}.${village}`;

/** The proposal that was made here and has not reached the server; null without one. */
export function unsent(userId, village) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(userId, village)));
  } catch {
    return null;
  }
}

function keep(userId, village, body) {
  try {
    if (body) localStorage.setItem(keyOf(userId, village), JSON.stringify(body));
    else localStorage.removeItem(keyOf(userId, village));
  } catch {
    // The form itself still holds it, as long as the page is open.
  }
}

/** Throw away what was proposed here and not sent. */
export const dropUnsent = (userId, village) => keep(userId, village, null);

function Fix({ fix, take }) {
  if (fix.busy) return html`<p class="notice" role="status">${t('village.fix_busy')}</p>`;
  if (fix.position) {
    return html`
      <p class="notice notice--good" role="status" data-testid="fix">${fix.position.accuracy_m
        ? t('village.fix_taken', { n: Math.round(fix.position.accuracy_m) })
        : t('village.fix_taken_plain')}</p>
      <button type="button" class="text-button" onClick=${take}>${t('village.fix_again')}</button>`;
  }
  return html`
    ${fix.problem && html`<p class="notice notice--warn" role="alert" data-testid="fix-problem">${t(`village.no_fix.${fix.problem}`)}</p>`}
    <button type="button" class="button wide" onClick=${take} data-testid="take-fix">${t(fix.problem ? 'village.fix_again' : 'village.fix_take')}</button>`;
}

/** `evidenceId` names the record that the place is made from; then no position is asked for, and none is shown. */
export function PlaceForm({ evidenceId, onDone, onCancel }) {
  const { me, village } = useVillage();
  const left = evidenceId ? null : unsent(me.id, village.code);
  const sent = useRef(left);
  const [fields, setFields] = useState({ name: left?.name ?? '', villagers_group: left?.villagers_group ?? '' });
  const [fix, setFix] = useState({ position: left?.position ?? null });
  const [state, setState] = useState({ failure: left ? t('village.place_left') : null });
  const set = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const take = async () => {
    setFix({ busy: true });
    const { position, location_error: problem } = await locate();
    setFix({ position, problem });
  };
  useEffect(() => {
    // Over plain http no browser gives a position; better said at once than after the form is filled in.
    if (!evidenceId && !canLocate()) setFix({ problem: 'unsupported' });
  }, []);
  const send = async (event) => {
    event.preventDefault();
    const name = fields.name.trim();
    if (!name || (!evidenceId && !fix.position)) {
      setState({ failure: t(name ? 'village.fix_missing' : 'village.name_missing') });
      return;
    }
    const group = fields.villagers_group.trim();
    const content = { village_code: village.code, name, ...(group ? { villagers_group: group } : {}),
      ...(evidenceId ? { evidence_id: evidenceId } : { position: fix.position }) };
    // The same proposal sent again keeps its id, so that a lost answer does not make a second place.
    const { id: before, ...old } = sent.current ?? {};
    const body = { id: before && JSON.stringify(old) === JSON.stringify(content) ? before : newId(), ...content };
    sent.current = body;
    if (!evidenceId) keep(me.id, village.code, body);
    setState({ busy: true });
    try {
      const proposal = await post('/place-proposals', body);
      if (!evidenceId) keep(me.id, village.code, null);
      announce(t('village.place_sent'));
      onDone(proposal);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  const cancel = () => {
    if (!evidenceId) keep(me.id, village.code, null);
    onCancel();
  };
  return html`
    <form class="panel form" onSubmit=${send} novalidate data-testid="place-form">
      <h2>${t(evidenceId ? 'village.place_from' : 'village.place_add')}</h2>
      ${evidenceId
        ? html`<p class="quiet">${t('village.place_from_note')}</p>`
        : html`<p class="quiet">${t('village.fix_note')}</p><${Fix} fix=${fix} take=${take} />`}
      <label class="field">${t('village.place_name')}
        <input maxlength="60" value=${fields.name} placeholder=${t('village.place_name_hint')} onInput=${set('name')} data-testid="place-name" /></label>
      <label class="field">${t('village.place_group')}
        <input maxlength="60" value=${fields.villagers_group} onInput=${set('villagers_group')} data-testid="place-group" /></label>
      <${Problem}>${state.failure}<//>
      <div class="pair">
        <button type="button" class="button" onClick=${cancel}>${t('village.cancel')}</button>
        <button type="submit" class="button button-main" disabled=${state.busy || fix.busy} data-testid="place-send">${t(state.busy ? 'village.sending' : 'village.place_send')}</button>
      </div>
    </form>`;
}
