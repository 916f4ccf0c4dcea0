// Invitations for many at once: choose a division, make, print, cut, hand out.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { Cards } from '../dashboard/cards.js';
import { Page } from '../dashboard/scope.js';
import { DivisionChoice } from './divisions.js';

export function CardsView() {
  const { root } = useContext(Page);
  const [division, setDivision] = useState(root.code);
  return html`
    <section class="card">
      <h1>${t('admin.view.cards')}</h1>
      <div class="form"><${DivisionChoice} root=${root} onChoose=${setDivision} name="cards" /></div>
      <${Cards} key=${division} code=${division} />
    </section>`;
}
