// The own diary: one page a day, filled in from the day's records; what was written, who read it, and a search.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { shortDay } from '/static/shared/dates.js';
import { listed, locale, t } from '/static/shared/i18n.js';
import { useAnswer, usePhone } from './context.js';
import { TakeFile } from './data.js';
import { DiaryForm, typedBefore, typedKey } from './diary-form.js';
import { Back, Button, Freshness, Problem } from './parts.js';
import { RecordPhotos } from './photo-field.js';
import { momentWords } from './words.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What is due, for the first view: a page of today that was begun and not submitted. */
export function todo({ userId, today }) {
  return typedBefore(userId, today) ? [{ key: 'diary', text: t('field.diary.todo'), href: `#diary/${today}` }] : [];
}

const underWay = (records) => records.filter(({ kind, state }) => kind.startsWith('diary') && state !== 'sent');

const useWords = () => useAnswer('terms/purpose', async () => (await get('/terms', { dictionary: 'purpose' })).terms).value ?? [];

function wordOf(words, key) {
  const found = words.find((one) => one.key === key);
  return found ? found[document.documentElement.lang.startsWith('en') ? 'en' : 'zh'] : key;
}

/** What the day's records say already. */
function Facts({ page, words }) {
  const visits = page.rounds.flatMap((round) => round.visits);
  const lines = [
    ...page.where.filter(({ place }) => place).slice(0, 1).map(({ place, at }) => t('field.diary.was_at', { place, when: momentWords(at) })),
    ...page.rounds.map(({ team, purposes, visits: met }) => t('field.diary.round', {
      count: met.length, names: listed(met.map(({ household }) => household.householder)),
      with: listed([...team, ...purposes.map((key) => wordOf(words, key))]),
    })),
    ...visits.filter(({ summary }) => summary).map(({ household, summary }) => t('field.diary.said', { name: household.householder, summary })),
    ...page.concerns.map(({ kind, text, state }) => t('field.diary.concern', { kind: t(`concern.kind.${kind}`), text, state: t(`concern.state.${state}`) })),
    ...page.receptions.map(({ question, answer }) => t('field.diary.reception', { question, answer: answer ?? '—' })),
    ...page.meetings.map(({ division, place, decisions }) => t('field.diary.meeting', { division, place: place ?? '—', decisions: decisions ?? '—' })),
  ];
  return html`
    <section class="panel" data-testid="diary-facts"><h2>${t('field.diary.facts')}</h2>
      ${lines.length ? html`<ul class="plain">${lines.map((line, index) => html`<li key=${index}>${line}</li>`)}</ul>`
        : html`<p class="quiet">${t('field.diary.no_facts')}</p>`}
      <p><a class="text-button" href="#concerns/new">${t('field.concerns.raise')}</a></p>
    </section>`;
}

function History({ id }) {
  const [state, setState] = useState({});
  const load = () => get(`/diary-entries/${id}/versions`).then(
    ({ versions }) => setState({ versions }), (error) => setState({ problem: error.message }));
  if (!state.versions) {
    return html`<${Problem}>${state.problem}<//><button type="button" class="text-button" onClick=${load}>${t('field.diary.history')}</button>`;
  }
  return html`<ol class="history" data-testid="diary-history">${state.versions.map((one) => html`
    <li key=${one.version}><small>${t('field.diary.until', { when: momentWords(one.replaced_at) })}</small><p class="long">${one.text}</p></li>`)}</ol>`;
}

function Entry({ entry, words, onEdit }) {
  return html`
    <article class="panel" data-testid="diary-entry" data-submitted=${String(Boolean(entry.submitted_at))}>
      <p class="record__head"><span class="quiet small">${momentWords(entry.captured_at)}</span>
        <span class="badge badge--${entry.submitted_at ? 'sent' : 'waiting'}">${t(entry.submitted_at ? 'field.diary.submitted' : 'field.diary.draft')}</span></p>
      <p class="long">${entry.text}</p>
      ${entry.work_types.length > 0 && html`<p class="quiet small">${listed(entry.work_types.map((key) => wordOf(words, key)))}</p>`}
      <${RecordPhotos} photos=${entry.photos} />
      <ul class="decisions" data-testid="diary-readings">${entry.readings.map((one) => html`
        <li key=${one.id}>${t(`field.diary.reading.${one.outcome}`, { name: one.by.name, when: momentWords(one.at) })}${one.note && html`<q>${one.note}</q>`}</li>`)}</ul>
      <div class="pair">
        ${entry.version > 1 && html`<${History} id=${entry.id} />`}
        <button type="button" class="text-button" onClick=${onEdit}>${t('field.diary.edit')}</button>
      </div>
    </article>`;
}

const OnThisPhone = ({ record }) => html`
  <article class="panel" data-testid="diary-here" data-state=${record.state}>
    <p class="record__head"><span>${t(`phone.kind.${record.kind}`)}</span>
      <a class="badge badge--${record.state}" href="#records">${t(`phone.records.state.${record.state}`)}</a></p>
    <p class="long">${(record.body ?? record.open_body).text}</p>
  </article>`;

function DayPage({ day }) {
  const { records, today, userId } = usePhone();
  const answer = useAnswer(`diary-days/${day}`, () => get(`/diary-days/${day}`));
  const words = useWords();
  const waiting = underWay(records).filter((record) => record.day === day);
  const [editing, setEditing] = useState(typedBefore(userId, day) ? 'new' : null);
  const page = answer.value;
  const entries = page?.entries ?? [];
  const draft = entries.find(({ submitted_at: submitted }) => !submitted);
  const begun = editing ?? entries.find((one) => typedBefore(userId, typedKey(day, one)))?.id ?? draft?.id ?? null;
  // An empty page is there to be written on; one with entries asks first.
  const writes = begun === 'new' || (!begun && !entries.length && !waiting.length);
  const done = () => { setEditing('none'); answer.reload(); };
  const isOpen = (entry) => begun === entry.id && !waiting.some(({ of }) => of === entry.id);
  return html`
    <div>
      <${Back} to="#diary" />
      <h2 class="day-title">${shortDay(day, locale())}${day === today && ` ${t('field.diary.today')}`}</h2>
      <${Freshness} answer=${answer} />
      ${page && html`<${Facts} page=${page} words=${words} />`}
      ${waiting.map((record) => html`<${OnThisPhone} key=${record.id} record=${record} />`)}
      ${entries.map((entry) => (isOpen(entry)
        ? html`<${DiaryForm} key=${entry.id} day=${day} entry=${entry} words=${words} onDone=${done} />`
        : html`<${Entry} key=${entry.id} entry=${entry} words=${words} onEdit=${() => setEditing(entry.id)} />`))}
      ${writes ? html`<${DiaryForm} key="new" day=${day} words=${words} onDone=${done} />`
        : html`<${Button} wide onClick=${() => setEditing('new')} data-testid="diary-more">${t('field.diary.more')}<//>`}
      ${entries.length > 0 && html`<${Papers} day=${day} />`}
    </div>`;
}

const PAPERS = ['peoples_diary', 'work_log', 'squatting_sheet'];

/** The page of a day as papers. */
const Papers = ({ day }) => html`
  <details class="panel"><summary>${t('field.diary.print')}</summary>
    ${PAPERS.map((kind) => html`<${TakeFile} key=${kind} path="/exports" body=${{ kind, day }} name=${`${day}-${kind}.docx`} testid=${`print-${kind}`}>${t(`field.diary.paper.${kind}`)}<//>`)}
  </details>`;

const Row = ({ entry }) => html`
  <li class="panel" data-testid="diary-row"><a class="line" href=${`#diary/${entry.day}`}>
    <span class="record__head"><strong>${shortDay(entry.day, locale())}</strong>
      <span class="badge badge--${entry.submitted_at ? 'sent' : 'waiting'}">${t(entry.submitted_at ? 'field.diary.submitted' : 'field.diary.draft')}</span></span>
    <span>${entry.excerpt}</span>
    ${entry.readings.length > 0 && html`<span class="quiet small">${t('field.diary.read', { names: listed([...new Set(entry.readings.map(({ by }) => by.name))]) })}</span>`}
  </a></li>`;

function Search({ onFound }) {
  const [problem, setProblem] = useState(null);
  const search = async (event) => {
    event.preventDefault();
    const q = new FormData(event.target).get('q').trim();
    setProblem(null);
    try {
      onFound(q ? (await get('/diary-entries', { own: true, q })).entries : null);
    } catch (error) {
      setProblem(error.message);
    }
  };
  return html`
    <form class="search" role="search" onSubmit=${search}>
      <input type="search" name="q" maxlength="200" aria-label=${t('field.diary.search')} placeholder=${t('field.diary.search_hint')} />
      <${Button} type="submit">${t('field.diary.search')}<//>
    </form><${Problem}>${problem}<//>`;
}

function List() {
  const { today, records } = usePhone();
  const answer = useAnswer('diary-entries', async () => (await get('/diary-entries', { own: true })).entries);
  const [found, setFound] = useState(null);
  const shown = found ?? answer.value ?? [];
  return html`
    <div>
      <a class="weui-btn weui-btn_primary" href=${`#diary/${today}`} data-testid="diary-today">${t('field.diary.write')}</a>
      <${Search} onFound=${setFound} />
      ${!found && html`<${Freshness} answer=${answer} />`}
      ${underWay(records).map((record) => html`<${OnThisPhone} key=${record.id} record=${record} />`)}
      <ul class="plain-list">${shown.map((entry) => html`<${Row} key=${entry.id} entry=${entry} />`)}</ul>
      ${!shown.length && (found || answer.value) && html`<p class="empty">${t(found ? 'field.diary.not_found' : 'field.diary.none')}</p>`}
    </div>`;
}

/** #diary, #diary/2026-11-22. */
export const Diary = ({ rest: [day] }) => (DAY.test(day ?? '') ? html`<${DayPage} day=${day} />` : html`<${List} />`);
