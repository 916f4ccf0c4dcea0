// The roster of a division, and the invitation that lets a person in for the first time.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { monthOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { AsOf } from './as-of.js';
import { Cards } from './cards.js';
import { fullDay, fullSpan } from './dates.js';
import { ExportTable } from './export.js';
import { Handover } from './handover.js';
import { Invitation } from './invitation.js';
import { later } from './later.js';
import { Empty, Loaded } from './parts.js';
import { othersOf } from './posted.js';
import { holdsThere, Page } from './scope.js';
import { Trail } from './trail.js';
import { count } from './words.js';

const COLUMNS = ['cadre', 'cadre_role', 'sending_unit', 'village', 'posted'];
const FIRST_SHOWN = 100;
const VillagePosts = later(() => import('./village-posts.js').then(({ VillagePosts: found }) => found));
/** The states of the address that show villages with their posts in the place of people. */
const OF_VILLAGES = ['posts', 'missing', 'vacant'];

/** From when, and until when if an end is known. */
const postedText = (posting) => (posting.to_on
  ? fullSpan(posting.from_on, posting.to_on)
  : t('dashboard.posted_since', { from: fullDay(posting.from_on) }));

/** Those whose name, unit or village holds what is looked for. */
function matching(cadres, wanted) {
  const text = wanted.trim();
  return text ? cadres.filter((one) => [one.name, one.sending_unit, one.posting?.village.name].some((word) => word?.includes(text))) : cadres;
}

function Person({ cadre, onInvite, onHandOver }) {
  const { address, me, scope } = useContext(Page);
  const { posting } = cadre;
  const isOver = Boolean(posting?.to_on && posting.to_on < me.today);
  const name = posting && scope.seesDays
    ? html`<${Link} to=${{ division: posting.village.code, cadre: cadre.id, month: isOver ? monthOf(posting.to_on) : address.month }}>${cadre.name}<//>`
    : cadre.name;
  return html`
    <tr data-testid="person" data-cadre=${cadre.id}>
      <th scope="row">${name}<small>${t(`rank.${cadre.rank}`)}</small></th>
      <td data-label=${t('dashboard.column.cadre_role')}>${t(`cadre_role.${cadre.cadre_role}`)}</td>
      <td data-label=${t('dashboard.column.sending_unit')}>${cadre.sending_unit}</td>
      <td data-label=${t('dashboard.column.village')}>
        ${posting ? [posting.village, ...posting.further_villages].map((village) => village.name).join('、') : t('dashboard.no_posting')}</td>
      <td data-label=${t('dashboard.column.posted')}>${posting ? postedText(posting) : '—'}</td>
      ${onInvite && html`
        <td class="person-acts">${!isOver && html`<button type="button" class="button" onClick=${() => onInvite(cadre)} data-testid="invite">
          ${t(cadre.has_logged_in ? 'dashboard.invite_again' : 'dashboard.invite')}</button>`}
          ${posting && cadre.id !== scope.ownCadreId && html`<button type="button" class="button" onClick=${() => onHandOver(cadre)} data-testid="hand-over">
            ${t('dashboard.hand_over')}</button>`}</td>`}
    </tr>`;
}

/** Nobody is invited or handed over where `onInvite` and `onHandOver` are missing. */
function People({ cadres, label, onInvite, onHandOver }) {
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${label}>
      <table class="month-table roster">
        <thead><tr>
          ${COLUMNS.map((name) => html`<th key=${name} scope="col">${t(`dashboard.column.${name}`)}</th>`)}
          ${onInvite && html`<th scope="col">${t('dashboard.column.invitation')}</th>`}
        </tr></thead>
        <tbody>${cadres.map((cadre) => html`<${Person} key=${`${cadre.id} ${cadre.posting?.id}`} cadre=${cadre} onInvite=${onInvite} onHandOver=${onHandOver} />`)}</tbody>
      </table>
    </div>`;
}

/** Who is not posted today: the certificate and the list of the handover are wanted when a posting is over, too. */
function Others({ division, wanted, onInvite, onHandOver }) {
  const { me } = useContext(Page);
  const [shown, setShown] = useState(FIRST_SHOWN);
  const source = useLoad(() => othersOf({ code: division.code, today: me.today }), [division.code]);
  return html`<${Loaded} source=${source} lines=${2}>
    ${(others) => {
      const found = matching(others, wanted);
      return found.length > 0 && html`
        <section class="people-others" data-testid="people-others">
          <h2>${t('dashboard.people_others')}</h2>
          <p class="fine">${t('dashboard.people_others_note')}</p>
          <${People} cadres=${found.slice(0, shown)} label=${t('dashboard.people_others')} onInvite=${onInvite} onHandOver=${onHandOver} />
          ${found.length > shown && html`<button type="button" class="button wide" onClick=${() => setShown(shown + FIRST_SHOWN)}>
            ${t('dashboard.show_more')}</button>`}
        </section>`;
    }}<//>`;
}

function Roster({ cadres, wanted, setWanted, onInvite, onHandOver }) {
  const [shown, setShown] = useState(FIRST_SHOWN);
  const found = matching(cadres, wanted);
  return html`
    <label class="inline-field search">${t('dashboard.find_person')}
      <input type="search" value=${wanted} onInput=${(event) => setWanted(event.target.value)} data-testid="find-person" /></label>
    <p class="fine" role="status">${t('dashboard.people', { n: count(found.length) })}</p>
    ${found.length === 0
      ? html`<${Empty}>${t('dashboard.nobody_found')}<//>`
      : html`<${People} cadres=${found.slice(0, shown)} label=${t('dashboard.view.people')} onInvite=${onInvite} onHandOver=${onHandOver} />`}
    ${found.length > shown && html`<button type="button" class="button wide" onClick=${() => setShown(shown + FIRST_SHOWN)}>
      ${t('dashboard.show_more')}</button>`}`;
}

/** People or villages with their posts. */
function Choice({ ofVillages }) {
  const { address } = useContext(Page);
  const choose = (state) => go({ ...address, page: undefined, state });
  return html`
    <div class="segments" role="group" aria-label=${t('dashboard.posts.choice')}>
      <button type="button" class="segment" aria-pressed=${String(!ofVillages)} onClick=${() => choose()} data-testid="people-people">${t('dashboard.posts.people')}</button>
      <button type="button" class="segment" aria-pressed=${String(ofVillages)} onClick=${() => choose(OF_VILLAGES[0])} data-testid="people-posts">${t('dashboard.posts.villages')}</button>
    </div>`;
}

/** The roster of a division: its people, or its villages with their posts. */
export function PeopleView({ trail }) {
  const { address, me } = useContext(Page);
  const division = trail.at(-1);
  const choice = holdsThere(me, ['supervisor', 'village'], division);
  const ofVillages = choice && OF_VILLAGES.includes(address.state);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    ${ofVillages ? html`
      <section class="card">
        <div class="card-head"><h1>${t('dashboard.posts.title_of', { name: division.name })}</h1><${Choice} ofVillages=${true} /></div>
        <${VillagePosts} division=${division} />
      </section>` : html`<${Staff} division=${division} withChoice=${choice} />`}`;
}

/** People of the division, in the roster's order: of today, or of the day that the address names. */
function Staff({ division, withChoice }) {
  const { me, address } = useContext(Page);
  const { day } = address;
  const [invited, setInvited] = useState(null);
  const [leaving, setLeaving] = useState(null);
  const [wanted, setWanted] = useState('');
  const acts = holdsThere(me, ['supervisor', 'admin'], division) && { onInvite: setInvited, onHandOver: setLeaving };
  const query = { from: day, to: day };
  const source = useLoad(() => get('/cadres', { division: division.code, ...query }), [division.code, day]);
  return html`
    <section class="card" aria-busy=${source.busy}>
      <div class="card-head"><h1>${t('dashboard.people_title', { name: division.name })}</h1>
        ${withChoice && html`<${Choice} ofVillages=${false} />`}
        <${ExportTable} key=${day} kind="cadres" division=${division} filters=${query} /></div>
      ${day && html`<${AsOf} day=${day} />`}
      ${acts && !day && html`<${Cards} key=${division.code} code=${division.code} />`}
      <${Loaded} source=${source} lines=${10}>
        ${({ cadres }) => (cadres.length === 0
          ? html`<${Empty}>${t('dashboard.nobody_here')}<//>`
          : html`<${Roster} cadres=${cadres} wanted=${wanted} setWanted=${setWanted} ...${acts} />`)}
      <//>
      ${!day && html`<${Others} division=${division} wanted=${wanted} ...${acts} />`}
      ${invited && html`<${Invitation} key=${invited.id} cadre=${invited} onClose=${() => setInvited(null)} />`}
      ${leaving && html`<${Handover} key=${leaving.posting.id} cadre=${leaving} division=${division} onClose=${() => setLeaving(null)} />`}
    </section>`;
}
