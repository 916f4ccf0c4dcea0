// Emergency duty: those that run, are to come or are over; one of them with who has told; declaring one as the county.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, patch, request } from '../shared/api.js';
import { listed, t } from '../shared/i18n.js';
import { failureText, pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { fullInstant, instantText } from './dates.js';
import { DeclareForm } from './emergency-form.js';
import { Presence } from './emergency-presence.js';
import { announce, Empty, Loaded, Pager, Tag } from './parts.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

const PAGE_SIZE = 20;
const REASON_LENGTH = 500;
const TONES = { running: 'warn', coming: 'wait', over: 'calm' };

const kindText = (duty) => t(`emergency.kind.${duty.kind}`);
const placesText = (duty) => listed(duty.divisions.map(({ name }) => name));
const periodText = (duty) => t('dashboard.emergency.period', { from: instantText(duty.from_at), until: instantText(duty.ended_at ?? duty.until_at) });

function Item({ duty, division }) {
  return html`
    <li class="duty" data-testid="duty" data-id=${duty.id} data-state=${duty.state}>
      <p><${Tag} tone=${TONES[duty.state]}>${t(`dashboard.emergency.state.${duty.state}`)}<//>
        <${Link} to=${{ view: 'emergency', division: division.code, duty: duty.id }}>${t('dashboard.emergency.of', { kind: kindText(duty), places: placesText(duty) })}<//></p>
      <p class="fine">${periodText(duty)}</p>
      <p>${duty.reason}</p>
    </li>`;
}

function List({ division, answer, onDeclared }) {
  const { address } = useContext(Page);
  const [declaring, setDeclaring] = useState(false);
  const close = (duty) => {
    setDeclaring(false);
    if (duty) onDeclared(duty);
  };
  return html`
    <section class="card" data-testid="duties">
      <div class="card-head"><h1>${t('dashboard.emergency.heading', { name: division.name })}</h1>
        ${answer.most_days && !declaring && html`<button type="button" class="button button-main" onClick=${() => setDeclaring(true)} data-testid="declare">
          ${t('dashboard.emergency.declare')}</button>`}</div>
      <p class="fine">${t('dashboard.emergency.what')} ${!answer.most_days && t('dashboard.emergency.by_county')}</p>
      ${declaring && html`<${DeclareForm} division=${division} mostDays=${answer.most_days} onClose=${close} />`}
      ${answer.duties.length === 0
        ? html`<${Empty}>${t('dashboard.emergency.none')}<//>`
        : html`<ul class="duties">${answer.duties.map((one) => html`<${Item} key=${one.id} duty=${one} division=${division} />`)}</ul>
          <${Pager} page=${answer.page} last=${answer.last} turn=${(page) => go({ ...address, page })} />`}
    </section>`;
}

/** Ending before its time asks for a reason: those concerned read it. */
function End({ duty, onChanged }) {
  const [open, setOpen] = useState(false);
  const [state, setState] = useState({});
  const [because, setBecause] = useState('');
  const word = duty.state === 'coming' ? 'call_off' : 'end';
  const send = async (event) => {
    event.preventDefault();
    if (!because.trim()) {
      setState({ failure: t('dashboard.emergency.because_missing') });
      return;
    }
    setState({ busy: true });
    try {
      const changed = await patch(`/emergency-duties/${duty.id}`, { ended_because: because.trim() }, duty.version);
      announce(t('dashboard.emergency.ended'));
      onChanged(changed);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  if (!open) return html`<p class="buttons"><button type="button" class="button" onClick=${() => setOpen(true)} data-testid="end-duty">${t(`dashboard.emergency.${word}`)}</button></p>`;
  return html`
    <form class="form" onSubmit=${send} novalidate data-testid="end-form">
      <label class="form-wide">${t('dashboard.emergency.because')}
        <input maxlength=${REASON_LENGTH} value=${because} onInput=${(event) => setBecause(event.target.value)} data-testid="because" /></label>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
      <div class="buttons form-wide"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="end-send">${t(`dashboard.emergency.${word}`)}</button>
        <button type="button" class="button" onClick=${() => setOpen(false)}>${t('dashboard.cancel')}</button></div>
    </form>`;
}

function Duty({ duty, division, onChanged }) {
  const fact = (name, value) => html`<div key=${name}><dt>${t(`dashboard.emergency.${name}`)}</dt><dd>${value}</dd></div>`;
  const by = (person, at) => t('dashboard.emergency.by', { name: person.name, at: fullInstant(at) });
  return html`
    <section class="card" data-testid="duty-card" data-state=${duty.state}>
      <div class="card-head"><h1>${t('dashboard.emergency.of', { kind: kindText(duty), places: placesText(duty) })}
        <small>${periodText(duty)}</small></h1><${Tag} tone=${TONES[duty.state]}>${t(`dashboard.emergency.state.${duty.state}`)}<//></div>
      <dl class="facts">
        ${fact('reason', duty.reason)}
        ${fact('declared', by(duty.declared_by, duty.declared_at))}
        ${fact('until', t('dashboard.emergency.by_itself', { at: fullInstant(duty.until_at) }))}
        ${duty.ended_at && fact('ended_early', `${by(duty.ended_by, duty.ended_at)} ${duty.ended_because}`)}
      </dl>
      ${duty.may_end && html`<${End} key=${duty.version} duty=${duty} onChanged=${onChanged} />`}
    </section>
    <${Presence} duty=${duty} division=${division} onChanged=${onChanged} />`;
}

function One({ id, division, trail }) {
  const source = useLoad(() => get(`/emergency-duties/${id}`), [id]);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} />
      <${Link} to=${{ view: 'emergency', division: division.code }} class="button" data-testid="all-duties">${t('dashboard.emergency.all')}<//></div>
    <${Loaded} source=${source} lines=${6}>${(duty) => html`<${Duty} duty=${duty} division=${division} onChanged=${source.reload} />`}<//>`;
}

/** Whatever the address names: one duty, or those that touch the division. */
export function EmergencyView({ trail }) {
  const { address } = useContext(Page);
  const division = trail.at(-1);
  const page = Math.max(1, Number(address.page) || 1);
  const source = useLoad(async () => {
    if (address.duty) return null;
    const { data, headers } = await request('GET', '/emergency-duties', { query: { division: division.code, page, page_size: PAGE_SIZE } });
    return { ...data, page, last: pagesOf(headers).last };
  }, [division.code, page, address.duty]);
  if (address.duty) return html`<${One} key=${address.duty} id=${address.duty} division=${division} trail=${trail} />`;
  const declared = (duty) => {
    announce(t('dashboard.emergency.declared_now'));
    go({ view: 'emergency', division: division.code, duty: duty.id });
  };
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <${Loaded} source=${source} lines=${6}>${(answer) => html`<${List} division=${division} answer=${answer} onDeclared=${declared} />`}<//>`;
}
