// Tables as files: the server makes them, the browser keeps them.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { useFile } from './prints.js';

const FORMATS = ['xlsx', 'csv'];

/** The formats of one kind of export, a button each; `body` is what the server is asked for beside the format. */
function Files({ kind, formats, body, name, testid, label, text, children }) {
  const { busy, failure, run } = useFile();
  return html`
    <div class="exports" role="group" aria-label=${label} aria-busy=${Boolean(busy)}>
      ${formats.map((format) => html`
        <button key=${format} type="button" class="button" disabled=${Boolean(busy)} data-testid=${testid(format)}
          onClick=${() => run(format, `${name}.${format}`, { kind, ...body, ...(formats.length > 1 && { format }) })}>
          ${busy === format ? t('dashboard.export_making') : text ?? t(`dashboard.export_${format}`)}</button>`)}
      ${children}
      ${failure && html`<span class="failure-text" role="alert">${failure}</span>`}
    </div>`;
}

/** The printer, for what stands on the screen. */
export const Print = () => html`
  <button type="button" class="button" onClick=${() => print()} data-testid="print">${t('dashboard.print')}</button>`;

/** .xlsx and .csv of the month table beside them, and the printer. */
export const ExportButtons = ({ month, division, level }) => html`
  <${Files} kind="month_table" formats=${FORMATS} name=${`${division.code}-${month}`} testid=${(format) => `export-${format}`}
    body=${{ month, division_code: division.code, level }}><${Print} /><//>`;

/** The .xlsx of what lies below a division, by the kind of export that the server knows; `more` is what it asks beside. */
export const ExportWorkbook = ({ kind, division, more = {} }) => html`
  <${Files} kind=${kind} formats=${['xlsx']} name=${kind} testid=${() => 'export-xlsx'} body=${{ division_code: division.code, ...more }} />`;

/** Filters as an export takes them: text, and nothing where nothing is asked. */
const asText = (query) => Object.fromEntries(Object.entries(query).filter(([, value]) => (value ?? '') !== '').map(([name, value]) => [name, String(value)]));

/** The table or list beside it as a file; `filters` is the very query with which the list is asked, but for division, month and page. */
export const ExportTable = ({ kind, division, month, filters }) => html`
  <${Files} kind=${kind} formats=${['xlsx']} name=${`${division.code}-${kind}`} testid=${(format) => `export-${kind}-${format}`}
    label=${t('dashboard.export_of', { what: t(`export.kind.${kind}`) })}
    body=${{ division_code: division.code, ...(month && { month }), ...(filters && { filters: asText(filters) }) }} />`;

/** Rows for analysis, as text: the days of a month, or the visits of its quarter. */
export const ExportRows = ({ kind, division, month, span }) => html`
  <${Files} kind=${kind} formats=${['csv']} name=${`${division.code}-${month}-${kind}`} testid=${() => `export-${kind}-csv`}
    text=${t('dashboard.export_rows', { what: t(`export.kind.${kind}`) })} body=${{ month, division_code: division.code, span }} />`;

/** All of a month in one workbook, for the township's meeting. */
export const MonthWorkbook = ({ month, division }) => html`
  <${Files} kind="month_workbook" formats=${['xlsx']} name=${`${division.code}-${month}`} testid=${() => 'export-month_workbook'}
    text=${t('export.kind.month_workbook')} body=${{ month, division_code: division.code }} />`;
