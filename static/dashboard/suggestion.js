// One suggestion or complaint: its course, the next step, who wrote it where somebody said so, and a concern made of it.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { classText, Course, dueText, Steps } from '../shared/suggestion.js';
import { go, Link } from './address.js';
import { announce, Loaded, Tag } from './parts.js';
import { Page } from './scope.js';

const CONCERN_KINDS = ['livelihood', 'facility', 'land', 'dispute', 'policy', 'village_affairs', 'environment', 'other'];

/** Who wrote it, for a reason that the log keeps. */
function Contact({ one }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    setState({ open: true, busy: true });
    try {
      setState({ contact: await post(`/suggestions/${one.id}/contacts`, { reason: new FormData(event.target).get('reason').trim() }) });
    } catch (error) {
      setState({ open: true, failure: failureText(error) });
    }
  };
  if (state.contact) return html`<p role="status" data-testid="contact">${[state.contact.name, state.contact.phone].filter(Boolean).join(' · ')}</p>`;
  if (!state.open) return html`<button type="button" class="button" onClick=${() => setState({ open: true })} data-testid="contact-open">${t('dashboard.suggestion.contact')}</button>`;
  return html`
    <form class="reason" onSubmit=${submit}>
      <label>${t('dashboard.suggestion.contact_reason')} <input name="reason" required minlength="5" maxlength="300" data-testid="contact-reason" /></label>
      <p class="fine">${t('dashboard.suggestion.contact_note')}</p>
      <div class="buttons"><button class="button button-main" disabled=${state.busy} data-testid="contact-send">${t('dashboard.suggestion.contact')}</button>
        <button type="button" class="button" onClick=${() => setState({})}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </form>`;
}

/** A concern of it, which those posted in the village handle. */
function Raise({ one, onRaised }) {
  const [state, setState] = useState({});
  const idOf = useRef(idsByContent()).current;
  const submit = async (event) => {
    event.preventDefault();
    const kind = new FormData(event.target).get('kind');
    setState({ open: true, busy: true });
    try {
      onRaised(await post(`/suggestions/${one.id}/concerns`, { id: idOf({ kind }), kind }));
      announce(t('dashboard.saved'));
    } catch (error) {
      setState({ open: true, failure: failureText(error) });
    }
  };
  if (!state.open) return html`<button type="button" class="button" onClick=${() => setState({ open: true })} data-testid="raise-open">${t('dashboard.suggestion.raise')}</button>`;
  return html`
    <form class="reason" onSubmit=${submit}>
      <label>${t('dashboard.suggestion.raise_kind')} <select name="kind" data-testid="raise-kind">${CONCERN_KINDS.map((kind) => html`<option key=${kind} value=${kind}>${t(`concern.kind.${kind}`)}</option>`)}</select></label>
      <p class="fine">${t('dashboard.suggestion.raise_note')}</p>
      <div class="buttons"><button class="button button-main" disabled=${state.busy} data-testid="raise-send">${t('dashboard.suggestion.raise')}</button>
        <button type="button" class="button" onClick=${() => setState({})}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </form>`;
}

export function SuggestionView({ id }) {
  const { address } = useContext(Page);
  const source = useLoad(() => get(`/suggestions/${id}`), [id]);
  const list = { ...address, suggestion: undefined };
  const taken = (now) => (now.is_out_of_sight ? go(list) : source.change(() => now));
  return html`
    <p class="back"><${Link} to=${list}>${t('dashboard.suggestion.back')}<//></p>
    <${Loaded} source=${source} lines=${5}>${(one) => html`
      <section class="card" data-testid="suggestion-open" data-state=${one.state}>
        <div class="card-head"><h1>${classText(one)} <small>${one.division.name}</small></h1>
          <${Tag} tone=${one.is_overdue ? 'bad' : 'calm'}>${t(`suggestion.state.${one.state}`)}<//></div>
        ${dueText(one) && html`<p class=${one.is_overdue ? 'failure-text' : ''}>${dueText(one)}</p>`}
        <${Course} one=${one} />
        <${Steps} key=${one.version} one=${one} onTaken=${taken} announce=${announce} />
        <div class="buttons">
          ${one.may_reveal && html`<${Contact} one=${one} />`}
          ${one.may_raise && html`<${Raise} one=${one} onRaised=${taken} />`}
          ${one.concern_id && html`<${Link} data-testid="to-concern" to=${{ view: 'concerns', division: one.division.code, concern: one.concern_id }}>${t('dashboard.suggestion.to_concern')}<//>`}
        </div>
      </section>`}<//>`;
}
