// The notices behind a number, what is due first.
import { html, useContext } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { AsOf } from './as-of.js';
import { dayText } from './dates.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { Page, supervisesThere } from './scope.js';

const PAGE_SIZE = 50;
/** Kinds of lists, the first without a word in the address; drafts are their issuers' alone. */
const LISTS = ['open', 'overdue', 'reissued', 'escalated', 'draft', 'over'];
/** Lists that a day may be asked for beside all that was in course; what is due soon has no button of its own. */
const OF_DAY = ['overdue', 'due_soon', 'reissued', 'escalated'];
const STATES = ['drafted', 'cancelled', 'reviewed', 'issued', 'served', 'reported', 'returned', 'reinspected', 'struck_off', 'archived'];
const TONES = { drafted: 'calm', reviewed: 'wait', cancelled: 'calm', issued: 'wait', served: 'calm', reported: 'wait', returned: 'warn', reinspected: 'wait',
  escalated: 'bad', struck_off: 'good', archived: 'good' };

export const noticeTone = (notice) => (notice.is_overdue ? 'bad' : TONES[notice.state]);

/** 「12月1日到期，已逾期 3 天」 where the village has to act. */
export function dueText(notice) {
  const { days_left: left } = notice;
  const day = dayText(notice.due_on);
  if (notice.is_overdue) return t('dashboard.supervision.due.over', { day, n: -left });
  if (left === null || left < 0) return t('dashboard.supervision.due.day', { day });
  return left === 0 ? t('dashboard.supervision.due.today') : t('dashboard.supervision.due.left', { day, n: left });
}

function Row({ notice }) {
  const { address } = useContext(Page);
  return html`
    <tr data-testid="notice" data-id=${notice.id} data-state=${notice.state} data-overdue=${String(notice.is_overdue)}>
      <th scope="row"><${Link} to=${{ view: 'notices', division: address.division, notice: notice.id }}>${notice.title}<//>
        <small class="fine">${notice.label ?? t('dashboard.supervision.no_number')}</small></th>
      <td data-label=${t('dashboard.supervision.village')}>${notice.village.name}</td>
      <td data-label=${t('dashboard.supervision.state')}><${Tag} tone=${noticeTone(notice)}>${t(`supervision.state.${notice.state}`)}<//>
        ${notice.reissues > 0 && html` <${Tag} tone="warn">${t('dashboard.supervision.reissued_n', { n: notice.reissues })}<//>`}</td>
      <td data-label=${t('dashboard.supervision.due_on')}>${dueText(notice)}</td>
      <td data-label=${t('dashboard.supervision.owner')}>${notice.owner.name}</td>
    </tr>`;
}

export function NoticeList({ division }) {
  const { address, me } = useContext(Page);
  const lists = LISTS.filter((name) => name !== 'draft' || supervisesThere(me, division));
  const shown = [...lists, 'due_soon', ...STATES].includes(address.state) ? address.state : lists[0];
  const page = Math.max(1, Number(address.page) || 1);
  const { day } = address;
  const wanted = day ? { open_on: day, state: OF_DAY.includes(shown) ? shown : undefined } : { state: shown };
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/supervision-notices', { query: { division: division.code, ...wanted, page, page_size: PAGE_SIZE } });
    return { ...data, last: pagesOf(headers).last };
  }, [division.code, shown, day, page]);
  const move = (change) => go({ ...address, page: undefined, ...change });
  return html`
    <section class="card concern-card" aria-busy=${source.busy}>
      <div class="card-head">
        <h2>${t([...lists, 'due_soon'].includes(shown) ? `dashboard.supervision.list.${shown}` : `supervision.state.${shown}`)}</h2>
        <div class="segments" role="group" aria-label=${t('dashboard.supervision.shown')}>${lists.map((name) => html`
          <button key=${name} type="button" class="segment" aria-pressed=${String(shown === name && !day)} data-testid=${`notices-${name}`}
            onClick=${() => move({ day: undefined, state: name === lists[0] ? undefined : name })}>${t(`dashboard.supervision.list.${name}`)}</button>`)}</div>
      </div>
      ${day && html`<${AsOf} day=${day} />`}
      <${Loaded} source=${source} lines=${5}>${({ notices, last }) => (notices.length === 0
        ? html`<${Empty}>${t('dashboard.supervision.none')}<//>`
        : html`
          <div class="table-frame"><table class="month-table notices" data-testid="notice-list">
            <thead><tr>${['matter', 'village', 'state', 'due_on', 'owner'].map((name) => html`<th key=${name} scope="col">${t(`dashboard.supervision.${name}`)}</th>`)}</tr></thead>
            <tbody>${notices.map((one) => html`<${Row} key=${one.id} notice=${one} />`)}</tbody></table></div>
          <${Pager} page=${page} last=${last} turn=${(to) => move({ page: to })} />`)}<//>
    </section>`;
}
