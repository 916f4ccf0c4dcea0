// What a closed campaign came to: cards of households and the open code apart, always with what was counted, never in an order of figures.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { language, t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Bars } from './charts.js';
import { ExportWorkbook } from './export.js';
import { Empty, Loaded } from './parts.js';
import { useTownships } from './rating-townships.js';
import { count, percent } from './words.js';

const WAYS = ['household', 'open'];
/** The same for every village: the colour says which answer, never which village is better. */
const TONES = ['main', 'calm', 'warn', 'wait', 'done'];
const UNCOUNTED = 'plain';
const CHART_ROWS = 40;

const joined = (words) => words.join(language() === 'zh' ? '、' : ' / ');
const favourableWords = (question) => joined(question.answers.filter((one) => one.is_favourable).map(({ text }) => text));
const answersOf = (result, key) => result.questions.find((one) => one.key === key);
const countOf = (result, key, answer) => answersOf(result, key).answers.find((one) => one.key === answer).count;

/** "Of 41 that count 38 said satisfied (92.7%)": a share never stands without what it is a share of. */
function Favourable({ result, question }) {
  const { numerator, denominator, rate } = answersOf(result, question.key).favourable;
  if (denominator === 0) return html`<span class="quiet">${t('dashboard.rating.nothing_counted')}</span>`;
  return t('dashboard.rating.favourable', { n: count(numerator), all: count(denominator), share: percent(rate), answers: favourableWords(question) });
}

const Ballots = ({ result, way }) => (way === 'household' && result.households
  ? t('dashboard.rating.voted_of', { n: count(result.ballots), all: count(result.households), share: percent(result.share) }) : t('dashboard.rating.ballots', { n: count(result.ballots) }));

const Cells = ({ result, way, question }) => html`
  <td class="rating-ballots" data-label=${t('dashboard.rating.ballots_head')}><${Ballots} result=${result} way=${way} /></td>
  ${question.answers.map(({ key, text }) => html`<td key=${key} class="number" data-label=${text}>${count(countOf(result, question.key, key))}</td>`)}
  <td class="rating-favourable" data-label=${t('dashboard.rating.favourable_head')}><${Favourable} result=${result} question=${question} /></td>`;

function Table({ results, way, question, least, townshipOf }) {
  const { villages, total } = results;
  const asked = villages.filter((row) => row[way] || row.hidden.includes(way));
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${t(`dashboard.rating.way.${way}`)}>
      <table class="month-table roster rating-table" data-testid=${`results-${way}`}>
        <thead><tr><th scope="col">${t('dashboard.rating.village')}</th><th scope="col">${t('dashboard.rating.ballots_head')}</th>
          ${question.answers.map(({ key, text, is_counted: counted }) => html`<th key=${key} scope="col" class="number">${text}${!counted && html`<small>${t('dashboard.rating.not_counted')}</small>`}</th>`)}
          <th scope="col">${t('dashboard.rating.favourable_head')}</th></tr></thead>
        <tbody>${asked.map((row) => html`
          <tr key=${row.village.code} data-testid="result" data-code=${row.village.code}><th scope="row">${row.village.name} ${townshipOf(row.village) && html`<small>${townshipOf(row.village)}</small>`}</th>
            ${row[way] ? html`<${Cells} result=${row[way]} way=${way} question=${question} />`
              : html`<td colspan=${question.answers.length + 2} class="quiet">${t('dashboard.rating.too_few_shown', { n: count(least) })}</td>`}</tr>`)}</tbody>
        ${total?.[way] && asked.length > 1 && html`<tfoot><tr class="total" data-testid="result-total"><th scope="row">${t('dashboard.rating.total')}</th>
          <${Cells} result=${total[way]} way=${way} question=${question} /></tr></tfoot>`}
      </table></div>`;
}

function Chart({ results, way, question }) {
  const rows = results.villages.filter((row) => row[way]);
  if (rows.length === 0) return null;
  if (rows.length > CHART_ROWS) return html`<p class="fine">${t('dashboard.rating.chart_too_many', { n: count(rows.length) })}</p>`;
  let tone = 0;
  const series = question.answers.map(({ text, is_counted: counted }) => {
    if (!counted) return { name: text, tone: UNCOUNTED };
    tone += 1;
    return { name: text, tone: TONES[tone - 1] };
  });
  return html`<${Bars} label=${`${t(`dashboard.rating.way.${way}`)} · ${question.text}`} testid=${`chart-${way}`} series=${series}
    rows=${rows.map((row) => ({ name: row.village.name, values: question.answers.map(({ key }) => countOf(row[way], question.key, key)) }))} />`;
}

function Way({ results, way, question, townshipOf }) {
  const { villages, least_ballots: least } = results;
  const shown = villages.filter((row) => row[way]).length;
  const hidden = villages.filter((row) => row.hidden.includes(way)).length;
  return html`
    <section class=${`rating-way rating-way-${way}`} data-testid=${`way-${way}`}>
      <h3>${t(`dashboard.rating.way.${way}`)}</h3>
      <p class="fine">${t(`dashboard.rating.way_note.${way}`)}</p>
      ${shown + hidden === 0 ? html`<${Empty}>${t('dashboard.rating.no_ballots')}<//>` : html`
        <${Table} results=${results} way=${way} question=${question} least=${least} townshipOf=${townshipOf} />
        ${hidden > 0 && shown > 1 && html`<p class="fine">${t('dashboard.rating.total_note', { shown: count(shown), hidden: count(hidden), n: count(least) })}</p>`}
        <${Chart} results=${results} way=${way} question=${question} />`}
    </section>`;
}

export function RatingResults({ campaign, division }) {
  const { questions } = campaign;
  const [key, setKey] = useState(questions[0].key);
  const townshipOf = useTownships(division);
  const source = useLoad(() => get('/rating-results', { campaign_id: campaign.id, division: division.code }), [campaign.id, division.code]);
  const question = questions.find((one) => one.key === key);
  return html`
    <section class="card rating-part" aria-labelledby="rating-results" data-testid="rating-results">
      <div class="card-head rating-head"><h2 id="rating-results">${t('dashboard.rating.results')}</h2>
        <div class="exports"><${ExportWorkbook} kind="rating_results" division=${division} more=${{ campaign_id: campaign.id }} />
          <button type="button" class="button" onClick=${() => print()} data-testid="print-results">${t('dashboard.print')}</button></div></div>
      <p class="notice">${t('dashboard.rating.only_informs')}</p>
      ${questions.length > 1 && html`<div class="segments" role="group" aria-label=${t('dashboard.rating.questions')}>${questions.map((one) => html`
        <button key=${one.key} type="button" class="segment" aria-pressed=${String(one.key === key)} onClick=${() => setKey(one.key)} data-testid=${`question-${one.key}`}>${one.text}</button>`)}</div>`}
      <p class="print-only"><strong>${question.text}</strong></p>
      <${Loaded} source=${source} lines=${6}>${(results) => WAYS.map((way) => html`<${Way} key=${way} results=${results} way=${way} question=${question} townshipOf=${townshipOf} />`)}<//>
    </section>`;
}
