// One user opened: name, on or off, where logged in, a new invitation; the roles stand in a module of their own.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, post, remove } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { instantText } from '../dashboard/dates.js';
import { Empty, Loaded, Tag } from '../dashboard/parts.js';
import { Page } from '../dashboard/scope.js';
import { CardSheet } from '../dashboard/card-sheet.js';
import { deviceText } from './device.js';
import { useEditing } from './editing.js';
import { Grants } from './grants.js';
import { Failed, Field, useSaving, valuesOf } from './saving.js';

function Sessions({ user }) {
  const source = useLoad(() => get(`/users/${user.id}/sessions`), [user.id]);
  const { busy, failure, save } = useSaving();
  const end = (sessions) => save(async () => {
    for (const one of sessions) await remove(`/users/${user.id}/sessions/${one.id}`);
    source.reload();
  });
  return html`
    <section><h3>${t('admin.sessions')}</h3>
      <${Loaded} source=${source} lines=${2}>
        ${({ sessions }) => (sessions.length === 0 ? html`<${Empty}>${t('admin.no_sessions')}<//>` : html`
          <ul class="lines">${sessions.map((one) => html`
            <li key=${one.id} data-testid="session"><span title=${one.user_agent}>${deviceText(one.user_agent)}
              <small>${t('admin.last_used', { at: instantText(one.last_used_at) })}${one.current && ` · ${t('admin.this_one')}`}</small></span>
              ${!one.current && html`<button type="button" class="button" disabled=${busy} onClick=${() => end([one])} data-testid="revoke">
                ${t('admin.revoke')}</button>`}</li>`)}</ul>
          ${sessions.filter((one) => !one.current).length > 1 && html`<button type="button" class="button" disabled=${busy}
            onClick=${() => end(sessions.filter((one) => !one.current))}>${t('admin.revoke_all')}</button>`}`)}
      <//><${Failed} text=${failure} /></section>`;
}

function Account({ user, onChange }) {
  const { me } = useContext(Page);
  const { busy: inviting, failure, save } = useSaving();
  const [card, setCard] = useState(null);
  const { busy: changing, trouble, change } = useEditing(`/users/${user.id}`, user, [
    [t('admin.name'), (one) => one.name], [t('admin.state'), (one) => (one.disabled_at ? t('admin.disabled') : t('admin.enabled'))]]);
  const busy = inviting || changing;
  const rename = (event) => {
    event.preventDefault();
    change(valuesOf(event.target), onChange);
  };
  const invite = () => save(async () => setCard((await post('/invitation-sheets', { user_ids: [user.id] })).invitations));
  return html`
    <section><h3>${t('admin.account')}</h3>
      <form class="form" onSubmit=${rename} data-testid="rename-form">
        <${Field} label=${t('admin.name')} name="name" required maxlength="64" defaultValue=${user.name} />
        <div class="buttons"><button class="button" disabled=${busy}>${t('admin.rename')}</button></div>
      </form>
      <div class="buttons">
        <button type="button" class="button" disabled=${busy || Boolean(user.disabled_at)} onClick=${invite} data-testid="invite-user">${t('admin.invite')}</button>
        ${user.id !== me.id && html`<button type="button" class="button" disabled=${busy} onClick=${() => change({ disabled: !user.disabled_at }, onChange)}
          data-testid="disable">${t(user.disabled_at ? 'admin.enable' : 'admin.disable')}</button>`}
        ${user.disabled_at && html`<${Tag} tone="bad">${t('admin.disabled')}<//>`}
      </div>
      <p class="fine">${t('admin.disable_note')}</p>
      ${trouble}<${Failed} text=${failure} />
      ${card && html`<${CardSheet} cards=${card} />`}</section>`;
}

export const UserPanel = ({ user, onChange }) => html`
  <div class="user-panel" data-testid="user-panel">
    <${Account} user=${user} onChange=${onChange} />
    <${Grants} user=${user} onChange=${onChange} />
    <${Sessions} user=${user} />
  </div>`;
