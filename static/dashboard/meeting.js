// One meeting: when and where, its notice to copy and its papers, what was said, and who was there.
import { html, useState } from '/vendor/htm-preact.js';
import { get, patch } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText, useLoad } from '../shared/loading.js';
import { Attendance } from './attendance.js';
import { fullDay } from './dates.js';
import { announce, Loaded } from './parts.js';
import { useFile } from './prints.js';

const TEXTS = ['agenda', 'minutes', 'comments', 'decisions'];

/** Copies the notice for the group's chat; where the browser may not, the text can be taken by hand. */
function Notice({ text }) {
  const [said, setSaid] = useState(null);
  const copy = () => navigator.clipboard.writeText(text).then(() => setSaid('dashboard.meeting.copied'), () => setSaid('dashboard.meeting.not_copied'));
  return html`
    <details class="prints"><summary class="button" data-testid="notice">${t('dashboard.meeting.notice')}</summary>
      <pre class="note notice-text" data-testid="notice-text">${text}</pre>
      <p class="buttons"><button type="button" class="button button-main" onClick=${copy} data-testid="copy-notice">${t('dashboard.meeting.copy')}</button>
        <span role="status">${said && t(said)}</span></p></details>`;
}

function Words({ meeting, onSaved }) {
  const [state, setState] = useState({});
  const villages = [...new Map(meeting.people.map(({ village }) => [village.code, village])).values()];
  const submit = async (event) => {
    event.preventDefault();
    const { held_on: heldOn, ...texts } = Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim() || null]));
    setState({ busy: true });
    try {
      onSaved(await patch(`/meetings/${meeting.id}`, { held_on: heldOn, ...texts }, meeting.version));
      setState({});
      announce(t('dashboard.meeting.saved'));
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.meeting.changed_meanwhile') : failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="meeting-form">
      <label>${t('dashboard.meeting.held_on')}<input type="date" name="held_on" required defaultValue=${meeting.held_on} /></label>
      <label>${t('dashboard.meeting.starts')}<input type="time" name="starts" defaultValue=${meeting.starts ?? ''} /></label>
      <label>${t('dashboard.meeting.place')}<input name="place" maxlength="100" defaultValue=${meeting.place ?? ''} /></label>
      <label>${t('dashboard.meeting.village')}<select name="village_code" defaultValue=${meeting.village?.code ?? ''}>
        <option value="" selected=${!meeting.village}>${t('dashboard.meeting.at_township')}</option>
        ${villages.map(({ code, name }) => html`<option key=${code} value=${code} selected=${meeting.village?.code === code}>${name}</option>`)}</select></label>
      ${TEXTS.map((name) => html`
        <div key=${name} class="form-wide"><label>${t(`dashboard.meeting.${name}`)}
          <textarea name=${name} rows=${name === 'minutes' ? 6 : 3} maxlength="10000" defaultValue=${meeting[name] ?? ''}></textarea></label></div>`)}
      <div class="form-wide buttons"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="save-meeting">${t('dashboard.meeting.save')}</button></div>
      ${state.failure && html`<p class="form-wide failure-text" role="alert" data-testid="failed">${state.failure}</p>`}
    </form>`;
}

/** Who has not handed in, village by village as in the roster: a plain list. */
function Missing({ people }) {
  const missing = people.filter(({ report_id: id }) => !id);
  return html`<p class="fine" data-testid="missing">${t('dashboard.meeting.handed_in', { n: people.length - missing.length, of: people.length })}
    ${missing.length > 0 && ` ${t('dashboard.meeting.missing', { names: missing.map(({ cadre, village }) => `${village.name} ${cadre.name}`).join('、') })}`}</p>`;
}

export function Meeting({ id, onMoved }) {
  const source = useLoad(() => get(`/meetings/${id}`), [id]);
  const { busy, failure, run } = useFile();
  const saved = (meeting) => {
    source.change(() => meeting);
    onMoved();
  };
  return html`
    <section class="card" data-testid="one-meeting">
      <${Loaded} source=${source} lines=${8}>
        ${(meeting) => html`
          <div class="card-head"><h2>${t('dashboard.meeting.of', { day: fullDay(meeting.held_on), name: meeting.division.name })}</h2>
            <div class="exports">
              <button type="button" class="button" disabled=${Boolean(busy)} data-testid="pack"
                onClick=${() => run('pack', `${meeting.held_on}.docx`, { kind: 'meeting_pack', meeting_id: id })}>
                ${t(busy ? 'dashboard.export_making' : 'dashboard.meeting.pack')}</button>
              <${Notice} text=${meeting.notice} />
              ${failure && html`<span class="failure-text" role="alert">${failure}</span>`}
            </div></div>
          ${meeting.period && html`<${Missing} people=${meeting.people} />`}
          <${Words} key=${`words ${meeting.version}`} meeting=${meeting} onSaved=${saved} />
          <${Attendance} key=${`people ${meeting.version}`} meeting=${meeting} onSaved=${saved} />`}<//>
    </section>`;
}
