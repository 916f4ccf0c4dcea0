// Concerns below a division: how many wait, for how long, how timely they are done; and the ones behind each number.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { AsOf } from './as-of.js';
import { ConcernList, OneConcern } from './concern-list.js';
import { fullDay, fullSpan } from './dates.js';
import { ExportTable, ExportWorkbook } from './export.js';
import { Loaded } from './parts.js';
import { Receptions } from './receptions.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';
import { count, percent } from './words.js';

const AGES = ['to_7', 'to_15', 'to_30', 'over_30'];
const STATES = ['raised', 'accepted', 'in_village', 'joint_consultation', 'escalated', 'resolved', 'explained', 'followed_up'];
/** Kinds of lists, the first without a word in the address. */
const LISTS = ['undone', 'overdue', 'open', 'over'];
/** Those of a month that were done by their last day; only a number of the one look asks for them. */
const IN_TIME = 'in_time';

function Number({ n, to, label }) {
  return html`<td class=${n ? 'number' : 'number quiet'} data-label=${label}>${n
    ? html`<${Link} to=${{ view: 'concerns', ...to }}>${count(n)}<//>` : '0'}</td>`;
}

function Rate({ row }) {
  return html`<td class="number" data-label=${t('dashboard.concern.timely')}>${percent(row.timely_rate)}
    ${row.judged > 0 && html` <small class="fine">${t('dashboard.concern.parts', { in_time: count(row.in_time), judged: count(row.judged) })}</small>`}</td>`;
}

function Row({ row, total = false }) {
  const division = row.division.code;
  return html`
    <tr data-testid=${total ? 'total' : 'row'} data-code=${division} class=${total ? 'total' : ''}>
      <th scope="row">${total ? t('dashboard.total') : html`<${Link} to=${{ view: 'concerns', division }}>${row.division.name}<//>`}</th>
      <${Number} n=${row.undone} to=${{ division }} label=${t('dashboard.concern.list.undone')} />
      ${AGES.map((age) => html`<${Number} key=${age} n=${row.ages[age]} to=${{ division, state: age }} label=${t(`dashboard.concern.age.${age}`)} />`)}
      <${Number} n=${row.overdue} to=${{ division, state: 'overdue' }} label=${t('dashboard.concern.list.overdue')} />
      <${Rate} row=${row} />
    </tr>`;
}

function Figures({ division, answer }) {
  return html`
    <p class="fine">${t('dashboard.concern.period', { span: fullSpan(answer.from_on, answer.to_on) })}</p>
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.concern.title', { name: division.name })}>
      <table class="month-table" data-testid="concern-table">
        <caption class="sr-only">${t('dashboard.concern.title', { name: division.name })}</caption>
        <thead><tr>
          <th scope="col">${t('dashboard.concern.division')}</th>
          <th scope="col" class="number">${t('dashboard.concern.list.undone')}</th>
          ${AGES.map((age) => html`<th key=${age} scope="col" class="number">${t(`dashboard.concern.age.${age}`)}</th>`)}
          <th scope="col" class="number">${t('dashboard.concern.list.overdue')}</th>
          <th scope="col" class="number">${t('dashboard.concern.timely')}</th>
        </tr></thead>
        <tbody>${answer.rows.map((row) => html`<${Row} key=${row.division.code} row=${row} />`)}</tbody>
        <tfoot><${Row} row=${answer.total} total /></tfoot>
      </table>
    </div>
    <p class="concern-states" aria-label=${t('dashboard.concern.by_state')}>
      ${STATES.filter((state) => answer.total.states[state]).map((state) => html`
        <${Link} key=${state} class="segment" to=${{ view: 'concerns', division: division.code, state }} data-testid=${`state-${state}`}>
          ${t(`concern.state.${state}`)} ${count(answer.total.states[state])}<//>`)}
    </p>
    <${Deadlines} deadlines=${answer.deadlines} />`;
}

/** The time that each kind has, and where it says so. */
const Deadlines = ({ deadlines }) => html`
  <details class="rules" data-testid="deadlines">
    <summary>${t('dashboard.concern.deadlines')}</summary>
    <p class="fine">${t('dashboard.concern.deadlines_note')}</p>
    <div class="table-frame"><table class="plain-table">
      <tbody>${deadlines.map((one) => html`
        <tr key=${`${one.kind} ${one.division.code}`}>
          <th scope="row">${t(`concern.kind.${one.kind}`)}</th><td>${t('dashboard.n_days', { n: one.days })}</td>
          <td>${fullDay(one.effective_from)}</td><td>${one.division.name}</td><td>${one.source}</td>
        </tr>`)}</tbody></table></div>
  </details>`;

/** One concern, or a division's. */
export function ConcernsView({ trail }) {
  const { address } = useContext(Page);
  if (!address.concern) return html`<${Overview} trail=${trail} />`;
  return html`
    <div class="bar-top"><${Trail} trail=${trail} />
      <${Link} class="button" to=${{ view: 'concerns', division: address.division }}>${t('dashboard.concern.all')}<//></div>
    <section class="card"><h1>${t('dashboard.concern.one')}</h1><${OneConcern} key=${address.concern} id=${address.concern} /></section>`;
}

/** Figures of a division by the divisions below it, and the list that a number opens into. */
function Overview({ trail }) {
  const { address, month } = useContext(Page);
  const division = trail.at(-1);
  const shown = [...LISTS, ...AGES, ...STATES].includes(address.state) ? address.state : LISTS[0];
  const figures = useLoad(() => get('/concern-figures', { division: division.code }), [division.code]);
  const asOf = { day: address.day, month: address.state === IN_TIME && !address.day ? month : undefined };
  const words = asOf.month ? t('dashboard.concern.list.in_time') : LISTS.includes(shown) ? t(`dashboard.concern.list.${shown}`)
    : t(AGES.includes(shown) ? `dashboard.concern.age.${shown}` : `concern.state.${shown}`);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.concern.title', { name: division.name })}</h1><${ExportWorkbook} kind="concerns" division=${division} /></div>
      <${Loaded} source=${figures} lines=${6}>${(answer) => html`<${Figures} division=${division} answer=${answer} />`}<//>
      <${ExportTable} kind="concern_figures" division=${division} />
    </section>
    <section class="card concern-card">
      <div class="card-head">
        <h2>${words}</h2>
        <div class="segments" role="group" aria-label=${t('dashboard.concern.shown')}>
          ${LISTS.map((name) => html`
            <button key=${name} type="button" class="segment" aria-pressed=${String(shown === name && !asOf.month && !asOf.day)} data-testid=${`concerns-${name}`}
              onClick=${() => go({ ...address, page: undefined, day: undefined, state: name === LISTS[0] ? undefined : name })}>${t(`dashboard.concern.list.${name}`)}</button>`)}
        </div>
      </div>
      ${(asOf.day || asOf.month) && html`<${AsOf} ...${asOf} />`}
      <${ConcernList} key=${`${division.code} ${shown} ${asOf.day} ${asOf.month}`} division=${division} shown=${shown} ages=${AGES} asOf=${asOf} onChanged=${figures.reload} />
    </section>
    <section class="card concern-card"><${Receptions} division=${division} /></section>`;
}
