// Supervision notices to the cadre's villages: signed for, answered with photos, more time asked for; also without a network.
import { html, useMemo, useState } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { t } from '/static/shared/i18n.js';
import { newId } from '/static/shared/ids.js';
import {
  dueFirst, isLateNotice, isOver, NoticeCourse, noticeDueWords, NoticePaper, NoticeSteps, noticeTone, waitsForVillage,
} from '/static/shared/supervision.js';
import { useAnswer, usePhone } from './context.js';
import { useRows } from './kept.js';
import { Back, Button, Freshness, Waiting } from './parts.js';
import { PhotoField, RecordPhotos } from './photo-field.js';

/** Steps that lie on this phone and have not reached the server, by their notice, the newest last. */
const pendingOf = (records, id) => records.filter(({ kind, state, of }) => kind === 'notice_step' && of === id && state !== 'sent').reverse();

/** What is due, for the first view: notices that are late, to be signed for, or to be answered. */
export async function todo({ store, userId, today, records }) {
  const open = (await store.rows(userId, 'supervision_notice')).filter((one) => waitsForVillage(one) && !pendingOf(records, one.id).length);
  const late = open.filter((one) => isLateNotice(one, today));
  const rest = open.filter((one) => !late.includes(one));
  const way = (notices) => (notices.length === 1 ? `#notices/${notices[0].id}` : '#notices');
  return [
    late.length && { key: 'notices-late', text: t('field.notices.todo_late', { count: late.length }), href: way(late), urgent: true },
    rest.length && { key: 'notices-open', text: t('field.notices.todo_open', { count: rest.length }), href: way(rest) },
  ].filter(Boolean);
}

const Tag = ({ notice }) => html`<span class=${`badge badge--${noticeTone(notice, usePhone().today)}`}>${t(`supervision.state.${notice.state}`)}</span>`;

const OnThisPhone = ({ record }) => html`<a class="badge badge--${record.state}" href="#records">${t(`phone.records.state.${record.state}`)}</a>`;

function Line({ notice }) {
  const { records, today } = usePhone();
  const late = isLateNotice(notice, today);
  const pending = pendingOf(records, notice.id).at(-1);
  return html`
    <li class="panel" data-testid="notice" data-state=${pending ? pending.state : notice.state} data-late=${String(late)}>
      <a class="line" href=${`#notices/${notice.id}`}>
        <strong>${notice.title}</strong>
        <span><${Tag} notice=${notice} /></span>
        <span class=${late ? 'late small' : 'quiet small'}>${noticeDueWords(notice, today)}</span>
        <span class="quiet small">${notice.village.name} ${notice.label}</span></a>
      ${pending && html`<p><${OnThisPhone} record=${pending} /></p>`}
    </li>`;
}

function List() {
  const rows = useRows('supervision_notice');
  return html`
    <div>
      ${!rows && html`<${Waiting} />`}
      <ul class="plain-list">${rows && dueFirst(rows).map((notice) => html`<${Line} key=${notice.id} notice=${notice} />`)}</ul>
      ${rows?.length === 0 && html`<p class="empty">${t('field.notices.none')}</p>`}
    </div>`;
}

/** Signed for here and not sent yet: the answer may follow at once, since both travel in this order. */
const after = (notice, pending) => (pending.at(-1)?.body.step === 'served'
  ? { ...notice, next_steps: [{ step: 'reported' }, { step: 'extension_asked' }] } : notice);

function One({ notice }) {
  const { outbox, records, sender, today } = usePhone();
  const [photos, setPhotos] = useState([]);
  const pending = pendingOf(records, notice.id);
  const late = isLateNotice(notice, today);
  // One for each turn, so that a second tap is the same step.
  const stepId = useMemo(newId, [notice.version, pending.length]);
  const take = async (content) => {
    await outbox.add('notice_step', {
      notice_id: notice.id, ...content, ...(content.step === 'reported' && photos.length && { photos }), captured_at: new Date().toISOString(),
    }, { id: stepId, of: notice.id });
    setPhotos([]);
    sender.send();
  };
  const mayGoOn = !pending.length || pending.at(-1).body.step === 'served';
  return html`
    <section class="panel" data-testid="notice" data-state=${pending.length ? pending.at(-1).state : notice.state} data-late=${String(late)}>
      <h2>${notice.title} <${Tag} notice=${notice} /></h2>
      <p class="quiet small">${notice.village.name} ${notice.label}</p>
      <p class=${late ? 'late' : ''}>${noticeDueWords(notice, today)}</p>
      ${pending.map((record) => html`<p key=${record.id}>${t(`supervision.step.${record.body.step}`)} <${OnThisPhone} record=${record} /></p>`)}
      ${mayGoOn && !isOver(notice) && html`
        <${NoticeSteps} key=${`${notice.version} ${pending.length}`} notice=${after(notice, pending)} today=${today} take=${take} Button=${Button} cancel=${t('phone.cancel')}
          photos=${html`<${PhotoField} value=${photos} onChange=${setPhotos} label=${t('field.notices.photos')} />`} />`}
      <${NoticePaper} notice=${notice} />
    </section>
    <section class="panel"><h2>${t('supervision.answer.course')}</h2>
      <${NoticeCourse} notice=${notice} photos=${(list) => html`<${RecordPhotos} photos=${list} />`} /></section>`;
}

/** One that the phone does not hold yet, as when a printed code leads here. */
function Asked({ id }) {
  const answer = useAnswer(`supervision-notices/${id}`, () => get(`/supervision-notices/${id}`));
  return html`<${Freshness} answer=${answer} />${answer.value && html`<${One} notice=${answer.value} />`}`;
}

function NoticePage({ id }) {
  const rows = useRows('supervision_notice');
  const notice = rows?.find((one) => one.id === id);
  return html`<div><${Back} to="#notices" />${notice ? html`<${One} notice=${notice} />` : rows && html`<${Asked} id=${id} />`}</div>`;
}

/** #notices, #notices/{id}. */
export const Notices = ({ rest: [id] }) => (id ? html`<${NoticePage} id=${id} />` : html`<${List} />`);
