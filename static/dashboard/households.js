// The register of households below a division: searched, narrowed, opened one by one; and who is linked to them.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, request } from '../shared/api.js';
import { language, t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { dayText } from './dates.js';
import { ExportWorkbook } from './export.js';
import { AddHousehold, OpenHousehold } from './household-open.js';
import { LinkFigures } from './link-figures.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';
import { count } from './words.js';

const PAGE_SIZE = 50;
const STATES = ['alive', 'ended', 'all'];
/** Nobody wants to ask the server for every letter. */
const TYPING_MS = 300;

function Filters({ wanted, terms, groups, onChange }) {
  const [timer, setTimer] = useState(null);
  const change = (news) => onChange({ ...wanted, ...news, page: 1 });
  const typed = (event) => {
    const q = event.target.value;
    clearTimeout(timer);
    setTimer(setTimeout(() => change({ q }), TYPING_MS));
  };
  return html`
    <div class="form" role="search">
      <label>${t('dashboard.household.search')}<input type="search" maxlength="64" onInput=${typed} data-testid="household-search" /></label>
      <label>${t('dashboard.household.label')}<select value=${wanted.label} onChange=${(event) => change({ label: event.target.value })} data-testid="household-label">
        <option value="">${t('dashboard.household.all_labels')}</option>
        ${terms.map((term) => html`<option key=${term.key} value=${term.key}>${term[language()]}</option>`)}</select></label>
      ${groups.length > 0 && html`<label>${t('dashboard.household.group')}<select value=${wanted.group} onChange=${(event) => change({ group: event.target.value })}>
        <option value="">${t('dashboard.household.all_groups')}</option>
        ${groups.map((group) => html`<option key=${group.name} value=${group.name}>${group.name}（${count(group.households)}）</option>`)}</select></label>`}
      <label>${t('dashboard.household.shown')}<select value=${wanted.state} onChange=${(event) => change({ state: event.target.value })}>
        ${STATES.map((state) => html`<option key=${state} value=${state}>${t(`dashboard.household.state.${state}`)}</option>`)}</select></label>
      <label class="inline-field form-wide"><input type="checkbox" checked=${wanted.unvisited_first}
        onChange=${(event) => change({ unvisited_first: event.target.checked })} data-testid="unvisited-first" /> ${t('dashboard.household.unvisited_first')}</label>
    </div>`;
}

function Row({ household, words, withVillage, isOpen, onOpen }) {
  const label = (name) => t(`dashboard.household.${name}`);
  return html`
    <tr data-testid="household" data-id=${household.id}>
      <th scope="row"><button type="button" class="button-quiet" aria-expanded=${String(isOpen)} onClick=${onOpen} data-testid="household-open">${household.householder}</button></th>
      <td data-label=${label('number')}>${household.number}</td>
      <td data-label=${label('group')}>${withVillage ? `${household.village.name} ` : ''}${household.villagers_group}</td>
      <td class="number" data-label=${label('members')}>${household.members ?? '—'}</td>
      <td data-label=${label('labels')}>${household.labels.map((key) => html`<${Tag} key=${key} tone=${key === 'needy' ? 'warn' : 'calm'}>${words[key] ?? key}<//> `)}
        ${household.is_away && html`<${Tag} tone="wait">${label('away')}<//>`}
        ${household.ended_as && html`<${Tag} tone="bad">${t(`dashboard.household.end.${household.ended_as}`)}<//>`}</td>
      <td data-label=${label('last_visit')}>${household.last_visited_on ? dayText(household.last_visited_on) : label('never')}</td>
    </tr>`;
}

function Register({ division, terms }) {
  const [wanted, setWanted] = useState({ q: '', label: '', group: '', state: 'alive', unvisited_first: false, page: 1 });
  const [open, setOpen] = useState(null);
  const isVillage = division.level === 'village';
  const groups = useLoad(async () => (isVillage ? (await get('/household-groups', { village: division.code })).groups : []), [division.code]);
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/households', { query: { ...wanted, division: division.code, page_size: PAGE_SIZE } });
    return { ...data, pages: pagesOf(headers) };
  }, [division.code, JSON.stringify(wanted)]);
  const words = Object.fromEntries(terms.map((term) => [term.key, term[language()]]));
  const used = terms.filter((term) => !term.is_retired);
  const changed = (household) => source.change((old) => ({
    ...old, households: old.households.map((one) => (one.id === household.id ? household : one)) }));
  const turn = (page) => setWanted({ ...wanted, page });
  return html`
    <${Filters} wanted=${wanted} terms=${used} groups=${groups.data ?? []} onChange=${(news) => { setOpen(null); setWanted(news); }} />
    ${isVillage && html`<${AddHousehold} division=${division} terms=${used} groups=${groups.data ?? []} onAdded=${() => { source.reload(); groups.reload(); }} />`}
    <${Loaded} source=${source} lines=${8}>
      ${({ households, pages }) => (households.length === 0
        ? html`<${Empty}>${t('dashboard.household.none')}<//>`
        : html`
          <p class="fine" role="status" data-testid="household-count">${t('dashboard.household.count', { n: count(pages.total) })}</p>
          <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.household.title', { name: division.name })}>
            <table class="month-table">
              <thead><tr>${['householder', 'number', 'group', 'members', 'labels', 'last_visit'].map((name) => html`
                <th key=${name} scope="col" class=${name === 'members' ? 'number' : ''}>${t(`dashboard.household.${name}`)}</th>`)}</tr></thead>
              <tbody>${households.map((one) => html`
                <${Row} key=${one.id} household=${one} words=${words} withVillage=${!isVillage} isOpen=${open === one.id}
                  onOpen=${() => setOpen(open === one.id ? null : one.id)} />
                ${open === one.id && html`<tr key=${`${one.id} open`}><td colspan="6">
                  <${OpenHousehold} household=${one} terms=${terms} onChanged=${changed} /></td></tr>`}`)}</tbody>
            </table>
          </div>
          <${Pager} page=${pages.page} last=${pages.last} turn=${turn} />`)}
    <//>`;
}

/** The register, and above the villages the ratios of links. */
export function HouseholdsView({ trail }) {
  const { me } = useContext(Page);
  const division = trail.at(-1);
  const terms = useLoad(async () => (await get('/terms', { dictionary: 'label' })), []);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <${LinkFigures} division=${division} withCadres=${supervisesThere(me, division)} />
    <section class="card register-card">
      <div class="card-head"><h1>${t('dashboard.household.title', { name: division.name })}</h1><${ExportWorkbook} kind="households" division=${division} /></div>
      <${Loaded} source=${terms}>${(answer) => html`<${Register} key=${division.code} division=${division} terms=${answer.terms} />`}<//>
    </section>`;
}
