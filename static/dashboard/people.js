// The roster of a division, and the invitation that lets a person in for the first time.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Link } from './address.js';
import { fullDay, fullSpan } from './dates.js';
import { Invitation } from './invitation.js';
import { useLoad } from './loading.js';
import { Empty, Loaded } from './parts.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';
import { count } from './words.js';

const COLUMNS = ['cadre', 'cadre_role', 'sending_unit', 'village', 'posted'];
const FIRST_SHOWN = 100;

/** From when, and until when if an end is known. */
const postedText = (posting) => (posting.to_on
  ? fullSpan(posting.from_on, posting.to_on)
  : t('dashboard.posted_since', { from: fullDay(posting.from_on) }));

function Person({ cadre, onInvite }) {
  const { address, scope } = useContext(Page);
  const { posting } = cadre;
  const name = posting && scope.seesDays
    ? html`<${Link} to=${{ division: posting.village.code, cadre: cadre.id, month: address.month }}>${cadre.name}<//>`
    : cadre.name;
  return html`
    <tr data-testid="person" data-cadre=${cadre.id}>
      <th scope="row">${name}<small>${t(`rank.${cadre.rank}`)}</small></th>
      <td data-label=${t('dashboard.column.cadre_role')}>${t(`cadre_role.${cadre.cadre_role}`)}</td>
      <td data-label=${t('dashboard.column.sending_unit')}>${cadre.sending_unit}</td>
      <td data-label=${t('dashboard.column.village')}>
        ${posting ? [posting.village, ...posting.further_villages].map((village) => village.name).join('、') : t('dashboard.no_posting')}</td>
      <td data-label=${t('dashboard.column.posted')}>${posting ? postedText(posting) : '—'}</td>
      ${scope.invites && html`
        <td><button type="button" class="button" onClick=${() => onInvite(cadre)} data-testid="invite">
          ${t(cadre.has_logged_in ? 'dashboard.invite_again' : 'dashboard.invite')}</button></td>`}
    </tr>`;
}

function Roster({ cadres, onInvite }) {
  const { scope } = useContext(Page);
  const [wanted, setWanted] = useState('');
  const [shown, setShown] = useState(FIRST_SHOWN);
  const text = wanted.trim();
  const found = text ? cadres.filter((one) => [one.name, one.sending_unit, one.posting?.village.name].some((word) => word?.includes(text))) : cadres;
  return html`
    <label class="inline-field search">${t('dashboard.find_person')}
      <input type="search" value=${wanted} onInput=${(event) => setWanted(event.target.value)} data-testid="find-person" /></label>
    <p class="fine" role="status">${t('dashboard.people', { n: count(found.length) })}</p>
    ${found.length === 0
      ? html`<${Empty}>${t('dashboard.nobody_found')}<//>`
      : html`
        <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.view.people')}>
          <table class="month-table roster">
            <thead><tr>
              ${COLUMNS.map((name) => html`<th key=${name} scope="col">${t(`dashboard.column.${name}`)}</th>`)}
              ${scope.invites && html`<th scope="col">${t('dashboard.column.invitation')}</th>`}
            </tr></thead>
            <tbody>${found.slice(0, shown).map((cadre) => html`<${Person} key=${cadre.id} cadre=${cadre} onInvite=${onInvite} />`)}</tbody>
          </table>
        </div>`}
    ${found.length > shown && html`<button type="button" class="button wide" onClick=${() => setShown(shown + FIRST_SHOWN)}>
      ${t('dashboard.show_more')}</button>`}`;
}

/** People of the division, in the roster's order. */
export function PeopleView({ trail }) {
  const [invited, setInvited] = useState(null);
  const division = trail.at(-1);
  const source = useLoad(() => get('/cadres', { division: division.code }), [division.code]);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card" aria-busy=${source.busy}>
      <h1>${t('dashboard.people_title', { name: division.name })}</h1>
      <${Loaded} source=${source} lines=${10}>
        ${({ cadres }) => (cadres.length === 0
          ? html`<${Empty}>${t('dashboard.nobody_here')}<//>`
          : html`<${Roster} cadres=${cadres} onInvite=${setInvited} />`)}
      <//>
      ${invited && html`<${Invitation} key=${invited.id} cadre=${invited} onClose=${() => setInvited(null)} />`}
    </section>`;
}
