// Writing a disclosure: what it is about, for which period, and the lines of money, where an 'other' is pointed out.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { request } from './api.js';
import { t } from './i18n.js';
import { newId } from './ids.js';
import { failureText } from './loading.js';

export const CLASSES = ['finance', 'decision', 'benefit'];
const EMPTY = { direction: 'expense', text: '', amount: '' };

function Line({ line, onChange, onRemove }) {
  const set = (name) => (event) => onChange({ ...line, [name]: event.target.value });
  return html`
    <div class="disclosure-line" data-testid="line">
      <label>${t('board.line_direction')}<select value=${line.direction} onChange=${set('direction')}>
        ${['income', 'expense'].map((name) => html`<option key=${name} value=${name}>${t(`board.direction.${name}`)}</option>`)}</select></label>
      <label>${t('board.line_text')}<input value=${line.text} onInput=${set('text')} required maxlength="100" /></label>
      <label>${t('board.line_amount')}<input type="number" step="0.01" inputmode="decimal" value=${line.amount} onInput=${set('amount')} required /></label>
      <button type="button" class="button" aria-label=${t('board.line_remove')} onClick=${onRemove}>✕</button>
    </div>`;
}

/** A new disclosure of a `village`, or `one` that is changed. */
export function DisclosureForm({ village, one, onDone, onCancel }) {
  const [kind, setKind] = useState(one?.disclosure_class ?? 'finance');
  const [lines, setLines] = useState(() => (one?.lines ?? []).map((line) => ({ ...line, amount: String(line.amount) })));
  const [state, setState] = useState({});
  // The same id when the line was cut and it is sent again.
  const id = useRef(newId());
  const put = (index, line) => setLines(lines.map((old, place) => (place === index ? line : old)));
  const submit = async (event) => {
    event.preventDefault();
    const { title, text, first_on, last_on } = Object.fromEntries(new FormData(event.target));
    const content = {
      title: title.trim(), text: text.trim() || null, first_on, last_on,
      lines: kind === 'finance' ? lines.map((line) => ({ direction: line.direction, text: line.text.trim(), amount: Number(line.amount) })) : [],
    };
    setState({ busy: true });
    try {
      const { data } = one
        ? await request('PATCH', `/disclosures/${one.id}`, { body: content, version: one.version })
        : await request('POST', '/disclosures', { body: { id: id.current, village_code: village.code, disclosure_class: kind, ...content } });
      onDone(data);
    } catch (error) {
      // Another content under the same id would be refused.
      if (error.status) id.current = newId();
      setState({ problem: failureText(error) });
    }
  };
  return html`
    <form class="disclosure-form" onSubmit=${submit} data-testid="disclosure-form">
      ${!one && html`<label>${t('board.form.class')}<select value=${kind} onChange=${(event) => setKind(event.target.value)} data-testid="class">
        ${CLASSES.map((name) => html`<option key=${name} value=${name}>${t(`board.class.${name}`)}</option>`)}</select></label>`}
      <label>${t('board.form.title')}<input name="title" required maxlength="100" defaultValue=${one?.title ?? ''} /></label>
      <div class="disclosure-pair">
        <label>${t('board.form.first_on')}<input type="date" name="first_on" required defaultValue=${one?.first_on ?? ''} /></label>
        <label>${t('board.form.last_on')}<input type="date" name="last_on" required defaultValue=${one?.last_on ?? ''} /></label>
      </div>
      <label>${t('board.form.text')}<textarea name="text" rows="4" maxlength="4000" defaultValue=${one?.text ?? ''}></textarea></label>
      ${kind === 'finance' && html`<fieldset><legend>${t('board.form.lines')}</legend>
        ${lines.map((line, index) => html`<${Line} key=${index} line=${line} onChange=${(changed) => put(index, changed)}
          onRemove=${() => setLines(lines.filter((_line, place) => place !== index))} />`)}
        <button type="button" class="button" data-testid="add-line" onClick=${() => setLines([...lines, EMPTY])}>${t('board.line_add')}</button>
        <p class="disclosure-fine">${t('board.form.other_note')}</p></fieldset>`}
      <p class="disclosure-fine">${t('board.form.note')}</p>
      <div role="alert">${state.problem && html`<p class="disclosure-problem" data-testid="problem">${state.problem}</p>`}</div>
      <p class="disclosure-acts"><button class="button button-main" disabled=${state.busy} data-testid="save">${t('board.save')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('board.cancel')}</button></p>
    </form>`;
}
