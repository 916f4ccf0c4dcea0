// Drafting a notice: out of an item that failed, a finding or an overdue concern with everything filled in, or by hand; and correcting a draft.
import { html, useState } from '/vendor/htm-preact.js';
import { get, patch } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText, useLoad } from '../shared/loading.js';
import { useSending } from '../shared/sending.js';
import { go, Link } from './address.js';
import { announce, Loaded } from './parts.js';
import { Trail } from './trail.js';

const BY_HAND = ['leader_instruction', 'by_hand'];
const LONG = { facts: 6, demand: 4, basis: 2 };
const LISTS = ['assisting_units', 'copies_to'];
const LENGTHS = { title: 100, facts: 4000, basis: 500, demand: 4000, lead_unit: 100, contact: 100 };
const listOf = (text) => text.split(/[\n、,，;；]/).map((one) => one.trim()).filter(Boolean);

/** What the form says, in the kinds of the API. */
function contentOf(form) {
  const said = Object.fromEntries(new FormData(form));
  const given = Object.entries(said).map(([name, value]) => [name, LISTS.includes(name) ? listOf(value) : value.trim()]);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function Field({ name, value }) {
  const label = t(`dashboard.supervision.${name}`);
  if (LONG[name]) return html`<label class="form-wide">${label}<textarea name=${name} rows=${LONG[name]} maxlength=${LENGTHS[name]} required defaultValue=${value}></textarea></label>`;
  if (LISTS.includes(name)) return html`<label>${label}<input name=${name} defaultValue=${(value ?? []).join('、')} placeholder=${t('dashboard.supervision.several')} /></label>`;
  return html`<label class=${name === 'title' ? 'form-wide' : ''}>${label}<input name=${name} maxlength=${LENGTHS[name]} required defaultValue=${value} /></label>`;
}

/** The fields of a notice; `draft` is what stands in them at first. */
function Fields({ draft }) {
  return html`
    ${['title', 'facts', 'basis', 'demand'].map((name) => html`<${Field} key=${name} name=${name} value=${draft[name]} />`)}
    <label>${t(draft.due_on ? 'dashboard.supervision.due_on' : 'dashboard.supervision.due_on_default')}
      <input type="date" name="due_on" required=${Boolean(draft.due_on)} defaultValue=${draft.due_on} /></label>
    ${['lead_unit', 'assisting_units', 'copies_to', 'contact'].map((name) => html`<${Field} key=${name} name=${name} value=${draft[name]} />`)}`;
}

/** Correct a draft before it is reviewed. */
export function EditForm({ notice, onDone }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      onDone(await patch(`/supervision-notices/${notice.id}`, contentOf(event.target), notice.version));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="notice-form">
      <${Fields} draft=${notice} />
      <div class="buttons form-wide"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="save-notice">${t('dashboard.save')}</button>
        <button type="button" class="button" onClick=${() => onDone(null)}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}

function DraftForm({ draft, villages, kind, back }) {
  const { send, busy, problem } = useSending('/supervision-notices', { dated: false });
  const submit = async (event) => {
    event.preventDefault();
    const said = contentOf(event.target);
    const made = await send({ village_code: draft.village_code, source_kind: kind, ...(draft.source_id && { source_id: draft.source_id }), ...said });
    if (made) {
      announce(t('dashboard.supervision.drafted'));
      go({ view: 'notices', division: back, notice: made.id }, { replace: true });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="notice-form">
      ${draft.village
        ? html`<p class="form-wide">${t('dashboard.supervision.village')} <strong>${draft.village.name}</strong> · ${t(`supervision.source.${kind}`)}</p>
          <p class="fine form-wide">${t('dashboard.supervision.prefilled')}</p>`
        : html`<label>${t('dashboard.supervision.village')}<select name="village_code" required>${villages.map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}</select></label>
          <label>${t('dashboard.supervision.source')}<select name="source_kind">${BY_HAND.map((one) => html`<option key=${one} value=${one}>${t(`supervision.source.${one}`)}</option>`)}</select></label>`}
      <${Fields} draft=${draft} />
      <div class="buttons form-wide"><button class="button button-main" disabled=${busy} data-testid="send-notice">${t('dashboard.supervision.save_draft')}</button>
        <${Link} class="button" to=${{ view: 'notices', division: back }}>${t('dashboard.cancel')}<//></div>
      ${problem && html`<p class="failure-text form-wide" role="alert" data-testid="draft-problem">${problem}</p>`}
    </form>`;
}

/** A new notice; nothing is kept until the form is sent. */
export function DraftView({ kind, sourceId, trail }) {
  const division = trail.at(-1);
  const source = useLoad(async () => {
    if (sourceId) return { draft: await get('/notice-drafts', { source_kind: kind, source_id: sourceId }), villages: [] };
    const villages = division.level === 'village' ? [division] : (await get('/divisions', { parent: division.code })).divisions;
    return { draft: {}, villages: villages.filter(({ level }) => level === 'village') };
  }, [kind, sourceId, division.code]);
  const open = source.error?.errors?.notice_id?.[0];
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card"><h1>${t('dashboard.supervision.new')}</h1>
      ${open && html`<p><${Link} to=${{ view: 'notices', division: division.code, notice: open }} data-testid="open-notice">${t('dashboard.supervision.see_open')}<//></p>`}
      <${Loaded} source=${source} lines=${8}>${({ draft, villages }) => html`
        <${DraftForm} draft=${draft} villages=${villages} kind=${kind} back=${division.code} />`}<//>
    </section>`;
}
