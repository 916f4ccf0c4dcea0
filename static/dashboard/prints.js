// The month's papers: the server makes them, the browser keeps them.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { fetchFile } from '../shared/files.js';
import { announce } from './parts.js';

const PAPERS = [
  { name: 'sheet_docx', kind: 'month_sheet', format: 'docx' },
  { name: 'sheet_xlsx', kind: 'month_sheet', format: 'xlsx' },
  { name: 'notice', kind: 'public_notice', format: 'docx' },
  { name: 'register_blank', kind: 'register_book', format: 'docx', more: { filled: false } },
  { name: 'register_filled', kind: 'register_book', format: 'docx', more: { filled: true } },
  { name: 'allowance', kind: 'allowance', format: 'xlsx', closedOnly: true },
];

/** Fetch one file, saying how it goes: {busy, failure, run}. */
export function useFile() {
  const [state, setState] = useState({});
  const run = async (name, otherwise, body) => {
    setState({ busy: name });
    try {
      await fetchFile('POST', '/exports', otherwise, { body });
      setState({});
      announce(t('dashboard.export_done'));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return { ...state, run };
}

/** The papers of a village, or of every village below a township or county; `closed` false: none from closed months only. */
export function Prints({ division, month, closed = true }) {
  const { busy, failure, run } = useFile();
  return html`
    <details class="prints" data-testid="prints">
      <summary class="button">${t('dashboard.prints')}</summary>
      <div class="prints-list">
        ${PAPERS.filter((paper) => closed || !paper.closedOnly).map(({ name, kind, format, more }) => html`
          <button key=${name} type="button" class="button" disabled=${Boolean(busy)} data-testid=${`print-${name}`}
            onClick=${() => run(name, `${division.code}-${month}-${kind}.${format}`, { kind, month, division_code: division.code, format, ...more })}>
            ${busy === name ? t('dashboard.export_making') : t(`dashboard.paper.${name}`)}</button>`)}
        ${failure && html`<p class="failure-text" role="alert">${failure}</p>`}
      </div>
    </details>`;
}
