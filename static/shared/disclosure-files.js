// Attachments of a disclosure: added, looked through where only eyes can read them, taken away.
import { html, useRef } from '/vendor/htm-preact.js';
import { t } from './i18n.js';
import { newId } from './ids.js';

const TWO_MINUTES = 120000;

function File({ one, file, change, busy }) {
  const path = `/files/${file.id}`;
  return html`
    <li data-testid="file" data-reading=${file.reading}>
      <a href=${`/api/v1/disclosures/${one.id}${path}`}>${file.name}</a>
      ${file.reading === 'found' && html` <strong class="disclosure-problem">${t('board.file.found', { n: file.found.length })}</strong>`}
      ${file.reading === 'unreadable' && html` <span>${t(file.is_checked ? 'board.file.checked' : 'board.file.unreadable')}</span>`}
      ${one.may_edit && html`<span class="disclosure-acts">
        ${file.reading === 'unreadable' && !file.is_checked && html`<button type="button" class="button" disabled=${busy} data-testid="check-file"
          onClick=${() => change('PATCH', path, { body: { is_checked: true } })}>${t('board.file.check')}</button>`}
        <button type="button" class="button" disabled=${busy} data-testid="remove-file" onClick=${() => change('DELETE', path)}>${t('board.file.remove')}</button></span>`}
    </li>`;
}

export function DisclosureFiles({ one, change, busy }) {
  const last = useRef({});
  const add = async (event) => {
    const field = event.target;
    const [file] = field.files;
    if (!file) return;
    // The same file again after a cut line is the same attachment.
    const key = `${file.name} ${file.size} ${file.lastModified}`;
    if (last.current.key !== key) last.current = { key, id: newId() };
    await change('PUT', `/files/${last.current.id}`, { query: { name: file.name }, raw: file, version: undefined, timeoutMs: TWO_MINUTES });
    field.value = '';
  };
  if (!one.may_edit && one.files.length === 0) return null;
  return html`
    <h4>${t('board.files')}</h4>
    ${one.files.length > 0 && html`<ul class="disclosure-files">${one.files.map((file) => html`<${File} key=${file.id} one=${one} file=${file} change=${change} busy=${busy} />`)}</ul>`}
    ${one.may_edit && html`<label class="disclosure-add">${t(busy ? 'board.file.reading' : 'board.file.add')}
      <input type="file" accept=".xlsx,.docx,.pdf" disabled=${busy} onChange=${add} data-testid="add-file" /></label>`}`;
}
