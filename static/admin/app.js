// The administration as a whole: the head, and the view that the address names.
import { html, useContext, useEffect, useMemo, useState } from '/vendor/htm-preact.js';
import { monthOf } from '../shared/dates.js';
import { language, t } from '../shared/i18n.js';
import { useAddress } from '../dashboard/address.js';
import { Foot } from '../dashboard/foot.js';
import { Header } from '../dashboard/header.js';
import { Loaded } from '../dashboard/parts.js';
import { adminScopeOf, Page, rootOf } from '../dashboard/scope.js';
import { useTrail } from '../dashboard/trail.js';
import { AuditView } from './audit.js';
import { CalendarView } from './calendar.js';
import { ImportView } from './import.js';
import { CardsView } from './cards.js';
import { PlacesView } from './places.js';
import { PoliciesView } from './policies.js';
import { PostingsView } from './postings.js';
import { RequestsView } from './requests.js';
import { TermsView } from './terms.js';
import { UsersView } from './users.js';

const VIEWS = {
  users: UsersView, postings: PostingsView, cards: CardsView, places: PlacesView, policies: PoliciesView,
  calendar: CalendarView, terms: TermsView, import: ImportView, requests: RequestsView, audit: AuditView,
};
const ADMINISTERS = ['users', 'postings', 'cards', 'places', 'policies', 'calendar', 'terms', 'import', 'requests'];

function Body({ view }) {
  const { root, address } = useContext(Page);
  const source = useTrail(root, address.division ?? root.code);
  const View = VIEWS[view];
  return html`
    <${Loaded} source=${source}>
      ${(trail) => html`<${View} key=${`${view} ${trail.at(-1).code}`} trail=${trail} />`}
    <//>`;
}

/** Everything on the page, for the user the server told of. */
export function App({ me: first }) {
  const address = useAddress();
  const [me, setMe] = useState(first);
  const scope = useMemo(() => adminScopeOf(me), [me]);
  const views = [...(scope.administers ? ADMINISTERS : []), ...(scope.audits ? ['audit'] : [])];
  const view = views.includes(address.view) ? address.view : views[0];
  const root = rootOf(scope, address.division);
  useEffect(() => {
    document.title = [me.county?.name, t('admin.title')].filter(Boolean).join(' · ');
  }, [me, language()]);
  useEffect(() => {
    scrollTo(0, 0);
  }, [view]);
  const page = {
    me, scope, address, view, root, month: monthOf(me.today), changeMe: (news) => setMe((old) => ({ ...old, ...news })),
  };
  return html`
    <${Page.Provider} value=${page}>
      <a class="skip" href="#content">${t('dashboard.skip')}</a>
      <${Header} views=${views} title=${t('admin.title')} label=${(name) => t(`admin.view.${name}`)} first=${views[0]} />
      <main id="content" tabindex="-1" class="content" key=${language()}>
        ${view && root
          ? html`<${Body} view=${view} />`
          : html`<div class="notice" data-testid="no-grants"><p>${t('admin.nothing_granted')}</p></div>`}
      </main>
      <${Foot} />
    <//>`;
}
