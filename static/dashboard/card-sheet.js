// Invitation cards as they come out of the printer: A4, ten to a page, with a line to cut along.
import { html, useContext } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { instantText } from './dates.js';
import { Page } from './scope.js';

export function CardSheet({ cards }) {
  const { me } = useContext(Page);
  return html`
    <div class="card-sheet" data-testid="sheet">
      <div class="buttons"><button type="button" class="button button-main" onClick=${() => print()} data-testid="print-cards">${t('dashboard.print')}</button>
        <span class="fine">${t('dashboard.cards_once')}</span></div>
      <ul class="cards">${cards.map((card) => html`
        <li class="cut" key=${card.user.id} data-testid="card">
          <img src=${card.qr_svg_data_uri} alt=${t('dashboard.invitation_qr', { name: card.user.name })} width="150" height="150" />
          <div><p class="cut-name">${card.user.name}</p>
            <p>${[me.county?.name, card.village?.name].filter(Boolean).join(' · ')}</p>
            <p>${t('dashboard.card_how')}</p>
            <p class="fine">${t('dashboard.card_until', { at: instantText(card.expires_at), username: card.user.username })}</p></div>
        </li>`)}</ul>
    </div>`;
}
