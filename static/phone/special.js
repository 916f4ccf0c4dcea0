// Special reports, good practices and stability clues: the own ones, and what was shared; a draft stays private.
import { html, useMemo, useState } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { newId } from '/static/shared/ids.js';
import { useAnswer, usePhone } from './context.js';
import { Back, Button, Freshness, Problem } from './parts.js';
import { PhotoField, RecordPhotos } from './photo-field.js';
import { momentWords } from './words.js';

const KINDS = ['public_opinion', 'committee_work', 'good_practice', 'stability_clue'];
const unsent = (records) => records.filter(({ kind, state }) => kind === 'special_report' && state !== 'sent');

const Row = ({ report, own }) => html`
  <li class="panel" data-testid="special" data-submitted=${String(Boolean(report.submitted_at))}>
    <a class="line" href=${`#special/${report.id}`}>
      <span class="record__head"><strong>${report.title}</strong>
        <span class="badge badge--${report.submitted_at ? 'sent' : 'waiting'}">
          ${t(own ? (report.submitted_at ? 'field.special.submitted' : 'field.special.draft') : 'field.special.shared')}</span></span>
      <span class="quiet small">${t(`concern.report.${report.kind}`)} ${shortDay(report.day, locale())}${!own && ` ${report.village.name}`}</span>
    </a>
  </li>`;

function List() {
  const { me, records } = usePhone();
  const answer = useAnswer('special-reports', async () => (await get('/special-reports')).reports);
  return html`
    <div>
      <a class="weui-btn weui-btn_primary" href="#special/new" data-testid="write-special">${t('field.special.write')}</a>
      <${Freshness} answer=${answer} />
      <ul class="plain-list">
        ${unsent(records).map(({ id, state, body }) => html`
          <li key=${id} class="panel" data-testid="special"><span class="record__head"><strong>${body.title}</strong>
            <a class="badge badge--${state}" href="#records">${t(`phone.records.state.${state}`)}</a></span></li>`)}
        ${answer.value?.map((one) => html`<${Row} key=${one.id} report=${one} own=${one.author.id === me.id} />`)}
      </ul>
      ${answer.value?.length === 0 && html`<p class="empty">${t('field.special.none')}</p>`}
    </div>`;
}

/** The form of a new report, or of one that may still be changed. */
function Form({ report = null, onSend }) {
  const [kind, setKind] = useState(report?.kind ?? null);
  const [photos, setPhotos] = useState(report?.photos.map(({ sha256 }) => sha256) ?? []);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const { title, text } = Object.fromEntries(new FormData(event.target));
    const content = { title: title.trim(), text: text.trim(), photos };
    try {
      await onSend({ ...content, ...(!report && { kind }) }, event.submitter?.value === 'submit');
    } catch {
      setProblem(t('phone.here.failed'));
    }
  };
  return html`
    <form class="panel form" onSubmit=${submit} data-testid="special-form">
      ${!report && html`
        <fieldset class="choices"><legend>${t('field.special.kind')}</legend>
          ${KINDS.map((one) => html`
            <label key=${one}><input type="radio" name="kind" value=${one} required onChange=${() => setKind(one)} />
              <span>${t(`concern.report.${one}`)}</span></label>`)}
        </fieldset>`}
      ${kind === 'stability_clue' && html`<p class="notice">${t('field.special.clue_note')}</p>`}
      <label>${t('field.special.title')}<input name="title" required maxlength="100" defaultValue=${report?.title ?? ''} /></label>
      <label>${t('field.special.text')}
        <textarea name="text" rows="8" maxlength="10000" required defaultValue=${report?.text ?? ''}></textarea></label>
      <${PhotoField} value=${photos} onChange=${setPhotos} />
      <${Problem}>${problem}<//>
      <div class="pair">
        <${Button} type="submit" value="draft">${t(report ? 'field.save' : 'field.special.keep')}<//>
        <${Button} type="submit" value="submit" main>${t('field.special.submit')}<//>
      </div>
      <p class="quiet small">${t('field.special.private')}</p>
    </form>`;
}

function Write() {
  const { outbox, sender } = usePhone();
  const id = useMemo(newId, []);
  const send = async (content, submits) => {
    await outbox.add('special_report', { ...content, is_submitted: submits, captured_at: new Date().toISOString() }, { id });
    sender.send();
    location.hash = '#special';
  };
  return html`<div><${Back} to="#special" /><${Form} onSend=${send} /></div>`;
}

function One({ id }) {
  const { me, outbox, records, sender } = usePhone();
  const answer = useAnswer(`special-reports/${id}`, () => get(`/special-reports/${id}`));
  const report = answer.value;
  const changed = records.find(({ kind, of, state }) => kind.startsWith('special_report') && of === id && state !== 'sent');
  const send = async (content, submits) => {
    const before = [report.title, report.text, report.photos.map(({ sha256 }) => sha256)];
    if (JSON.stringify(before) !== JSON.stringify([content.title, content.text, content.photos])) {
      await outbox.add('special_report_edit', { report_id: id, base_version: report.version, ...content }, { of: id });
    }
    if (submits && !report.submitted_at) await outbox.add('special_report_submission', { report_id: id }, { of: id });
    sender.send();
  };
  const edits = report && report.author.id === me.id && !report.submitted_at && !changed;
  return html`
    <div>
      <${Back} to="#special" />
      <${Freshness} answer=${answer} />
      ${changed && html`<p><a href="#records">${t(`phone.records.state.${changed.state}`)}</a></p>`}
      ${edits && html`<${Form} key=${report.version} report=${report} onSend=${send} />`}
      ${report && !edits && html`
        <article class="panel" data-testid="special-text">
          <h2>${report.title} <small>${t(`concern.report.${report.kind}`)}</small></h2>
          <p class="quiet small">${report.author.name} ${report.village.name} ${shortDay(report.day, locale())}</p>
          <p class="long">${report.text}</p>
          <${RecordPhotos} photos=${report.photos} />
          <ul class="decisions">${report.readings.map((one) => html`
            <li key=${one.at}>${t('field.special.read_by', { name: one.by.name, when: momentWords(one.at) })}${one.note && html`<q>${one.note}</q>`}</li>`)}</ul>
        </article>`}
    </div>`;
}

/** #special, #special/new, #special/{id}. */
export function Special({ rest: [name] }) {
  if (name === 'new') return html`<${Write} />`;
  return name ? html`<${One} id=${name} />` : html`<${List} />`;
}
