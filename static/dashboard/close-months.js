// 「镇里定稿」: one village's month, or all below a division that are confirmed, one after the other.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { post, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText, pagesOf } from '../shared/loading.js';
import { announce, Dialog } from './parts.js';
import { count } from './words.js';

/** The village has to confirm what stands now before it can be closed. */
const OVERTAKEN = ['sheet_changed', 'not_confirmed'];
/** So many failures in a row mean that going on is pointless. */
const GIVE_UP_AFTER = 3;

/** Close a village's month as it was confirmed. A month that somebody else has closed meanwhile is closed as well. */
async function closeMonth({ id, row, month }) {
  try {
    await post('/month-closings', { id, village_code: row.village.code, month, seen_hash: row.confirmed_hash });
  } catch (error) {
    if (error.reason !== 'month_closed') throw error;
  }
}

/** The rows of all villages below a division that are confirmed, in roster order. */
async function confirmedRows({ division, month }) {
  const rows = [];
  for (let page = 1, last = 1; page <= last; page += 1) {
    const query = { month, division: division.code, level: 'village', state: 'confirmed', page, page_size: 100 };
    const { data, headers } = await request('GET', '/month-closings', { query });
    rows.push(...data.rows);
    last = pagesOf(headers).last;
  }
  return rows;
}

/** The button of one row. Closing cannot be undone, so it asks. */
export function CloseOne({ row, month, onClosed }) {
  const { village } = row;
  const [state, setState] = useState({});
  const id = useRef(newId());
  const close = async () => {
    setState({ busy: true });
    try {
      await closeMonth({ id: id.current, row, month });
      announce(t('dashboard.closed_month', { name: village.name }));
      onClosed();
    } catch (error) {
      setState({ failure: failureText(error) });
      // Something came between: what is confirmed and what is not is shown as it stands now.
      if (OVERTAKEN.includes(error.reason)) onClosed();
    }
  };
  return html`
    <button type="button" class="button" disabled=${state.busy} onClick=${() => setState({ asking: true })} data-testid="close-one">
      ${t(state.busy ? 'dashboard.sending' : 'dashboard.close_month')}</button>
    ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    ${state.asking && html`
      <${Dialog} title=${t('dashboard.close_ask_title', { name: village.name })} onClose=${() => setState({})} testid="close-ask">
        <p>${t('dashboard.close_ask')}</p>
        <div class="buttons"><button type="button" class="button button-good" onClick=${close} data-testid="close-yes">${t('dashboard.close_month')}</button>
          <button type="button" class="button" onClick=${() => setState({})}>${t('dashboard.cancel')}</button></div>
      <//>`}`;
}

function Progress({ run, onStop }) {
  return html`
    <div class=${run.failed.length ? 'notice notice-bad' : 'notice'} data-testid="close-progress">
      <label class="progress"><span role="status">${t(run.going ? 'dashboard.closing_months' : 'dashboard.closed_of', { done: count(run.done), all: count(run.all) })}</span>
        <progress max=${run.all} value=${run.done}></progress></label>
      ${run.failed.map(({ name, text }) => html`<p key=${name} role="alert">${name}：${text}</p>`)}
      ${run.going && html`<button type="button" class="button" onClick=${onStop}>${t('dashboard.stop')}</button>`}
    </div>`;
}

/** The `n` confirmed villages below a division after one ask, one request after the other. */
export function CloseAll({ n, division, month, onClosed }) {
  const [asking, setAsking] = useState(false);
  const [run, setRun] = useState(null);
  const ids = useRef(new Map());
  const stop = useRef(false);
  const closeAll = async () => {
    setAsking(false);
    stop.current = false;
    const state = { done: 0, failed: [], all: n, going: true };
    setRun(state);
    let confirmed = [];
    try {
      confirmed = await confirmedRows({ division, month });
    } catch (error) {
      state.failed = [{ name: division.name, text: failureText(error) }];
    }
    state.all = confirmed.length;
    let inARow = 0;
    for (const row of confirmed) {
      const { village } = row;
      if (stop.current || inARow >= GIVE_UP_AFTER) break;
      // An id is kept for a second try, so that a close whose answer was lost is its own and not somebody else's.
      if (!ids.current.has(village.code)) ids.current.set(village.code, newId());
      try {
        await closeMonth({ id: ids.current.get(village.code), row, month });
        state.done += 1;
        inARow = 0;
      } catch (error) {
        inARow += 1;
        state.failed = [...state.failed, { name: village.name, text: failureText(error) }];
      }
      setRun({ ...state });
    }
    setRun({ ...state, going: false });
    announce(t('dashboard.closed_of', { done: count(state.done), all: count(state.all) }));
    onClosed();
  };
  return html`
    ${n > 0 && !run?.going && html`
      <p class="buttons"><button type="button" class="button button-good" onClick=${() => setAsking(true)} data-testid="close-all">
        ${t('dashboard.close_all', { n: count(n) })}</button></p>`}
    ${run && html`<${Progress} run=${run} onStop=${() => { stop.current = true; }} />`}
    ${asking && html`
      <${Dialog} title=${t('dashboard.close_all', { n: count(n) })} onClose=${() => setAsking(false)} testid="close-all-ask">
        <p>${t('dashboard.close_ask')}</p>
        <div class="buttons"><button type="button" class="button button-good" onClick=${closeAll} data-testid="close-all-yes">
          ${t('dashboard.close_all', { n: count(n) })}</button>
          <button type="button" class="button" onClick=${() => setAsking(false)}>${t('dashboard.cancel')}</button></div>
      <//>`}`;
}
