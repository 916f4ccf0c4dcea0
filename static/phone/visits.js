// Visits: whom to go to next, who was visited today, what companions are asked, taking a visit back.
import { html, useMemo, useState } from '/vendor/htm-preact.js';
import { shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { usePhone } from './context.js';
import { inOrder, quarterOf, quarterStands, roundsHere, takenBack } from './households.js';
import { useRows, useSaid } from './kept.js';
import { Button, Waiting } from './parts.js';
import { useTerms, Who } from './round.js';

const NEXT = 10;

/** What companions are asked and have not answered on this phone. */
function openAsks(companionships, records) {
  const answered = new Set(records.filter(({ kind }) => kind === 'companion_answer').map(({ body }) => body.round_id));
  return (companionships ?? []).filter(({ state, round_id: id }) => state === 'named' && !answered.has(id));
}

async function answer({ outbox, sender }, roundId, state) {
  await outbox.add('companion_answer', { round_id: roundId, state, captured_at: new Date().toISOString() }, { of: roundId });
  sender.send();
}

const askWords = ({ cadre, day, households }) =>
  t('field.visits.asked', { name: cadre.name, day: shortDay(day, locale()), count: households });

/** What is due, for the first view: the companions' question with its answers, and the households of this week. */
export async function todo(phone) {
  const { store, userId, records, today } = phone;
  const [households, rounds, said] = await Promise.all([
    store.rows(userId, 'household'), store.rows(userId, 'round'), store.kept(userId, 'feed/companionships')]);
  const asks = openAsks(said?.value, records).map((one) => ({
    key: `companion/${one.round_id}`, text: askWords(one), href: '#visits',
    answers: ['joined', 'declined'].map((state) => (
      { key: state, text: t(`field.visits.${state}`), run: () => answer(phone, one.round_id, state) })),
  }));
  const { missing, thisWeek } = quarterStands(inOrder(households, roundsHere(records, rounds)), today);
  const due = thisWeek > 0 && { key: 'visits', text: t('field.visits.todo', { count: thisWeek, missing }), href: '#visits' };
  return [...asks, due].filter(Boolean);
}

function Asks() {
  const phone = usePhone();
  return openAsks(useSaid('companionships'), phone.records).map((one) => html`
    <section key=${one.round_id} class="panel" data-testid="ask">
      <p>${askWords(one)}</p>
      <div class="pair">
        <${Button} onClick=${() => answer(phone, one.round_id, 'declined')}>${t('field.visits.declined')}<//>
        <${Button} main onClick=${() => answer(phone, one.round_id, 'joined')} data-testid="joined">${t('field.visits.joined')}<//>
      </div>
    </section>`);
}

/** The visits of a day as they stand with what lies on this phone. */
function visitsOf(day, { records, rounds, households, me }) {
  const names = new Map((households ?? []).map((one) => [one.id, one.householder]));
  const back = takenBack(records);
  const here = roundsHere(records, rounds).filter((record) => record.day === day).flatMap((record) =>
    (record.body ?? record.open_body).visits.map(({ id, household_id: household, manner }) => (
      { id, manner, name: names.get(household) ?? '', state: record.state, isOwn: true, reason: back.get(id) ?? null })));
  const there = (rounds ?? []).filter((round) => round.day === day).flatMap((round) => round.visits.map((visit) => ({
    id: visit.id, manner: visit.manner, name: visit.household.householder, state: 'sent', isOwn: round.cadre.id === me.cadre.id,
    reason: visit.annulled?.reason ?? back.get(visit.id) ?? null })));
  return [...here, ...there];
}

function TakeBack({ visit, onDone }) {
  const { outbox, sender } = usePhone();
  const take = async (reason) => {
    await outbox.add('visit_annulment', { visit_id: visit.id, reason });
    sender.send();
    onDone();
  };
  const [reason, setReason] = useState('');
  return html`
    <div class="form" data-testid="take-back-form">
      <${Button} wide onClick=${() => take(t('field.visits.mistaken'))} data-testid="mistaken">${t('field.visits.mistaken')}<//>
      <label>${t('field.visits.reason')}<input maxlength="500" value=${reason} onInput=${(event) => setReason(event.target.value)} /></label>
      <div class="pair"><${Button} onClick=${onDone}>${t('phone.cancel')}<//>
        <${Button} main disabled=${!reason.trim()} onClick=${() => take(reason.trim())}>${t('field.visits.take_back')}<//></div>
    </div>`;
}

function Visit({ visit }) {
  const [asking, setAsking] = useState(false);
  return html`
    <li data-testid="visit" data-taken-back=${Boolean(visit.reason)} data-state=${visit.state}>
      <div class="with-button"><span>${visit.reason ? html`<s>${visit.name}</s>` : visit.name} <span class="quiet small">
        ${visit.reason ? t('field.visits.taken_back', { reason: visit.reason }) : t(`field.manner.${visit.manner}`)}
        ${visit.state !== 'sent' && html` · ${t(`phone.records.state.${visit.state}`)}`}</span></span>
        ${visit.isOwn && !visit.reason && html`
          <button type="button" class="text-button" onClick=${() => setAsking(true)} data-testid="take-back">${t('field.visits.take_back')}</button>`}</div>
      ${asking && html`<${TakeBack} visit=${visit} onDone=${() => setAsking(false)} />`}
    </li>`;
}

function Day({ day, households, rounds }) {
  const { me, records, today } = usePhone();
  const visits = visitsOf(day, { records, rounds, households, me });
  const days = [...new Set((rounds ?? []).map((round) => round.day))].filter((one) => one < day).sort();
  return html`
    <section class="panel" data-testid="visits-of-day">
      <h2>${day === today ? t('field.visits.today') : shortDay(day, locale())}</h2>
      ${visits.length ? html`<ul class="plain">${visits.map((visit) => html`<${Visit} key=${visit.id} visit=${visit} />`)}</ul>`
        : html`<p class="quiet">${t('field.visits.nobody')}</p>`}
      <p>${days.length > 0 && html`<a class="text-button" href=${`#visits/${days.at(-1)}`}>${t('field.visits.before', { day: shortDay(days.at(-1), locale()) })}</a>`}
        ${day !== today && html`<a class="text-button" href="#visits">${t('field.visits.today')}</a>`}</p>
    </section>`;
}

export function Visits({ rest: [day] }) {
  const { records, today } = usePhone();
  const households = useRows('household');
  const rounds = useRows('round');
  const terms = useTerms();
  const ordered = useMemo(() => inOrder(households ?? [], roundsHere(records, rounds)), [households, rounds, records]);
  if (!households) return html`<${Waiting} />`;
  const { visited, households: all, missing } = quarterStands(ordered, today);
  const next = ordered.filter(({ last }) => !last || last < quarterOf(today)).slice(0, NEXT);
  return html`
    <div>
      <${Asks} />
      <a class="weui-btn weui-btn_primary new-round" href="#round" data-testid="new-round">${t('field.visits.new')}</a>
      <${Day} day=${day ?? today} households=${households} rounds=${rounds} />
      ${all > 0 && !day && html`
        <section class="panel" data-testid="quarter">
          <p>${t('field.visits.quarter', { visited, all })}</p>
          <meter min="0" max=${all} value=${visited}>${visited}</meter>
          <p class="quiet small">${missing ? t('field.visits.missing', { count: missing }) : t('field.visits.reached')}</p>
        </section>
        <section class="panel"><h2>${t('field.visits.next')}</h2>
          <ul class="plain">${next.map((one) => html`<li key=${one.id} data-testid="next"><${Who} one=${one} terms=${terms} /></li>`)}</ul>
        </section>`}
      ${all === 0 && html`<p class="empty">${t('field.visits.none')}</p>`}
    </div>`;
}
