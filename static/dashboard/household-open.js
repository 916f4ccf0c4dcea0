// One household: its telephone for a reason, who is linked to it, and its entry in the register to correct or to end.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, post, request } from '../shared/api.js';
import { language, t } from '../shared/i18n.js';
import { failureText, useLoad } from '../shared/loading.js';
import { fullDay } from './dates.js';
import { announce, Loaded } from './parts.js';
import { Page, supervisesThere } from './scope.js';

const ENDS = ['split', 'merged', 'moved', 'died_out'];
const KINDS = ['link', 'key'];

/** {busy, failure, save(work)}: `save` answers what the work does, or undefined where it was refused. */
function useSaving() {
  const [state, setState] = useState({});
  const save = async (work) => {
    setState({ busy: true });
    try {
      const done = await work();
      setState({});
      announce(t('dashboard.household.saved'));
      return done;
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.household.changed_meanwhile') : failureText(error) });
      return undefined;
    }
  };
  return { ...state, save };
}

const Failed = ({ text }) => (text ? html`<p class="failure-text form-wide" role="alert">${text}</p>` : null);

/** What a form says; an empty field is null. */
function readForm(form, { isNew }) {
  const given = new FormData(form);
  const value = (name) => (given.get(name) ?? '').trim() || null;
  const body = {
    householder: value('householder'), number: value('number'), villagers_group: value('villagers_group'),
    members: value('members') && Number(value('members')), labels: given.getAll('labels'), alive_from: value('alive_from'),
    alive_to: value('alive_to'), ended_as: value('ended_as'),
  };
  // A number is shown by its last digits only, so an empty field leaves it as it is.
  if (isNew || value('phone')) body.phone = value('phone');
  if (given.get('no_phone')) body.phone = null;
  return body;
}

function absencesOf(form, held) {
  const given = new FormData(form);
  const last = held.at(-1);
  const from = given.get('away_from') || null;
  const to = given.get('away_to') || null;
  const before = last && !last.to_on ? held.slice(0, -1) : held;
  return from ? [...before, { from_on: from, to_on: to }] : before;
}

function Fields({ household = {}, terms, groups, today, isNew }) {
  const away = (household.absences ?? []).findLast((one) => !one.to_on);
  const field = (name, rest) => html`<label>${t(`dashboard.household.${name}`)}<input name=${name} ...${rest} /></label>`;
  const offered = terms.filter((term) => !term.is_retired || household.labels?.includes(term.key));
  return html`
    ${field('householder', { required: true, maxlength: 64, defaultValue: household.householder ?? '' })}
    ${field('number', { required: true, maxlength: 20, defaultValue: household.number ?? '' })}
    <label>${t('dashboard.household.group')}<input name="villagers_group" required maxlength="60" list="household-groups" defaultValue=${household.villagers_group ?? ''} />
      <datalist id="household-groups">${groups.map((group) => html`<option key=${group.name} value=${group.name}></option>`)}</datalist></label>
    ${field('members', { type: 'number', min: 0, max: 100, defaultValue: household.members ?? '' })}
    ${field('phone', { type: 'tel', maxlength: 30, placeholder: household.phone_last4 ? `****${household.phone_last4}` : '' })}
    ${field('alive_from', { type: 'date', required: true, defaultValue: household.alive_from ?? today })}
    ${field('away_from', { type: 'date', defaultValue: away?.from_on ?? '' })}
    ${field('away_to', { type: 'date' })}
    ${!isNew && field('alive_to', { type: 'date', defaultValue: household.alive_to ?? '' })}
    ${!isNew && html`<label>${t('dashboard.household.ended_as')}<select name="ended_as" defaultValue=${household.ended_as ?? ''}>
      <option value="" selected=${!household.ended_as}></option>
      ${ENDS.map((end) => html`<option key=${end} value=${end} selected=${household.ended_as === end}>${t(`dashboard.household.end.${end}`)}</option>`)}</select></label>`}
    ${!isNew && household.phone_last4 && html`<label class="inline-field"><input type="checkbox" name="no_phone" value="1" /> ${t('dashboard.household.no_phone')}</label>`}
    <fieldset class="choices form-wide"><legend>${t('dashboard.household.labels')}</legend>
      ${offered.map((term) => html`<label key=${term.key} class="inline-field"><input type="checkbox" name="labels" value=${term.key}
        defaultChecked=${household.labels?.includes(term.key)} /> ${term[language()]}</label>`)}</fieldset>`;
}

/** A new household of a village; closed until it is asked for. */
export function AddHousehold({ division, terms, groups, onAdded }) {
  const { me } = useContext(Page);
  const [open, setOpen] = useState(false);
  const { busy, failure, save } = useSaving();
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const { alive_to: _to, ended_as: _end, ...body } = readForm(form, { isNew: true });
    const made = await save(() => post('/households', { ...body, village_code: division.code, absences: absencesOf(form, []) }));
    if (made) {
      setOpen(false);
      onAdded();
    }
  };
  if (!open) return html`<p><button type="button" class="button" onClick=${() => setOpen(true)} data-testid="household-add">${t('dashboard.household.add')}</button></p>`;
  return html`
    <form class="form" onSubmit=${submit} data-testid="household-form">
      <${Fields} terms=${terms} groups=${groups} today=${me.today} isNew />
      <div class="form-wide buttons"><button class="button button-main" disabled=${busy}>${t('dashboard.household.save')}</button>
        <button type="button" class="button" onClick=${() => setOpen(false)}>${t('dashboard.cancel')}</button></div>
      <${Failed} text=${failure} />
    </form>`;
}

function Edit({ household, terms, onChanged }) {
  const { me } = useContext(Page);
  const { busy, failure, save } = useSaving();
  const submit = async (event) => {
    event.preventDefault();
    const body = { ...readForm(event.target, { isNew: false }), absences: absencesOf(event.target, household.absences) };
    const changed = await save(async () => (await request('PATCH', `/households/${household.id}`, { body, version: household.version })).data);
    if (changed) onChanged(changed);
  };
  return html`
    <details><summary data-testid="household-edit">${t('dashboard.household.edit')}</summary>
      <form class="form" key=${household.version} onSubmit=${submit} data-testid="household-form">
        <${Fields} household=${household} terms=${terms} groups=${[]} today=${me.today} />
        <div class="form-wide buttons"><button class="button button-main" disabled=${busy}>${t('dashboard.household.save')}</button></div>
        <${Failed} text=${failure} />
      </form></details>`;
}

/** The number, for a reason that stays in the log. */
function Phone({ household }) {
  const [state, setState] = useState({});
  if (!household.phone_last4) return html`<p>${t('dashboard.household.phone')}：—</p>`;
  const submit = async (event) => {
    event.preventDefault();
    const reason = new FormData(event.target).get('reason').trim();
    setState({ open: true, busy: true });
    try {
      setState({ phone: (await post('/phone-reveals', { household_id: household.id, reason })).phone });
    } catch (error) {
      setState({ open: true, failure: failureText(error) });
    }
  };
  return html`
    <p>${t('dashboard.household.phone')}：<strong data-testid="phone">${state.phone ?? `****${household.phone_last4}`}</strong>
      ${!state.phone && !state.open && html` <button type="button" class="button-quiet" onClick=${() => setState({ open: true })} data-testid="phone-reveal">${t('dashboard.household.reveal')}</button>`}</p>
    ${state.open && html`
      <form class="reason" onSubmit=${submit}>
        <label>${t('dashboard.household.reveal_reason')}<input name="reason" required minlength="5" maxlength="200" /></label>
        <div class="buttons"><button class="button button-main" disabled=${state.busy}>${t('dashboard.household.reveal')}</button></div>
        <${Failed} text=${state.failure} />
      </form>`}`;
}

function NewLink({ household, onLinked }) {
  const { me } = useContext(Page);
  const { busy, failure, save } = useSaving();
  const postings = useLoad(() => get('/postings', { division: household.village.code }), [household.id]);
  const cadres = [...new Map((postings.data?.postings ?? []).map(({ cadre }) => [cadre.id, cadre])).values()];
  const submit = async (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const body = { cadre_id: Number(given.get('cadre')), kind: given.get('kind'), household_ids: [household.id], from_on: me.today };
    if (await save(() => post('/linkages', body))) onLinked();
  };
  if (!cadres.length) return null;
  return html`
    <form class="form" onSubmit=${submit} data-testid="link-form">
      <label>${t('dashboard.household.cadre')}<select name="cadre">${cadres.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select></label>
      <label>${t('dashboard.household.kind')}<select name="kind">${KINDS.map((kind) => html`<option key=${kind} value=${kind}>${t(`dashboard.household.link.${kind}`)}</option>`)}</select></label>
      <div class="buttons"><button class="button" disabled=${busy}>${t('dashboard.household.make_link')}</button></div>
      <${Failed} text=${failure} />
    </form>`;
}

function Links({ household }) {
  const { me } = useContext(Page);
  const isTown = supervisesThere(me, household.village);
  const source = useLoad(() => get('/linkages', { household_id: household.id }), [household.id]);
  const { failure, save } = useSaving();
  const end = async (link) => {
    const done = await save(() => request('PATCH', `/linkages/${link.id}`, { body: { to_on: me.today }, version: link.version }));
    if (done) source.reload();
  };
  return html`
    <${Loaded} source=${source} lines=${1}>
      ${({ linkages }) => html`
        <ul class="fine" data-testid="links">${linkages.length === 0 ? html`<li>${t('dashboard.household.no_links')}</li>` : linkages.map((one) => html`
          <li key=${one.id}>${one.cadre.name} · ${t(`dashboard.household.link.${one.kind}`)} · ${fullDay(one.from_on)}${one.to_on ? ` – ${fullDay(one.to_on)}` : ''}
            ${isTown && !one.to_on && html` <button type="button" class="button-quiet" onClick=${() => end(one)}>${t('dashboard.household.end_link')}</button>`}</li>`)}</ul>`}
    <//>
    <${Failed} text=${failure} />
    ${isTown && html`<${NewLink} household=${household} onLinked=${source.reload} />`}`;
}

export const OpenHousehold = ({ household, terms, onChanged }) => html`
  <div data-testid="household-detail">
    <${Phone} key=${household.version} household=${household} />
    <h3>${t('dashboard.household.links_title')}</h3>
    <${Links} household=${household} />
    <${Edit} household=${household} terms=${terms} onChanged=${onChanged} />
  </div>`;
