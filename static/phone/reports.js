// Reports that write themselves, to look through and submit; the meetings that they are for.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { dayRange, shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { useAnswer, usePhone } from './context.js';
import { lately } from './kept.js';
import { Back, Button, Freshness, Problem, Question } from './parts.js';
import { Pledge } from './pledge.js';

const PARTS = ['situation', 'problems', 'suggestions', 'plan'];
const MEETINGS = 'meetings';
/** So many days before a meeting a report that is not submitted is urgent. */
const SOON = 2;

const day = (text) => shortDay(text, locale());
const askMeetings = async () => (await get('/meetings')).meetings;

const daysTo = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86400000);

/** The next meeting, and how far the report for it is. */
const next = (meetings, today) => meetings.filter(({ held_on: on }) => on >= today).at(-1);

const meetingWords = (meeting) => t(`field.reports.todo_${meeting.report?.state ?? 'nothing'}`, { day: day(meeting.held_on) });

/** What is due, for the first view. */
export async function todo(phone) {
  const meeting = next(await lately(phone, MEETINGS, askMeetings) ?? [], phone.today);
  if (!meeting) return [];
  const waits = meeting.report?.state === 'draft';
  return [{
    key: 'meeting', text: meetingWords(meeting), href: meeting.report ? `#reports/${meeting.report.id}` : '#reports',
    urgent: waits && daysTo(phone.today, meeting.held_on) <= SOON,
  }];
}

/** What lies on this phone and has not reached the server, of one report. */
const underWay = (records, id) => records
  .filter(({ kind, state, of }) => ['report_edit', 'report_submission'].includes(kind) && state !== 'sent' && of === id);

/** What was said at a meeting, asked for when somebody opens it. */
function Said({ id }) {
  const answer = useAnswer(`meeting/${id}`, () => get(`/meetings/${id}`));
  const texts = ['minutes', 'comments', 'decisions'].filter((name) => answer.value?.[name]);
  return html`
    <${Freshness} answer=${answer} />
    ${texts.map((name) => html`
      <section key=${name}><h3>${t(`field.reports.said.${name}`)}</h3>
        ${answer.value[name].split('\n').map((line, index) => html`<p key=${index}>${line}</p>`)}</section>`)}
    ${answer.value && !texts.length && html`<p class="quiet small">${t('field.reports.said.nothing')}</p>`}`;
}

function Meeting({ meeting }) {
  const { today } = usePhone();
  const [open, setOpen] = useState(false);
  const where = [meeting.starts, meeting.place ?? meeting.village?.name].filter(Boolean).join(' ');
  return html`
    <li data-testid="meeting">
      <p><strong>${day(meeting.held_on)}</strong> ${where}
        ${meeting.attendance && html` <span class="badge badge--plain">${t(`field.reports.attendance.${meeting.attendance}`)}</span>`}</p>
      ${meeting.agenda && html`<p class="quiet small">${meeting.agenda}</p>`}
      ${meeting.id && meeting.held_on <= today && html`
        <details onToggle=${(event) => setOpen(event.target.open)} data-testid="said"><summary>${t('field.reports.said')}</summary>
          ${open && html`<${Said} id=${meeting.id} />`}</details>`}
    </li>`;
}

const Line = ({ report, records }) => html`
  <li class="panel" data-testid="report" data-state=${report.state}>
    <a class="line" href=${`#reports/${report.id}`}>
      <span class="record__head"><strong>${t(`field.reports.kind.${report.kind}`)}</strong>
        <span class="badge badge--${report.state === 'submitted' ? 'sent' : 'plain'}">${t(`field.reports.state.${report.state}`)}</span></span>
      <span>${dayRange(report.first_on, report.last_on, locale())}</span>
      ${report.due_on && html`<span class="quiet small">${t('field.reports.due', { day: day(report.due_on) })}</span>`}
      ${underWay(records, report.id).length > 0 && html`<span class="quiet small">${t('phone.records.state.saved')}</span>`}
    </a>
  </li>`;

function List() {
  const { records, today } = usePhone();
  const meetings = useAnswer(MEETINGS, askMeetings);
  const reports = useAnswer('reports', async () => (await get('/reports')).reports);
  return html`
    <div>
      <${Freshness} answer=${reports} />
      ${meetings.value?.length > 0 && html`
        <section class="panel"><h2>${t('field.reports.meetings')}</h2>
          <ul class="plain">${[...meetings.value].reverse().map((one) => html`<${Meeting} key=${one.regular_on ?? one.id} meeting=${one} />`)}</ul>
        </section>`}
      <ul class="plain-list">
        ${reports.value?.filter(({ first_on: on }) => on <= today).map((one) => html`<${Line} key=${one.id} report=${one} records=${records} />`)}
      </ul>
      ${reports.value?.length === 0 && html`<p class="empty">${t('field.reports.none')}</p>`}
      <${Pledge} />
    </div>`;
}

function Copy({ text }) {
  const [said, setSaid] = useState(null);
  const copy = () => navigator.clipboard.writeText(text).then(() => setSaid('field.reports.copied'), () => setSaid('field.reports.not_copied'));
  return html`<${Button} wide onClick=${copy}>${t('field.reports.copy')}<//><p role="status" class="quiet small">${said && t(said)}</p>`;
}

/** What the page shows of a report: the server's word, and over it what waits on this phone. */
const withWaiting = (report, waiting) => waiting.filter(({ kind }) => kind === 'report_edit').reverse().reduce(
  (shown, { body }) => ({ ...shown, ...Object.fromEntries(PARTS.filter((part) => typeof body[part] === 'string').map((part) => [part, body[part]])) }),
  report);

/** So many lines a text takes on a narrow phone. */
const rowsFor = (text) => Math.min(14, Math.max(3, text.split('\n').reduce((lines, line) => lines + Math.ceil((line.length + 1) / 17), 0)));

function Form({ report, waiting }) {
  const { outbox, sender } = usePhone();
  const shown = withWaiting(report, waiting);
  const [texts, setTexts] = useState({});
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState(null);
  const parts = report.kind === 'day' ? PARTS.slice(0, 1) : PARTS;
  const textOf = (part) => texts[part] ?? shown[part];
  const changed = Object.fromEntries(Object.entries(texts).filter(([part, text]) => text !== shown[part]));
  const edits = waiting.filter(({ kind }) => kind === 'report_edit').length;
  const send = async (...records) => {
    try {
      for (const [kind, content] of records) await outbox.add(kind, { report_id: report.id, ...content }, { of: report.id });
      setTexts({});
      sender.send();
    } catch {
      setProblem(t('phone.here.failed'));
    }
  };
  // An edit that waits raises the version once it arrives, so that the next one is based on that.
  const edit = (content) => ['report_edit', { base_version: report.version + edits, ...content }];
  const save = (event) => {
    event.preventDefault();
    if (Object.keys(changed).length) send(edit(changed));
  };
  const submit = () => {
    setAsking(false);
    send(...(Object.keys(changed).length ? [edit(changed)] : []), ['report_submission', {}]);
  };
  return html`
    <form class="form" onSubmit=${save} data-testid="report-form">
      ${parts.map((part) => html`
        <label key=${part}>${t(`field.reports.part.${part}`)}
          <textarea name=${part} rows=${rowsFor(textOf(part))} maxlength="5000" value=${textOf(part)}
            onInput=${(event) => setTexts({ ...texts, [part]: event.target.value })}></textarea></label>
        ${report.edited.includes(part) && !edits && html`
          <button type="button" class="text-button" onClick=${() => send(edit({ [part]: null }))} data-testid=${`fresh-${part}`}>
            ${t('field.reports.fresh')}</button>`}`)}
      <p class="quiet small">${t('field.reports.private')}</p>
      <${Problem}>${problem}<//>
      <${Button} type="submit" wide disabled=${!Object.keys(changed).length} data-testid="save-report">${t('field.save')}<//>
      <${Button} main wide onClick=${() => setAsking(true)} data-testid="submit-report">${t('field.reports.submit')}<//>
      ${asking && html`<${Question} title=${t('field.reports.submit_title')} text=${t('field.reports.submit_text')}
        yes=${t('field.reports.submit')} onYes=${submit} onNo=${() => setAsking(false)} />`}
    </form>`;
}

const Words = ({ report }) => PARTS.filter((part) => report[part]).map((part) => html`
  <section key=${part}><h3>${t(`field.reports.part.${part}`)}</h3>
    ${report[part].split('\n').map((line, index) => html`<p key=${index}>${line}</p>`)}</section>`);

function One({ id }) {
  const { records } = usePhone();
  const answer = useAnswer(`report/${id}`, () => get(`/reports/${id}`));
  const report = answer.value;
  const waiting = underWay(records, id);
  const submitted = report?.state === 'submitted' || waiting.some(({ kind }) => kind === 'report_submission');
  return html`
    <div>
      <${Back} to="#reports" />
      <${Freshness} answer=${answer} />
      ${report && html`
        <section class="panel" data-testid="one-report" data-state=${report.state}>
          <h2>${t(`field.reports.kind.${report.kind}`)} ${dayRange(report.first_on, report.last_on, locale())}</h2>
          <p>${report.due_on && html`${t('field.reports.due', { day: day(report.due_on) })} `}
            <span class="badge badge--${report.state === 'submitted' ? 'sent' : 'plain'}">${t(`field.reports.state.${report.state}`)}</span></p>
          ${waiting.map((record) => html`<p key=${record.id}><a href="#records">${t(`phone.records.state.${record.state}`)}</a></p>`)}
          ${submitted ? html`<${Words} report=${withWaiting(report, waiting)} />` : html`<${Form} report=${report} waiting=${waiting} />`}
          ${report.kind === 'day' && html`<${Copy} text=${withWaiting(report, waiting).situation} />`}
        </section>`}
    </div>`;
}

/** #reports and #reports/{id}. */
export const Reports = ({ rest: [id] }) => (id ? html`<${One} id=${id} />` : html`<${List} />`);
