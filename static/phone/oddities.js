// What was odd in the own records: told here first, in plain words, and answered in one's own.
import { html } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { oddityWords } from '/static/shared/oddity.js';
import { useSending } from '/static/shared/sending.js';
import { useAnswer } from './context.js';
import { lately } from './kept.js';
import { Back, Button, Freshness, Problem } from './parts.js';

const ANSWER = 'oddities';
const ownOddities = async () => (await get('/oddities', { own: true, page_size: 50 })).oddities;

/** What is due, for the first view: what nobody has explained yet. */
export async function todo(phone) {
  if (!phone.me.cadre) return [];
  const { length: count } = (await lately(phone, ANSWER, ownOddities) ?? []).filter(({ state }) => state === 'found');
  return count ? [{ key: ANSWER, text: t('field.oddities.todo', { count }), href: '#oddities' }] : [];
}

function Explain({ oddity, onDone }) {
  const { send, busy, problem } = useSending(`/oddities/${oddity.id}/steps`, { dated: false });
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    if (await send({ step: 'explained', note: new FormData(form).get('note').trim() })) {
      form.reset();
      onDone();
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="oddity-form">
      <label>${t(oddity.state === 'found' ? 'field.oddities.explain' : 'field.oddities.explain_more')}
        <textarea name="note" rows="3" required maxlength="500"></textarea></label>
      <${Problem}>${problem}<//>
      <${Button} type="submit" main disabled=${busy} data-testid="oddity-send">${t('field.oddities.send')}<//>
    </form>`;
}

function Oddity({ oddity, onDone }) {
  const { fact, maybe } = oddityWords(oddity);
  return html`
    <li class="panel" data-testid="oddity" data-state=${oddity.state} data-kind=${oddity.kind}>
      <p>${fact}${maybe && html` ${maybe}`}</p>
      ${oddity.state === 'found' && html`<p>${t('field.oddities.you_may')}</p>
        <p class="quiet small">${t('field.oddities.shown_on', { day: shortDay(oddity.shown_on, locale()) })}</p>`}
      ${oddity.steps.map((step) => html`
        <p key=${step.id}><span class="quiet small">${step.step === 'closed' ? t('field.oddities.closed', { name: step.by.name }) : t('field.oddities.you_said')}</span>
          <q>${step.note}</q></p>`)}
      ${oddity.next_steps.includes('explained') && html`<${Explain} oddity=${oddity} onDone=${onDone} />`}
    </li>`;
}

export function Oddities() {
  const answer = useAnswer(ANSWER, ownOddities);
  return html`
    <div>
      <${Back} to="#today" />
      <section class="panel"><h2>${t('field.oddities.title')}</h2><p class="quiet small">${t('field.oddities.text')}</p></section>
      <${Freshness} answer=${answer} />
      <ul class="plain-list">${answer.value?.map((one) => html`<${Oddity} key=${one.id} oddity=${one} onDone=${answer.reload} />`)}</ul>
      ${answer.value?.length === 0 && html`<p class="empty">${t('field.oddities.none')}</p>`}
    </div>`;
}
