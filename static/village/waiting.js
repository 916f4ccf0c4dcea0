// Days that wait for the village's word: one tap for all, or the one day that is not right.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { addDays } from '../shared/dates.js';
import { DAYS_BACK, decideEach, isWaiting, itemsOf, keyOf, withDecision } from '../shared/decisions.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { useLoad } from '../shared/loading.js';
import { useVillage } from './context.js';
import { Record } from './evidence.js';
import { later } from './later.js';
import { announce, dayText, Loaded, Problem } from './parts.js';
import { Reason } from './reason.js';

/** A record that was taken outside every place and is known to be right: the place itself may be missing. */
const placeable = (day) => day.evidence.find((one) => one.verdict === 'outside' && one.status === 'counts' && one.distance_m !== null);

/** Decide on one day: all that waits, or all that was recorded when it is decided again. */
function OneDay({ day, again, onDone, onCancel, change }) {
  const [state, setState] = useState({ step: 'choose' });
  const items = useRef([]);
  const decide = (outcome, reason) => {
    const targets = again ? day.evidence.filter((one) => one.status !== 'no_posting' && one.status !== 'future_day') : day.evidence.filter((one) => one.status === 'waiting');
    const known = new Map(items.current.filter((item) => item.outcome === outcome && item.reason === reason).map((item) => [item.evidence.id, item.id]));
    items.current = targets.map((evidence) => ({ day, evidence, outcome, reason, id: known.get(evidence.id) ?? newId() }));
    setState({ step: 'sending' });
    decideEach(items.current, {
      outcome,
      reason,
      tell: (run, _day, decision) => {
        if (decision) change(day, (now) => withDecision(now, decision));
        if (run.going) return;
        if (run.failed) {
          setState({ step: 'failed', outcome, reason, text: run.text });
        } else {
          announce(t(`village.done.${outcome}`));
          onDone();
        }
      },
    });
  };
  if (state.step === 'sending') return html`<p class="quiet" role="status">${t('village.sending')}</p>`;
  if (state.step === 'reason') return html`<${Reason} onSend=${(reason) => decide('rejected', reason)} onCancel=${() => setState({ step: 'choose' })} />`;
  return html`
    <${Problem}>${state.step === 'failed' && `${t('village.not_sent')} ${state.text}`}<//>
    <div class="pair">
      <button type="button" class="button" onClick=${() => setState({ step: 'reason' })} data-testid="day-wrong">${t('village.day_wrong')}</button>
      <button type="button" class="button button-main" onClick=${() => (state.step === 'failed' ? decide(state.outcome, state.reason) : decide('confirmed'))}
        data-testid="day-right">${t(state.step === 'failed' ? 'village.again' : 'village.day_right')}</button>
    </div>
    <button type="button" class="text-button" onClick=${onCancel}>${t('village.cancel')}</button>`;
}

/** One day of one person. `choosing` is the state in which a tap on the day picks it. */
export function WaitingDay({ day, choosing, change }) {
  const { isOwn } = useVillage();
  const [open, setOpen] = useState(false);
  const own = isOwn(day.cadre.id);
  const waits = isWaiting(day);
  const found = !waits && placeable(day);
  const again = day.evidence.some((one) => one.decisions.length > 0);
  return html`
    <li class=${waits ? 'panel' : 'panel panel--settled'} data-testid="waiting-day" data-cadre=${day.cadre.id} data-day=${day.day} data-waits=${String(waits)}>
      <h3>${day.cadre.name} <span>${dayText(day.day)}</span></h3>
      ${day.evidence.map((one) => html`<${Record} key=${one.id} evidence=${one} />`)}
      ${own && html`<p class="quiet" data-testid="own-day">${t('village.own_day')}</p>`}
      ${!own && (open
        ? html`<${OneDay} day=${day} again=${!waits} change=${change} onDone=${() => setOpen(false)} onCancel=${() => setOpen(false)} />`
        : (choosing || !waits) && html`<button type="button" class=${waits ? 'button wide' : 'text-button'} onClick=${() => setOpen(true)}
            data-testid=${waits ? 'choose-day' : 'decide-again'}>${t(waits ? 'village.this_day' : again ? 'village.decide_again' : 'village.decide_this')}</button>`)}
      ${!own && found && html`<a class="button wide" href=${`#places/${found.id}`} data-testid="place-from">${t('village.place_from')}</a>`}
    </li>`;
}

function Progress({ run, onStop, onAgain }) {
  const { done, failed, all, going, text } = run;
  return html`
    <div class=${failed ? 'notice notice--bad' : 'notice'} data-testid="progress">
      <label><span role="status">${t(going ? 'village.confirming' : 'village.confirmed_of', { done, all })}</span>
        <progress max=${all} value=${done}></progress></label>
      ${failed > 0 && html`<p role="alert">${t('village.some_failed', { n: failed })} ${text}</p>`}
      ${going
        ? html`<button type="button" class="button" onClick=${onStop}>${t('village.stop')}</button>`
        : done < all && html`<button type="button" class="button button-main" onClick=${onAgain} data-testid="confirm-rest">
          ${t('village.confirm_rest', { n: all - done })}</button>`}
      ${!going && done > 0 && html`<p>${t('village.confirmed_undo')}</p>`}
    </div>`;
}

function List({ source, answer }) {
  const { isOwn } = useVillage();
  const [choosing, setChoosing] = useState(false);
  const [run, setRun] = useState(null);
  const items = useRef([]);
  const stop = useRef(false);
  const open = answer.days.filter((day) => isWaiting(day) && !isOwn(day.cadre.id));
  const change = (day, how) => source.change((old) => ({ ...old, days: old.days.map((one) => (keyOf(one) === keyOf(day) ? how(one) : one)) }));

  const confirmAll = () => {
    setChoosing(false);
    stop.current = false;
    items.current = itemsOf(open, items.current);
    decideEach(items.current, {
      outcome: 'confirmed',
      stopped: () => stop.current,
      tell: (news, day, decision) => {
        setRun(news);
        if (decision) change(day, (now) => withDecision(now, decision));
        if (!news.going) announce(t('village.confirmed_of', { done: news.done, all: news.all }));
      },
    });
  };

  if (answer.days.length === 0) return html`<p class="empty" data-testid="empty">${t('village.nothing_waits')}</p>`;
  return html`
    <p class="lead" data-testid="waiting-count">${open.length ? t('village.waiting_count', { n: open.length }) : t('village.all_settled')}</p>
    ${open.length > 0 && html`<p class="quiet">${t('village.waiting_note')}</p>`}
    ${run && html`<${Progress} run=${run} onStop=${() => { stop.current = true; }} onAgain=${confirmAll} />`}
    ${answer.more && html`<p class="notice" role="note">${t('village.waiting_more', { n: answer.days.length })}</p>`}
    ${choosing && open.length > 0 && html`<p class="notice" role="status">${t('village.choose_day')}</p>`}
    <ul class="plain">
      ${answer.days.map((day) => html`<${WaitingDay} key=${keyOf(day)} day=${day} choosing=${choosing} change=${change} />`)}</ul>
    ${open.length > 0 && !run?.going && html`
      <div class=${choosing ? 'actions actions--choosing' : 'actions'}>
        <button type="button" class="button" aria-pressed=${String(choosing)} onClick=${() => setChoosing(!choosing)} data-testid="one-wrong">${t('village.one_wrong')}</button>
        <button type="button" class="button button-main" onClick=${confirmAll} data-testid="confirm-all">${t('village.confirm_all', { n: open.length })}</button>
      </div>`}`;
}

const Due = later(() => import('./due.js').then((module) => module.Due), { quiet: true });

/** What is due of the promises, and all days of the village that wait. */
export function WaitingView() {
  const { me, village } = useVillage();
  const source = useLoad(() => get('/stationed-days', {
    division: village.code, state: 'waiting', from: addDays(me.today, -DAYS_BACK), to: me.today,
  }), [village.code, me.today]);
  return html`
    <${Due} />
    <${Loaded} source=${source}>${(answer) => html`<${List} source=${source} answer=${answer} />`}<//>`;
}
