// Declaring an emergency duty: what for, where, from when until when; and, before it is sent, what that means.
import { html, useState } from '/vendor/htm-preact.js';
import { clockOf, dayOf } from '../shared/dates.js';
import { listed, t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { useSending } from '../shared/sending.js';
import { fullInstant } from './dates.js';
import { Dialog, Loaded } from './parts.js';
import { divisionsUnder } from './trail.js';

const KINDS = ['flood', 'fire', 'geological', 'snow_ice', 'other'];
const REASON_LENGTH = 500;
const DAY_MS = 24 * 3600 * 1000;

/** The clock in China, for a field of date and time, whatever zone the desk's own clock is set to. */
const wallClock = (ms) => `${dayOf(ms)}T${clockOf(ms).padStart(5, '0')}`;
const instantOf = (wall) => `${wall}:00+08:00`;

/** The villages of a township, fetched once somebody wants only some of them. */
function Villages({ township, chosen, toggle }) {
  const source = useLoad(() => divisionsUnder(township.code), [township.code]);
  return html`
    <${Loaded} source=${source} lines=${2}>${(villages) => html`
      <ul class="attendees-list">${villages.map((one) => html`
        <li key=${one.code}><label><input type="checkbox" checked=${chosen.has(one.code)} onChange=${(event) => toggle(one, event.target.checked)}
          data-testid="duty-village" data-code=${one.code} /> ${one.name}</label></li>`)}</ul>`}<//>`;
}

function Place({ place, chosen, toggle }) {
  const [open, setOpen] = useState(false);
  const whole = chosen.has(place.code);
  return html`
    <li class="duty-place"><label class="inline-field"><input type="checkbox" checked=${whole} onChange=${(event) => toggle(place, event.target.checked)}
        data-testid="duty-place" data-code=${place.code} /> ${place.name}</label>
      ${place.level === 'township' && !whole && html`
        <details onToggle=${(event) => setOpen(event.target.open)}><summary data-testid="duty-some" data-code=${place.code}>${t('dashboard.emergency.some_villages')}</summary>
          ${open && html`<${Villages} township=${place} chosen=${chosen} toggle=${toggle} />`}</details>`}
    </li>`;
}

/** The whole division, or some of what lies below it. `chosen` has the divisions by their codes. */
function Places({ division, chosen, setChosen }) {
  const below = useLoad(() => (division.level === 'village' ? Promise.resolve([]) : divisionsUnder(division.code)), [division.code]);
  const toggle = (place, on) => {
    const next = new Map(chosen);
    if (on) next.set(place.code, place);
    else next.delete(place.code);
    // What is chosen whole needs no villages of its own.
    if (on && place.level === 'township') [...next.keys()].filter((code) => code !== place.code && code.startsWith(place.code.slice(0, 9))).forEach((code) => next.delete(code));
    setChosen(next);
  };
  const whole = chosen.has(division.code);
  return html`
    <fieldset class="form-wide attendees"><legend>${t('dashboard.emergency.where')}</legend>
      <label class="inline-field"><input type="checkbox" checked=${whole} data-testid="duty-whole"
        onChange=${(event) => setChosen(new Map(event.target.checked ? [[division.code, division]] : []))} /> ${t('dashboard.emergency.whole', { name: division.name })}</label>
      ${!whole && html`<${Loaded} source=${below} lines=${3}>${(places) => html`
        <ul class="duty-places">${places.map((one) => html`<${Place} key=${one.code} place=${one} chosen=${chosen} toggle=${toggle} />`)}</ul>`}<//>`}
    </fieldset>`;
}

/** What it means and what the law allows, before anybody is asked for anything. */
function Confirm({ fields, places, sending, onSend, onClose }) {
  return html`
    <${Dialog} title=${t('dashboard.emergency.confirm')} onClose=${onClose} testid="confirm-duty">
      <p><strong>${t('dashboard.emergency.of', { kind: t(`emergency.kind.${fields.kind}`), places })}</strong></p>
      <p>${t('dashboard.emergency.period', { from: fullInstant(instantOf(fields.from)), until: fullInstant(instantOf(fields.until)) })}</p>
      <ul class="duty-means">${['asks', 'ends', 'roads', 'figures', 'law', 'log'].map((name) => html`<li key=${name}>${t(`dashboard.emergency.means.${name}`)}</li>`)}</ul>
      ${sending.problem && html`<p class="failure-text" role="alert">${sending.problem}</p>`}
      <div class="buttons"><button type="button" class="button button-main" disabled=${sending.busy} onClick=${onSend} data-testid="declare-send">
        ${t(sending.busy ? 'dashboard.sending' : 'dashboard.emergency.declare')}</button>
        <button type="button" class="button" onClick=${onClose} data-testid="declare-back">${t('dashboard.cancel')}</button></div>
    <//>`;
}

/** The form; `onClose` with the duty once it is declared, with nothing where it was given up. */
export function DeclareForm({ division, mostDays, onClose }) {
  const [fields, setFields] = useState(() => ({ kind: KINDS[0], reason: '', from: wallClock(Date.now()), until: wallClock(Date.now() + DAY_MS) }));
  const [chosen, setChosen] = useState(new Map());
  const [state, setState] = useState({});
  const sending = useSending('/emergency-duties', { dated: false });
  const set = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const problem = () => {
    if (!fields.reason.trim()) return t('dashboard.emergency.reason_missing');
    if (chosen.size === 0) return t('dashboard.emergency.where_missing');
    if (!fields.from || !fields.until || fields.until <= fields.from) return t('dashboard.emergency.reversed');
    return Date.parse(instantOf(fields.until)) - Date.parse(instantOf(fields.from)) > mostDays * DAY_MS ? t('dashboard.emergency.too_long', { n: mostDays }) : null;
  };
  const look = (event) => {
    event.preventDefault();
    setState(problem() ? { failure: problem() } : { asking: true });
  };
  const send = async () => {
    const duty = await sending.send({ kind: fields.kind, reason: fields.reason.trim(), division_codes: [...chosen.keys()].sort(),
      from_at: instantOf(fields.from), until_at: instantOf(fields.until) });
    if (duty) onClose(duty);
  };
  const places = listed([...chosen.values()].map(({ name }) => name));
  return html`
    <form class="form" onSubmit=${look} novalidate data-testid="declare-form">
      <fieldset class="choices form-wide"><legend>${t('dashboard.emergency.kind')}</legend>${KINDS.map((kind) => html`
        <label key=${kind}><input type="radio" name="duty-kind" checked=${fields.kind === kind} onChange=${() => setFields({ ...fields, kind })} data-testid=${`duty-kind-${kind}`} />
          ${t(`emergency.kind.${kind}`)}</label>`)}</fieldset>
      <label class="form-wide">${t('dashboard.emergency.reason')}
        <input maxlength=${REASON_LENGTH} value=${fields.reason} onInput=${set('reason')} placeholder=${t('dashboard.emergency.reason_hint')} data-testid="duty-reason" /></label>
      <${Places} division=${division} chosen=${chosen} setChosen=${setChosen} />
      <label>${t('dashboard.emergency.from')}<input type="datetime-local" value=${fields.from} onInput=${set('from')} data-testid="duty-from" /></label>
      <label>${t('dashboard.emergency.until')}<input type="datetime-local" min=${fields.from} value=${fields.until} onInput=${set('until')} data-testid="duty-until" /></label>
      <p class="fine form-wide">${t('dashboard.emergency.most_days', { n: mostDays })}</p>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
      <div class="buttons form-wide"><button class="button button-main" data-testid="declare-look">${t('dashboard.emergency.go_on')}</button>
        <button type="button" class="button" onClick=${() => onClose(null)}>${t('dashboard.cancel')}</button></div>
    </form>
    ${state.asking && html`<${Confirm} fields=${fields} places=${places} sending=${sending} onSend=${send} onClose=${() => setState({})} />`}`;
}
