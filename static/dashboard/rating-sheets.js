// Cards as they come out of the printer: A4, ten to a sheet, to be cut, folded and glued so that the code lies inside.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { dayText } from './dates.js';

const COLUMNS = 2;
const ROWS = 5;
const PER_SHEET = COLUMNS * ROWS;
/** In millimetres; ratings.css has the same. */
const [LEFT, TOP, WIDE, HIGH] = [10, 8.5, 95, 56];
const [PAPER_WIDE, PAPER_HIGH] = [210, 297];
const MARK = 5;
/** A longer number, or several, in smaller letters. */
const LONG = 16;

const mm = (number) => `${number}mm`;
const marksAt = (first, step, steps) => Array.from({ length: steps + 1 }, (_, index) => first + step * index);

/** Short lines on the margins, where the knife goes. */
const CutMarks = () => html`
  ${marksAt(LEFT, WIDE, COLUMNS).map((x) => [1.5, PAPER_HIGH - 1.5 - MARK].map((y) => html`
    <i key=${`${x} ${y}`} class="cut-mark cut-down" style=${{ left: mm(x), top: mm(y), height: mm(MARK) }}></i>`))}
  ${marksAt(TOP, HIGH, ROWS).map((y) => [2.5, PAPER_WIDE - 2.5 - MARK].map((x) => html`
    <i key=${`${x} ${y}`} class="cut-mark cut-across" style=${{ left: mm(x), top: mm(y), width: mm(MARK) }}></i>`))}`;

/** Both halves face each other when the card is folded; the strip around the right one is where the glue goes. */
const Inside = ({ card, cards, campaign, row, address }) => html`
  <li class="rating-card" data-testid="rating-card">
    <div class="rating-code">
      <img class="rating-qr" src=${card.qr_svg_data_uri} alt="" />
      <p class="rating-groups"><span>${card.code_groups.slice(0, 4).join(' ')}</span><span>${card.code_groups.slice(4).join(' ')}</span></p>
      <p class="rating-type">${t('dashboard.rating.card.type', { address })}</p>
    </div>
    <div class="rating-how">
      <div><p class="rating-card-title">${row.village.name} ${t('dashboard.rating.card.name')}</p><p class="rating-of">${cards.title}</p></div>
      <ol><li>${t('dashboard.rating.card.scan')}</li><li>${t('dashboard.rating.card.tap')}</li><li>${t('dashboard.rating.card.once', { day: dayText(campaign.last_on) })}</li></ol>
      <p class="rating-warning">${t('dashboard.rating.card.warning')}</p>
      <p class=${`rating-hotline ${cards.hotline.length > LONG ? 'rating-long' : ''}`}>${t('dashboard.rating.card.hotline', { number: cards.hotline })}</p>
    </div>
    <span class="glue"><b>${t('dashboard.rating.card.glue')}</b></span><span class="fold"><b>${t('dashboard.rating.card.fold')}</b></span>
  </li>`;

/** The outside. The half behind the code is patterned, so that nothing shines through. */
const Cover = ({ row }) => html`
  <li class="rating-card rating-cover" data-testid="rating-cover">
    <div class="rating-front"><p>${row.village.name}</p><p class="rating-cover-name">${t('dashboard.rating.card.name')}</p><p>${t('dashboard.rating.card.open')}</p></div>
    <div class="rating-back"><p>${t('dashboard.rating.card.warning')}</p></div>
  </li>`;

const Blank = () => html`<li class="rating-card" aria-hidden="true"></li>`;

/** Turned over its long edge a sheet has left and right changed. */
const mirrored = (items) => Array.from({ length: ROWS }, (_, line) => items.slice(line * COLUMNS, line * COLUMNS + COLUMNS).reverse()).flat();

function Sheet({ cards, all, campaign, row, address, covers }) {
  const places = Array.from({ length: PER_SHEET }, (_, index) => cards[index] ?? null);
  return html`
    <section class="a4" data-testid="sheet-inside"><${CutMarks} />
      <ul class="a4-cards">${places.map((card, index) => (card
        ? html`<${Inside} key=${card.code_groups.join('')} card=${card} cards=${all} campaign=${campaign} row=${row} address=${address} />` : html`<${Blank} key=${index} />`))}</ul></section>
    ${covers && html`
      <section class="a4" data-testid="sheet-covers"><${CutMarks} />
        <ul class="a4-cards">${mirrored(places).map((card, index) => (card ? html`<${Cover} key=${index} row=${row} />` : html`<${Blank} key=${index} />`))}</ul></section>`}`;
}

/** On the screen the first sheet is shown, without its codes: whoever walks by shall not photograph them. */
export function CardSheets({ cards, campaign, row, covers }) {
  const sheets = [];
  for (let first = 0; first < cards.cards.length; first += PER_SHEET) sheets.push(cards.cards.slice(first, first + PER_SHEET));
  const address = row.open_address.split('#')[0].replace(/^https?:\/\//, '');
  return html`
    <p class="fine">${t('dashboard.rating.preview')}</p>
    <div class="print-alone a4-frame" tabindex="0" role="region" aria-label=${t('dashboard.rating.preview')} data-testid="card-sheets">
      ${sheets.map((some, index) => html`<${Sheet} key=${index} cards=${some} all=${cards} campaign=${campaign} row=${row} address=${address} covers=${covers} />`)}
    </div>`;
}
