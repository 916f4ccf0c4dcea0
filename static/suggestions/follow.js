// What became of it, for whoever has the receipt; and one more look, asked for once.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { locale, t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { ask } from './asking.js';

const dayText = (day) => new Intl.DateTimeFormat(locale(), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

function Appeal({ receipt, until, onAnswer }) {
  const [text, setText] = useState('');
  const [state, setState] = useState({});
  const tried = useRef({});
  const submit = async (event) => {
    event.preventDefault();
    if (tried.current.text !== text) tried.current = { text, id: newId() };
    setState({ busy: true });
    try {
      onAnswer(await ask('/suggestion-receipts/appeals', { id: tried.current.id, receipt, text: text.trim() }));
    } catch (error) {
      setState({ problem: error.message });
    }
  };
  return html`
    <form onSubmit=${submit} data-testid="appeal">
      <label>${t('suggestions.appeal_until', { day: dayText(until) })}
        <textarea name="text" required minlength="5" maxlength="2000" rows="4" value=${text} onInput=${(event) => setText(event.target.value)}></textarea></label>
      ${state.problem && html`<p class="notice notice--bad" role="alert">${state.problem}</p>`}
      <button class="button" disabled=${state.busy} data-testid="appeal-send">${t('suggestions.appeal')}</button>
    </form>`;
}

const Found = ({ found, receipt, onAnswer }) => html`
  <section class="paper" data-testid="found" data-state=${found.state}>
    <h2 tabindex="-1" ref=${(node) => node?.focus()}>${t(`suggestion.state.${found.state}`)}</h2>
    ${found.due_on && html`<p>${t('suggestions.due', { day: dayText(found.due_on) })}</p>`}
    <p class="hint">${t(`suggestion.kind.${found.kind}`)} · ${t(`suggestion.about.${found.about}`)}${found.about_whom ? ` · ${found.about_whom}` : ''} · ${found.division.name}</p>
    <ol class="course">
      <li><strong>${t('suggestions.written')}</strong> ${dayText(found.received_on)}<p class="text">${found.text}</p></li>
      ${found.steps.map((one, index) => html`
        <li key=${index} data-testid="step"><strong>${t(`suggestion.step.${one.step}`)}</strong> ${dayText(one.day)}
          ${one.text && html`<p class="text">${one.text}</p>`}</li>`)}</ol>
    ${found.may_appeal && html`<${Appeal} receipt=${receipt} until=${found.appeal_until} onAnswer=${onAnswer} />`}
  </section>`;

export function Follow({ receipt: first }) {
  const [receipt, setReceipt] = useState(first ?? '');
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      setState({ found: await ask('/suggestion-receipts', { receipt }) });
    } catch (error) {
      setState({ problem: error.message });
    }
  };
  return html`
    <form class="paper" onSubmit=${submit} data-testid="follow">
      <label>${t('suggestions.receipt')}
        <input class="code" name="receipt" required maxlength="60" autocomplete="off" autocapitalize="characters" spellcheck="false"
          placeholder="XXXX XXXX XXXX XXXX" value=${receipt} onInput=${(event) => setReceipt(event.target.value)} /></label>
      ${state.problem && html`<p class="notice notice--bad" role="alert" data-testid="problem">${state.problem}</p>`}
      <button class="button button-main" disabled=${state.busy} data-testid="look">${t('suggestions.look')}</button>
    </form>
    ${state.found && html`<${Found} found=${state.found} receipt=${receipt} onAnswer=${(found) => setState({ found })} />`}`;
}
