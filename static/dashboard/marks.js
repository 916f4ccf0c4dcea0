// Half-yearly marks of a division's villages: by which scheme, who has a sheet, what was published; never an order of merit.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { get, post, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText, pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { fullDay } from './dates.js';
import { ExportTable } from './export.js';
import { Scheme } from './mark-scheme.js';
import { SheetView } from './mark-sheet.js';
import { announce, Empty, Loaded, Pager, Tag } from './parts.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

const PAGE_SIZE = 100;
const TONE = { drafted: 'wait', published: 'good', replaced: 'calm' };

/** The first day of the half-year of a day. */
const halfOf = (day) => `${day.slice(0, 4)}-${day.slice(5, 7) <= '06' ? '01' : '07'}-01`;
const halfText = (half) => t(half.slice(5, 7) === '01' ? 'dashboard.marks.first_half' : 'dashboard.marks.second_half', { year: half.slice(0, 4) });

/** The halves that can be marked: this one and the five before it. */
function halvesUntil(today) {
  const halves = [halfOf(today)];
  while (halves.length < 6) {
    const [year, month] = halves.at(-1).split('-').map(Number);
    halves.push(month === 7 ? `${year}-01-01` : `${year - 1}-07-01`);
  }
  return halves;
}

function Row({ sheet }) {
  const { address } = useContext(Page);
  const waits = sheet.appeal && !sheet.appeal.outcome;
  return html`
    <tr data-testid="sheet" data-id=${sheet.id} data-state=${sheet.state}>
      <th scope="row"><${Link} to=${{ view: 'marks', division: address.division, day: address.day, sheet: sheet.id }}>${sheet.village.name}<//></th>
      <td class="number" data-label=${t('dashboard.marks.total')}>${sheet.total === null ? html`<span class="quiet">${t('dashboard.marks.unfinished')}</span>` : t('dashboard.marks.of', { marks: sheet.total, full: sheet.full_marks })}</td>
      <td data-label=${t('dashboard.marks.state')}><${Tag} tone=${TONE[sheet.state]}>${t(`dashboard.marks.state.${sheet.state}`)}<//></td>
      <td data-label=${t('dashboard.marks.appeal')}>${sheet.appeal
        ? html`<${Tag} tone=${waits ? 'warn' : 'calm'}>${t(`dashboard.marks.appeal.${sheet.appeal.outcome ?? 'open'}`)}<//>`
        : sheet.appeal_until ? html`<span class="quiet">${t('dashboard.marks.appeal_until', { day: fullDay(sheet.appeal_until) })}</span>` : '—'}</td>
    </tr>`;
}

function Unmarked({ villages, half, onBegun }) {
  const idOf = useRef(idsByContent()).current;
  const [state, setState] = useState({});
  const begin = async (village) => {
    const content = { village_code: village.code, half_on: half };
    setState({ busy: village.code });
    try {
      const sheet = await post('/mark-sheets', { id: idOf(content), ...content });
      announce(t('dashboard.saved'));
      onBegun(sheet);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <h2>${t('dashboard.marks.unmarked', { n: villages.length })}</h2>
    ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    <ul class="unmarked">${villages.map((one) => html`
      <li key=${one.code}><button type="button" class="button" disabled=${Boolean(state.busy)} onClick=${() => begin(one)} data-testid="sheet-begin" data-code=${one.code}>${t('dashboard.marks.begin', { name: one.name })}</button></li>`)}</ul>`;
}

function Sheets({ division, half }) {
  const { address } = useContext(Page);
  const page = Math.max(1, Number(address.page) || 1);
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/mark-sheets', { query: { division: division.code, half_on: half, page, page_size: PAGE_SIZE } });
    return { ...data, last: pagesOf(headers).last };
  }, [division.code, half, page]);
  return html`
    <${Loaded} source=${source} lines=${6}>
      ${({ sheets, unmarked, last }) => html`
        ${sheets.length === 0 ? html`<${Empty}>${t('dashboard.marks.none')}<//>` : html`
          <div class="table-frame" tabindex="0" role="region" aria-label=${halfText(half)}>
            <table class="month-table roster">
              <thead><tr>${['village', 'total', 'state', 'appeal'].map((name) => html`<th key=${name} scope="col">${t(`dashboard.marks.${name}`)}</th>`)}</tr></thead>
              <tbody>${sheets.map((one) => html`<${Row} key=${one.id} sheet=${one} />`)}</tbody>
            </table></div>`}
        <${Pager} page=${page} last=${last} turn=${(to) => go({ ...address, page: to })} />
        ${unmarked.length > 0 && html`<${Unmarked} villages=${unmarked} half=${half}
          onBegun=${(sheet) => go({ view: 'marks', division: address.division, day: half, sheet: sheet.id })} />`}`}<//>`;
}

export function MarksView({ trail }) {
  const { address, me } = useContext(Page);
  const division = trail.at(-1);
  const halves = halvesUntil(me.today);
  const half = halves.includes(address.day) ? address.day : halves[0];
  const schemes = useLoad(() => get('/mark-schemes', { division: division.code }), [division.code]);
  const bar = html`<div class="bar-top"><${Trail} trail=${trail} /></div>`;
  if (address.sheet) return html`${bar}<${SheetView} key=${address.sheet} id=${address.sheet} />`;
  return html`
    ${bar}
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.marks.heading', { name: division.name })}</h1>
        <label>${t('dashboard.marks.half')} <select value=${half} data-testid="half" onChange=${(event) => go({ view: 'marks', division: address.division, day: event.target.value })}>
          ${halves.map((one) => html`<option key=${one} value=${one}>${halfText(one)}</option>`)}</select></label>
        <${ExportTable} key=${half} kind="mark_sheets" division=${division} filters=${{ half_on: half }} /></div>
      <p class="fine">${t('dashboard.marks.note')}</p>
      <${Loaded} source=${schemes} lines=${2}>${(answer) => html`<${Scheme} answer=${answer} division=${division} half=${half} onAdopted=${schemes.reload} />`}<//>
    </section>
    <section class="card marks-card"><${Sheets} key=${`${division.code} ${half}`} division=${division} half=${half} /></section>`;
}
