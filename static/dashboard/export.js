// The month table as a file: the server makes it, the browser keeps it.
import { html, useState } from '/vendor/htm-preact.js';
import { fetchFile } from '../shared/files.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { announce } from './parts.js';

const FORMATS = ['xlsx', 'csv'];

/** .xlsx and .csv of what the table beside them shows, and the printer. */
export function ExportButtons({ month, division, level }) {
  const [state, setState] = useState({});
  const run = async (format) => {
    setState({ busy: format });
    try {
      const body = { kind: 'month_table', month, division_code: division.code, level, format };
      await fetchFile('POST', '/exports', `${division.code}-${month}.${format}`, { body });
      setState({});
      announce(t('dashboard.export_done'));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <div class="exports">
      ${FORMATS.map((format) => html`
        <button key=${format} type="button" class="button" disabled=${Boolean(state.busy)} onClick=${() => run(format)}
          data-testid=${`export-${format}`}>
          ${state.busy === format ? t('dashboard.export_making') : t(`dashboard.export_${format}`)}
        </button>`)}
      <button type="button" class="button" onClick=${() => print()} data-testid="print">${t('dashboard.print')}</button>
      ${state.failure && html`<span class="failure-text" role="alert">${state.failure}</span>`}
    </div>`;
}

/** The .xlsx of what lies below a division, by the kind of export that the server knows; `more` is what it asks beside. */
export function ExportWorkbook({ kind, division, more = {} }) {
  const [state, setState] = useState({});
  const run = async () => {
    setState({ busy: true });
    try {
      await fetchFile('POST', '/exports', `${kind}.xlsx`, { body: { kind, division_code: division.code, ...more } });
      setState({});
      announce(t('dashboard.export_done'));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <div class="exports">
      <button type="button" class="button" disabled=${Boolean(state.busy)} onClick=${run} data-testid="export-xlsx">
        ${t(state.busy ? 'dashboard.export_making' : 'dashboard.export_xlsx')}</button>
      ${state.failure && html`<span class="failure-text" role="alert">${state.failure}</span>`}
    </div>`;
}
