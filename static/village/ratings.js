// Villagers' ratings in this village: the poster's code, how many took part, and each question as somebody here says it.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { get, remove, request } from '../shared/api.js';
import { dayRange, shortDay } from '../shared/dates.js';
import { locale, t } from '../shared/i18n.js';
import { failureText, useLoad } from '../shared/loading.js';
import { useVillage } from './context.js';
import { announce, Loaded, percent, Problem } from './parts.js';
import { canRecord, listen, MOST_BYTES, MOST_SECONDS } from './recorder.js';

const SEND_MS = 120 * 1000;

/** Record, or choose a file; `send(blob)` is told of what was heard. */
function Recorder({ busy, has, send, say }) {
  // The seconds that were heard so far; null while nobody is listened to.
  const [heard, setHeard] = useState(null);
  const running = useRef(null);
  // Whoever leaves the page is not listened to any longer.
  useEffect(() => () => running.current?.stop(), []);
  useEffect(() => {
    if (heard === null) return undefined;
    const timer = setTimeout(() => setHeard(heard + 1), 1000);
    return () => clearTimeout(timer);
  }, [heard]);
  const record = async () => {
    say(null);
    try {
      running.current = await listen();
    } catch {
      say(t('village.rating.no_microphone'));
      return;
    }
    setHeard(0);
    try {
      await send(await running.current.done);
    } catch {
      say(t('village.rating.no_microphone'));
    } finally {
      running.current = null;
      setHeard(null);
    }
  };
  const choose = ({ target }) => {
    const [file] = target.files;
    // The same file may be chosen again.
    target.value = '';
    if (file) send(file);
  };
  if (heard !== null && !busy) {
    return html`
      <p role="status">${t('village.rating.listening', { seconds: MOST_SECONDS })}</p>
      <p role="timer" data-testid="record-heard">${t('village.rating.heard', { seconds: heard })}</p>
      <button type="button" class="button button-bad wide" onClick=${() => running.current?.stop()} data-testid="record-stop">${t('village.rating.stop')}</button>`;
  }
  return html`
    <div class="pair">
      ${canRecord() && html`
        <button type="button" class="button" disabled=${busy} onClick=${record} data-testid="record">${t(has ? 'village.rating.record_again' : 'village.rating.record')}</button>`}
      <label class="button">${t('village.rating.choose')}
        <input type="file" accept="audio/*" class="heard-only" disabled=${busy} onChange=${choose} data-testid="record-choose" /></label>
    </div>`;
}

function Question({ path, question, id, may, onChange }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const ask = async (how, done) => {
    setBusy(true);
    setProblem(null);
    try {
      await how();
      announce(done);
      onChange();
    } catch (error) {
      setProblem(failureText(error));
    }
    setBusy(false);
  };
  const send = (blob) => {
    if (blob.size === 0) {
      setProblem(t('village.rating.nothing_heard'));
      return null;
    }
    if (blob.size > MOST_BYTES) {
      setProblem(t('village.rating.too_large'));
      return null;
    }
    return ask(() => request('PUT', path, { raw: blob, timeoutMs: SEND_MS }), t('village.rating.kept'));
  };
  return html`
    <section class="panel" data-testid="rating-question" data-question=${question.key} data-heard=${String(Boolean(id))} aria-busy=${String(busy)}>
      <h3>${question.text}</h3>
      <p class="quiet">${question.answers.map(({ text }) => text).join(' · ')}</p>
      ${id
        ? html`<audio key=${id} class="wide" controls preload="none" src=${`/api/v1/recordings/${id}`} aria-label=${t('village.rating.hear', { question: question.text })} data-testid="recording"></audio>`
        : html`<p class="quiet">${t('village.rating.not_heard')}</p>`}
      ${may && html`<${Recorder} busy=${busy} has=${Boolean(id)} send=${send} say=${setProblem} />`}
      ${may && id && html`
        <button type="button" class="text-button" disabled=${busy} onClick=${() => ask(() => remove(path), t('village.rating.deleted'))} data-testid="record-delete">
          ${t('village.rating.delete')}</button>`}
      <p class="quiet" role="status">${busy ? t('village.rating.sending') : ''}</p>
      <${Problem}>${problem}<//>
    </section>`;
}

function Part({ part }) {
  if (part.ballots === null) return html`<p class="quiet" data-testid="participation">${t('village.rating.part_unknown')}</p>`;
  const words = { ballots: part.ballots, households: part.households, share: percent(part.share), day: shortDay(part.through_on, locale()) };
  return html`<p data-testid="participation">${t('village.rating.part', words)}</p>`;
}

function Campaign({ campaign }) {
  const { village } = useVillage();
  const path = `/rating-campaigns/${campaign.id}/villages`;
  const source = useLoad(() => get(path, { village: village.code }), [campaign.id, village.code]);
  return html`
    <${Loaded} source=${source}>${({ villages: [here] }) => here && html`
      <section class="panel" data-testid="rating">
        <h2>${campaign.title}</h2>
        <p>${dayRange(campaign.first_on, campaign.last_on, locale())}</p>
        <${Part} part=${here.participation} />
        ${here.open_address && html`
          <figure class="poster"><img src=${here.open_qr_svg_data_uri} alt=${t('village.rating.poster_alt')} data-testid="poster" />
            <figcaption><span>${t('village.rating.poster')}</span>
              <code data-testid="poster-code">${here.open_code_groups.join(' ')}</code></figcaption></figure>`}
        <p class="quiet">${t('village.rating.hands_off')}</p>
      </section>
      ${here.may_record && html`<p class="quiet">${t('village.rating.why_record')}</p>`}
      ${campaign.questions.map((question) => html`
        <${Question} key=${question.key} path=${`${path}/${village.code}/recordings/${question.key}`} question=${question}
          id=${here.recording_ids[question.key]} may=${here.may_record} onChange=${source.reload} />`)}`}<//>`;
}

/** #ratings: what goes on now. */
export function RatingsView() {
  const { village } = useVillage();
  const source = useLoad(() => get('/rating-campaigns', { division: village.code, state: 'open' }), [village.code]);
  return html`
    <${Loaded} source=${source}>${({ rating_campaigns: campaigns }) => (campaigns.length
      ? campaigns.map((one) => html`<${Campaign} key=${one.id} campaign=${one} />`)
      : html`<p class="empty" data-testid="no-ratings">${t('village.rating.none')}</p>`)}<//>`;
}
