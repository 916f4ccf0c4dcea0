// Bringing in a roster, divisions or a year's calendar from a file: first a trial that changes nothing, then the real thing.
import { html, useState } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { fetchFile } from '../shared/files.js';
import { Tag } from '../dashboard/parts.js';
import { count } from '../dashboard/words.js';

const KINDS = ['people', 'divisions', 'calendar', 'households'];
const ACCEPTED = { people: '.xlsx,.csv,.txt', divisions: '.csv,.gz', calendar: '.xlsx,.csv,.txt', households: '.xlsx,.csv,.txt' };
const LONGEST_SOURCE = 200;
const NUMBERS = ['created', 'updated', 'unchanged', 'withdrawn'];
const TIMEOUT_MS = 300000;
/** A wrong column spoils every row; nobody reads thousands of lines at once. */
const FIRST_SHOWN = 200;

/** The file as it is now; null where it was saved anew after it was chosen, which a browser then does not read. */
const contentOf = async (file) => {
  try {
    return new File([await file.arrayBuffer()], file.name);
  } catch {
    return null;
  }
};

async function sendFile({ kind, file, source, dryRun }) {
  const form = new FormData();
  form.append('file', file);
  const query = { kind, dry_run: dryRun, ...(kind === 'calendar' && { source: source.trim() }) };
  const { data } = await request('POST', '/imports', { query, form, timeoutMs: TIMEOUT_MS });
  return data;
}

function Problems({ problems }) {
  const [shown, setShown] = useState(FIRST_SHOWN);
  // What is wrong with the file as a whole needs no table.
  if (problems.every((one) => one.row === null && one.column === null)) {
    return html`<ul class="changes" data-testid="import-problems">${problems.map((one, index) => html`
      <li key=${index}>${[one.sheet, one.problem, t('admin.import_expected', { expected: one.expected })].filter(Boolean).join(' ')}</li>`)}</ul>`;
  }
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('admin.import_problems', { n: problems.length })}>
      <table class="plain-table" data-testid="import-problems">
        <thead><tr>${['sheet', 'row', 'column', 'problem', 'expected'].map((name) => html`<th key=${name} scope="col">
          ${t(`admin.import_column.${name}`)}</th>`)}</tr></thead>
        <tbody>
          ${problems.slice(0, shown).map((one, index) => html`
            <tr key=${index}><td>${one.sheet}</td><td class="number">${one.row}</td><td>${one.column}</td><td>${one.problem}</td>
              <td>${one.expected}</td></tr>`)}
        </tbody>
      </table>
    </div>
    ${problems.length > shown && html`<button type="button" class="button wide" onClick=${() => setShown(shown + FIRST_SHOWN)}>
      ${t('dashboard.show_more')}</button>`}`;
}

function Result({ result }) {
  const { problems, missing = [], passed_over: passedOver = [] } = result;
  return html`
    <div class=${problems.length ? 'notice notice-warn' : 'notice notice-good'} role="status" data-testid="import-result">
      <p><strong>${problems.length
        ? t('admin.import_problems', { n: count(problems.length) })
        : t(result.dry_run ? 'admin.import_fine' : 'admin.import_done', { n: count(result.rows) })}</strong></p>
      ${problems.length === 0 && html`<p>${NUMBERS.map((name) => html`<${Tag} key=${name}>
        ${t(`admin.import_number.${name}`, { n: count(result[name] ?? 0) })}<//> `)}</p>`}
      ${passedOver.length > 0 && html`<p class="fine">${t('admin.import_passed_over', { rows: passedOver.join(t('admin.import_and')) })}</p>`}
      ${missing.length > 0 && html`
        <details><summary>${t('admin.import_missing', { n: count(missing.length) })}</summary>
          <ul class="fine">${missing.map((one) => html`<li key=${one.code}>${one.code} ${one.name}</li>`)}</ul></details>`}
    </div>
    ${problems.length > 0 && html`<${Problems} problems=${problems} />`}`;
}

/** The page of an administrator. An import is all or nothing. */
export function ImportView() {
  const [kind, setKind] = useState('people');
  const [file, setFile] = useState(null);
  const [source, setSource] = useState('');
  const [state, setState] = useState({});
  const ready = state.result?.dry_run && state.result.problems.length === 0;
  const run = async (dryRun) => {
    setState({ busy: dryRun ? 'trial' : 'import', result: dryRun ? null : state.result });
    // What is brought in is what was tried, whatever has become of the file since.
    const content = dryRun ? await contentOf(file) : state.tried;
    if (!content) {
      setState({ failure: t('admin.import_changed') });
      return;
    }
    try {
      setState({ result: await sendFile({ kind, file: content, source, dryRun }), tried: content });
    } catch (error) {
      const rows = error.reason === 'import_refused' ? error.errors.rows : null;
      setState(rows ? { result: { dry_run: dryRun, problems: rows, rows: 0 } } : { failure: failureText(error) });
    }
  };
  const template = async () => {
    try {
      await fetchFile('GET', `/imports/templates/${kind}`, `${kind}.xlsx`);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  const choose = (name) => {
    setKind(name);
    setFile(null);
    setState({});
  };
  return html`
    <section class="card narrow" aria-labelledby="import-title">
      <h1 id="import-title">${t('admin.import_title')}</h1>
      <p>${t('admin.import_note')}</p>
      <fieldset class="choices">
        <legend>${t('admin.import_what')}</legend>
        ${KINDS.map((name) => html`
          <label key=${name}><input type="radio" name="kind" value=${name} checked=${kind === name} onChange=${() => choose(name)}
            data-testid=${`import-${name}`} /> ${t(`admin.import_kind.${name}`)}</label>`)}
      </fieldset>
      ${kind === 'calendar' && html`<p>${t('admin.import_calendar_note')}</p>`}
      ${kind !== 'divisions' && html`<p><button type="button" class="button" onClick=${template} data-testid="template">
        ${t('admin.import_template')}</button> <span class="fine">${t('admin.import_template_note')}</span></p>`}
      <label class="file">${t(`admin.import_file.${kind}`)}
        <input key=${kind} type="file" accept=${ACCEPTED[kind]} data-testid="import-file"
          onClick=${(event) => { event.target.value = ''; setFile(null); setState({}); }}
          onChange=${(event) => { setFile(event.target.files[0] ?? null); setState({}); }} /></label>
      ${kind === 'calendar' && html`<label class="file">${t('admin.import_source')}
        <input type="text" value=${source} maxlength=${LONGEST_SOURCE} data-testid="import-source"
          onInput=${(event) => { setSource(event.target.value); setState({}); }} /></label>`}
      <div class="buttons">
        <button type="button" class="button button-main" disabled=${!file || state.busy} onClick=${() => run(true)}
          data-testid="import-trial">${t(state.busy === 'trial' ? 'admin.import_checking' : 'admin.import_trial')}</button>
        <button type="button" class="button button-good" disabled=${!ready || state.busy} onClick=${() => run(false)}
          data-testid="import-real">${t(state.busy === 'import' ? 'admin.import_running' : 'admin.import_real')}</button>
      </div>
      ${state.busy && html`<div role="status"><p class="fine">${t('admin.import_wait')}</p><progress class="wait" aria-hidden="true"></progress></div>`}
      ${state.failure && html`<p class="notice notice-bad" role="alert">${state.failure}</p>`}
      ${state.result && html`<${Result} result=${state.result} />`}
    </section>`;
}
