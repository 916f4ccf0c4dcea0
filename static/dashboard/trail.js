// From the county down: where one is, and the way back up.
import { html, useContext } from '/vendor/htm-preact.js';
import { ApiError, get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { liesIn, Page } from './scope.js';

const children = new Map();

/** Divisions directly under one, asked for once. */
export function divisionsUnder(code) {
  if (!children.has(code)) {
    const asked = get('/divisions', { parent: code }).then((answer) => answer.divisions);
    children.set(code, asked);
    asked.catch(() => children.delete(code));
  }
  return children.get(code);
}

/** Divisions from the root down to `code`, both included; a code that is not below the root is a 404, as the server would say. */
async function trailTo(root, code) {
  const trail = [root];
  while (trail.at(-1).code !== code) {
    const below = trail.at(-1).level === 'village' ? [] : await divisionsUnder(trail.at(-1).code);
    const next = below.find((division) => division.code === code) ?? below.find((division) => liesIn(code, division));
    if (!next) throw new ApiError({ status: 404, reason: 'not_found', message: t('dashboard.not_yours') });
    trail.push(next);
  }
  return trail;
}

/** {data: [root … division]} for the division of the address. */
export const useTrail = (root, code) => useLoad(() => trailTo(root, code), [root.code, code]);

/** The breadcrumb; `last` is a person or a heading below the division. */
export function Trail({ trail, last }) {
  const { address, scope } = useContext(Page);
  const to = (division) => ({ view: address.view, division: division.code, month: address.month });
  const others = scope.roots.filter((root) => root.code !== trail[0].code);
  return html`
    <nav class="trail" aria-label=${t('dashboard.trail')} data-testid="trail">
      <ol>
        ${trail.map((division, index) => html`
          <li key=${division.code}>
            ${index === trail.length - 1 && !last
              ? html`<span aria-current="page">${division.name}</span>`
              : html`<${Link} to=${to(division)}>${division.name}<//>`}
          </li>`)}
        ${last && html`<li><span aria-current="page">${last}</span></li>`}
      </ol>
      ${others.length > 0 && html`
        <p class="trail-others">${t('dashboard.also_yours')} ${others.map((root) => html` <${Link} key=${root.code} to=${to(root)}>
          ${root.name}<//>`)}</p>`}
    </nav>`;
}
