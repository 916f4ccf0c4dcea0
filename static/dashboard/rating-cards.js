// Cards of a village's households: made once, printed at once. The server keeps hashes only, so nobody can show them again.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText } from '../shared/loading.js';
import { announce } from './parts.js';
import { CardSheets } from './rating-sheets.js';
import { count } from './words.js';

const OFFICES = ['supervision_committee', 'teller'];

/** Cards that were made in this tab and are not known to be on paper, by their batch: another view does not lose them. */
const unprinted = new Map();

const warn = (event) => {
  event.preventDefault();
  // Some browsers ask only where this is set.
  event.returnValue = '';
};

function keep(cards) {
  unprinted.set(cards.id, cards);
  addEventListener('beforeunload', warn);
}

function letGo(id) {
  unprinted.delete(id);
  if (!unprinted.size) removeEventListener('beforeunload', warn);
}

/** The cards of a batch, as long as this tab has them and nobody said that they are printed. */
export const keptCards = (id) => unprinted.get(id) ?? null;

function MakeForm({ campaign, row, onMade, onCancel, onChanged }) {
  const idOf = useRef(idsByContent()).current;
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const content = { campaign_id: campaign.id, village_code: row.village.code, count: Number(said.get('count')) || null,
      handed_to: said.get('handed_to').trim(), handed_office: said.get('handed_office') };
    setState({ busy: true });
    try {
      const cards = await post('/code-batches', { id: idOf(content), ...content });
      announce(t('dashboard.rating.made', { n: count(cards.count) }));
      onMade(cards);
    } catch (error) {
      setState({ failure: failureText(error) });
      // The answer may have been lost after the cards were made: the row then says so, and offers to cancel them.
      if (error.status === 409) onChanged();
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="cards-form">
      <p class="notice notice-warn form-wide" data-testid="once">${t('dashboard.rating.once')}</p>
      <label>${t('dashboard.rating.handed_to')}<input name="handed_to" required maxlength="50" /></label>
      <label>${t('dashboard.rating.handed_office')}<select name="handed_office">${OFFICES.map((name) => html`<option key=${name} value=${name}>${t(`dashboard.rating.office.${name}`)}</option>`)}</select></label>
      <label>${t('dashboard.rating.how_many')}<input type="number" name="count" min="1" max="5000" step="1" inputmode="numeric" /></label>
      <p class="fine form-wide">${t('dashboard.rating.handed_note')}</p>
      <div class="buttons form-wide"><button class="button button-main" disabled=${state.busy} data-testid="cards-make">${t(state.busy ? 'dashboard.making' : 'dashboard.rating.make')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}

/** The sheets as they will come out, and what to do once they have: nothing here can be had again. */
function Printing({ cards, campaign, row, onPrinted, onCancelCards }) {
  const [covers, setCovers] = useState(true);
  const [asks, setAsks] = useState(false);
  useEffect(() => {
    const after = () => setAsks(true);
    addEventListener('afterprint', after);
    return () => removeEventListener('afterprint', after);
  }, []);
  return html`
    <div class="rating-printing" data-testid="printing">
      <p class="notice notice-warn" role="status">${t('dashboard.rating.print_now', { n: count(cards.count), sheets: count(Math.ceil(cards.cards.length / 10)) })}</p>
      <label class="check"><input type="checkbox" checked=${covers} onChange=${(event) => setCovers(event.target.checked)} data-testid="covers" /> ${t('dashboard.rating.covers')}</label>
      <p class="fine">${t(covers ? 'dashboard.rating.covers_note' : 'dashboard.rating.no_covers_note')}</p>
      <div class="buttons"><button type="button" class=${`button ${asks ? '' : 'button-main'}`} onClick=${() => print()} data-testid="print-cards">${t(asks ? 'dashboard.rating.print_again' : 'dashboard.print')}</button>
        <button type="button" class=${`button ${asks ? 'button-main' : ''}`} onClick=${onPrinted} data-testid="cards-printed">${t('dashboard.rating.printed')}</button>
        <button type="button" class="button-quiet" onClick=${onCancelCards} data-testid="cards-failed">${t('dashboard.rating.print_failed')}</button></div>
      ${asks && html`<p class="fine" role="status">${t('dashboard.rating.check_print')}</p>`}
      <${CardSheets} cards=${cards} campaign=${campaign} row=${row} covers=${covers} />
    </div>`;
}

/** `kept` are cards that were made before and are still here. `onMade` when the village's row has changed. */
export function RatingCards({ campaign, row, kept, onMade, onDone, onCancel, onCancelCards }) {
  const [cards, setCards] = useState(kept);
  const made = (answer) => {
    keep(answer);
    setCards(answer);
    onMade();
  };
  if (!cards) return html`<${MakeForm} campaign=${campaign} row=${row} onMade=${made} onCancel=${onCancel} onChanged=${onMade} />`;
  return html`<${Printing} cards=${cards} campaign=${campaign} row=${row} onCancelCards=${onCancelCards}
    onPrinted=${() => { letGo(cards.id); onDone(); }} />`;
}

/** All cards of the village become void, and with them what was voted with them: nobody can then vote twice. */
export function CancelCards({ row, onDone, onCancel }) {
  const [state, setState] = useState({});
  const { batch, village } = row;
  const submit = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      await post(`/code-batches/${batch.id}/cancellations`, { reason: new FormData(event.target).get('reason').trim() });
      letGo(batch.id);
      announce(t('dashboard.rating.cancelled'));
      onDone();
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="notice notice-bad rating-ask" onSubmit=${submit} data-testid="cancel-form">
      <p><strong>${t('dashboard.rating.cancel_heading', { name: village.name, n: count(batch.count) })}</strong></p>
      <p>${t('dashboard.rating.cancel_note')}</p>
      <label>${t('dashboard.rating.reason')}<input name="reason" required maxlength="300" /></label>
      <div class="buttons"><button class="button button-bad" disabled=${state.busy} data-testid="cancel-sure">${t('dashboard.rating.cancel_sure')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text" role="alert">${state.failure}</p>`}
    </form>`;
}
