// The roles of a user: those that hold, those to come, and, folded, those that are over.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { fullDay } from '../dashboard/dates.js';
import { Loaded, Tag } from '../dashboard/parts.js';
import { Page } from '../dashboard/scope.js';
import { DivisionChoice } from './divisions.js';
import { useEditing } from './editing.js';
import { Failed, Field, useSaving, valuesOf } from './saving.js';

const ROLES = ['village', 'supervisor', 'discipline', 'admin', 'auditor'];

function timeOf(grant, today) {
  if (grant.from_on > today) return 'coming';
  return grant.to_on && grant.to_on < today ? 'past' : 'current';
}

const lastDayText = (grant) => (grant.to_on ? fullDay(grant.to_on) : '');
const spanText = (grant) => [t('dashboard.posted_since', { from: fullDay(grant.from_on) }),
  grant.to_on && t('admin.until', { day: fullDay(grant.to_on) })].filter(Boolean).join(' · ');

function Grant({ grant, time, mayChange, onDone }) {
  const { me } = useContext(Page);
  const { busy, trouble, change, remove } = useEditing(`/grants/${grant.id}`, grant, [[t('admin.to'), lastDayText]]);
  const set = (event) => {
    event.preventDefault();
    change({ to_on: valuesOf(event.target).to_on ?? null }, onDone);
  };
  return html`
    <li data-testid="grant" data-time=${time}><span>${t(`role.${grant.role}`)} · ${grant.division.name}
        ${time === 'coming' && html` <${Tag} tone="wait">${t('admin.to_come')}<//>`}<small>${spanText(grant)}</small></span>
      ${mayChange && time === 'coming' && html`<button type="button" class="button" disabled=${busy} onClick=${() => remove(onDone)}
        data-testid="withdraw-grant">${t('admin.withdraw')}</button>`}
      ${mayChange && time === 'current' && grant.to_on !== me.today && html`<button type="button" class="button" disabled=${busy}
        onClick=${() => change({ to_on: me.today }, onDone)} data-testid="end-grant">${t('admin.end_today')}</button>`}
      ${mayChange && time !== 'past' && html`
        <details class="adding"><summary data-testid="last-day">${t('admin.last_day_change')}</summary>
          <form class="form" onSubmit=${set}>
            <${Field} type="date" label=${t('admin.last_day')} name="to_on" min=${grant.from_on} defaultValue=${grant.to_on ?? ''} />
            <div class="buttons"><button class="button" disabled=${busy}>${t('admin.save')}</button></div></form></details>`}
      ${trouble}</li>`;
}

function Give({ user, onDone }) {
  const { me, root } = useContext(Page);
  const [division, setDivision] = useState(root.code);
  const { busy, failure, save } = useSaving();
  const give = (event) => {
    event.preventDefault();
    const form = event.target;
    save(async () => {
      await post('/grants', { user_id: user.id, division_code: division, ...valuesOf(form) });
      await onDone();
    });
  };
  return html`
    <form class="form" onSubmit=${give} data-testid="grant-form">
      <${Field} as="select" label=${t('admin.role')} name="role">${ROLES.map((role) => html`<option key=${role} value=${role}>${t(`role.${role}`)}</option>`)}<//>
      <${DivisionChoice} root=${root} onChoose=${setDivision} name="grant" />
      <${Field} type="date" label=${t('admin.from')} name="from_on" required defaultValue=${me.today} />
      <${Field} type="date" label=${t('admin.to')} name="to_on" />
      <div class="buttons"><button class="button button-main" disabled=${busy}>${t('admin.give_role')}</button></div>
      <div class="form-wide"><${Failed} text=${failure} /></div>
    </form>`;
}

export function Grants({ user, onChange }) {
  const { me } = useContext(Page);
  const source = useLoad(async () => (await get('/grants', { user_id: user.id })).grants, [user.id]);
  const mayChange = user.id !== me.id;
  const done = async () => {
    source.reload();
    onChange(await get(`/users/${user.id}`));
  };
  const lines = (grants) => html`<ul class="lines">${grants.map((grant) => html`<${Grant} key=${grant.id} grant=${grant} time=${timeOf(grant, me.today)}
    mayChange=${mayChange} onDone=${done} />`)}</ul>`;
  return html`
    <section><h3>${t('admin.roles')}</h3>
      <${Loaded} source=${source} lines=${2}>
        ${(grants) => {
          const past = grants.filter((grant) => timeOf(grant, me.today) === 'past');
          const others = grants.filter((grant) => !past.includes(grant));
          return html`
            ${others.length === 0 && html`<p class="fine">${t('admin.no_role')}</p>`}${lines(others)}
            ${past.length > 0 && html`<details class="adding"><summary data-testid="past-grants">${t('admin.past_roles', { n: past.length })}</summary>
              ${lines(past)}</details>`}`;
        }}
      <//>
      ${mayChange && html`<${Give} user=${user} onDone=${done} />`}</section>`;
}
