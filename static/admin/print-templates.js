// The layouts of the diary's papers: the county's own or the built-in ones, and the fields that a layout may name.
import { html, useRef } from '/vendor/htm-preact.js';
import { get, remove, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { fullInstant } from '../dashboard/dates.js';
import { fetchFile } from '../shared/files.js';
import { Loaded } from '../dashboard/parts.js';
import { Failed, useSaving } from './saving.js';

const written = (field) => `{{ ${field} }}`;

function Template({ template, onDone }) {
  const { kind, own, fields, header_fields: inHeaders } = template;
  const { busy, failure, save } = useSaving();
  const chooser = useRef(null);
  const path = `/print-templates/${kind}`;
  const download = (builtIn) => save(() => fetchFile('GET', path, `${kind}.docx`, { query: { built_in: builtIn } }));
  const change = async (work) => (await save(work)) && onDone();
  const choose = (event) => {
    const [file] = event.target.files;
    // Chosen again after a correction, the same file is to be sent again.
    if (file) change(() => request('PUT', path, { raw: file, timeoutMs: 120000 }));
    chooser.current.value = '';
  };
  return html`
    <li data-testid="print-template" data-kind=${kind}>
      <strong>${t(`export.kind.${kind}`)}</strong>
      <p data-testid="print-state">${own ? t('admin.print_own', { name: own.uploaded_by.name, at: fullInstant(own.uploaded_at) }) : t('admin.print_built_in')}</p>
      <label class="file">${t('admin.print_upload')}
        <input ref=${chooser} type="file" accept=".docx" disabled=${busy} onChange=${choose} data-testid="print-upload" /></label>
      <div class="buttons">
        ${own && html`<button type="button" class="button" disabled=${busy} onClick=${() => download(false)} data-testid="print-download">${t('admin.print_download')}</button>`}
        <button type="button" class="button" disabled=${busy} onClick=${() => download(true)} data-testid="print-built-in">${t('admin.print_download_built_in')}</button>
        ${own && html`<button type="button" class="button" disabled=${busy} onClick=${() => change(() => remove(path))} data-testid="print-back">${t('admin.print_back')}</button>`}
      </div>
      <${Failed} text=${failure} />
      <details><summary>${t('admin.print_fields')}</summary>
        <ul>${fields.map((field) => html`<li key=${field}><code>${written(field)}</code> ${t(`admin.print_field.${field}`)}</li>`)}</ul>
        <p class="fine">${t('admin.print_header_fields', { fields: inHeaders.map(written).join(' ') })}</p></details>
    </li>`;
}

export function PrintTemplates() {
  const source = useLoad(() => get('/print-templates'), []);
  return html`
    <section class="card" aria-busy=${source.busy} data-testid="print-templates">
      <h2>${t('admin.print_title')}</h2>
      <p class="fine">${t('admin.print_note')}</p>
      <${Loaded} source=${source} lines=${6}>${({ templates }) => html`<ul class="days">${templates.map((one) => html`
        <${Template} key=${one.kind} template=${one} onDone=${source.reload} />`)}</ul>`}<//>
    </section>`;
}
