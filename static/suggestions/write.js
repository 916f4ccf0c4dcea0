// Writing into the box. What is written stays on the page until the server has it, and is kept nowhere else.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { ask } from './asking.js';
import { groupsOf, newReceipt } from './receipt.js';

const { code, place, level } = document.documentElement.dataset;
const KINDS = ['suggestion', 'complaint'];
const SUBJECTS = ['village', 'person', 'app'];

const Choice = ({ name, values, chosen, choose, words, legend }) => html`
  <fieldset class="choice"><legend>${legend}</legend>
    ${values.map((value) => html`
      <label key=${value}><input type="radio" name=${name} value=${value} checked=${chosen === value} onChange=${() => choose(value)} data-testid=${`${name}-${value}`} />
        <span>${t(`${words}.${value}`)}</span></label>`)}</fieldset>`;

/** The receipt in large groups: whoever has it reads the answer, so it is shown once, to photograph or copy. */
function Receipt({ receipt, again }) {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(groupsOf(receipt).join(' ')).then(() => setCopied(true), () => null);
  return html`
    <section class="paper" data-testid="receipt">
      <h2 tabindex="-1" ref=${(node) => node?.focus()}>${t('suggestions.received')}</h2>
      <p>${t('suggestions.receipt_is')}</p>
      <p class="groups" data-testid="groups">${groupsOf(receipt).map((group) => html`<span key=${group}>${group}</span> `)}</p>
      ${navigator.clipboard && html`<button type="button" class="button" onClick=${copy} data-testid="copy">${t(copied ? 'suggestions.copied' : 'suggestions.copy')}</button>`}
      <p><strong>${t('suggestions.keep_it')}</strong> ${t('suggestions.only_you')}</p>
      <p><a class="button" href="#follow" data-testid="to-follow">${t('suggestions.follow')}</a></p>
      <p><button type="button" class="button-quiet" onClick=${again}>${t('suggestions.another')}</button></p>
    </section>`;
}

/** `draft` and `change` belong to the page, so that going to look at a receipt and coming back loses nothing. */
export function Write({ draft, change, sent, setSent }) {
  const [state, setState] = useState({});
  const tried = useRef({});
  const set = (name) => (event) => change({ ...draft, [name]: event.target.value });
  const submit = async (event) => {
    event.preventDefault();
    const said = (text) => text?.trim() || null;
    const content = {
      division_code: code || null, kind: draft.kind, about: draft.about, about_whom: said(draft.whom),
      text: draft.text.trim(), name: said(draft.name), phone: said(draft.phone),
    };
    // The same words after a cut line are the same suggestion with the same receipt, which may have arrived already.
    const key = JSON.stringify(content);
    if (tried.current.key !== key) tried.current = { key, id: newId(), receipt: newReceipt() };
    const { id, receipt } = tried.current;
    setState({ busy: true });
    try {
      await ask('/suggestions', { id, receipt, ...content });
      change({ kind: 'suggestion', about: 'village', text: '' });
      tried.current = {};
      setSent(receipt);
      setState({});
    } catch (error) {
      setState({ problem: error.message });
    }
  };
  if (sent) return html`<${Receipt} receipt=${sent} again=${() => setSent(null)} />`;
  return html`
    <form class="paper" onSubmit=${submit} data-testid="write">
      <${Choice} name="kind" values=${KINDS} chosen=${draft.kind} choose=${(kind) => change({ ...draft, kind })} words="suggestion.kind" legend=${t('suggestions.what')} />
      <${Choice} name="about" values=${SUBJECTS} chosen=${draft.about} choose=${(about) => change({ ...draft, about })} words="suggestion.about" legend=${t('suggestions.about')} />
      ${draft.about === 'person' && html`
        <label>${t('suggestions.whom')} <input name="whom" required maxlength="50" autocomplete="off" value=${draft.whom ?? ''} onInput=${set('whom')} /></label>
        <p class="hint" data-testid="person-hint">${t('suggestions.whom_hint')}</p>`}
      ${draft.about === 'village' && level !== 'village' && html`<p class="hint">${t('suggestions.which_village')}</p>`}
      <label>${t('suggestions.text')}
        <textarea name="text" required minlength="5" maxlength="2000" rows="6" value=${draft.text} onInput=${set('text')}></textarea></label>
      <details><summary data-testid="contact">${t('suggestions.contact')}</summary>
        <p class="hint">${t('suggestions.contact_hint')}</p>
        <label>${t('suggestions.name')} <input name="name" maxlength="50" autocomplete="off" value=${draft.name ?? ''} onInput=${set('name')} /></label>
        <label>${t('suggestions.phone')} <input name="phone" type="tel" maxlength="30" autocomplete="off" value=${draft.phone ?? ''} onInput=${set('phone')} /></label>
      </details>
      ${state.problem && html`<p class="notice notice--bad" role="alert" data-testid="problem">${state.problem}</p>`}
      <button class="button button-main" disabled=${state.busy} data-testid="send">${t(state.busy ? 'suggestions.sending' : 'suggestions.send')}</button>
      <details class="kept" open><summary>${t('suggestions.kept')}</summary>
        <ul>${['day', 'nobody', 'sealed', 'who_reads'].map((line) => html`<li key=${line}>${t(`suggestions.kept.${line}`, { place })}</li>`)}</ul></details>
    </form>`;
}
