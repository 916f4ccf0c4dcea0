// Reading the diary: what waits to be read, page after page by one key; a sample by chance; the search. Never by person.
import { html, useContext, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { CONCERN_KINDS } from '../shared/concern.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { useSending } from '../shared/sending.js';
import { go } from './address.js';
import { DiarySearch } from './diary-search.js';
import { EntryText } from './diary-text.js';
import { announce, Empty, Loaded } from './parts.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

const SHOWN = ['unread', 'sample', 'search'];
const SAMPLE = 5;
const SAMPLE_DAYS = 30;

/** Read, please follow up, or make it a concern; `form` is which of them asks for words. */
function Outcome({ entry, form, setForm, onRead }) {
  const { send, busy, problem } = useSending('/diary-readings', { dated: false });
  const concernId = useRef(newId()).current;
  const take = async (content) => {
    if (await send({ entry_id: entry.id, ...content })) {
      announce(t(`dashboard.reading.done.${content.outcome}`));
      onRead();
    }
  };
  const submit = (event) => {
    event.preventDefault();
    const { note, kind, text } = Object.fromEntries(new FormData(event.target));
    take(form === 'follow_up' ? { outcome: form, note } : { outcome: form, concern: { id: concernId, kind, text } });
  };
  return html`
    <div class="special-read">
      <div class="buttons">
        <button type="button" class="button button-main" disabled=${busy} onClick=${() => take({ outcome: 'read' })} data-testid="diary-read">${t('dashboard.reading.read')}</button>
        ${['follow_up', 'concern'].map((name) => html`
          <button key=${name} type="button" class="button" aria-expanded=${String(form === name)} data-testid=${`diary-${name}`}
            onClick=${() => setForm(form === name ? null : name)}>${t(`dashboard.reading.${name}`)}</button>`)}
      </div>
      ${form && html`
        <form class="form" onSubmit=${submit} data-testid="diary-outcome">
          ${form === 'concern' && html`<label>${t('dashboard.reading.kind')}<select name="kind" required>${CONCERN_KINDS.map((kind) => html`
            <option key=${kind} value=${kind}>${t(`concern.kind.${kind}`)}</option>`)}</select></label>`}
          <label>${t(form === 'concern' ? 'dashboard.reading.text' : 'dashboard.reading.note')}
            <textarea name=${form === 'concern' ? 'text' : 'note'} rows="3" maxlength="1000" required></textarea></label>
          <button class="button button-main" disabled=${busy}>${t('dashboard.reading.send')}</button>
        </form>`}
      ${problem && html`<p class="failure-text" role="alert">${problem}</p>`}
    </div>`;
}

/** Entries one at a time: J or → the next, K or ← the one before, R read. */
function Reader({ entries, head, onRead, onEnd }) {
  const { me } = useContext(Page);
  const [at, setAt] = useState(0);
  const [form, setForm] = useState(null);
  const [read, setRead] = useState(() => new Set());
  const buttons = useRef(null);
  const entry = entries[Math.min(at, entries.length - 1)];
  const move = (step) => {
    setForm(null);
    if (at + step >= entries.length) onEnd?.(entry);
    else setAt(Math.max(0, at + step));
  };
  const done = () => {
    setRead((old) => new Set([...old, entry.id]));
    onRead?.();
    move(1);
  };
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, textarea, select, dialog')) return;
      const key = event.key.toLowerCase();
      if (key === 'j' || key === 'arrowright') move(1);
      else if (key === 'k' || key === 'arrowleft') move(-1);
      else if (key === 'r') buttons.current?.querySelector('[data-testid="diary-read"]')?.click();
      else if (key === 'f') setForm('follow_up');
      else if (key === 'c') setForm('concern');
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
  const isOwn = entry.cadre.id === me.cadre?.id;
  return html`
    <div ref=${buttons}>
      <p class="fine">${head} · ${t('dashboard.reading.keys')}</p>
      <${EntryText} key=${entry.id} entry=${entry} />
      ${!isOwn && !read.has(entry.id) && html`<${Outcome} key=${`form ${entry.id}`} entry=${entry} form=${form} setForm=${setForm} onRead=${done} />`}
      <div class="buttons">
        <button type="button" class="button" disabled=${at === 0} onClick=${() => move(-1)}>${t('dashboard.reading.before')}</button>
        <button type="button" class="button" onClick=${() => move(1)} data-testid="diary-next">${t('dashboard.reading.next')}</button>
      </div>
    </div>`;
}

function Queue({ division }) {
  const [after, setAfter] = useState(null);
  const source = useLoad(() => get('/unread-diary-entries', { division: division.code, ...(after && { after }) }), [division.code, after]);
  const [gone, setGone] = useState(0);
  useEffect(() => setGone(0), [source.data]);
  // What was skipped comes again from the beginning, once the end is reached.
  const end = (entry) => (source.data.entries.length < 20 && !after ? source.reload() : setAfter(source.data.entries.length < 20 ? null : entry.id));
  return html`
    <${Loaded} source=${source} lines=${6}>
      ${({ unread, entries }) => html`
        <p class="diary-unread" data-testid="diary-unread">${t('dashboard.reading.unread', { count: unread - gone })}</p>
        ${entries.length === 0 ? html`<${Empty}>${t('dashboard.reading.none')}<//>` : html`
          <${Reader} key=${entries[0].id} entries=${entries} head=${division.name} onRead=${() => setGone((count) => count + 1)} onEnd=${end} />`}`}<//>`;
}

function Sample({ division }) {
  const { me } = useContext(Page);
  const [state, setState] = useState({});
  const draw = async () => {
    setState({ busy: true });
    const from = new Date(Date.parse(me.today) - SAMPLE_DAYS * 24 * 3600 * 1000).toISOString().slice(0, 10);
    try {
      const body = { id: newId(), division_code: division.code, from_on: from, to_on: me.today, size: SAMPLE };
      setState({ sample: await post('/diary-samples', body) });
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  const { sample } = state;
  return html`
    <p><button type="button" class="button button-main" disabled=${state.busy} onClick=${draw} data-testid="diary-draw">
      ${t('dashboard.reading.draw', { size: SAMPLE, days: SAMPLE_DAYS })}</button></p>
    ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    ${sample && html`<p class="fine" data-testid="diary-drawn">${t('dashboard.reading.drawn', { count: sample.entries.length, population: sample.population, seed: sample.seed })}</p>`}
    ${sample && (sample.entries.length ? html`<${Reader} key=${sample.id} entries=${sample.entries} head=${division.name} />`
      : html`<${Empty}>${t('dashboard.reading.nothing')}<//>`)}`;
}

const PARTS = { unread: Queue, sample: Sample, search: DiarySearch };

/** `state` in the address is which part is shown. */
export function DiaryView({ trail }) {
  const { address } = useContext(Page);
  const division = trail.at(-1);
  const shown = SHOWN.includes(address.state) ? address.state : SHOWN[0];
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.reading.title', { name: division.name })}</h1></div>
      <div class="segments" role="group" aria-label=${t('dashboard.concern.shown')}>
        ${SHOWN.map((name) => html`
          <button key=${name} type="button" class="segment" aria-pressed=${String(shown === name)} data-testid=${`diary-part-${name}`}
            onClick=${() => go({ ...address, state: name === SHOWN[0] ? undefined : name })}>${t(`dashboard.reading.part.${name}`)}</button>`)}
      </div>
      <${PARTS[shown]} key=${shown} division=${division} />
    </section>`;
}
