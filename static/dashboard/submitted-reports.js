// The reports that cadres have submitted below a division, village by village, to be read.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText, useLoad } from '../shared/loading.js';
import { instantText, monthText, spanText } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Tag } from './parts.js';
import { Page } from './scope.js';

const KINDS = ['meeting', 'month', 'day'];
const PARTS = ['situation', 'problems', 'suggestions', 'plan'];

const Report = ({ report }) => html`
  <li class="leave" data-testid="report" data-id=${report.id}>
    <details class="leave-what"><summary><strong>${report.cadre.name}</strong> <span>${report.village.name}</span>
      ${' '}<span class="fine">${spanText(report.first_on, report.last_on)} · ${instantText(report.submitted_at)}</span>
      ${report.is_late && html` <${Tag}>${t('dashboard.report.late')}<//>`}</summary>
      ${PARTS.filter((part) => report[part]).map((part) => html`
        <h4 key=${part}>${t(`dashboard.report.part.${part}`)}</h4>
        ${report[part].split('\n').map((line, index) => html`<p key=${index}>${line}</p>`)}`)}</details>
  </li>`;

export function SubmittedReports({ division }) {
  const { month } = useContext(Page);
  const [kind, setKind] = useState(KINDS[0]);
  const [failure, setFailure] = useState(null);
  const ask = (page) => get('/submitted-reports', { division: division.code, month, kind, page });
  const source = useLoad(() => ask(1), [division.code, month, kind]);
  const more = async (page) => {
    try {
      const answer = await ask(page);
      source.change((old) => ({ ...answer, reports: [...old.reports, ...answer.reports] }));
    } catch (error) {
      setFailure(failureText(error));
    }
  };
  return html`
    <section class="card">
      <div class="card-head"><h2>${t('dashboard.report.reports')}</h2>
        <${ExportTable} key=${kind} kind="submitted_reports" division=${division} month=${month} filters=${{ kind }} />
        <div class="segments" role="group" aria-label=${t('dashboard.report.reports')}>
          ${KINDS.map((name) => html`<button key=${name} type="button" class="segment" aria-pressed=${String(kind === name)} onClick=${() => setKind(name)}
            data-testid=${`reports-${name}`}>${t(`dashboard.report.kind.${name}`)}</button>`)}</div></div>
      <${Loaded} source=${source} lines=${4}>
        ${(answer) => (answer.reports.length === 0 ? html`<${Empty}>${t('dashboard.report.none', { month: monthText(month) })}<//>` : html`
          <ul class="leaves">${answer.reports.map((one) => html`<${Report} key=${one.id} report=${one} />`)}</ul>
          ${answer.next_page && html`<p class="buttons"><button type="button" class="button" onClick=${() => more(answer.next_page)}>
            ${t('dashboard.report.more')}</button></p>`}
          ${failure && html`<p class="failure-text" role="alert">${failure}</p>`}`)}<//>
    </section>`;
}
