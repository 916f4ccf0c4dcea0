// The outbox as its owner sees it: 存在手机里 / 已送到 / 请看一下.
import { html, useState } from '/vendor/htm-preact.js';
import { dayRange, monthName, shortDay } from '/static/shared/dates.js';
import { has, locale, t } from '/static/shared/i18n.js';
import { photosNamed } from '/static/shared/photos.js';
import { usePhone } from './context.js';
import { Button, Question } from './parts.js';
import { momentWords } from './words.js';

/** What the record is about, in a line. */
function subjectOf({ kind, body, open_body: open, captured_ms: captured }) {
  if (kind === 'declaration') return shortDay(body.day, locale());
  if (kind === 'leave') return `${t(`leave.kind.${body.kind}`)} ${dayRange(body.from_on, body.to_on, locale())}`;
  if (kind === 'leave_step') return t(`phone.records.step.${body.step}`);
  if (kind === 'month_step') return `${monthName(body.month, locale())} ${t(`phone.records.step.${body.step}`)}`;
  // What was written says best which one it is.
  const { title, question, text, note } = body ?? open ?? {};
  return title ?? question ?? (text ?? note)?.slice(0, 40) ?? momentWords(captured);
}

/** Why the record is where it is. */
function reasonOf(record, sending) {
  if (record.state === 'attention') return record.problem.message;
  if (record.answer?.conflict) return t('phone.records.conflict');
  if (record.state === 'sent') return t('phone.records.sent_at', { when: momentWords(record.sent_ms) });
  if (!record.body) return t('phone.records.locating');
  if (sending === 'signed_out') return t('phone.records.signed_out');
  if (!record.problem && sending === 'unreachable') return t('phone.records.no_network');
  if (!record.problem) return t(record.unstored ? 'phone.outcome.unstored' : 'phone.records.soon');
  return t(record.problem.status ? 'phone.records.busy' : 'phone.records.no_network');
}

/** How the pictures of a record stand: nothing without any, or once all have been sent and made room. */
function Pictures({ record }) {
  const { outbox, sender, photos } = usePhone();
  const here = photosNamed(record).filter((sha256) => photos.has(sha256));
  if (!here.length) return null;
  const left = outbox.photos.left(record);
  const refused = here.filter((sha256) => photos.get(sha256).state === 'attention');
  const words = left ? t('phone.records.photos_left', { count: here.length, left }) : t('phone.records.photos_sent');
  const again = async () => {
    await outbox.photos.retry(refused);
    sender.send();
  };
  const without = () => Promise.all(refused.map((sha256) => outbox.photos.discard(sha256, outbox.records)));
  return html`
    <p class="quiet" data-testid="record-photos" data-left=${left}>${words}</p>
    ${refused.length > 0 && html`
      <p class="notice notice--warn">${photos.get(refused[0]).problem.message}</p>
      <div class="pair">
        <${Button} onClick=${without}>${t('phone.records.photos_without')}<//>
        <${Button} main onClick=${again}>${t('phone.records.retry')}<//>
      </div>`}`;
}

function Record({ record }) {
  const { outbox, sender, sending } = usePhone();
  const [asking, setAsking] = useState(false);
  const again = async () => {
    await outbox.retry(record.id);
    sender.send();
  };
  return html`
    <li class="panel record" data-testid="record" data-id=${record.id} data-state=${record.state}
      data-kind=${record.kind}>
      <div class="record__head">
        <span>${t(has(`field.kind.${record.kind}`) ? `field.kind.${record.kind}` : `phone.kind.${record.kind}`)}</span>
        <span class="badge badge--${record.state}">${t(`phone.records.state.${record.state}`)}</span>
      </div>
      <p><strong>${subjectOf(record)}</strong></p>
      <p class="quiet">${reasonOf(record, sending)}</p>
      ${record.answer?.conflict && html`<p><a href="#conflicts">${t('phone.records.settle')}</a></p>`}
      <${Pictures} record=${record} />
      ${record.state === 'attention' && html`
        <div class="pair">
          <${Button} onClick=${() => setAsking(true)}>${t('phone.records.delete')}<//>
          <${Button} main onClick=${again}>${t('phone.records.retry')}<//>
        </div>`}
      ${asking && html`
        <${Question} title=${t('phone.records.delete_title')} text=${t('phone.records.delete_text')}
          yes=${t('phone.records.delete')} danger
          onYes=${() => outbox.discard(record.id)} onNo=${() => setAsking(false)} />`}
    </li>`;
}

export function Records() {
  const { outbox, records, sender, store } = usePhone();
  const waiting = outbox.unfinished().filter(({ state }) => state !== 'attention').length;
  const rank = { attention: 0, saved: 1, sent: 2 };
  const inOrder = [...records].sort((a, b) => rank[a.state] - rank[b.state]);
  return html`
    <div>
      <p class="quiet">${t('phone.records.text')}</p>
      ${!store.persistent && html`<p class="notice notice--warn">${t('phone.notice.no_store')}</p>`}
      ${waiting > 0 && html`
        <${Button} main wide data-testid="send-now" onClick=${() => sender.hurry()}>
          ${t('phone.records.send_now', { count: waiting })}
        <//>`}
      <ul class="plain-list" aria-live="polite">
        ${inOrder.map((record) => html`<${Record} key=${record.id} record=${record} />`)}
      </ul>
      ${!records.length && html`<p class="empty">${t('phone.records.none')}</p>`}
    </div>`;
}
