// The suggestion box at the desk: what came in and may be seen here, what is overdue, and one of them.
import { html, useContext } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { boxDay, classText, dueText } from '../shared/suggestion.js';
import { go, Link } from './address.js';
import { ExportWorkbook } from './export.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { Page } from './scope.js';
import { SuggestionView } from './suggestion.js';
import { Trail } from './trail.js';
import { count } from './words.js';

const STATES = ['received', 'accepted', 'handling', 'appealed', 'answered', 'declined', 'closed'];
const FILTERS = { state: [...STATES, 'overdue'], kind: ['suggestion', 'complaint'], about: ['village', 'person', 'app'] };
const COLUMNS = ['text', 'where', 'class', 'received', 'state', 'due'];
const PAGE_SIZE = 50;
const DONE = ['answered', 'declined', 'closed'];

const wordOf = (name, value) => (value === 'overdue' ? t('dashboard.suggestion.overdue') : t(`suggestion.${name}.${value}`));

/** The filters stand in the address, so that a list can be handed on. */
function Filters() {
  const { address } = useContext(Page);
  return html`
    <div class="buttons">${Object.entries(FILTERS).map(([name, values]) => html`
      <label key=${name}>${t(`dashboard.suggestion.filter.${name}`)}
        <select value=${address[name] ?? ''} data-testid=${`filter-${name}`}
          onChange=${(event) => go({ ...address, page: undefined, [name]: event.target.value || undefined })}>
          <option value="">${t('dashboard.suggestion.all')}</option>
          ${values.map((value) => html`<option key=${value} value=${value}>${wordOf(name, value)}</option>`)}</select></label>`)}</div>`;
}

const Row = ({ one, address }) => html`
  <tr data-testid="suggestion" data-id=${one.id} data-state=${one.state}>
    <th scope="row"><${Link} to=${{ ...address, suggestion: one.id }}>${one.text.length > 40 ? `${one.text.slice(0, 40)}…` : one.text}<//></th>
    <td data-label=${t('dashboard.suggestion.column.where')}>${one.division.name}</td>
    <td data-label=${t('dashboard.suggestion.column.class')}>${classText(one)}</td>
    <td class="on-one-line" data-label=${t('dashboard.suggestion.column.received')}>${boxDay(one.received_on)}</td>
    <td data-label=${t('dashboard.suggestion.column.state')}><${Tag} tone=${DONE.includes(one.state) ? 'good' : 'wait'}>${t(`suggestion.state.${one.state}`)}<//></td>
    <td data-label=${t('dashboard.suggestion.column.due')}>${dueText(one) && html`<${Tag} tone=${one.is_overdue ? 'bad' : 'calm'}>${dueText(one)}<//>`}</td>
  </tr>`;

function List({ division }) {
  const { address } = useContext(Page);
  const page = Math.max(1, Number(address.page) || 1);
  const overdue = address.state === 'overdue';
  const [state, kind, about] = ['state', 'kind', 'about'].map((name) => (FILTERS[name].includes(address[name]) ? address[name] : undefined));
  const source = useLoad(async () => {
    const query = { division: division.code, state: overdue ? undefined : state, kind, about, overdue: overdue || undefined, page, page_size: PAGE_SIZE };
    const { data, headers } = await request('GET', '/suggestions', { query });
    return { ...data, last: pagesOf(headers).last };
  }, [division.code, address.state, kind, about, page]);
  return html`
    <${Loaded} source=${source} lines=${5}>${({ suggestions, last }) => (suggestions.length === 0
      ? html`<${Empty}>${t('dashboard.suggestion.none')}<//>`
      : html`
        <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.view.suggestions')}>
          <table class="month-table roster">
            <thead><tr>${COLUMNS.map((name) => html`<th key=${name} scope="col">${t(`dashboard.suggestion.column.${name}`)}</th>`)}</tr></thead>
            <tbody>${suggestions.map((one) => html`<${Row} key=${one.id} one=${one} address=${address} />`)}</tbody>
          </table></div>
        <${Pager} page=${page} last=${last} turn=${(to) => go({ ...address, page: to })} />`)}<//>`;
}

/** How many are past their day, with the way to them; nothing where none is. */
function OverdueNote({ division }) {
  const { address } = useContext(Page);
  const source = useLoad(async () => {
    const { headers } = await request('GET', '/suggestions', { query: { division: division.code, overdue: true, page_size: 1 } });
    return { n: pagesOf(headers).total };
  }, [division.code, address.suggestion]);
  if (!source.data?.n) return null;
  return html`<p class="notice notice-bad" role="status" data-testid="overdue-suggestions">
    <${Link} to=${{ view: 'suggestions', division: division.code, state: 'overdue' }}>${t('dashboard.suggestion.overdue_note', { n: count(source.data.n) })}<//></p>`;
}

export function SuggestionsView({ trail }) {
  const { address } = useContext(Page);
  const division = trail.at(-1);
  const bar = html`<div class="bar-top"><${Trail} trail=${trail} /></div>`;
  if (address.suggestion) return html`${bar}<${SuggestionView} key=${address.suggestion} id=${address.suggestion} />`;
  return html`
    ${bar}
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.suggestion.heading', { name: division.name })}</h1><${ExportWorkbook} kind="suggestions" division=${division} /></div>
      <p class="fine">${t('dashboard.suggestion.note')}</p>
      <${OverdueNote} division=${division} />
      <${Filters} />
      <${List} key=${division.code} division=${division} />
    </section>`;
}
