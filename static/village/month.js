// The month on the phone: each cadre's check, the days behind it, the village's word, and what came after closing.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { addMonths, monthOf, shortDay } from '../shared/dates.js';
import { locale, t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { checksOf, checkWords, Corrections, Course, Legend, shortHash, signWord, weekdayLetter } from '../shared/sheet.js';
import { useVillage } from './context.js';
import { announce, Loaded, monthIn, Months, Papers, percent, Problem, spanText } from './parts.js';

const FACTS = ['days_of_month', 'errand_days', 'travel_days', 'leave_days', 'waiting_days', 'days_of_year'];

/** The row's days as a calendar, Monday first. */
function Days({ row, days }) {
  const blank = days.length ? days[0].weekday - 1 : 0;
  return html`
    <div class="sheet-days">
      ${[1, 2, 3, 4, 5, 6, 7].map((weekday) => html`<span key=${weekday} class="sheet-head" aria-hidden="true">${weekdayLetter(weekday)}</span>`)}
      ${Array.from({ length: blank }, (_, index) => html`<span key=${`blank ${index}`}></span>`)}
      ${days.map((day, index) => html`
        <span key=${day.day} class=${day.in_month ? 'sheet-day' : 'sheet-day sheet-around'} data-day=${day.day} data-sign=${row.signs[index]}>
          <small>${Number(day.day.slice(8))}</small>
          <span class=${`sheet-sign sign-${row.signs[index] || 'outside'}`}><span aria-hidden="true">${signWord(row.signs[index])}</span>
            <span class="heard-only">${t(`month.mark.${row.signs[index] || 'outside'}`)}</span></span></span>`)}
    </div>`;
}

function Row({ row, sheet }) {
  const check = checkWords(row);
  const parts = row.required_days ? t('village.row_parts', row) : t('village.row_nothing');
  return html`
    <li class="panel" data-testid="sheet-row" data-cadre=${row.cadre.id} data-check=${row.check?.holds ? row.check.step : ''}>
      <h3>${row.cadre.name} <span>${t(`cadre_role.${row.cadre_role}`)}</span></h3>
      <p>${parts} <strong>${percent(row.rate)}</strong></p>
      <p><span class=${`badge badge--${check.tone}`}>${check.text}</span></p>
      ${check.note && html`<p class="said">${check.note}</p>`}
      <details>
        <summary>${t('village.row_days')}</summary>
        <${Days} row=${row} days=${sheet.days} />
        <${Legend} rows=${[row]} />
        <dl class="facts">${FACTS.filter((name) => row[name] > 0 || name === 'days_of_month').map((name) => html`
          <dt key=${name}>${t(`month.figure.${name}`)}</dt><dd>${t('village.days', { n: row[name] })}</dd>`)}</dl>
      </details>
    </li>`;
}

/** 「村里确认」, or taking it back: what was looked at travels along, so that nobody confirms what has changed meanwhile. */
function Confirm({ sheet, source }) {
  const { village } = useVillage();
  const [note, setNote] = useState('');
  const [state, setState] = useState({});
  const sent = useRef(null);
  const { all, checked, disputed } = checksOf(sheet);
  const incomplete = checked < all;
  const send = async (step) => {
    const text = note.trim();
    if (step === 'confirmed' && incomplete && !text) {
      setState({ failure: t('village.note_missing') });
      return;
    }
    const content = { month: sheet.month, step, village_code: village.code, seen_hash: sheet.sheet_hash, on_paper: false, ...(text ? { note: text } : {}) };
    // The same word sent again keeps its id, so that a lost answer does not make a second one.
    const same = sent.current?.content === JSON.stringify(content);
    sent.current = { id: same ? sent.current.id : newId(), content: JSON.stringify(content) };
    setState({ busy: true });
    try {
      await post('/month-steps', { id: sent.current.id, ...content });
      announce(t(`village.month_done.${step}`));
      setState({});
      setNote('');
      source.reload();
    } catch (error) {
      setState({ failure: failureText(error) });
      if (['sheet_changed', 'month_closed', 'not_all_checked'].includes(error.reason)) source.reload();
    }
  };
  return html`
    <div class="panel" data-testid="confirm-panel">
      ${sheet.may.confirm && html`
        <p>${t(disputed ? 'village.confirm_disputed' : incomplete ? 'village.confirm_incomplete' : 'village.confirm_ready', { n: disputed || all - checked })}</p>
        ${incomplete && html`<label class="field">${t('village.confirm_note')}
          <input maxlength="500" value=${note} onInput=${(event) => setNote(event.target.value)} data-testid="confirm-note" /></label>`}
        <button type="button" class="button button-main wide" disabled=${state.busy} onClick=${() => send('confirmed')}
          data-testid="month-confirm">${t(state.busy ? 'village.sending' : 'month.step.confirmed')}</button>`}
      ${sheet.may.reopen && sheet.state === 'confirmed' && html`
        <p>${t('village.confirmed_waits')}</p>
        <button type="button" class="button wide" disabled=${state.busy} onClick=${() => send('reopened')}
          data-testid="month-reopen">${t('village.reopen')}</button>`}
      <${Problem}>${state.failure}<//>
    </div>`;
}

function Sheet({ sheet, source }) {
  const mayAct = sheet.may.confirm || (sheet.may.reopen && sheet.state === 'confirmed');
  return html`
    <div class="panel">
      <${Course} sheet=${sheet} />
      <p class="quiet">${t('village.period')} ${spanText(sheet.counting_period)}</p>
      ${sheet.state === 'closed' && html`<p class="quiet" data-testid="closed-hash">${t('month.hash', { hash: shortHash(sheet.close.hash) })}</p>`}
      ${!sheet.over && html`<p class="notice" data-testid="not-over">${t('village.not_over', { day: shortDay(sheet.ends_on, locale()) })}</p>`}
      ${!sheet.calendar_official && html`<p class="notice notice--warn">${t('village.calendar_unofficial')}</p>`}
    </div>
    ${sheet.state === 'closed' && html`<div class="panel"><${Corrections} sheet=${sheet} /></div>`}
    ${sheet.rows.length === 0
      ? html`<p class="empty">${t('village.nobody')}</p>`
      : html`
        <ul class="plain">${sheet.rows.map((row) => html`<${Row} key=${row.posting_id} row=${row} sheet=${sheet} />`)}</ul>
        <p class="total" data-testid="sheet-total">${t('village.total', { ...sheet.total, rate: percent(sheet.total.rate) })}</p>`}
    ${mayAct && sheet.rows.length > 0 && html`<${Confirm} sheet=${sheet} source=${source} />`}
    ${sheet.over && sheet.state === 'open' && sheet.rows.length > 0 && !mayAct && html`
      <p class="notice" data-testid="may-not">${t(sheet.rows.some((row) => row.is_own) ? 'village.own_month' : 'village.not_your_turn')}</p>`}
    <${Papers} village=${sheet.village} month=${sheet.month} />`;
}

/** The last month that is over, unless the address names another. */
export function MonthView({ detail }) {
  const { me, village } = useVillage();
  const month = monthIn(detail[0], addMonths(monthOf(me.today), -1));
  const source = useLoad(() => get('/month-sheets', { month, village: village.code }), [village.code, month]);
  return html`
    <${Months} month=${month} to=${(other) => `#month/${other}`} />
    <${Loaded} source=${source}>${(sheet) => html`<${Sheet} sheet=${sheet} source=${source} />`}<//>`;
}
