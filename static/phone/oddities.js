// What was odd in the own records: told here first, in plain words, and answered in one's own, also without a network.
import { html, useMemo, useState } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { newId } from '/static/shared/ids.js';
import { oddityWords } from '/static/shared/oddity.js';
import { useAnswer, usePhone } from './context.js';
import { lately } from './kept.js';
import { Back, Button, Freshness, Problem } from './parts.js';

const ANSWER = 'oddities';
const ownOddities = async () => (await get('/oddities', { own: true, page_size: 50 })).oddities;

/** What was said on this phone that the answer does not have yet, the oldest first: sent a moment ago, or still here. */
const saidHere = (records, oddity) => records.filter(({ id, kind, of }) => kind === 'oddity_step' && of === oddity.id
  && !oddity.steps.some((step) => step.id === id)).reverse();

/** What is due, for the first view: what nobody has explained yet. */
export async function todo(phone) {
  if (!phone.me.cadre) return [];
  const { length: count } = (await lately(phone, ANSWER, ownOddities) ?? []).filter((one) => one.state === 'found'
    && saidHere(phone.records, one).every(({ state }) => state === 'attention'));
  return count ? [{ key: ANSWER, text: t('field.oddities.todo', { count }), href: '#oddities' }] : [];
}

function Oddity({ oddity }) {
  const { outbox, sender, records } = usePhone();
  const { fact, maybe } = oddityWords(oddity);
  const here = saidHere(records, oddity);
  const said = [...oddity.steps, ...here.map(({ id, state, body }) => ({ id, state, ...body }))];
  // One for each turn, so that a second tap is the same explanation.
  const id = useMemo(newId, [said.length]);
  const [problem, setProblem] = useState(null);
  const explain = async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      await outbox.add('oddity_step', { oddity_id: oddity.id, step: 'explained', note: new FormData(form).get('note').trim() }, { id, of: oddity.id });
      setProblem(null);
      form.reset();
      sender.send();
    } catch {
      setProblem(t('phone.here.failed'));
    }
  };
  return html`
    <li class="panel" data-testid="oddity" data-state=${oddity.state} data-kind=${oddity.kind}>
      <p>${fact}${maybe && html` ${maybe}`}</p>
      ${oddity.state === 'found' && html`${!said.length && html`<p>${t('field.oddities.you_may')}</p>`}
        <p class="quiet small">${t('field.oddities.shown_on', { day: shortDay(oddity.shown_on, locale()) })}</p>`}
      ${said.map((one) => html`
        <p key=${one.id} data-testid="said" data-state=${one.state}><span class="quiet small">${one.step === 'closed' ? t('field.oddities.closed', { name: one.by.name }) : t('field.oddities.you_said')}</span>
          <q>${one.note}</q> ${one.state && html`<a href="#records">${t(`phone.records.state.${one.state}`)}</a>`}</p>`)}
      ${oddity.next_steps.includes('explained') && html`
        <form class="form" onSubmit=${explain} data-testid="oddity-form">
          <label>${t(said.length ? 'field.oddities.explain_more' : 'field.oddities.explain')}
            <textarea name="note" rows="3" required maxlength="500"></textarea></label>
          <${Problem}>${problem}<//>
          <${Button} type="submit" main data-testid="oddity-send">${t('field.oddities.send')}<//>
        </form>`}
    </li>`;
}

export function Oddities() {
  const answer = useAnswer(ANSWER, ownOddities);
  return html`
    <div>
      <${Back} to="#today" />
      <section class="panel"><h2>${t('field.oddities.title')}</h2><p class="quiet small">${t('field.oddities.text')}</p></section>
      <${Freshness} answer=${answer} />
      <ul class="plain-list">${answer.value?.map((one) => html`<${Oddity} key=${one.id} oddity=${one} />`)}</ul>
      ${answer.value?.length === 0 && html`<p class="empty">${t('field.oddities.none')}</p>`}
    </div>`;
}
