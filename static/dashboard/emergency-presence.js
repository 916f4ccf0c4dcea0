// Who of those posted has told on a day of an emergency duty, village by village in roster order; and how whoever has no phone does.
import { html, useContext, useEffect } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { dayOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { dayText, fullDay, timeText } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { Page } from './scope.js';
import { count } from './words.js';

const PAGE_SIZE = 50;
/** Whoever waits for word does not want to load the page again and again. */
const LOOK_EVERY_MS = 60 * 1000;
const MISSING = 'missing';

/** Leave alone is a reason to wait for nobody; an errand is told beside the word, or beside that there is none. */
function Word({ row }) {
  if (!row.reported_at && row.leave) return html`<${Tag}>${t(`leave.kind.${row.leave}`)}<//>`;
  const away = row.leave ?? row.errand;
  return html`${row.reported_at
    ? html`<${Tag} tone="good">${t('dashboard.emergency.told_at', { time: timeText(row.reported_at) })}<//>`
    : html`<${Tag} tone="wait">${t('dashboard.emergency.no_word')}<//>`}
    ${away && html` <span class="fine" data-testid="away">${t(`leave.kind.${away}`)}</span>`}`;
}

function Village({ one, onlyMissing, month }) {
  const rows = one.cadres.filter((row) => !onlyMissing || (!row.reported_at && !row.leave));
  return html`
    <tbody data-testid="presence-village" data-code=${one.village.code}>
      <tr class="duty-village"><th scope="rowgroup" colspan="3">${one.village.name}
        <small>${t('dashboard.emergency.told_of', { reported: count(one.reported), posted: count(one.posted) })}</small></th></tr>
      ${rows.map((row) => html`
        <tr key=${row.cadre.id} data-testid="presence" data-cadre=${row.cadre.id} data-told=${String(Boolean(row.reported_at))}>
          <th scope="row"><${Link} to=${{ division: one.village.code, month, cadre: row.cadre.id }}>${row.cadre.name}<//></th>
          <td data-label=${t('dashboard.emergency.word')}><${Word} row=${row} /></td>
          <td data-label=${t('dashboard.emergency.manner')}>${row.reported_at
            ? html`${t(`dashboard.kind.${row.kind}`)} <small class="fine">${t(`verdict.${row.verdict}`)}</small>` : '—'}</td>
        </tr>`)}
    </tbody>`;
}

/** The days that have come: whoever watches through a night is offered the new one. */
function Days({ answer, choose }) {
  const today = dayOf(Date.now());
  const days = answer.days.filter((day) => day <= today || day === answer.day);
  if (days.length < 2) return null;
  return html`
    <div class="segments" role="group" aria-label=${t('dashboard.emergency.days')}>${days.map((day) => html`
      <button key=${day} type="button" class="segment" aria-pressed=${String(day === answer.day)} onClick=${() => choose(day)} data-testid="duty-day">${dayText(day)}</button>`)}</div>`;
}

/** `onChanged` is told when the server has the duty in another state than the page: ended elsewhere, or begun meanwhile. */
export function Presence({ duty, division, onChanged }) {
  const { address } = useContext(Page);
  const onlyMissing = address.state === MISSING;
  const page = Math.max(1, Number(address.page) || 1);
  const asked = { day: address.day, missing: onlyMissing || undefined };
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', `/emergency-duties/${duty.id}/presence`, { query: { division: division.code, ...asked, page, page_size: PAGE_SIZE } });
    return { ...data, last: pagesOf(headers).last };
  }, [duty.id, duty.version, duty.state, division.code, address.day, onlyMissing, page]);
  useEffect(() => {
    if (duty.state === 'over') return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && source.reload(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [duty.id, duty.state]);
  const told = source.data?.duty;
  useEffect(() => {
    if (told && (told.version !== duty.version || told.state !== duty.state)) onChanged();
  }, [told, duty.version, duty.state]);
  const move = (change) => go({ ...address, page: undefined, ...change }, { replace: true });
  const last = source.data?.last;
  // The list of those without word grows shorter by itself: what was its last page may lie beyond its end.
  useEffect(() => {
    if (last >= 1 && page > last) move({ page: last });
  }, [source.data, page]);
  return html`
    <section class="card duty-presence" aria-busy=${source.busy}>
      <${Loaded} source=${source} lines=${6}>${(answer) => html`
        <div class="card-head">
          <h2>${t('dashboard.emergency.presence', { day: fullDay(answer.day) })}</h2>
          <label class="inline-field"><input type="checkbox" checked=${onlyMissing} data-testid="only-missing"
            onChange=${(event) => move({ state: event.target.checked ? MISSING : undefined })} /> ${t('dashboard.emergency.only_missing')}</label>
          <${ExportTable} key=${`${answer.day} ${onlyMissing}`} kind="emergency_presence" division=${division} filters=${{ ...asked, duty_id: duty.id, day: answer.day }} />
        </div>
        <${Days} answer=${answer} choose=${(day) => move({ day })} />
        <p role="status" data-testid="told-count">${t('dashboard.emergency.told_all', { reported: count(answer.reported), posted: count(answer.posted) })}
          ${answer.on_leave > 0 && ` ${t('dashboard.emergency.on_leave', { n: count(answer.on_leave) })}`}</p>
        <p class="fine">${t('dashboard.emergency.telephone')}</p>
        ${answer.villages.length === 0 && answer.reported + answer.on_leave >= answer.posted
          && html`<${Empty}>${t(answer.posted ? 'dashboard.emergency.all_told' : 'dashboard.emergency.nobody')}<//>`}
        ${answer.villages.length > 0 && html`
            <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.emergency.presence', { day: fullDay(answer.day) })}>
              <table class="month-table presence-table" data-testid="presence-table">
                <thead><tr><th scope="col">${t('dashboard.emergency.person')}</th><th scope="col">${t('dashboard.emergency.word')}</th><th scope="col">${t('dashboard.emergency.manner')}</th></tr></thead>
                ${answer.villages.map((one) => html`<${Village} key=${one.village.code} one=${one} onlyMissing=${onlyMissing} month=${answer.day.slice(0, 7)} />`)}
              </table></div>`}
        <${Pager} page=${page} last=${answer.last} turn=${(to) => move({ page: to })} />`}<//>
    </section>`;
}
