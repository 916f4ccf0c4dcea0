// What a vote came to: grades with numbers and shares, in the order of the paper and no other; no number for the whole.
import { html } from '/vendor/htm-preact.js';
import { t } from './i18n.js';

const percent = (rate) => (rate === null ? '—' : `${(rate * 100).toFixed(1)}%`);

const Share = ({ one }) => html`<td><strong>${one.numerator}</strong> <small>${percent(one.rate)}</small></td>`;

export function VoteResult({ result }) {
  return html`
    <div class="vote-frame" tabindex="0" role="region" aria-label=${t('vote.result')}>
      <table class="vote-result" data-testid="vote-result">
        <thead><tr><td></td>${result.overall.map(({ grade }) => html`<th key=${grade} scope="col">${t(`vote.grade.${grade}`)}</th>`)}<th scope="col">${t('vote.abstained')}</th></tr></thead>
        <tbody>
          <tr><th scope="row">${t('vote.overall')}</th>${result.overall.map((one) => html`<${Share} key=${one.grade} one=${one} />`)}<${Share} one=${result.abstained} /></tr>
          ${(result.headings ?? []).map(({ heading, grades }) => html`
            <tr key=${heading}><th scope="row">${t(`vote.heading.${heading}`)}</th>${grades.map((one) => html`<${Share} key=${one.grade} one=${one} />`)}<td>—</td></tr>`)}
        </tbody></table>
      <p class="fine quiet">${t('vote.shares_hint')}</p>
    </div>`;
}
