// What lies directly under a division, as links that stay in the view.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { useLoad } from '../shared/loading.js';
import { Link } from '../dashboard/address.js';
import { Page } from '../dashboard/scope.js';

export function DivisionLinks({ division }) {
  const { address } = useContext(Page);
  const source = useLoad(async () => (division.level === 'village' ? [] : (await get('/divisions', { parent: division.code })).divisions), [division.code]);
  if (!source.data?.length) return null;
  return html`<nav class="division-links" aria-label=${division.name}>${source.data.map((one) => html`
    <${Link} key=${one.code} to=${{ view: address.view, division: one.code }}>${one.name}<//>`)}</nav>`;
}
