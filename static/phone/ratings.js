// What villagers said about the own posting, once a campaign is closed: own totals, never a ballot. They inform, no more.
import { html } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { dayRange } from '/static/shared/dates.js';
import { language, locale, t } from '/static/shared/i18n.js';
import { useAnswer } from './context.js';
import { Back, Freshness } from './parts.js';

const WAYS = ['household', 'open'];
const SHOWN = ['open', 'closed'];

const daysOf = ({ first_on: first, last_on: last }) => dayRange(first, last, locale());
const percent = (rate) => `${(rate === 1 ? 100 : Math.min(99.9, rate * 100)).toLocaleString(locale(), { maximumFractionDigits: 1 })}%`;
const joined = (words) => words.join(language() === 'zh' ? '、' : ' / ');

const OnlyInforms = () => html`<p class="quiet small rated-note">${t('field.ratings.only_informs')}</p>`;

function List() {
  const answer = useAnswer('ratings', async () => (await get('/rating-campaigns', { page_size: 50 })).rating_campaigns);
  const shown = answer.value?.filter(({ state }) => SHOWN.includes(state));
  return html`
    <div>
      <${OnlyInforms} />
      <${Freshness} answer=${answer} />
      <ul class="plain-list">${shown?.map((one) => html`
        <li key=${one.id} class="panel" data-testid="rating" data-state=${one.state}>
          ${one.state === 'closed'
            ? html`<a class="line" href=${`#ratings/${one.id}`}><strong>${one.title}</strong><span class="quiet small">${daysOf(one)}</span><span class="rated-see">${t('field.ratings.see')} <span aria-hidden="true">›</span></span></a>`
            : html`<strong>${one.title}</strong><p class="quiet small">${daysOf(one)}</p><p>${t('field.ratings.runs')}</p>`}</li>`)}</ul>
      ${shown?.length === 0 && html`<p class="empty">${t('field.ratings.none')}</p>`}
    </div>`;
}

function Question({ question, result }) {
  const { answers, favourable } = result.questions.find(({ key }) => key === question.key);
  const countOf = (key) => answers.find((one) => one.key === key).count;
  const good = joined(question.answers.filter((one) => one.is_favourable).map(({ text }) => text));
  return html`
    <div class="rated">
      <h3>${question.text}</h3>
      <dl class="said-of">${question.answers.map(({ key, text, is_counted: counted }) => html`
        <div key=${key}><dt>${text}</dt><dd>${t('field.ratings.ballots', { n: countOf(key) })}${!counted && html` <span class="quiet small">${t('field.ratings.not_counted')}</span>`}</dd></div>`)}</dl>
      <p>${favourable.rate === null ? t('field.ratings.nothing_counted')
        : t('field.ratings.favourable', { n: favourable.numerator, all: favourable.denominator, answers: good, share: percent(favourable.rate) })}</p>
    </div>`;
}

function Way({ row, way, questions, least }) {
  const result = row[way];
  if (!result && !row.hidden.includes(way)) return null;
  return html`
    <section class="panel" data-testid="rated" data-way=${way} data-code=${row.village.code}>
      <h2>${row.village.name} · ${t(`field.ratings.way.${way}`)}</h2>
      ${way === 'open' && html`<p class="quiet small">${t('field.ratings.open_note')}</p>`}
      ${!result ? html`<p>${t('field.ratings.too_few', { n: least })}</p>` : html`
        <p>${result.households ? t('field.ratings.voted_of', { n: result.ballots, all: result.households, share: percent(result.share) }) : t('field.ratings.came_in', { n: result.ballots })}</p>
        ${questions.map((one) => html`<${Question} key=${one.key} question=${one} result=${result} />`)}`}
    </section>`;
}

/** What was written, where the server tells it to who is rated. */
const Texts = ({ texts }) => texts.length > 0 && html`
  <section class="panel" data-testid="rated-texts"><h2>${t('field.ratings.texts')}</h2>
    <ul class="plain-list rated-texts">${texts.map((one) => html`
      <li key=${one.id}><p class="long">${one.text ?? t('field.ratings.held_back', { reason: one.held_back.reason })}</p><p class="quiet small">${one.village.name} · ${t(`field.ratings.way.${one.way}`)}</p></li>`)}</ul></section>`;

async function resultOf(id) {
  const [campaign, results, texts] = await Promise.all([
    get(`/rating-campaigns/${id}`), get('/rating-results', { campaign_id: id }),
    get('/rating-texts', { campaign_id: id, page_size: 200 }).catch((error) => {
      if (error.status === 403 || error.status === 404) return { rating_texts: [] };
      throw error;
    }),
  ]);
  return { campaign, results, texts: texts.rating_texts };
}

function Result({ id }) {
  const answer = useAnswer(`rating/${id}`, () => resultOf(id));
  const { campaign, results, texts } = answer.value ?? {};
  return html`
    <div>
      <${Back} to="#ratings" />
      <${Freshness} answer=${answer} />
      ${campaign && html`
        <h2>${campaign.title}</h2>
        <p class="quiet small">${daysOf(campaign)}</p><${OnlyInforms} />
        ${results.villages.map((row) => WAYS.map((way) => html`
          <${Way} key=${`${row.village.code} ${way}`} row=${row} way=${way} questions=${campaign.questions} least=${results.least_ballots} />`))}
        ${results.villages.every((row) => !row.household && !row.open && !row.hidden.length) && html`<p class="empty">${t('field.ratings.no_ballots')}</p>`}
        <${Texts} texts=${texts} />`}
    </div>`;
}

export const Ratings = ({ rest: [id] }) => (id ? html`<${Result} id=${id} />` : html`<${List} />`);
