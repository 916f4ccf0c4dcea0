// Who was at a meeting, as the officer enters it from the list on the table.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { announce, Tag } from './parts.js';
import { Page } from './scope.js';

const STATES = ['present', 'excused', 'absent'];

function Row({ person, line, own, onChange }) {
  return html`
    <tr data-testid="attendee" data-cadre=${person.cadre.id}>
      <th scope="row">${person.cadre.name} <small class="fine">${person.village.name}</small></th>
      <td><select aria-label=${t('dashboard.meeting.was_there', { name: person.cadre.name })} disabled=${own} value=${line.state ?? ''}
        onChange=${(event) => onChange({ ...line, state: event.target.value || null })} data-testid="state">
        <option value="" selected=${!line.state}>—</option>
        ${STATES.map((state) => html`<option key=${state} value=${state} selected=${line.state === state}>${t(`dashboard.meeting.state.${state}`)}</option>`)}
      </select></td>
      <td><input aria-label=${t('dashboard.meeting.note')} maxlength="200" disabled=${own || !line.state} value=${line.note ?? ''}
        onInput=${(event) => onChange({ ...line, note: event.target.value || null })} /></td>
      <td>${person.made && html`<${Tag} tone="good">${t(`dashboard.meeting.made.${person.made}`)}<//>`}</td>
      <td>${person.report_id ? t('dashboard.meeting.report_there') : ''}</td>
    </tr>`;
}

export function Attendance({ meeting, onSaved }) {
  const { me, scope } = useContext(Page);
  const [lines, setLines] = useState(() => Object.fromEntries(meeting.people.map(({ cadre, state, note }) => [cadre.id, { state, note }])));
  const [counts, setCounts] = useState(() => !meeting.people.some(({ state, made }) => state === 'present' && !made));
  const [state, setState] = useState({});
  if (meeting.held_on > me.today) return html`<p class="fine">${t('dashboard.meeting.attendance_later')}</p>`;
  const others = meeting.people.filter(({ cadre }) => cadre.id !== scope.ownCadreId);
  const everybody = () => setLines({ ...lines, ...Object.fromEntries(others.map(({ cadre }) => [cadre.id, { state: 'present', note: null }])) });
  const save = async () => {
    setState({ busy: true });
    const attendances = Object.entries(lines).filter(([, line]) => line.state).map(([id, line]) => ({ cadre_id: Number(id), ...line }));
    try {
      const { data } = await request('PUT', `/meetings/${meeting.id}/attendances`, { body: { attendances, counts }, version: meeting.version });
      onSaved(data);
      announce(t('dashboard.meeting.saved'));
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.meeting.changed_meanwhile') : failureText(error) });
    }
  };
  return html`
    <h3>${t('dashboard.meeting.attendance')}</h3>
    <p class="buttons"><button type="button" class="button" onClick=${everybody} data-testid="all-present">${t('dashboard.meeting.all_present')}</button></p>
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.meeting.attendance')}>
      <table class="month-table"><tbody>${meeting.people.map((person) => html`
        <${Row} key=${person.cadre.id} person=${person} line=${lines[person.cadre.id]} own=${person.cadre.id === scope.ownCadreId}
          onChange=${(line) => setLines({ ...lines, [person.cadre.id]: line })} />`)}</tbody></table></div>
    <p><label class="check"><input type="checkbox" checked=${counts} onChange=${(event) => setCounts(event.target.checked)} data-testid="counts" />
      ${t(meeting.village ? 'dashboard.meeting.counts_village' : 'dashboard.meeting.counts')}</label></p>
    <p class="buttons"><button type="button" class="button button-main" disabled=${Boolean(state.busy)} onClick=${save} data-testid="save-attendance">
      ${t('dashboard.meeting.save_attendance')}</button></p>
    ${state.failure && html`<p class="failure-text" role="alert" data-testid="failed">${state.failure}</p>`}`;
}
