// 「镇里定稿」: one village's month, or all that are confirmed one after the other.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { announce, Dialog } from './parts.js';
import { count } from './words.js';

/** So many failures in a row mean that going on is pointless. */
const GIVE_UP_AFTER = 3;

/** Close a village's month as it stands now. A month that somebody else has closed meanwhile is closed as well. */
async function closeMonth({ id, village, month }) {
  const sheet = await get('/month-sheets', { month, village });
  if (sheet.state === 'closed') return;
  await post('/month-closings', { id, village_code: village, month, seen_hash: sheet.sheet_hash });
}

/** The button of one row. Closing cannot be undone, so it asks. */
export function CloseOne({ village, month, onClosed }) {
  const [state, setState] = useState({});
  const id = useRef(newId());
  const close = async () => {
    setState({ busy: true });
    try {
      await closeMonth({ id: id.current, village: village.code, month });
      announce(t('dashboard.closed_month', { name: village.name }));
      onClosed();
    } catch (error) {
      setState({ failure: failureText(error) });
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

/** Every confirmed village after one ask, one request after the other. */
export function CloseAll({ rows, month, onClosed }) {
  const [asking, setAsking] = useState(false);
  const [run, setRun] = useState(null);
  const ids = useRef(new Map());
  const stop = useRef(false);
  const confirmed = rows.filter((row) => row.state === 'confirmed');
  const closeAll = async () => {
    setAsking(false);
    stop.current = false;
    const state = { done: 0, failed: [], all: confirmed.length, going: true };
    setRun(state);
    let inARow = 0;
    for (const { village } of confirmed) {
      if (stop.current || inARow >= GIVE_UP_AFTER) break;
      // An id is kept for a second try, so that a close whose answer was lost is its own and not somebody else's.
      if (!ids.current.has(village.code)) ids.current.set(village.code, newId());
      try {
        await closeMonth({ id: ids.current.get(village.code), village: village.code, month });
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
    ${confirmed.length > 0 && !run?.going && html`
      <p class="buttons"><button type="button" class="button button-good" onClick=${() => setAsking(true)} data-testid="close-all">
        ${t('dashboard.close_all', { n: count(confirmed.length) })}</button></p>`}
    ${run && html`<${Progress} run=${run} onStop=${() => { stop.current = true; }} />`}
    ${asking && html`
      <${Dialog} title=${t('dashboard.close_all', { n: count(confirmed.length) })} onClose=${() => setAsking(false)} testid="close-all-ask">
        <p>${t('dashboard.close_ask')}</p>
        <div class="buttons"><button type="button" class="button button-good" onClick=${closeAll} data-testid="close-all-yes">
          ${t('dashboard.close_all', { n: count(confirmed.length) })}</button>
          <button type="button" class="button" onClick=${() => setAsking(false)}>${t('dashboard.cancel')}</button></div>
      <//>`}`;
}
