// The concerns behind a number, what is due first; each opens into its course and the steps that one may take.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, request } from '../shared/api.js';
import { aboutWords, Course, dueTone, dueWords, NextSteps } from '../shared/concern.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { useSending } from '../shared/sending.js';
import { Link } from './address.js';
import { dayText } from './dates.js';
import { announce, Empty, Loaded, Pager, Tag } from './parts.js';
import { photoPath } from './photo.js';
import { Page, supervisesThere } from './scope.js';

const PAGE_SIZE = 50;
const TONES = { plain: 'calm', good: 'good', wait: 'wait', bad: 'bad' };

/** Lists that are of no one state or age. */
const OF_ALL = ['undone', 'overdue', 'open', 'over'];

/** What a list asks the server for; `asOf` is the day or the month that it is of, if not today. */
function queryOf(shown, ages, { day, month } = {}) {
  if (day && OF_ALL.includes(shown)) return { open_on: day, overdue: shown === 'overdue' || undefined };
  if (day) return { open_on: day, ...(ages.includes(shown) ? { age: shown } : { state: shown }) };
  if (month) return { raised_in: month, in_time: true };
  if (shown === 'overdue') return { overdue: true };
  return ages.includes(shown) ? { age: shown } : { state: shown };
}

const Button = ({ main = false, type = 'button', ...rest }) => html`
  <button type=${type} class=${main ? 'button button-main' : 'button'} ...${rest} />`;

const Photos = ({ photos }) => html`
  ${photos.filter((one) => one.has_come).map(({ sha256 }) => html`
    <a key=${sha256} class="errand-photo" href=${photoPath(sha256, 'view')} target="_blank" rel="noopener">
      <img src=${photoPath(sha256, 'thumb')} alt=${t('dashboard.concern.photo')} loading="lazy" /></a>`)}`;

/** The notices that came of it, or the way to draft one where the village has let it lie. */
function Notices({ concern }) {
  const { me } = useContext(Page);
  const division = concern.village.code;
  const source = useLoad(() => get('/supervision-notices', { division, source_id: concern.id }), [concern.id]);
  if (!source.data) return null;
  const notices = source.data.notices.filter(({ state }) => state !== 'cancelled');
  const drafts = supervisesThere(me, concern.village) && concern.is_overdue && concern.owner.code === division
    && notices.every(({ state }) => state === 'struck_off' || state === 'archived');
  return html`
    ${notices.map((one) => html`<p key=${one.id}><${Link} to=${{ view: 'notices', division, notice: one.id }} data-testid="has-notice">
      ${t('dashboard.acceptance.see_notice', { label: one.label ?? t('dashboard.acceptance.notice_drafted') })}<//>
      ${one.is_overdue && html` <${Tag} tone="bad">${t('dashboard.supervision.list.overdue')}<//>`}</p>`)}
    ${drafts && html`<p><${Link} to=${{ view: 'notices', division, source_kind: 'overdue_concern', source_id: concern.id }} data-testid="draft-notice">
      ${t('dashboard.acceptance.draft_notice')}<//></p>`}`;
}

/** Its course, and what may be done; another concern of the village may turn out to be the same. */
function Open({ concern, onTaken }) {
  const { send, busy, problem } = useSending(`/concerns/${concern.id}/steps`);
  const merges = concern.next_steps.some(({ step }) => step === 'merged');
  const village = useLoad(() => (merges ? get('/concerns', { division: concern.village.code, state: 'open', page_size: 200 })
    : Promise.resolve({ concerns: [] })), [concern.id, merges]);
  const others = (village.data?.concerns ?? []).filter(({ id }) => id !== concern.id);
  const take = async (content) => {
    const taken = await send(content);
    if (taken) {
      announce(t(`concern.state.${taken.state}`));
      onTaken(taken);
    }
    return Boolean(taken);
  };
  return html`
    <div class="concern-open">
      <${Course} concern=${concern} photos=${(photos) => html`<${Photos} photos=${photos} />`} />
      <${Notices} concern=${concern} />
      ${concern.duplicate_ids.length > 0 && html`<p class="fine">${t('dashboard.concern.duplicates', { n: concern.duplicate_ids.length })}</p>`}
      ${problem && html`<p class="failure-text" role="alert">${problem}</p>`}
      <${NextSteps} key=${concern.state} concern=${concern} take=${take} Button=${Button} busy=${busy} others=${others} cancel=${t('dashboard.cancel')} />
    </div>`;
}

function Item({ concern, onTaken, isOpen = false }) {
  const { me } = useContext(Page);
  const [open, setOpen] = useState(isOpen);
  return html`
    <li class="concern" data-testid="concern" data-id=${concern.id} data-state=${concern.state}>
      <p class="concern-head">
        <strong>${t(`concern.kind.${concern.kind}`)}</strong>
        <${Tag} tone=${TONES[dueTone(concern, me.today)]}>${t(`concern.state.${concern.state}`)}<//>
        <span>${concern.village.name}</span>
        <span class="fine">${dueWords(concern, me.today)}</span></p>
      <p>${concern.text}</p>
      <p class="fine">${[aboutWords(concern), t('dashboard.concern.raised', { name: concern.raised_by.name, day: dayText(concern.raised_on), n: concern.age_days })]
        .filter(Boolean).join(' · ')}</p>
      <p><button type="button" class="button-quiet" aria-expanded=${String(open)} onClick=${() => setOpen(!open)} data-testid="concern-open">
        ${t(open ? 'dashboard.concern.close' : 'dashboard.concern.open')}</button></p>
      ${open && html`<${Open} concern=${concern} onTaken=${onTaken} />`}
    </li>`;
}

export function ConcernList({ division, shown, ages, asOf, onChanged }) {
  const [page, setPage] = useState(1);
  const source = useLoad(async () => {
    const query = { division: division.code, ...queryOf(shown, ages, asOf), page, page_size: PAGE_SIZE };
    const { data, headers } = await request('GET', '/concerns', { query });
    return { ...data, pages: pagesOf(headers) };
  }, [division.code, shown, asOf?.day, asOf?.month, page]);
  const taken = (concern) => {
    // What was just handled stays in sight, in its new state.
    source.change((old) => ({ ...old, concerns: old.concerns.map((one) => (one.id === concern.id ? concern : one)) }));
    onChanged();
  };
  return html`
    <${Loaded} source=${source} lines=${6}>
      ${({ concerns, pages }) => (concerns.length === 0
        ? html`<${Empty}>${t('dashboard.concern.none')}<//>`
        : html`
          <ul class="concerns">${concerns.map((one) => html`<${Item} key=${one.id} concern=${one} onTaken=${taken} />`)}</ul>
          <${Pager} page=${page} last=${pages.last} turn=${setPage} />`)}
    <//>`;
}

/** The one that an address names, opened. */
export function OneConcern({ id }) {
  const source = useLoad(() => get(`/concerns/${id}`), [id]);
  return html`<${Loaded} source=${source} lines=${6}>${(concern) => html`
    <ul class="concerns"><${Item} concern=${concern} onTaken=${(changed) => source.change(() => changed)} isOpen /></ul>`}<//>`;
}
