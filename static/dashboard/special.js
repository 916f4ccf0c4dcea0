// Special reports, good practices and stability clues: what was not read yet, the oldest first, and all of them.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { useSending } from '../shared/sending.js';
import { go } from './address.js';
import { dayText, instantText } from './dates.js';
import { ExportTable } from './export.js';
import { announce, Empty, Loaded, Tag } from './parts.js';
import { photoPath } from './photo.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

const SHOWN = ['unread', 'all'];
const KINDS = ['', 'public_opinion', 'committee_work', 'good_practice', 'stability_clue'];

/** Say that it was read, with a line to its author; a good practice may be shown to every cadre of the own division. */
function ReadForm({ report, onRead }) {
  const { send, busy, problem } = useSending(`/special-reports/${report.id}/readings`, { dated: false });
  const read = async (event) => {
    event.preventDefault();
    const note = new FormData(event.target).get('note').trim();
    const shares = event.submitter?.value === 'share';
    const answer = await send({ ...(note && { note }), ...(shares && { is_shared: true }) });
    if (answer) {
      announce(t('dashboard.special.read'));
      onRead(answer);
    }
  };
  return html`
    <form class="special-read" onSubmit=${read} data-testid="read-form">
      <label>${t('dashboard.special.note')}<input type="text" name="note" maxlength="500" /></label>
      <div class="buttons">
        <button class="button button-main" disabled=${busy} value="read" data-testid="read">${t(report.is_read ? 'dashboard.special.write' : 'dashboard.special.mark')}</button>
        ${report.kind === 'good_practice' && !report.shared_with && html`
          <button class="button" disabled=${busy} value="share" data-testid="share">${t('dashboard.special.share')}</button>`}
      </div>
      ${problem && html`<p class="failure-text" role="alert">${problem}</p>`}
    </form>`;
}

function Text({ id, isOwn, onRead }) {
  const source = useLoad(() => get(`/special-reports/${id}`), [id]);
  const read = (report) => {
    source.change(() => report);
    onRead(report);
  };
  return html`
    <${Loaded} source=${source}>
      ${(report) => html`
        <article class="special-text" data-testid="special-text">
          <p class="long">${report.text}</p>
          ${report.photos.filter((one) => one.has_come).map(({ sha256 }) => html`
            <a key=${sha256} class="errand-photo" href=${photoPath(sha256, 'view')} target="_blank" rel="noopener">
              <img src=${photoPath(sha256, 'thumb')} alt=${t('dashboard.concern.photo')} loading="lazy" /></a>`)}
          <ul class="decisions">${report.readings.map((one) => html`
            <li key=${one.at}>${t('dashboard.special.read_by', { name: one.by.name, when: instantText(one.at) })}
              ${one.note && html`<p class="decision-reason">${one.note}</p>`}</li>`)}</ul>
          ${!isOwn && html`<${ReadForm} key=${report.readings.length} report=${report} onRead=${read} />`}
        </article>`}<//>`;
}

function Item({ report, onRead }) {
  const { me } = useContext(Page);
  const [open, setOpen] = useState(false);
  return html`
    <li class="concern" data-testid="special" data-id=${report.id} data-read=${String(report.is_read)}>
      <p class="concern-head"><strong>${report.title}</strong>
        <${Tag} tone=${report.kind === 'stability_clue' ? 'warn' : 'calm'}>${t(`concern.report.${report.kind}`)}<//>
        ${!report.is_read && html`<${Tag} tone="wait">${t('dashboard.special.new')}<//>`}
        ${report.shared_with && html`<${Tag} tone="good">${t('dashboard.special.shared', { name: report.shared_with.name })}<//>`}</p>
      <p class="fine">${report.village.name} · ${report.author.name} · ${dayText(report.day)}</p>
      <p><button type="button" class="button-quiet" aria-expanded=${String(open)} onClick=${() => setOpen(!open)} data-testid="special-open">
        ${t(open ? 'dashboard.concern.close' : 'dashboard.special.open')}</button></p>
      ${open && html`<${Text} id=${report.id} isOwn=${report.author.id === me.id} onRead=${onRead} />`}
    </li>`;
}

/** Reports below the division; `state` in the address is what is shown. */
export function SpecialView({ trail }) {
  const { address } = useContext(Page);
  const [kind, setKind] = useState('');
  const division = trail.at(-1);
  const shown = SHOWN.includes(address.state) ? address.state : SHOWN[0];
  const query = { kind: kind || undefined, unread: shown === 'unread' || undefined };
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/special-reports', { query: { division: division.code, ...query, page_size: 200 } });
    return { ...data, pages: pagesOf(headers) };
  }, [division.code, shown, kind]);
  const read = (report) => source.change((old) => ({ ...old, reports: old.reports.map((one) => (one.id === report.id ? report : one)) }));
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.special.title', { name: division.name })}</h1>
        <label class="inline-field">${t('dashboard.special.kind')}
          <select value=${kind} onChange=${(event) => setKind(event.target.value)} data-testid="special-kind">${KINDS.map((one) => html`
            <option key=${one} value=${one}>${one ? t(`concern.report.${one}`) : t('dashboard.special.any')}</option>`)}</select></label>
        <${ExportTable} key=${`${kind} ${shown}`} kind="special_reports" division=${division} filters=${query} /></div>
      <div class="segments" role="group" aria-label=${t('dashboard.concern.shown')}>
        ${SHOWN.map((name) => html`
          <button key=${name} type="button" class="segment" aria-pressed=${String(shown === name)} data-testid=${`special-${name}`}
            onClick=${() => go({ ...address, state: name === SHOWN[0] ? undefined : name })}>${t(`dashboard.special.list.${name}`)}
            ${name === 'unread' && shown === 'unread' && source.data && ` ${source.data.pages.total ?? ''}`}</button>`)}
      </div>
      <${Loaded} source=${source} lines=${6}>
        ${({ reports }) => (reports.length === 0
          ? html`<${Empty}>${t(`dashboard.special.none.${shown}`)}<//>`
          : html`<ul class="concerns">${reports.map((one) => html`<${Item} key=${one.id} report=${one} onRead=${read} />`)}</ul>`)}<//>
    </section>`;
}
