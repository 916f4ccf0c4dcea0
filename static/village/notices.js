// Supervision notices to the village: what has to be put right by when; signing for them and reporting back.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { useSending } from '../shared/sending.js';
import { dueFirst, isLateNotice, NoticeCourse, noticeDueWords, NoticePaper, NoticeSteps, noticeTone } from '../shared/supervision.js';
import { useVillage } from './context.js';
import { Download } from './download.js';
import { announce, Back, Loaded, Problem } from './parts.js';
import { PhotoField, RecordPhotos } from './photo-field.js';

const Button = ({ main = false, type = 'button', ...rest }) => html`
  <button type=${type} class=${main ? 'button button-main' : 'button'} ...${rest} />`;

const Tag = ({ notice, today }) => html`<span class=${`badge badge--${noticeTone(notice, today)}`}>${t(`supervision.state.${notice.state}`)}</span>`;

function Line({ notice }) {
  const { me } = useVillage();
  return html`
    <li class="panel" data-testid="notice" data-state=${notice.state} data-late=${String(isLateNotice(notice, me.today))}>
      <a class="way" href=${`#notices/${notice.id}`}>
        <span><strong>${notice.title}</strong>
          <span><${Tag} notice=${notice} today=${me.today} /></span>
          <span class=${isLateNotice(notice, me.today) ? 'bad' : 'quiet'}>${noticeDueWords(notice, me.today)}</span>
          <span class="quiet">${notice.label}</span></span>
        <span aria-hidden="true">›</span></a>
    </li>`;
}

function List() {
  const { village } = useVillage();
  const source = useLoad(() => get('/supervision-notices', { division: village.code, page_size: 200 }), [village.code]);
  return html`
    <${Loaded} source=${source}>${({ notices }) => (notices.length === 0
      ? html`<p class="empty" data-testid="no-notices">${t('village.no_notices')}</p>`
      : html`<ul class="plain">${dueFirst(notices).map((one) => html`<${Line} key=${one.id} notice=${one} />`)}</ul>`)}<//>`;
}

function One({ notice, onChange }) {
  const { me } = useVillage();
  const [photos, setPhotos] = useState([]);
  const { send, busy, problem } = useSending(`/supervision-notices/${notice.id}/steps`);
  const take = async (content) => {
    const taken = await send({ ...content, ...(content.step === 'reported' && photos.length && { photos }) });
    if (!taken) return false;
    announce(t(`supervision.state.${taken.state}`));
    setPhotos([]);
    onChange(taken);
    return true;
  };
  return html`
    <section class="panel" data-testid="notice" data-state=${notice.state} data-late=${String(isLateNotice(notice, me.today))}>
      <h2>${notice.title} <${Tag} notice=${notice} today=${me.today} /></h2>
      <p class="quiet">${notice.label} · ${notice.issuer.name}</p>
      <p class=${isLateNotice(notice, me.today) ? 'bad' : ''}><strong>${noticeDueWords(notice, me.today)}</strong></p>
      <${Problem}>${problem}<//>
      <${NoticeSteps} key=${notice.version} notice=${notice} today=${me.today} take=${take} Button=${Button} busy=${busy} cancel=${t('village.cancel')}
        photos=${html`<${PhotoField} onChange=${setPhotos} label=${t('village.photos_evidence')} />`} />
      <${NoticePaper} notice=${notice} />
    </section>
    <section class="panel"><h3>${t('supervision.answer.course')}</h3>
      <${NoticeCourse} notice=${notice} photos=${(list) => html`<${RecordPhotos} photos=${list} />`} />
      <${Download} body=${{ kind: 'notice', notice_id: notice.id }} name=${`${notice.label ?? notice.village.name}.docx`}>${t('village.notice_paper')}<//></section>`;
}

function NoticePage({ id }) {
  const source = useLoad(() => get(`/supervision-notices/${id}`), [id]);
  return html`
    <${Back} to="#notices" />
    <${Loaded} source=${source}>${(notice) => html`<${One} notice=${notice} onChange=${(now) => source.change(() => now)} />`}<//>`;
}

/** #notices, #notices/{id}. */
export const NoticesView = ({ detail: [id] }) => (id ? html`<${NoticePage} key=${id} id=${id} />` : html`<${List} />`);
