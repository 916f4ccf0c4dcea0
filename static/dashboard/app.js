// The page as a whole: the head, and the view that the address names.
import { html, useEffect, useMemo, useState } from '/vendor/htm-preact.js';
import { monthOf } from '../shared/dates.js';
import { language, t } from '../shared/i18n.js';
import { Link, useAddress } from './address.js';
import { CadreView } from './cadre.js';
import { Foot } from './foot.js';
import { Header } from './header.js';
import { later } from './later.js';
import { LeaveView } from './leave.js';
import { MonthsView } from './months.js';
import { countsOf, useOverdue } from './overdue.js';
import { Failure, Loaded } from './parts.js';
import { PeopleView } from './people.js';
import { ProposalsView } from './proposals.js';
import { Page, rootOf, scopeOf } from './scope.js';
import { TableView } from './table.js';
import { useTrail } from './trail.js';
import { WaitingView } from './waiting.js';

const VIEWS = {
  look: later(() => import('./look.js').then(({ LookView }) => LookView)),
  map: later(() => import('./map.js').then(({ MapView }) => MapView)),
  matters: later(() => import('./matters.js').then(({ MattersView }) => MattersView)),
  calendar: later(() => import('./village-calendar.js').then(({ VillageCalendarView }) => VillageCalendarView)),
  emergency: later(() => import('./emergency.js').then(({ EmergencyView }) => EmergencyView)),
  table: TableView, waiting: WaitingView, leave: LeaveView, months: MonthsView, places: ProposalsView, people: PeopleView,
  concerns: later(() => import('./concerns.js').then(({ ConcernsView }) => ConcernsView)),
  visits: later(() => import('./visits.js').then(({ VisitsView }) => VisitsView)),
  households: later(() => import('./households.js').then(({ HouseholdsView }) => HouseholdsView)),
  diary: later(() => import('./diary.js').then(({ DiaryView }) => DiaryView)),
  meetings: later(() => import('./meetings.js').then(({ MeetingsView }) => MeetingsView)),
  pictures: later(() => import('./pictures.js').then(({ PicturesView }) => PicturesView)),
  special: later(() => import('./special.js').then(({ SpecialView }) => SpecialView)),
  contracts: later(() => import('./contracts.js').then(({ ContractsView }) => ContractsView)),
  ledger: later(() => import('./ledger.js').then(({ LedgerView }) => LedgerView)),
  acceptances: later(() => import('./acceptances.js').then(({ AcceptancesView }) => AcceptancesView)),
  notices: later(() => import('./notices.js').then(({ NoticesView }) => NoticesView)),
  checks: later(() => import('./checks.js').then(({ ChecksView }) => ChecksView)),
  marks: later(() => import('./marks.js').then(({ MarksView }) => MarksView)),
  board: later(() => import('./board.js').then(({ BoardView }) => BoardView)),
  ratings: later(() => import('./ratings.js').then(({ RatingsView }) => RatingsView)),
  votes: later(() => import('./votes.js').then(({ VotesView }) => VotesView)),
  suggestions: later(() => import('./suggestions.js').then(({ SuggestionsView }) => SuggestionsView)),
};
/** What belongs together stands together: twenty views do not fit side by side. */
const GROUPS = {
  overview: ['look', 'map', 'matters', 'calendar', 'emergency'],
  posting: ['table', 'waiting', 'leave', 'months'],
  visiting: ['visits', 'households'],
  people: ['concerns', 'diary', 'meetings', 'special', 'pictures'],
  promises: ['contracts', 'ledger', 'acceptances', 'notices', 'checks', 'marks', 'board'],
  ratings: ['ratings', 'votes', 'suggestions'],
  roster: ['places', 'people'],
};
/** What, beside the view, is a place of its own: going there begins at the top. */
const PLACES = ['division', 'cadre', 'contract', 'acceptance', 'notice', 'check', 'sheet', 'disclosure', 'concern', 'campaign', 'vote', 'suggestion', 'oddity', 'duty'];

function viewsOf(scope) {
  const seen = new Set([
    ...(scope.seesDays ? ['look', 'map', 'matters', 'calendar', 'emergency', 'table', 'waiting', 'leave', 'months', 'visits', 'households', 'contracts', 'ledger', 'notices', 'checks', 'marks', 'board', 'votes', 'suggestions'] : []),
    ...(scope.supervises ? ['concerns', 'diary', 'meetings', 'special', 'pictures', 'acceptances', 'places', 'ratings'] : []),
    ...(scope.inspects ? ['checks', 'suggestions'] : []),
    ...(scope.seesDays || scope.invites ? ['people'] : []),
  ]);
  return Object.values(GROUPS).flat().filter((name) => seen.has(name));
}

/** Who comes without an address gets the overview; one without a view is that of the month table, as links are written. */
const firstOf = (views, address) => (Object.keys(address).length > 0 && views.includes('table') ? 'table' : views[0]);

function Body({ view, root, address, personView }) {
  const source = useTrail(root, address.division ?? root.code);
  const View = personView ? CadreView : VIEWS[view];
  if (source.error && !source.data) {
    return html`
      <div class="lost">
        <${Failure} error=${source.error} retry=${source.reload} />
        <p><${Link} to=${{}}>${t('dashboard.back_to', { name: root.name })}<//></p>
      </div>`;
  }
  return html`
    <${Loaded} source=${source}>
      ${(trail) => html`<${View} key=${`${view} ${trail.at(-1).code} ${address.cadre}`} trail=${trail} />`}
    <//>`;
}

/** Everything on the page, for the user the server told of. */
export function App({ me: first }) {
  const written = useAddress();
  const [me, setMe] = useState(first);
  const scope = useMemo(() => scopeOf(me), [me]);
  const views = viewsOf(scope);
  const view = views.includes(written.view) ? written.view : firstOf(views, written);
  // Whoever goes on from an address without a word stays in the view that it opened.
  const address = useMemo(() => (view === 'table' ? written : { ...written, view }), [written, view]);
  const root = rootOf(scope, address.division);
  const month = address.month ?? monthOf(me.today);
  const personView = view === 'table' && Boolean(address.cadre);
  const place = `${view} ${PLACES.map((name) => address[name])}`;
  const [shown, setShown] = useState(place);
  const overdue = useOverdue(scope.seesDays || scope.inspects ? root?.code : null, scope, place);

  useEffect(() => {
    document.title = [me.county?.name ?? root?.name, t('dashboard.title')].filter(Boolean).join(' · ');
  }, [me, language()]);
  useEffect(() => {
    if (place === shown) return;
    setShown(place);
    scrollTo(0, 0);
    // Whoever moves by keyboard or by ear goes on from the top of the new view.
    document.getElementById('content').focus({ preventScroll: true });
  }, [place]);

  const page = { me, scope, address, view, root, month, overdue, changeMe: (news) => setMe((old) => ({ ...old, ...news })) };
  return html`
    <${Page.Provider} value=${page}>
      <a class="skip" href="#content">${t('dashboard.skip')}</a>
      <${Header} views=${views} groups=${GROUPS} first=${null} counts=${countsOf(root && overdue.data, me, root)} />
      <main id="content" tabindex="-1" class="content" key=${language()}>
        ${view && root
          ? html`<${Body} view=${view} root=${root} address=${address} personView=${personView} />`
          : html`<div class="notice" data-testid="no-grants"><p>${t('dashboard.nothing_granted')}</p></div>`}
      </main>
      <${Foot} />
    <//>`;
}
