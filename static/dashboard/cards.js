// Invitations for many at once: everybody of a division whom one may invite, as cards to print, cut and hand out.
import { html, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { CardSheet } from './card-sheet.js';
import { announce } from './parts.js';

/** One tick and one button for the division of `code`; the cards come below. Give it `code` as its key too. */
export function Cards({ code }) {
  const [onlyNew, setOnlyNew] = useState(true);
  const [state, setState] = useState({});
  const make = async () => {
    setState({ busy: true });
    try {
      const { invitations } = await post('/invitation-sheets', { division_code: code, only_new: onlyNew });
      setState({ cards: invitations });
      announce(t('dashboard.cards_made', { n: invitations.length }));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  const { busy, cards, failure } = state;
  return html`
    <div class="make-cards">
      <button type="button" class="button button-main" disabled=${busy} onClick=${make} data-testid="make-cards">
        ${t(busy ? 'dashboard.making' : 'dashboard.make_cards')}</button>
      <label class="check"><input type="checkbox" checked=${onlyNew} onChange=${(event) => { setOnlyNew(event.target.checked); setState({}); }}
        data-testid="only-new" /> ${t('dashboard.only_new')}</label>
      <p class="fine">${t('dashboard.cards_note')}</p>
    </div>
    ${failure && html`<p class="failure-text" role="alert" data-testid="failed">${failure}</p>`}
    ${cards && html`<p>${t('dashboard.cards_made', { n: cards.length })}</p><${CardSheet} cards=${cards} />`}`;
}
