// Regular meetings below a division: those of a month, one of them in full, and the reports that were submitted for them.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { fullDay, monthText, spanText } from './dates.js';
import { ExportTable } from './export.js';
import { MonthPicker } from './header.js';
import { Meeting } from './meeting.js';
import { Empty, Loaded, Tag } from './parts.js';
import { Page } from './scope.js';
import { SubmittedReports } from './submitted-reports.js';
import { Trail } from './trail.js';

const keyOf = ({ id, division, regular_on: on }) => id ?? `${division.code} ${on}`;

/** One line; what the rule plans is entered once somebody prepares it. */
function Line({ meeting, open, onOpen }) {
  const [state, setState] = useState({});
  const prepare = async () => {
    if (meeting.id) return onOpen(open ? null : meeting.id);
    setState({ busy: true });
    try {
      const made = await post('/meetings', { id: newId(), division_code: meeting.division.code, regular_on: meeting.regular_on });
      setState({});
      return onOpen(made.id, true);
    } catch (error) {
      return setState({ failure: failureText(error) });
    }
  };
  return html`
    <li class="leave" data-testid="meeting" data-day=${meeting.held_on}>
      <div class="leave-what">
        <p><strong>${fullDay(meeting.held_on)}</strong> <span>${meeting.division.name}</span>
          ${meeting.regular_on && meeting.regular_on !== meeting.held_on && html` <${Tag}>${t('dashboard.meeting.moved', { day: fullDay(meeting.regular_on) })}<//>`}
          ${!meeting.id && html` <${Tag}>${t('dashboard.meeting.planned')}<//>`}</p>
        ${meeting.period && html`<p class="fine">${t('dashboard.meeting.covers', { span: spanText(meeting.period.first_on, meeting.period.last_on) })}</p>`}
      </div>
      <div class="buttons"><button type="button" class="button" aria-expanded=${open} disabled=${Boolean(state.busy)} onClick=${prepare} data-testid="open-meeting">
        ${t(open ? 'dashboard.meeting.shut' : meeting.id ? 'dashboard.meeting.open' : 'dashboard.meeting.prepare')}</button></div>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </li>`;
}

/** The meetings of a month; the one that is open follows its line. */
export function MeetingsView({ trail }) {
  const { month } = useContext(Page);
  const division = trail.at(-1);
  const [chosen, setChosen] = useState(null);
  const [calling, setCalling] = useState(false);
  const source = useLoad(() => get('/meetings', { division: division.code, month }), [division.code, month]);
  const open = (id, isNew = false) => {
    setChosen(id);
    if (isNew) source.reload();
  };
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /><${MonthPicker} /></div>
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.meeting.title', { name: division.name })}</h1>
        ${division.level !== 'village' && html`<button type="button" class="button" aria-expanded=${calling} onClick=${() => setCalling(!calling)}
          data-testid="call-meeting">${t('dashboard.meeting.call')}</button>`}
        <${ExportTable} kind="meetings" division=${division} month=${month} /></div>
      ${calling && html`<${Call} division=${division} onMade=${(id) => { setCalling(false); open(id, true); }} />`}
      <${Loaded} source=${source} lines=${3}>
        ${({ meetings }) => (meetings.length === 0
          ? html`<${Empty}>${t('dashboard.meeting.none', { month: monthText(month) })}<//>`
          : html`<ul class="leaves">${[...meetings].reverse().map((one) => html`
              <${Line} key=${keyOf(one)} meeting=${one} open=${Boolean(one.id) && one.id === chosen} onOpen=${open} />`)}</ul>`)}<//>
    </section>
    ${chosen && html`<${Meeting} key=${chosen} id=${chosen} onMoved=${source.reload} />`}
    <${SubmittedReports} division=${division} />`;
}

/** A meeting besides the regular ones. */
function Call({ division, onMade }) {
  const { me } = useContext(Page);
  const [failure, setFailure] = useState(null);
  const [id] = useState(newId);
  const submit = async (event) => {
    event.preventDefault();
    const { held_on: day } = Object.fromEntries(new FormData(event.target));
    try {
      onMade((await post('/meetings', { id, division_code: division.code, held_on: day })).id);
    } catch (error) {
      setFailure(failureText(error));
    }
  };
  return html`
    <form class="form" onSubmit=${submit}>
      <label>${t('dashboard.meeting.held_on')}<input type="date" name="held_on" required defaultValue=${me.today} /></label>
      <div class="form-wide buttons"><button class="button button-main">${t('dashboard.meeting.enter')}</button></div>
      ${failure && html`<p class="form-wide failure-text" role="alert">${failure}</p>`}
    </form>`;
}
