// People who can log in: found by name, added, renamed, switched off; their roles and log-ins open below them.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { request, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go } from '../dashboard/address.js';
import { Empty, Loaded, Pager, Tag } from '../dashboard/parts.js';
import { Page } from '../dashboard/scope.js';
import { count } from '../dashboard/words.js';
import { Failed, Field, useSaving, valuesOf } from './saving.js';
import { UserPanel } from './user.js';

const PAGE_SIZE = 50;

async function usersOf({ query, page }) {
  const { data, headers } = await request('GET', '/users', { query: { query, page, page_size: PAGE_SIZE } });
  return { users: data.users, pages: pagesOf(headers) };
}

function AddUser({ onAdded }) {
  const { busy, failure, save } = useSaving();
  const submit = (event) => {
    event.preventDefault();
    const form = event.target;
    save(async () => {
      const user = await post('/users', valuesOf(form));
      form.reset();
      onAdded(user);
    });
  };
  return html`
    <details class="adding"><summary>${t('admin.user_add')}</summary>
      <form class="form" onSubmit=${submit} data-testid="user-form">
        <${Field} label=${t('admin.name')} name="name" required maxlength="64" />
        <${Field} label=${t('admin.username')} name="username" required pattern="[a-z0-9][a-z0-9._\\-]{1,63}" autocapitalize="none"
          title=${t('admin.username_hint')} />
        <div class="form-wide buttons"><button class="button button-main" disabled=${busy}>${t('admin.add')}</button>
          <span class="fine">${t('admin.username_hint')}</span></div>
        <div class="form-wide"><${Failed} text=${failure} /></div>
      </form>
    </details>`;
}

const rolesText = (user) => user.grants.map((grant) => `${t(`role.${grant.role}`)} · ${grant.division.name}`).join('、');

function Row({ user, open, onToggle, onChange }) {
  return html`
    <tr data-testid="user" data-user=${user.username} class=${open ? 'open-row' : ''}>
      <th scope="row"><button type="button" class="button-quiet" aria-expanded=${open} onClick=${onToggle} data-testid="open-user">
        ${user.name}</button><small>${user.username}</small></th>
      <td data-label=${t('admin.roles')}>${rolesText(user) || html`<span class="quiet">${t('admin.no_role')}</span>`}</td>
      <td data-label=${t('admin.state')}>${user.disabled_at ? html`<${Tag} tone="bad">${t('admin.disabled')}<//>`
        : user.first_log_in_at ? html`<${Tag} tone="good">${t('admin.in_use')}<//>` : html`<${Tag}>${t('admin.never_in')}<//>`}</td>
    </tr>
    ${open && html`<tr class="panel-row"><td colspan="3"><${UserPanel} user=${user} onChange=${onChange} /></td></tr>`}`;
}

export function UsersView() {
  const { address } = useContext(Page);
  const [opened, setOpened] = useState(address.user ?? null);
  const page = Number(address.page ?? 1);
  const source = useLoad(() => usersOf({ query: address.query, page }), [address.query, page]);
  const find = (event) => go({ ...address, query: event.target.value.trim() || undefined, page: undefined }, { replace: true });
  const move = (to) => go({ ...address, page: to === 1 ? undefined : to });
  const change = (user) => source.change((old) => ({ ...old, users: old.users.map((one) => (one.id === user.id ? { ...one, ...user } : one)) }));
  return html`
    <section class="card" aria-busy=${source.busy}>
      <h1>${t('admin.view.users')}</h1>
      <label class="inline-field search">${t('admin.find')}
        <input type="search" value=${address.query ?? ''} onInput=${find} data-testid="find-user" /></label>
      <${AddUser} onAdded=${(user) => { setOpened(user.username); go({ ...address, query: user.username, page: undefined }); }} />
      <${Loaded} source=${source} lines=${8}>
        ${({ users, pages }) => html`
          <p class="fine" role="status">${t('dashboard.people', { n: count(pages.total ?? users.length) })}</p>
          ${users.length === 0 ? html`<${Empty}>${t('dashboard.nobody_found')}<//>` : html`
            <div class="table-frame" tabindex="0" role="region" aria-label=${t('admin.view.users')}>
              <table class="plain-table wide-table">
                <thead><tr><th scope="col">${t('admin.name')}</th><th scope="col">${t('admin.roles')}</th><th scope="col">${t('admin.state')}</th></tr></thead>
                <tbody>${users.map((user) => html`<${Row} key=${user.id} user=${user} open=${opened === user.username} onChange=${change}
                  onToggle=${() => setOpened(opened === user.username ? null : user.username)} />`)}</tbody>
              </table>
            </div>`}
          <${Pager} page=${page} last=${pages.last} turn=${move} />`}
      <//>
    </section>`;
}
