// The own service pledge: what one promises to do for the village, for everybody to read.
import { html, useMemo, useState } from '/vendor/htm-preact.js';
import { get, patch, post } from '/static/shared/api.js';
import { dayRange } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { newId } from '/static/shared/ids.js';
import { useAnswer, usePhone } from './context.js';
import { Button, Problem } from './parts.js';

function Form({ pledge, onDone }) {
  const { today } = usePhone();
  const id = useMemo(newId, []);
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const { text, to_on: last } = Object.fromEntries(new FormData(event.target));
    const content = { text: text.trim(), to_on: last || null };
    setState({ busy: true });
    try {
      if (pledge) await patch(`/pledges/${pledge.id}`, content, pledge.version);
      else await post('/pledges', { id, from_on: today, ...content });
      onDone();
    } catch (error) {
      setState({ problem: error.message });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="pledge-form">
      <label>${t('field.pledge.text')}<textarea name="text" rows="4" maxlength="1000" required defaultValue=${pledge?.text ?? ''}></textarea></label>
      <label>${t('field.pledge.to')}<input type="date" name="to_on" min=${pledge?.from_on ?? today} defaultValue=${pledge?.to_on ?? ''} /></label>
      <${Problem}>${state.problem}<//>
      <${Button} type="submit" main wide disabled=${state.busy}>${t('field.save')}<//>
    </form>`;
}

export function Pledge() {
  const { today } = usePhone();
  const [writing, setWriting] = useState(false);
  const answer = useAnswer('pledges', async () => (await get('/pledges')).pledges);
  if (!answer.value) return null;
  const pledge = answer.value.find(({ from_on: from, to_on: to }) => from <= today && (!to || to >= today));
  const done = () => { setWriting(false); answer.reload(); };
  return html`
    <section class="panel" data-testid="pledge">
      <h2>${t('field.pledge.title')}</h2>
      ${pledge && !writing && html`<p>${pledge.text}</p>
        <p class="quiet small">${pledge.to_on ? dayRange(pledge.from_on, pledge.to_on, locale()) : t('field.pledge.since', { day: pledge.from_on })}</p>`}
      ${writing ? html`<${Form} pledge=${pledge} onDone=${done} />`
        : html`<${Button} wide onClick=${() => setWriting(true)} data-testid="write-pledge">${t(pledge ? 'field.pledge.change' : 'field.pledge.make')}<//>`}
    </section>`;
}
