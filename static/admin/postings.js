// Who is posted where: facts of a cadre, the end of a posting, a new one.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, post, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { fullDay } from '../dashboard/dates.js';
import { Empty, Loaded } from '../dashboard/parts.js';
import { Page } from '../dashboard/scope.js';
import { Trail } from '../dashboard/trail.js';
import { DivisionLinks } from './division-links.js';
import { DivisionChoice } from './divisions.js';
import { useEditing } from './editing.js';
import { Failed, Field, useSaving, valuesOf } from './saving.js';

const RANKS = ['county_leader', 'section_level', 'staff'];
const CADRE_ROLES = ['village_instructor', 'first_secretary', 'team_member'];

// A select of Preact knows no defaultValue: the option itself says that it is chosen.
const Choices = ({ of, values, chosen }) => values.map((value) => html`
  <option key=${value} value=${value} selected=${value === chosen}>${t(`${of}.${value}`)}</option>`);

const villagesText = (posting) => [posting.village, ...posting.further_villages].map((one) => one.name).join('、');

const Facts = ({ cadre }) => html`
  <${Field} label=${t('admin.sending_unit')} name="sending_unit" required maxlength="100" defaultValue=${cadre?.sending_unit ?? ''} />
  <${Field} as="select" label=${t('admin.rank')} name="rank"><${Choices} of="rank" values=${RANKS} chosen=${cadre?.rank ?? 'staff'} /><//>
  <${Field} as="select" label=${t('admin.cadre_role')} name="cadre_role">
    <${Choices} of="cadre_role" values=${CADRE_ROLES} chosen=${cadre?.cadre_role ?? 'village_instructor'} /><//>`;

function EditFacts({ cadre, onDone }) {
  const { busy, trouble, change } = useEditing(`/cadres/${cadre.id}`, cadre, [
    [t('admin.sending_unit'), (one) => one.sending_unit], [t('admin.rank'), (one) => t(`rank.${one.rank}`)],
    [t('admin.cadre_role'), (one) => t(`cadre_role.${one.cadre_role}`)]]);
  const submit = (event) => {
    event.preventDefault();
    change(valuesOf(event.target), onDone);
  };
  return html`
    <section><h3>${t('admin.facts')}</h3><form class="form" onSubmit=${submit} data-testid="facts-form"><${Facts} cadre=${cadre} />
      <div class="buttons"><button class="button" disabled=${busy}>${t('admin.save')}</button></div>
      <div class="form-wide">${trouble}</div></form></section>`;
}

function EndPosting({ posting, onDone }) {
  const { busy, trouble, change } = useEditing(`/postings/${posting.id}`, posting, [
    [t('admin.village'), (one) => villagesText(one)], [t('admin.from'), (one) => fullDay(one.from_on)],
    [t('admin.to'), (one) => (one.to_on ? fullDay(one.to_on) : '')]]);
  const submit = (event) => {
    event.preventDefault();
    change({ to_on: valuesOf(event.target).to_on ?? null }, onDone);
  };
  return html`
    <section><h3>${t('admin.posting_end')}</h3><form class="form" onSubmit=${submit} data-testid="end-form">
      <${Field} type="date" label=${t('admin.last_day')} name="to_on" min=${posting.from_on} defaultValue=${posting.to_on ?? ''} />
      <div class="buttons"><button class="button" disabled=${busy}>${t('admin.save')}</button></div>
      <div class="form-wide">${trouble}</div></form>
      <p class="fine">${t('admin.posting_end_note')}</p></section>`;
}

function Edit({ cadre, onDone }) {
  const { me, root } = useContext(Page);
  const [village, setVillage] = useState(null);
  const { busy, failure, save } = useSaving();
  const { posting } = cadre;
  const move = (event) => {
    event.preventDefault();
    save(async () => {
      await post('/postings', { cadre_id: cadre.id, village_code: village, ...valuesOf(event.target) });
      onDone();
    });
  };
  return html`
    <div class="user-panel" data-testid="cadre-panel">
      <${EditFacts} cadre=${cadre} onDone=${onDone} />
      ${posting && html`<${EndPosting} posting=${posting} onDone=${onDone} />`}
      <section><h3>${t('admin.posting_new')}</h3><form class="form" onSubmit=${move} data-testid="posting-form">
        <${DivisionChoice} root=${root} onChoose=${setVillage} name="posting" onlyVillages />
        <${Field} type="date" label=${t('admin.from')} name="from_on" required defaultValue=${me.today} />
        <${Field} type="date" label=${t('admin.to')} name="to_on" />
        <div class="buttons"><button class="button button-main" disabled=${busy || !village}>${t('admin.post')}</button></div></form></section>
      <${Failed} text=${failure} />
    </div>`;
}

/** Somebody who can log in becomes a cadre and is posted in one go. */
function NewCadre({ onDone }) {
  const { me, root } = useContext(Page);
  const [village, setVillage] = useState(null);
  const [known, setKnown] = useState([]);
  const { busy, failure, save } = useSaving();
  const find = async (event) => {
    const query = event.target.value.trim();
    if (query) setKnown((await get('/users', { query, page_size: 20 }).catch(() => ({ users: [] }))).users);
  };
  const submit = (event) => {
    event.preventDefault();
    const { username, from_on: from, to_on: to, ...facts } = valuesOf(event.target);
    save(async () => {
      const user = (await get('/users', { query: username, page_size: 20 })).users.find((one) => one.username === username);
      if (!user) throw Object.assign(new Error(t('admin.no_such_user')), { status: 404 });
      const cadre = user.cadre ?? await post('/cadres', { user_id: user.id, ...facts });
      await post('/postings', { cadre_id: cadre.id, village_code: village, from_on: from, ...(to && { to_on: to }) });
      onDone();
    });
  };
  return html`
    <details class="adding"><summary data-testid="add-cadre">${t('admin.cadre_add')}</summary>
      <form class="form" onSubmit=${submit} data-testid="cadre-form">
        <${Field} label=${t('admin.username')} name="username" required list="known-users" onInput=${find} autocapitalize="none" />
        <datalist id="known-users">${known.map((one) => html`<option key=${one.id} value=${one.username}>${one.name}</option>`)}</datalist>
        <${Facts} /><${DivisionChoice} root=${root} onChoose=${setVillage} name="cadre" onlyVillages />
        <${Field} type="date" label=${t('admin.from')} name="from_on" required defaultValue=${me.today} />
        <${Field} type="date" label=${t('admin.to')} name="to_on" />
        <div class="buttons"><button class="button button-main" disabled=${busy || !village}>${t('admin.post')}</button></div>
        <div class="form-wide"><${Failed} text=${failure} /></div>
      </form></details>`;
}

function Row({ cadre, open, onToggle, onDone }) {
  const { posting } = cadre;
  return html`
    <tr data-testid="cadre" data-username=${cadre.username}>
      <th scope="row"><button type="button" class="button-quiet" aria-expanded=${open} onClick=${onToggle} data-testid="open-cadre">${cadre.name}</button>
        <small>${cadre.username}</small></th>
      <td data-label=${t('admin.column.facts')}>${[t(`cadre_role.${cadre.cadre_role}`), t(`rank.${cadre.rank}`), cadre.sending_unit].join(' · ')}</td>
      <td data-label=${t('admin.column.village')}>${posting ? villagesText(posting) : t('dashboard.no_posting')}</td>
      <td data-label=${t('admin.column.posted')}>${posting && fullDay(posting.from_on)}${posting?.to_on && ` – ${fullDay(posting.to_on)}`}</td>
    </tr>
    ${open && html`<tr class="panel-row"><td colspan="4"><${Edit} cadre=${cadre} onDone=${onDone} /></td></tr>`}`;
}

const COLUMNS = ['name', 'facts', 'village', 'posted'];

export function PostingsView({ trail }) {
  const division = trail.at(-1);
  const [opened, setOpened] = useState(null);
  const source = useLoad(async () => (await request('GET', '/cadres', { query: { division: division.code } })).data.cadres, [division.code]);
  const done = () => {
    setOpened(null);
    source.reload();
  };
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card" aria-busy=${source.busy}>
      <h1>${t('admin.view.postings')} <small>${division.name}</small></h1>
      <${DivisionLinks} division=${division} />
      <${NewCadre} onDone=${done} />
      <${Loaded} source=${source} lines=${8}>
        ${(cadres) => (cadres.length === 0 ? html`<${Empty}>${t('dashboard.nobody_here')}<//>` : html`
          <div class="table-frame" tabindex="0" role="region" aria-label=${t('admin.view.postings')}>
            <table class="plain-table wide-table"><thead><tr>${COLUMNS.map((name) => html`<th key=${name} scope="col">${t(`admin.column.${name}`)}</th>`)}</tr></thead>
              <tbody>${cadres.map((cadre) => html`<${Row} key=${cadre.id} cadre=${cadre} open=${opened === cadre.id} onDone=${done}
                onToggle=${() => setOpened(opened === cadre.id ? null : cadre.id)} />`)}</tbody></table></div>`)}
      <//>
    </section>`;
}
