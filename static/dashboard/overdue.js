// What is overdue where one is: notices that wait for a village, promises not accepted, suggestions not answered in time.
import { html, useContext, useEffect, useRef } from '/vendor/htm-preact.js';
import { get, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { Page, supervisesThere } from './scope.js';
import { count } from './words.js';

/** How many suggestions and complaints are overdue, of those that one may see; none where one may see none at all. */
const overdueInBox = (division) => request('GET', '/suggestions', { query: { division, overdue: true, page_size: 1 } })
  .then(({ headers }) => pagesOf(headers).total, () => 0);

async function figuresOf(code, scope) {
  if (!code) return null;
  const [figures, suggestions] = await Promise.all([scope.seesDays ? get('/notice-figures', { division: code }) : null, overdueInBox(code)]);
  return { ...figures, suggestions };
}

/** The figures of a division, read anew wherever one goes, since a step may have changed them; {data, reload}. */
export function useOverdue(code, scope, place) {
  const { data, reload } = useLoad(() => figuresOf(code, scope), [code]);
  const been = useRef(place);
  useEffect(() => {
    if (been.current === place) return;
    been.current = place;
    reload();
  }, [place]);
  return { data, reload };
}

/** {view: how many are overdue there}, of a division; acceptance is for those above a village. */
export const countsOf = (figures, me, division) => (figures
  ? { notices: figures.total?.overdue ?? 0, acceptances: supervisesThere(me, division) ? figures.acceptances_overdue : 0, suggestions: figures.suggestions } : {});

/** A line above the first table for whoever has to see to it; nothing where nothing is overdue. */
export function OverdueLine({ division }) {
  const { me, scope, overdue, root } = useContext(Page);
  const isRoot = division.code === root.code;
  const own = useLoad(() => figuresOf(isRoot ? null : division.code, scope), [division.code, isRoot]);
  const counts = countsOf(isRoot ? overdue.data : own.data, me, division);
  const late = Object.entries(counts).filter(([, n]) => n > 0);
  if (late.length === 0) return null;
  return html`<p class="notice notice-bad overdue-line" data-testid="overdue-line">${late.map(([view, n]) => html`
    <${Link} key=${view} data-testid=${`overdue-${view}`} to=${{ view, division: division.code, state: 'overdue' }}>
      ${t(`dashboard.overdue.${view}`, { n: count(n) })}<//>`)}</p>`;
}

/** The overdue notices of villages, each with the way to it. */
export function OverdueOfVillages({ villages }) {
  const codes = [...new Set(villages.map(({ code }) => code))];
  const source = useLoad(() => Promise.all(codes.map((division) => get('/supervision-notices', { division, state: 'overdue' }))), [codes.join()]);
  const notices = (source.data ?? []).flatMap((answer) => answer.notices);
  if (notices.length === 0) return null;
  return html`<div class="notice notice-bad" data-testid="overdue-line"><p>${t('dashboard.overdue.of_villages')}</p>
    <ul>${notices.map((one) => html`<li key=${one.id}><${Link} to=${{ view: 'notices', division: one.village.code, notice: one.id }}>
      ${[one.village.name, one.title, one.label].filter(Boolean).join(' · ')}<//></li>`)}</ul></div>`;
}
