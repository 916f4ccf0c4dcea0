// Leave and errands below a division: what is asked for, what was decided, and entering one for a cadre.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { firstOf, lastOf, monthOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { dayText, instantText, spanText } from './dates.js';
import { Errands } from './errands.js';
import { ExportTable } from './export.js';
import { MonthPicker } from './header.js';
import { LeaveForm } from './leave-form.js';
import { NOTE_LENGTH, Undo, useLeaveStep, wasVoided } from './leave-undo.js';
import { Empty, Loaded, Tag } from './parts.js';
import { approvesThere, Page, supervisesThere } from './scope.js';
import { Trail } from './trail.js';

const STATE_TONE = { asked: 'wait', approved: 'good', refused: 'bad', withdrawn: 'calm' };

function Steps({ leave }) {
  return html`
    <ol class="steps">
      ${leave.steps.map((step) => html`
        <li key=${step.id}>${t(step.step === 'refused' && wasVoided(leave) ? 'dashboard.void' : `dashboard.leave_step.${step.step}`)} · ${step.by.name} · ${instantText(step.at)}
          ${step.returned_on && html` · ${t('dashboard.returned_on', { day: dayText(step.returned_on) })}`}
          ${step.note && html`<p class="decision-reason">${step.note}</p>`}</li>`)}
    </ol>`;
}

/** Approve or refuse, with a note; a refusal needs one, so that the cadre knows why. */
function Answer({ leave, division, onSettle }) {
  const { me, scope } = useContext(Page);
  const [note, setNote] = useState('');
  const { busy, failure, fail, take } = useLeaveStep(leave.id, onSettle);
  if (leave.cadre.id === scope.ownCadreId) return html`<p class="fine">${t('dashboard.own_leave')}</p>`;
  if (!approvesThere(me, leave.approval_level, division)) return html`<p class="fine">
    ${t('dashboard.leave_level', { level: t(`dashboard.level.${leave.approval_level}`) })}</p>`;
  const send = (step) => {
    if (step === 'refused' && !note.trim()) fail(t('dashboard.refuse_note_missing'));
    else take({ step, ...(note.trim() ? { note: note.trim() } : {}) });
  };
  return html`
    <div class="leave-answer">
      <label class="inline-field">${t('dashboard.note')}
        <input type="text" maxlength=${NOTE_LENGTH} value=${note} onInput=${(event) => setNote(event.target.value)}
          data-testid="leave-note" /></label>
      <div class="buttons">
        <button type="button" class="button button-good" disabled=${busy} onClick=${() => send('approved')}
          data-testid="leave-approve">${t('dashboard.approve')}</button>
        <button type="button" class="button" disabled=${busy} onClick=${() => send('refused')}
          data-testid="leave-refuse">${t('dashboard.refuse')}</button>
      </div>
      ${failure && html`<p class="failure-text" role="alert">${failure}</p>`}
    </div>`;
}

function LeaveItem({ leave, division, onSettle }) {
  const { address } = useContext(Page);
  const days = { division: address.division, cadre: leave.cadre.id, month: monthOf(leave.from_on), day: leave.from_on };
  return html`
    <li class="leave" data-testid="leave" data-id=${leave.id} data-state=${leave.state}>
      <div class="leave-what">
        <p><${Link} class="leave-who" to=${days}>${leave.cadre.name}<//>
          <strong>${t(`leave.kind.${leave.kind}`)}</strong>
          <span>${spanText(leave.from_on, leave.to_on)}</span>
          <span class="fine">${t('dashboard.n_days', { n: leave.days })}</span>
          <${Tag} tone=${STATE_TONE[leave.state]}>${wasVoided(leave) ? t('leave.voided') : t(`leave.state.${leave.state}`)}<//></p>
        ${leave.reason && html`<blockquote class="note">${leave.reason}</blockquote>`}
        <${Steps} leave=${leave} />
      </div>
      ${leave.state === 'asked' && html`<${Answer} leave=${leave} division=${division} onSettle=${onSettle} />`}
      ${leave.state === 'approved' && html`<${Undo} key=${leave.version} leave=${leave} division=${division} onSettle=${onSettle} />`}
    </li>`;
}

const STATES = ['asked', 'all', 'errands'];

/** What a list asks for beside its division. */
const queryOf = (shown, month) => (shown === 'asked' ? { state: 'asked' } : { from: firstOf(month), to: lastOf(month) });

function Leaves({ division, shown, entering, setEntering }) {
  const { month } = useContext(Page);
  const source = useLoad(() => get('/leaves', { division: division.code, ...queryOf(shown, month) }), [division.code, shown, shown === 'all' ? month : null]);
  const settle = (leave) => source.change((old) => ({ ...old, leaves: old.leaves.map((one) => (one.id === leave.id ? leave : one)) }));
  const entered = (leave) => {
    setEntering(false);
    source.change((old) => ({ ...old, leaves: [leave, ...old.leaves.filter((one) => one.id !== leave.id)] }));
  };
  return html`
    ${entering && html`<${LeaveForm} division=${division} onEntered=${entered} onCancel=${() => setEntering(false)} />`}
    <${Loaded} source=${source} lines=${6}>
      ${(answer) => answer.leaves.length === 0
        ? html`<${Empty}>${t(`dashboard.no_leaves.${shown}`)}<//>`
        : html`<ul class="leaves">${answer.leaves.map((leave) => html`<${LeaveItem} key=${leave.id} leave=${leave} division=${division} onSettle=${settle} />`)}</ul>`}
    <//>`;
}

/** Leaves below the division: those asked for, all of the month, or the meetings entered for many. */
export function LeaveView({ trail }) {
  const { address, me, month } = useContext(Page);
  const [entering, setEntering] = useState(false);
  const division = trail.at(-1);
  const shown = STATES.includes(address.state) ? address.state : 'asked';
  return html`
    <div class="bar-top"><${Trail} trail=${trail} />${shown !== 'asked' && html`<${MonthPicker} />`}</div>
    <section class="card">
      <div class="card-head">
        <h1>${t('dashboard.leave_title', { name: division.name })}</h1>
        ${shown === 'errands' ? html`<${ExportTable} kind="errands" division=${division} month=${month} />`
          : html`<${ExportTable} key=${shown} kind="leaves" division=${division} filters=${queryOf(shown, month)} />`}
        ${supervisesThere(me, division) && shown !== 'errands' && html`
          <button type="button" class="button button-main" onClick=${() => setEntering(!entering)} aria-expanded=${entering}
            data-testid="leave-enter">${t('dashboard.leave_enter')}</button>`}
      </div>
      <div class="segments" role="group" aria-label=${t('dashboard.leave_shown')}>
        ${STATES.map((name) => html`
          <button key=${name} type="button" class="segment" aria-pressed=${shown === name}
            onClick=${() => go({ ...address, state: name === 'asked' ? undefined : name })} data-testid=${`leaves-${name}`}>
            ${t(`dashboard.leaves.${name}`)}</button>`)}
      </div>
      ${shown === 'errands'
        ? html`<${Errands} division=${division} />`
        : html`<${Leaves} division=${division} shown=${shown} entering=${entering} setEntering=${setEntering} />`}
    </section>`;
}
