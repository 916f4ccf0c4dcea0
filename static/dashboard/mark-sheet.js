// The sheet of a village for half a year: marks with what the acceptances suggest beside them, publication, appeal, answer.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { get, patch, post, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { fullDay, fullInstant } from './dates.js';
import { announce, Loaded, Tag } from './parts.js';
import { Page } from './scope.js';

const markText = ({ suggestion }) => (suggestion.marks === null ? t('dashboard.marks.no_verdict')
  : t('dashboard.marks.suggestion', { marks: suggestion.marks, met: suggestion.met, partly: suggestion.partly, not_met: suggestion.not_met }));

/** The lines of a sheet; as fields where it is `edited`. */
const Lines = ({ sheet, edited }) => html`
  <div class="table-frame"><table class="month-table roster marks-table">
    <thead><tr>${['criterion', 'marks', 'suggested', 'note_head'].map((name) => html`<th key=${name} scope="col">${t(`dashboard.marks.${name}`)}</th>`)}</tr></thead>
    <tbody>${sheet.marks.map((one) => html`
      <tr key=${one.key} data-testid="mark" data-key=${one.key}>
        <th scope="row">${one.text}<small>${t(`contract.dimension.${one.dimension}`)}</small></th>
        <td class="number" data-label=${t('dashboard.marks.marks')}>${edited
          ? html`<label class="mark-field"><input type="number" name=${`marks:${one.key}`} min="0" max=${one.full_marks} step="0.01" inputmode="decimal" defaultValue=${one.marks ?? ''}
              aria-label=${t('dashboard.marks.marks_of', { name: one.text })} /><span>/ ${one.full_marks}</span></label>`
          : t('dashboard.marks.of', { marks: one.marks ?? '—', full: one.full_marks })}</td>
        <td data-label=${t('dashboard.marks.suggested')}><span class="fine">${markText(one)}</span></td>
        <td data-label=${t('dashboard.marks.note_head')}>${edited
          ? html`<input name=${`note:${one.key}`} maxlength="300" defaultValue=${one.note ?? ''} aria-label=${t('dashboard.marks.note_of', { name: one.text })} />` : one.note ?? ''}</td>
      </tr>`)}</tbody>
    <tfoot><tr><th scope="row">${t('dashboard.total')}</th><td class="number" data-testid="total">${sheet.total === null ? '—' : t('dashboard.marks.of', { marks: sheet.total, full: sheet.full_marks })}</td><td></td><td></td></tr></tfoot>
  </table></div>`;

const marksOf = (sheet, said) => sheet.marks.filter(({ key }) => said.get(`marks:${key}`) !== '')
  .map(({ key }) => ({ key, marks: Number(said.get(`marks:${key}`)), note: said.get(`note:${key}`).trim() || null }));

function Draft({ sheet, onChanged }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const marks = marksOf(sheet, new FormData(event.target));
    setState({ busy: true });
    try {
      let kept = await patch(`/mark-sheets/${sheet.id}`, { marks }, sheet.version);
      if (event.submitter?.value === 'publish') ({ data: kept } = await request('POST', `/mark-sheets/${sheet.id}/publications`, { version: kept.version }));
      announce(t('dashboard.saved'));
      onChanged(kept);
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error) });
    }
  };
  return html`
    <form onSubmit=${submit} data-testid="sheet-form">
      <${Lines} sheet=${sheet} edited />
      <div class="buttons"><button class="button" value="save" disabled=${state.busy} data-testid="sheet-save">${t('dashboard.marks.save_draft')}</button>
        <button class="button button-main" value="publish" disabled=${state.busy} data-testid="sheet-publish">${t('dashboard.marks.publish')}</button></div>
      <p class="fine">${t('dashboard.marks.publish_note')}</p>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </form>`;
}

function AppealForm({ sheet, onChanged }) {
  const idOf = useRef(idsByContent()).current;
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const content = { text: new FormData(event.target).get('text').trim() };
    setState({ busy: true });
    try {
      onChanged(await post(`/mark-sheets/${sheet.id}/appeals`, { id: idOf(content), ...content }));
      announce(t('dashboard.saved'));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="appeal-form">
      <label class="form-wide">${t('dashboard.marks.appeal_text', { day: fullDay(sheet.appeal_until) })}<textarea name="text" rows="3" required maxlength="2000"></textarea></label>
      <div class="buttons form-wide"><button class="button button-main" disabled=${state.busy} data-testid="appeal-save">${t('dashboard.marks.appeal_send')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}

function AnswerForm({ sheet, onChanged }) {
  const [outcome, setOutcome] = useState('upheld');
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const body = { outcome, answer: said.get('answer').trim(), ...(outcome === 'corrected' && { marks: marksOf(sheet, said) }) };
    setState({ busy: true });
    try {
      onChanged(await post(`/mark-sheets/${sheet.id}/answers`, body));
      announce(t('dashboard.saved'));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form onSubmit=${submit} data-testid="answer-form">
      <fieldset class="choices"><legend>${t('dashboard.marks.answer')}</legend>${['upheld', 'corrected'].map((name) => html`
        <label key=${name} class="check"><input type="radio" name="outcome" checked=${outcome === name} onChange=${() => setOutcome(name)} /> ${t(`dashboard.marks.appeal.${name}`)}</label>`)}</fieldset>
      ${outcome === 'corrected' && html`<${Lines} sheet=${sheet} edited />`}
      <div class="reason"><label>${t('dashboard.marks.answer_text')}<textarea name="answer" rows="3" required maxlength="2000"></textarea></label>
        <div class="buttons"><button class="button button-main" disabled=${state.busy} data-testid="answer-save">${t('dashboard.marks.answer_send')}</button></div></div>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </form>`;
}

const Appeal = ({ appeal }) => html`
  <section class="card marks-card" data-testid="appeal"><h2>${t('dashboard.marks.appeal')}</h2>
    <p>${appeal.text}</p><p class="fine">${appeal.by.name} · ${fullInstant(appeal.at)}</p>
    ${appeal.outcome && html`<p><${Tag}>${t(`dashboard.marks.appeal.${appeal.outcome}`)}<//> ${appeal.answer}</p><p class="fine">${appeal.answered_by.name} · ${fullInstant(appeal.answered_at)}</p>`}
  </section>`;

export function SheetView({ id }) {
  const { address } = useContext(Page);
  const source = useLoad(() => get(`/mark-sheets/${id}`), [id]);
  const to = (sheet) => ({ view: 'marks', division: address.division, day: address.day, sheet });
  return html`
    <p class="back"><${Link} to=${to(undefined)}>${t('dashboard.marks.back')}<//></p>
    <${Loaded} source=${source} lines=${8}>${(sheet) => {
      const may = (step) => sheet.next_steps.some((one) => one.step === step);
      const changed = (kept) => source.change(() => kept);
      return html`
        <section class="card" data-testid="sheet-open" data-state=${sheet.state}>
          <div class="card-head"><h1>${t(sheet.half_on.slice(5, 7) === '01' ? 'dashboard.marks.sheet_first' : 'dashboard.marks.sheet_second', { name: sheet.village.name, year: sheet.half_on.slice(0, 4) })}</h1>
            <${Tag} tone=${sheet.state === 'published' ? 'good' : 'wait'}>${t(`dashboard.marks.state.${sheet.state}`)}<//></div>
          <p class="fine">${sheet.scheme.title} · ${sheet.published_at ? t('dashboard.marks.published_by', { name: sheet.published_by.name, at: fullInstant(sheet.published_at) }) : t('dashboard.marks.entered_by', { name: sheet.entered_by.name })}</p>
          ${sheet.replaced_by_id && html`<p class="notice notice-warn"><${Link} to=${to(sheet.replaced_by_id)}>${t('dashboard.marks.to_successor')}<//></p>`}
          ${sheet.replaces_id && html`<p class="fine"><${Link} to=${to(sheet.replaces_id)}>${t('dashboard.marks.to_earlier')}<//></p>`}
          ${may('changed') ? html`<${Draft} key=${sheet.version} sheet=${sheet} onChanged=${changed} />` : html`<${Lines} sheet=${sheet} />`}
          ${may('appealed') && html`<${AppealForm} sheet=${sheet} onChanged=${changed} />`}
        </section>
        ${sheet.appeal && html`<${Appeal} appeal=${sheet.appeal} />`}
        ${may('answered') && html`<section class="card marks-card"><${AnswerForm} sheet=${sheet} onChanged=${changed} /></section>`}`;
    }}<//>`;
}
