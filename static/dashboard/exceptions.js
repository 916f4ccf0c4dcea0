// What to talk about this week: facts in plain words, in the roster's order, never a list of the worst.
import { html, useContext, useEffect, useState } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { weekText } from './dates.js';
import { Empty, Failure, Tag, Waiting } from './parts.js';
import { Page } from './scope.js';
import { count, WEEK_TONE, weekSentence } from './words.js';

const PAGE_SIZE = 100;
const FIRST_SHOWN = 10;
const MORE_SHOWN = 20;
const KINDS = ['at_risk', 'missed', 'waiting'];

const NOTHING_READ = { rows: [], page: 0, last: 1, total: null, week: null, running: null };

const isOf = (kind, row) => (kind === 'waiting' ? row.running.waiting_days > 0 : row.running_week?.state === kind);
const isException = (row) => KINDS.some((kind) => isOf(kind, row));

async function peoplePage({ month, division, page }) {
  const { data, headers } = await request('GET', '/on-post-rates', { query: { month, division, level: 'cadre', page, page_size: PAGE_SIZE } });
  return { rows: data.rows, week: data.running_week, running: data.total.running, ...pagesOf(headers), page };
}

function Item({ row }) {
  const { address } = useContext(Page);
  const week = row.running_week;
  const stands = week && week.state !== 'met' && week.state !== 'on_track';
  return html`
    <li class="exception" data-testid="exception" data-cadre=${row.cadre.id}>
      <p class="exception-who">
        <${Link} to=${{ division: row.village.code, month: address.month, cadre: row.cadre.id }}>${row.cadre.name}<//>
        <span class="fine">${row.village.name}</span>
        ${stands && html`<${Tag} tone=${WEEK_TONE[week.state]}>${t(`state.${week.state}`)}<//>`}
        ${row.running.waiting_days > 0 && html`<${Tag} tone="wait">${t('dashboard.waiting_days', { n: row.running.waiting_days })}<//>`}
      </p>
      ${stands && html`<p class="exception-fact">${weekSentence(week)}</p>`}
      ${row.running.waiting_days > 0 && html`<p class="exception-fact">${t('dashboard.waiting_fact', { n: row.running.waiting_days })}</p>`}
    </li>`;
}

function Kinds({ kind, choose, total }) {
  const numbers = total && { at_risk: total.at_risk, missed: total.missed, waiting: total.waiting_days };
  const word = (name) => (name === 'waiting' ? t('dashboard.column.waiting') : t(`state.${name}`));
  return html`
    <div class="segments" role="group" aria-label=${t('dashboard.exceptions_kind')}>
      <button type="button" class="segment" aria-pressed=${kind === null} onClick=${() => choose(null)}>${t('dashboard.all')}</button>
      ${KINDS.map((name) => html`
        <button key=${name} type="button" class="segment" aria-pressed=${kind === name} onClick=${() => choose(name)}
          data-testid=${`exceptions-${name}`}>
          ${word(name)}${numbers && html` <b>${count(numbers[name])}</b>`}
        </button>`)}
    </div>`;
}

/** The panel beside the table. Pages of people are fetched one by one, only as far as they are looked at. */
export function Exceptions({ division, month }) {
  const [kind, setKind] = useState(null);
  const [wanted, setWanted] = useState(FIRST_SHOWN);
  const [read, setRead] = useState(NOTHING_READ);
  const found = read.rows.filter((row) => (kind ? isOf(kind, row) : isException(row)));
  const complete = read.page >= read.last;
  const next = complete || found.length > wanted ? null : read.page + 1;
  const source = useLoad(async () => next && peoplePage({ month, division: division.code, page: next }), [month, division.code, next]);

  useEffect(() => {
    const answer = source.data;
    if (!answer || answer.page !== read.page + 1) return;
    setRead({ ...answer, rows: [...read.rows, ...answer.rows] });
  }, [source.data, read]);

  const choose = (name) => {
    setKind(name);
    setWanted(FIRST_SHOWN);
  };
  return html`
    <aside class="card side" aria-labelledby="exceptions-title" data-testid="exceptions">
      <h2 id="exceptions-title">${t('dashboard.exceptions')}</h2>
      <p class="fine">${read.week && html`${weekText(read.week.monday)} · `}${t('dashboard.exceptions_note')}</p>
      <${Kinds} kind=${kind} choose=${choose} total=${read.running} />
      ${found.length > 0 && html`<ul class="exception-list">
        ${found.slice(0, wanted).map((row) => html`<${Item} key=${row.posting_id} row=${row} />`)}</ul>`}
      ${source.error && html`<${Failure} error=${source.error} retry=${source.reload} />`}
      ${next && !source.error && html`<${Waiting} lines=${3} />`}
      ${complete && found.length === 0 && html`<${Empty}>${t('dashboard.no_exceptions')}<//>`}
      ${found.length > wanted && html`
        <button type="button" class="button wide" onClick=${() => setWanted(wanted + MORE_SHOWN)} data-testid="exceptions-more">
          ${t('dashboard.show_more')}</button>`}
      ${read.total !== null && read.total > PAGE_SIZE && html`<p class="fine">
        ${t('dashboard.looked_at', { n: count(read.rows.length), all: count(read.total) })}</p>`}
    </aside>`;
}
