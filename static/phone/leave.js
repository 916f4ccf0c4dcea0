// Leave and errands: ask, see what became of it, withdraw, come back early.
import { html, useState } from '/vendor/htm-preact.js';
import { dayRange, shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { ownerOf } from '/static/shared/outbox.js';
import { useLeaves, usePhone } from './context.js';
import { Back, Button, Freshness, Problem, Question } from './parts.js';

const KINDS = ['errand', 'travel', 'private', 'sick', 'annual', 'family', 'compensatory'];

const span = (from, to) => dayRange(from, to, locale());

/** The steps on their way from this phone, by leave. */
const stepsUnderWay = (records) => new Map(records
  .filter(({ kind, state }) => kind === 'leave_step' && state !== 'sent').map((record) => [ownerOf(record), record]));

function ReturnForm({ leave, onSend, onCancel }) {
  const { today } = usePhone();
  const submit = (event) => {
    event.preventDefault();
    onSend({ step: 'returned', returned_on: new FormData(event.target).get('returned_on') });
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="return-form">
      <label>${t('phone.leave.returned_on')}
        <input type="date" name="returned_on" required min=${leave.from_on} max=${today} defaultValue=${today} />
      </label>
      <div class="pair">
        <${Button} onClick=${onCancel}>${t('phone.cancel')}<//>
        <${Button} type="submit" main>${t('phone.leave.returned_send')}<//>
      </div>
    </form>`;
}

function Step({ step }) {
  const words = t(`phone.leave.step.${step.step}`, { name: step.by.name });
  return html`<li>${words}${step.note && html`<q>${step.note}</q>`}</li>`;
}

function Leave({ leave, underWay }) {
  const { outbox, sender, today } = usePhone();
  const [asking, setAsking] = useState(null);
  const send = async (content) => {
    setAsking(null);
    await outbox.add('leave_step', content, { of: leave.id });
    sender.send();
  };
  const open = !underWay && !leave.returned_on;
  const mayWithdraw = open && (leave.state === 'asked' || (leave.state === 'approved' && leave.from_on > today));
  const mayReturn = open && leave.state === 'approved' && leave.from_on <= today && today <= leave.to_on;
  const answers = leave.steps.filter(({ step }) => step !== 'asked');
  // Approved once and taken back since.
  const isVoided = leave.state === 'refused' && answers.some(({ step }) => step === 'approved');
  const level = leave.approval_level ? t(`level.${leave.approval_level}`) : '';
  return html`
    <li class="panel" data-testid="leave" data-state=${leave.state}>
      <h3>
        ${t(`leave.kind.${leave.kind}`)}
        ${' '}<span class="badge badge--${leave.state}">${isVoided ? t('leave.voided') : t(`leave.state.${leave.state}`)}</span>
      </h3>
      <p>${span(leave.from_on, leave.to_on)} <span class="quiet">${t('phone.days', { count: leave.days })}</span></p>
      ${leave.reason && html`<p class="quiet">${leave.reason}</p>`}
      ${leave.state === 'asked' && html`<p>${t('phone.leave.waits_for', { level })}</p>`}
      ${leave.returned_on && html`<p>${t('phone.leave.returned', { day: shortDay(leave.returned_on, locale()) })}</p>`}
      <ul class="decisions">${answers.map((step) => html`<${Step} key=${step.id} step=${step} />`)}</ul>
      ${underWay && html`<p><a href="#records">${t(`phone.records.state.${underWay.state}`)}</a></p>`}
      ${mayWithdraw && html`
        <${Button} wide onClick=${() => setAsking('withdraw')}>${t('phone.leave.withdraw')}<//>`}
      ${mayReturn && asking !== 'return' && html`
        <${Button} wide onClick=${() => setAsking('return')}>${t('phone.leave.return')}<//>`}
      ${asking === 'return' && html`<${ReturnForm} leave=${leave} onSend=${send} onCancel=${() => setAsking(null)} />`}
      ${asking === 'withdraw' && html`
        <${Question} title=${t('phone.leave.withdraw_title')} text=${span(leave.from_on, leave.to_on)}
          yes=${t('phone.leave.withdraw')} onYes=${() => send({ step: 'withdrawn' })} onNo=${() => setAsking(null)} />`}
    </li>`;
}

/** A request that has not reached the server yet. */
const OnThisPhone = ({ record }) => html`
  <li class="panel" data-testid="leave" data-state=${record.state}>
    <h3>
      ${t(`leave.kind.${record.body.kind}`)}
      ${' '}<span class="badge badge--${record.state}">${t(`phone.records.state.${record.state}`)}</span>
    </h3>
    <p>${span(record.body.from_on, record.body.to_on)}</p>
    ${record.state === 'attention' && html`<p><a href="#records">${record.problem.message}</a></p>`}
  </li>`;

export function Leaves() {
  const { records } = usePhone();
  const answer = useLeaves();
  const leaves = answer.value ?? [];
  const known = new Set(leaves.map(({ id }) => id));
  const local = records.filter(({ kind, state, id }) => kind === 'leave' && state !== 'sent' && !known.has(id));
  const underWay = stepsUnderWay(records);
  const newestFirst = [...leaves].sort((a, b) => (a.from_on < b.from_on ? 1 : -1));
  return html`
    <div>
      <a class="weui-btn weui-btn_primary wide" href="#leave/new">${t('phone.leave.ask')}</a>
      <${Freshness} answer=${answer} />
      <ul class="plain-list">
        ${local.map((record) => html`<${OnThisPhone} key=${record.id} record=${record} />`)}
        ${newestFirst.map((leave) => html`
          <${Leave} key=${leave.id} leave=${leave} underWay=${underWay.get(leave.id)} />`)}
      </ul>
      ${answer.value && !leaves.length && !local.length && html`<p class="empty">${t('phone.leave.none')}</p>`}
    </div>`;
}

export function LeaveForm() {
  const { outbox, sender, today } = usePhone();
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const [from, setFrom] = useState(today);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const content = { kind: form.get('kind'), from_on: form.get('from_on'), to_on: form.get('to_on') };
    if (content.to_on < content.from_on) {
      setProblem(t('phone.leave.order'));
      return;
    }
    const reason = form.get('reason').trim();
    setBusy(true);
    try {
      await outbox.add('leave', reason ? { ...content, reason } : content);
      sender.send();
      location.hash = '#leave';
    } catch {
      setBusy(false);
      setProblem(t('phone.here.failed'));
    }
  };
  return html`
    <div>
      <${Back} to="#leave" />
      <form class="panel form" onSubmit=${submit} data-testid="leave-form">
        <h2>${t('phone.leave.ask')}</h2>
        <fieldset class="choices">
          <legend>${t('phone.leave.kind')}</legend>
          ${KINDS.map((kind, index) => html`
            <label key=${kind}>
              <input type="radio" name="kind" value=${kind} required defaultChecked=${index === 0} />
              <span>${t(`leave.kind.${kind}`)}</span>
            </label>`)}
        </fieldset>
        <p class="quiet small">${t('phone.leave.errand_hint')}</p>
        <label>${t('phone.leave.from')}
          <input type="date" name="from_on" required defaultValue=${today}
            onChange=${(event) => setFrom(event.target.value)} />
        </label>
        <label>${t('phone.leave.to')}
          <input type="date" name="to_on" required min=${from} defaultValue=${today} />
        </label>
        <label>${t('phone.leave.reason')}
          <textarea name="reason" rows="3" maxlength="500"></textarea>
        </label>
        <${Problem}>${problem}<//>
        <${Button} type="submit" main wide disabled=${busy}>${t('phone.leave.send')}<//>
      </form>
    </div>`;
}
