// What villagers asked for: what is due first, one concern with its course and the next step, and raising one.
import { html, useMemo, useState } from '/vendor/htm-preact.js';
import {
  aboutWords, CONCERN_KINDS, Course, daysLeft, dueTone, dueWords, isUndone, NextSteps, openDueFirst,
} from '/static/shared/concern.js';
import { t } from '/static/shared/i18n.js';
import { newId } from '/static/shared/ids.js';
import { usePhone } from './context.js';
import { useRows } from './kept.js';
import { Back, Button, Problem, Waiting } from './parts.js';
import { PhotoField, RecordPhotos } from './photo-field.js';

const WEEK = 7;

/** What is due, for the first view: what is to be handled this week or is late, and who is to be visited again. */
export async function todo({ store, userId, today }) {
  const mine = (await store.rows(userId, 'concern')).filter((one) => one.next_steps.length > 0);
  const left = mine.filter(isUndone).map((one) => daysLeft(one, today));
  const late = left.filter((days) => days < 0).length;
  const due = left.filter((days) => days >= 0 && days <= WEEK).length;
  const followUps = mine.filter(({ state }) => state === 'resolved' || state === 'explained').length;
  return [
    late && { key: 'concerns-late', text: t('field.concerns.todo_late', { count: late }), href: '#concerns', urgent: true },
    due && { key: 'concerns-due', text: t('field.concerns.todo_due', { count: due }), href: '#concerns' },
    followUps && { key: 'concerns-again', text: t('field.concerns.todo_again', { count: followUps }), href: '#concerns' },
  ].filter(Boolean);
}

/** What lies on this phone and has not reached the server, by the concern that it is about. */
const underWay = (records) => records.filter(({ kind, state }) => kind.startsWith('concern') && state !== 'sent');

const Tag = ({ concern, today }) => html`
  <span class=${`badge badge--${{ bad: 'attention', wait: 'waiting', good: 'sent' }[dueTone(concern, today)] ?? 'plain'}`}>
    ${t(`concern.state.${concern.state}`)}</span>`;

const Line = ({ concern, today }) => html`
  <li class="panel" data-testid="concern" data-state=${concern.state}>
    <a class="line" href=${`#concerns/${concern.id}`}>
      <span class="record__head"><strong>${t(`concern.kind.${concern.kind}`)}</strong><${Tag} concern=${concern} today=${today} /></span>
      <span>${concern.text}</span>
      <span class=${concern.is_overdue ? 'late small' : 'quiet small'}>${dueWords(concern, today)}</span>
      <span class="quiet small">${aboutWords(concern)}</span>
    </a>
  </li>`;

const OnThisPhone = ({ record }) => html`
  <li class="panel" data-testid="concern" data-state=${record.state}>
    <span class="record__head"><strong>${t(`concern.kind.${record.body.kind}`)}</strong>
      <a class="badge badge--${record.state}" href="#records">${t(`phone.records.state.${record.state}`)}</a></span>
    <span>${record.body.text}</span>
  </li>`;

function List() {
  const { records, today } = usePhone();
  const rows = useRows('concern');
  const raised = underWay(records).filter(({ kind }) => kind === 'concern');
  const concerns = rows && openDueFirst(rows);
  return html`
    <div>
      <a class="weui-btn weui-btn_primary" href="#concerns/new" data-testid="raise">${t('field.concerns.raise')}</a>
      ${!concerns && html`<${Waiting} />`}
      <ul class="plain-list">
        ${raised.map((record) => html`<${OnThisPhone} key=${record.id} record=${record} />`)}
        ${concerns?.map((concern) => html`<${Line} key=${concern.id} concern=${concern} today=${today} />`)}
      </ul>
      ${concerns?.length === 0 && !raised.length && html`<p class="empty">${t('field.concerns.none')}</p>`}
    </div>`;
}

function One({ id }) {
  const { outbox, records, sender, today } = usePhone();
  const rows = useRows('concern');
  const concern = rows?.find((one) => one.id === id);
  const waiting = underWay(records).find(({ of }) => of === id);
  const [photos, setPhotos] = useState([]);
  const take = async (content) => {
    const more = { captured_at: new Date().toISOString(), ...(photos.length && { photos }) };
    await outbox.add('concern_step', { concern_id: id, ...content, ...more }, { of: id });
    setPhotos([]);
    sender.send();
  };
  const others = openDueFirst(rows ?? []).filter((one) => one.id !== id && one.village.code === concern?.village.code);
  return html`
    <div>
      <${Back} to="#concerns" />
      ${rows && !concern && html`<p class="empty">${t('field.concerns.over')}</p>`}
      ${concern && html`
        <section class="panel" data-testid="concern" data-state=${concern.state}>
          <h2>${t(`concern.kind.${concern.kind}`)} <${Tag} concern=${concern} today=${today} /></h2>
          <p>${concern.text}</p>
          <p class=${concern.is_overdue ? 'late' : 'quiet'}>${dueWords(concern, today)}</p>
          <p class="quiet">${aboutWords(concern)}</p>
          <${Course} concern=${concern} photos=${(list) => html`<${RecordPhotos} photos=${list} />`} />
          ${waiting
            ? html`<p><a href="#records">${t(`phone.records.state.${waiting.state}`)}</a></p>`
            : html`<${NextSteps} key=${concern.state} concern=${concern} take=${take} Button=${Button} others=${others} cancel=${t('phone.cancel')}
              extra=${html`<${PhotoField} value=${photos} onChange=${setPhotos} />`} />`}
        </section>`}
    </div>`;
}

function Raise({ householdId }) {
  const { me, outbox, sender } = usePhone();
  const posting = me.cadre.posting;
  const villages = posting ? [posting.village, ...posting.further_villages] : [];
  const id = useMemo(newId, []);
  const [photos, setPhotos] = useState([]);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const { kind, text, village_code: code } = Object.fromEntries(new FormData(event.target));
    const content = {
      kind, text: text.trim(), village_code: code ?? villages[0].code, captured_at: new Date().toISOString(),
      ...(householdId && { household_id: householdId }), ...(photos.length && { photos }),
    };
    try {
      await outbox.add('concern', content, { id });
      sender.send();
      location.hash = '#concerns';
    } catch {
      setProblem(t('phone.here.failed'));
    }
  };
  return html`
    <div>
      <${Back} to="#concerns" />
      ${villages.length === 0 ? html`<p class="empty">${t('phone.week.no_posting')}</p>` : html`
        <form class="panel form" onSubmit=${submit} data-testid="concern-form">
          <h2>${t('field.concerns.raise')}</h2>
          <fieldset class="choices"><legend>${t('field.concerns.kind')}</legend>
            ${CONCERN_KINDS.map((kind) => html`
              <label key=${kind}><input type="radio" name="kind" value=${kind} required /><span>${t(`concern.kind.${kind}`)}</span></label>`)}
          </fieldset>
          ${villages.length > 1 && html`
            <label>${t('field.concerns.village')}<select name="village_code">${villages.map(({ code, name }) => html`
              <option key=${code} value=${code}>${name}</option>`)}</select></label>`}
          <label>${t('field.concerns.text')}
            <textarea name="text" rows="4" maxlength="2000" required placeholder=${t('field.concerns.hint')}></textarea></label>
          <${PhotoField} value=${photos} onChange=${setPhotos} />
          <${Problem}>${problem}<//>
          <${Button} type="submit" main wide>${t('field.save')}<//>
        </form>`}
    </div>`;
}

/** #concerns, #concerns/new (and the household that it is about), #concerns/{id}. */
export function Concerns({ rest: [name, detail] }) {
  if (name === 'new') return html`<${Raise} householdId=${/^\d+$/.test(detail ?? '') ? Number(detail) : null} />`;
  return name ? html`<${One} id=${name} />` : html`<${List} />`;
}
