// What to talk about: facts of each kind in the roster's order, each kind loaded by itself; nobody is compared.
import { html, useContext, useEffect, useState } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { dayText, fullDay, weekText } from './dates.js';
import { ExportTable } from './export.js';
import { Oddities } from './oddities.js';
import { Empty, Failure, Waiting } from './parts.js';
import { Rules } from './rules.js';
import { Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';
import { count, weekSentence } from './words.js';

/** Kinds in the order of the page; the committee of a village is told of the first ones only. */
const OF_VILLAGES = ['week_at_risk', 'week_missed', 'households_unvisited', 'village_unvisited', 'notice_overdue', 'post_vacant'];
const KINDS = ['week_at_risk', 'week_missed', 'households_unvisited', 'village_unvisited', 'concern_overdue', 'notice_overdue', 'post_vacant', 'oddity', 'photo_repeat'];
const FIRST_SHOWN = 10;

const weekWords = (facts) => (facts.is_closed ? t('dashboard.matter.fact.week_closed', {
  week: weekText(facts.monday), required: facts.required, stationed: facts.stationed, need: facts.need })
  : weekSentence({ ...facts, state: 'missed' }));
const over = (facts) => ({ due: dayText(facts.due_on), days: count(facts.days_over) });

/** The facts of a kind in a sentence. */
const SENTENCES = {
  week_at_risk: (facts) => weekSentence({ ...facts, state: 'at_risk' }),
  week_missed: weekWords,
  households_unvisited: (facts) => t(facts.never ? 'dashboard.matter.fact.households_never' : 'dashboard.matter.fact.households_unvisited', {
    households: count(facts.households), days: count(facts.days), never: count(facts.never) }),
  village_unvisited: (facts) => t('dashboard.matter.fact.village_unvisited', { households: count(facts.households) }),
  concern_overdue: (facts) => t('dashboard.matter.fact.concern_overdue', {
    kind: t(`concern.kind.${facts.concern_kind}`), raised: dayText(facts.raised_on), ...over(facts) }),
  notice_overdue: (facts) => t('dashboard.matter.fact.notice_overdue', { title: facts.title, ...over(facts) }),
  post_vacant: (facts) => t(facts.posted ? 'dashboard.matter.fact.post_short' : 'dashboard.matter.fact.post_vacant', {
    posted: facts.posted, minimum: facts.minimum, missing: facts.missing }),
  photo_repeat: (facts) => t('dashboard.matter.fact.photo_repeat', {
    day: dayText(facts.used_on), kind: t(`dashboard.picture.kind.${facts.record_kind}`) }),
};

function Matter({ kind, item }) {
  const { address } = useContext(Page);
  const to = { month: address.month, ...item.link };
  return html`
    <li class="talk" data-testid="matter" data-code=${item.village.code} data-cadre=${item.cadre?.id}>
      <${Link} to=${to}>${item.cadre ? item.cadre.name : item.village.name}<//>
      ${item.cadre && html`<span class="fine">${item.village.name}</span>`}
      <span class="talk-fact">${SENTENCES[kind](item.facts)}</span>
    </li>`;
}

/** The pages of a kind that were asked for so far, put together. */
function useMatters({ kind, division }) {
  const [page, setPage] = useState(1);
  const [kept, setKept] = useState({ items: [], page: 0 });
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/matters', { query: { division, kind, page, page_size: FIRST_SHOWN } });
    return { ...data, page, last: pagesOf(headers).last };
  }, [division, kind, page]);
  useEffect(() => {
    const answer = source.data;
    if (answer && answer.page === kept.page + 1) setKept({ ...answer, items: [...kept.items, ...answer.items] });
  }, [source.data, kept]);
  return { kept, source, more: kept.page > 0 && kept.page < kept.last ? () => setPage(kept.page + 1) : null };
}

/** A section: its heading with how many there are, and what is in it as far as it has come; `table` is what is taken away as a file. */
function Section({ kind, division, number, table = { kind: 'matters', filters: { kind } }, children }) {
  return html`
    <section class="card matters" aria-labelledby=${`matters-${kind}`} data-testid=${`matters-${kind}`}>
      <div class="card-head"><h2 id=${`matters-${kind}`}>${t(`dashboard.matter.kind.${kind}`)}
        ${number !== null && html` <span class="matters-count" data-testid="count">${count(number)}</span>`}</h2>
        ${number > 0 && html`<${ExportTable} ...${table} division=${division} />`}</div>
      <p class="fine">${t(`dashboard.matter.note.${kind}`)}</p>
      ${children}
    </section>`;
}

function OfKind({ kind, division }) {
  const { kept, source, more } = useMatters({ kind, division: division.code });
  const begun = kept.page > 0;
  return html`
    <${Section} kind=${kind} division=${division} number=${begun ? kept.count : null}>
      ${begun && kept.count === 0 && html`<${Empty}>${t('dashboard.matter.none')}<//>`}
      ${kept.items.length > 0 && html`<ul class="talk-list">${kept.items.map((item, index) => html`
        <${Matter} key=${index} kind=${kind} item=${item} />`)}</ul>`}
      ${source.error && html`<${Failure} error=${source.error} retry=${source.reload} />`}
      ${source.busy && html`<${Waiting} lines=${begun ? 1 : 3} />`}
      ${more && !source.busy && html`<button type="button" class="button" onClick=${more} data-testid="more">${t('dashboard.matter.more')}</button>`}
      ${begun && kept.rules.length > 0 && html`<${Rules} rules=${kept.rules} note=${t('dashboard.matter.rules_note')} />`}
    <//>`;
}

/** Which kinds are shown: all of them, or the one of the address. */
function Choice({ kinds, kind }) {
  const { address } = useContext(Page);
  const choose = (name) => go({ view: 'matters', division: address.division, month: address.month, kind: name });
  return html`
    <div class="segments matters-choice" role="group" aria-label=${t('dashboard.matter.kinds')}>
      <button type="button" class="segment" aria-pressed=${String(!kind)} onClick=${() => choose()}>${t('dashboard.all')}</button>
      ${kinds.map((name) => html`<button key=${name} type="button" class="segment" aria-pressed=${String(kind === name)}
        data-testid=${`choose-${name}`} onClick=${() => choose(name)}>${t(`dashboard.matter.kind.${name}`)}</button>`)}
    </div>`;
}

export function MattersView({ trail }) {
  const { address, me } = useContext(Page);
  const division = trail.at(-1);
  const kinds = supervisesThere(me, division) ? KINDS : OF_VILLAGES;
  const kind = kinds.includes(address.kind) ? address.kind : null;
  return html`
    <${Trail} trail=${trail} />
    <h1>${t('dashboard.view.matters')} <span class="fine">${division.name} · ${fullDay(me.today)}</span></h1>
    <p>${t('dashboard.matter.text')}</p>
    <${Choice} kinds=${kinds} kind=${kind} />
    <div class="matters-all" key=${kind}>
      ${(kind ? [kind] : kinds).map((name) => (name === 'oddity'
        ? html`<${Oddities} key=${name} division=${division} alone=${kind === name} Section=${Section} />`
        : html`<${OfKind} key=${name} kind=${name} division=${division} />`))}
    </div>`;
}
