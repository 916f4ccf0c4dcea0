// Days that wait for someone who knows: one by one, or all that are shown after an ask.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { addDays, monthOf } from '../shared/dates.js';
import { DAYS_BACK, decideEach, isWaiting, itemsOf, keyOf, settledDay, withDecision } from '../shared/decisions.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { dayWithWeekday } from './dates.js';
import { Evidence } from './evidence.js';
import { ExportTable } from './export.js';
import { announce, Dialog, Empty, Loaded } from './parts.js';
import { liesIn, Page } from './scope.js';
import { Trail } from './trail.js';
import { count } from './words.js';

function byVillage(days) {
  const groups = new Map();
  for (const day of days) {
    const name = day.village?.name ?? '—';
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(day);
  }
  return [...groups];
}

function WaitingDay({ day, onSuppose, onSettle }) {
  const { address, root } = useContext(Page);
  // A village may also confirm for a neighbouring posting that covers it; that posting's own village is not its to see.
  const division = day.village && liesIn(day.village.code, root) ? day.village.code : address.division;
  return html`
    <li class=${isWaiting(day) ? 'waiting-day' : 'waiting-day settled'} data-testid="waiting-day" data-cadre=${day.cadre.id} data-day=${day.day}>
      <p class="waiting-who">
        <${Link} to=${{ division, cadre: day.cadre.id, day: day.day, month: monthOf(day.day) }}>${day.cadre.name}<//>
        <span>${dayWithWeekday(day.day)}</span>
      </p>
      ${day.evidence.map((one) => html`<${Evidence} key=${one.id} evidence=${one} cadreId=${day.cadre.id} village=${day.village}
        onSuppose=${(decision) => onSuppose(day, decision)} onSettle=${(before, decision) => onSettle(day, before, decision)} />`)}
    </li>`;
}

function AskAll({ days, onYes, onClose }) {
  const people = new Set(days.map((day) => day.cadre.id)).size;
  return html`
    <${Dialog} title=${t('dashboard.confirm_all')} onClose=${onClose} testid="confirm-all-ask">
      <p>${t('dashboard.confirm_all_ask', { days: count(days.length), people: count(people) })}</p>
      <p class="fine">${t('dashboard.confirm_all_note')}</p>
      <div class="buttons">
        <button type="button" class="button button-good" onClick=${onYes}
          data-testid="confirm-all-yes">${t('dashboard.confirm_all_yes', { days: count(days.length) })}</button>
        <button type="button" class="button" onClick=${onClose}>${t('dashboard.cancel')}</button>
      </div>
    <//>`;
}

function Progress({ run, onStop, onAgain }) {
  const { done, failed, all, going, text } = run;
  return html`
    <div class=${failed ? 'notice notice-bad' : 'notice'} data-testid="confirm-all-progress">
      <label class="progress"><span role="status">${t(going ? 'dashboard.confirming' : 'dashboard.confirmed_of', { done: count(done), all: count(all) })}</span>
        <progress max=${all} value=${done}></progress></label>
      ${failed > 0 && html`<p role="alert">${t('dashboard.confirm_some_failed', { n: count(failed) })} ${text}</p>`}
      ${going
        ? html`<button type="button" class="button" onClick=${onStop}>${t('dashboard.stop')}</button>`
        : done < all && html`<button type="button" class="button" onClick=${onAgain} data-testid="confirm-all-again">
          ${t('dashboard.confirm_rest', { n: count(all - done) })}</button>`}
    </div>`;
}

function List({ source, answer }) {
  const { scope } = useContext(Page);
  const [asking, setAsking] = useState(false);
  const [run, setRun] = useState(null);
  const items = useRef([]);
  const stop = useRef(false);
  const open = answer.days.filter((day) => isWaiting(day) && day.cadre.id !== scope.ownCadreId);

  const change = (key, how) => source.change((old) => ({ ...old, days: old.days.map((day) => (keyOf(day) === key ? how(day) : day)) }));
  const suppose = (day, decision) => change(keyOf(day), (now) => withDecision(now, decision));
  const settle = (day, before, decision) => change(keyOf(day), (now) => settledDay(now, before, decision));

  const confirmAll = () => {
    setAsking(false);
    stop.current = false;
    items.current = itemsOf(open, items.current);
    decideEach(items.current, {
      outcome: 'confirmed',
      stopped: () => stop.current,
      tell: (news, day, decision) => {
        setRun(news);
        if (decision) suppose(day, decision);
        if (!news.going) announce(t('dashboard.confirmed_of', { done: count(news.done), all: count(news.all) }));
      },
    });
  };

  if (answer.days.length === 0) return html`<${Empty}>${t('dashboard.nothing_waits')}<//>`;
  return html`
    <div class="card-head">
      <p>${t('dashboard.waiting_count', { n: count(open.length) })}</p>
      <button type="button" class="button button-good" disabled=${open.length === 0 || run?.going} onClick=${() => setAsking(true)}
        data-testid="confirm-all">${t('dashboard.confirm_all')}</button>
    </div>
    ${answer.more && html`<p class="notice" role="note">${t('dashboard.waiting_more', { n: count(answer.days.length) })}</p>`}
    ${run && html`<${Progress} run=${run} onStop=${() => { stop.current = true; }} onAgain=${confirmAll} />`}
    ${asking && html`<${AskAll} days=${open} onYes=${confirmAll} onClose=${() => setAsking(false)} />`}
    ${byVillage(answer.days).map(([name, days]) => html`
      <section key=${name} class="waiting-village">
        <h2>${name} <span class="fine">${t('dashboard.waiting_days', { n: count(days.filter(isWaiting).length) })}</span></h2>
        <ul class="waiting-list">
          ${days.map((day) => html`<${WaitingDay} key=${keyOf(day)} day=${day} onSuppose=${suppose} onSettle=${settle} />`)}</ul>
      </section>`)}`;
}

/** All days below the division that wait for a decision. */
export function WaitingView({ trail }) {
  const { me } = useContext(Page);
  const division = trail.at(-1);
  const period = { from: addDays(me.today, -DAYS_BACK), to: me.today };
  const source = useLoad(() => get('/stationed-days', { division: division.code, state: 'waiting', ...period }), [division.code, me.today]);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card" aria-busy=${source.busy}>
      <div class="card-head"><h1>${t('dashboard.waiting_title', { name: division.name })}</h1>
        <${ExportTable} kind="waiting_days" division=${division} filters=${period} /></div>
      <p class="fine">${t('dashboard.waiting_note')}</p>
      <${Loaded} source=${source} lines=${8}>${(answer) => html`<${List} source=${source} answer=${answer} />`}<//>
    </section>`;
}
