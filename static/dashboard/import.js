// Bringing in a roster or divisions from a file: first a trial that changes nothing, then the real thing.
import { html, useState } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { fetchFile } from './export.js';
import { failureText } from './loading.js';
import { Tag } from './parts.js';
import { count } from './words.js';

const KINDS = ['people', 'divisions'];
const ACCEPTED = { people: '.xlsx', divisions: '.csv,.gz' };
const NUMBERS = ['created', 'updated', 'unchanged', 'withdrawn'];
const TIMEOUT_MS = 300000;

async function sendFile({ kind, file, dryRun }) {
  const form = new FormData();
  form.append('file', file);
  const { data } = await request('POST', '/imports', { query: { kind, dry_run: dryRun }, form, timeoutMs: TIMEOUT_MS });
  return data;
}

function Problems({ problems }) {
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.import_problems', { n: problems.length })}>
      <table class="plain-table" data-testid="import-problems">
        <thead><tr>${['sheet', 'row', 'column', 'problem', 'expected'].map((name) => html`<th key=${name} scope="col">
          ${t(`dashboard.import_column.${name}`)}</th>`)}</tr></thead>
        <tbody>
          ${problems.map((one, index) => html`
            <tr key=${index}><td>${one.sheet}</td><td class="number">${one.row}</td><td>${one.column}</td><td>${one.problem}</td>
              <td>${one.expected}</td></tr>`)}
        </tbody>
      </table>
    </div>`;
}

function Result({ result }) {
  const { problems, missing = [] } = result;
  return html`
    <div class=${problems.length ? 'notice notice-warn' : 'notice notice-good'} role="status" data-testid="import-result">
      <p><strong>${problems.length
        ? t('dashboard.import_problems', { n: count(problems.length) })
        : t(result.dry_run ? 'dashboard.import_fine' : 'dashboard.import_done', { n: count(result.rows) })}</strong></p>
      ${problems.length === 0 && html`<p>${NUMBERS.map((name) => html`<${Tag} key=${name}>
        ${t(`dashboard.import_number.${name}`, { n: count(result[name] ?? 0) })}<//> `)}</p>`}
      ${missing.length > 0 && html`
        <details><summary>${t('dashboard.import_missing', { n: count(missing.length) })}</summary>
          <ul class="fine">${missing.map((one) => html`<li key=${one.code}>${one.code} ${one.name}</li>`)}</ul></details>`}
    </div>
    ${problems.length > 0 && html`<${Problems} problems=${problems} />`}`;
}

/** The page of an administrator. An import is all or nothing. */
export function ImportView() {
  const [kind, setKind] = useState('people');
  const [file, setFile] = useState(null);
  const [state, setState] = useState({});
  const ready = state.result?.dry_run && state.result.problems.length === 0;
  const run = async (dryRun) => {
    setState({ busy: dryRun ? 'trial' : 'import', result: dryRun ? null : state.result });
    try {
      setState({ result: await sendFile({ kind, file, dryRun }) });
    } catch (error) {
      const rows = error.reason === 'import_refused' ? error.errors.rows : null;
      setState(rows ? { result: { dry_run: dryRun, problems: rows, rows: 0 } } : { failure: failureText(error) });
    }
  };
  const template = async () => {
    try {
      await fetchFile('GET', '/imports/templates/people', 'people.xlsx');
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
      <h1 id="import-title">${t('dashboard.import_title')}</h1>
      <p>${t('dashboard.import_note')}</p>
      <fieldset class="choices">
        <legend>${t('dashboard.import_what')}</legend>
        ${KINDS.map((name) => html`
          <label key=${name}><input type="radio" name="kind" value=${name} checked=${kind === name} onChange=${() => choose(name)}
            data-testid=${`import-${name}`} /> ${t(`dashboard.import_kind.${name}`)}</label>`)}
      </fieldset>
      ${kind === 'people' && html`<p><button type="button" class="button" onClick=${template} data-testid="template">
        ${t('dashboard.import_template')}</button> <span class="fine">${t('dashboard.import_template_note')}</span></p>`}
      <label class="file">${t(`dashboard.import_file.${kind}`)}
        <input key=${kind} type="file" accept=${ACCEPTED[kind]} data-testid="import-file"
          onChange=${(event) => { setFile(event.target.files[0] ?? null); setState({}); }} /></label>
      <div class="buttons">
        <button type="button" class="button button-main" disabled=${!file || state.busy} onClick=${() => run(true)}
          data-testid="import-trial">${t(state.busy === 'trial' ? 'dashboard.import_checking' : 'dashboard.import_trial')}</button>
        <button type="button" class="button button-good" disabled=${!ready || state.busy} onClick=${() => run(false)}
          data-testid="import-real">${t(state.busy === 'import' ? 'dashboard.import_running' : 'dashboard.import_real')}</button>
      </div>
      ${state.failure && html`<p class="notice notice-bad" role="alert">${state.failure}</p>`}
      ${state.result && html`<${Result} result=${state.result} />`}
    </section>`;
}
