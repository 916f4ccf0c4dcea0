// Opening contracts: for one village, or for all villages of a township that have none yet, with last year's lines as a start.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { announce, Loaded } from './parts.js';
import { Page } from './scope.js';

const KINDS = ['yearly', 'term'];
/** What the town says of a line; how it will be done is the village's to say anew. */
const COPIED = ['dimension', 'text', 'standard', 'target', 'unit', 'is_major', 'is_imposed', 'legal_basis'];
const TERM_YEARS = 5;

/** The same day a year later; 29 February becomes the 28th. */
const yearLater = (day) => day && `${Number(day.slice(0, 4)) + 1}${day.slice(4).replace('-02-29', '-02-28')}`;

const listOf = async (division, kind, year) => (await get('/contracts', { division, kind, year, page_size: 200 })).contracts;

const villagesOf = async (division) => (division.level === 'village' ? [division] : (await get('/divisions', { parent: division.code })).divisions);

/** Villages with what they have already: this year's contract, last year's, and the term contract that holds. */
async function situation({ division, year }) {
  const [villages, now, before, terms] = await Promise.all([villagesOf(division), listOf(division.code, 'yearly', year),
    listOf(division.code, 'yearly', year - 1), listOf(division.code, 'term', year)]);
  const of = (list, village) => list.find((one) => one.village.code === village.code) ?? null;
  return villages.map((village) => ({ village, now: of(now, village), before: of(before, village), term: of(terms, village) }));
}

/** Last year's lines, a year later, onto a contract without items. `made` keeps ids, so that a second try adds nothing twice. */
async function copyLines({ contract, from, made }) {
  const { revision: old } = await get(`/contracts/${from.id}`);
  for (const item of old.items) {
    made[item.line_id] ??= newId();
    const due = yearLater(item.due_on);
    await post(`/contracts/${contract.id}/items`, {
      id: made[item.line_id], revision_id: contract.revision.id, ...Object.fromEntries(COPIED.map((name) => [name, item[name]])),
      due_on: due && due <= contract.last_on ? due : null, responsible: null, quarters: [],
    });
  }
}

function Form({ places, year, onRun, busy }) {
  const [kind, setKind] = useState(KINDS[0]);
  const missing = places.filter((one) => !(kind === 'yearly' ? one.now : one.term));
  const copies = kind === 'yearly' && missing.some(({ before }) => before);
  const submit = (event) => {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    onRun(missing, { kind, copy: copies && said.copy === 'on',
      first_on: kind === 'yearly' ? `${year}-01-01` : said.first_on, last_on: kind === 'yearly' ? `${year}-12-31` : said.last_on });
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="open-form">
      <fieldset class="choices form-wide"><legend>${t('dashboard.contract.kind')}</legend>${KINDS.map((name) => html`
        <label key=${name} class="check"><input type="radio" name="kind" value=${name} checked=${kind === name} onChange=${() => setKind(name)} /> ${t(`contract.kind.${name}`)}</label>`)}</fieldset>
      ${kind === 'term' && html`
        <label>${t('dashboard.from')}<input type="date" name="first_on" required defaultValue=${`${year}-01-01`} /></label>
        <label>${t('dashboard.to')}<input type="date" name="last_on" required defaultValue=${`${year + TERM_YEARS - 1}-12-31`} /></label>`}
      ${copies && html`<label class="check form-wide"><input type="checkbox" name="copy" defaultChecked /> ${t('dashboard.contract.copy')}</label>`}
      <p class="form-wide" role="status" data-testid="open-for">${missing.length
        ? t('dashboard.contract.open_for', { n: missing.length, names: missing.map(({ village }) => village.name).join('、') })
        : t('dashboard.contract.all_open')}</p>
      <div class="buttons form-wide"><button class="button button-main" disabled=${busy || !missing.length} data-testid="open-send">
        ${t('dashboard.contract.open_now', { n: missing.length })}</button></div>
    </form>`;
}

/** One village after the other; what was made stays made when the line is cut, and a second try goes on from there. */
export function OpenContracts({ division, year, onOpened }) {
  const { me } = useContext(Page);
  const source = useLoad(() => situation({ division, year }), [division.code, year, me.id]);
  const jobs = useRef(new Map()).current;
  const [state, setState] = useState({});
  const run = async (missing, { kind, copy, first_on: firstOn, last_on: lastOn }) => {
    setState({ busy: true, done: 0, all: missing.length });
    try {
      for (const [index, { village, before, term }] of missing.entries()) {
        const key = `${village.code} ${kind} ${firstOn}`;
        const job = jobs.get(key) ?? { id: newId(), made: {} };
        jobs.set(key, job);
        const contract = await post('/contracts', { id: job.id, village_code: village.code, kind, first_on: firstOn, last_on: lastOn,
          ...(kind === 'yearly' && term && { term_contract_id: term.id }) });
        if (copy && before) await copyLines({ contract, from: before, made: job.made });
        setState({ busy: true, done: index + 1, all: missing.length });
      }
      setState({});
      announce(t('dashboard.contract.opened', { n: missing.length }));
      onOpened();
      source.reload();
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <${Loaded} source=${source} lines=${3}>${(places) => html`<${Form} places=${places} year=${year} onRun=${run} busy=${Boolean(state.busy)} />`}<//>
    ${state.busy && html`<p class="progress"><progress value=${state.done} max=${state.all}></progress>${t('dashboard.contract.opening', { n: state.done, all: state.all })}</p>`}
    ${state.failure && html`<p class="failure-text" role="alert">${state.failure} ${t('dashboard.contract.open_again')}</p>`}`;
}
