// A year in its four quarters: an amount and a few words for each, the sum beside the target, and an even split.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { amountOf, evenly, hundredthsOf, sumOf } from '../shared/shares.js';

/** Whether the parts come to the year: said while one types. */
function Sum({ amounts, target, unit }) {
  const sum = sumOf(amounts.map(hundredthsOf));
  const left = target - sum;
  const key = left === 0 ? 'fits' : left > 0 ? 'lacks' : 'exceeds';
  return html`<p class=${left === 0 ? 'good' : 'bad'} role="status" data-testid="quarter-sum" data-fits=${String(left === 0)}>
    ${t(`village.quarters_${key}`, { sum: amountOf(sum), target: amountOf(target), left: amountOf(Math.abs(left)), unit })}</p>`;
}

/** `target` in hundredths, or null for an item without an amount: then only words are asked for. */
export function Quarters({ quarters, target, unit }) {
  const [amounts, setAmounts] = useState([0, 1, 2, 3].map((number) => {
    const amount = quarters[number]?.amount ?? null;
    return amount === null ? '' : String(amount);
  }));
  const set = (number) => (event) => setAmounts(amounts.map((one, index) => (index === number ? event.target.value : one)));
  return html`
    <fieldset class="quarters"><legend>${t('contract.field.quarters')}</legend>
      ${amounts.map((amount, number) => html`
        <div key=${number} class=${target === null ? 'quarter quarter--words' : 'quarter'}>
          <span>${t(`contract.quarter.${number + 1}`)}</span>
          ${target !== null && html`
            <input name=${`amount_${number + 1}`} inputmode="decimal" pattern="[0-9]+([.][0-9][0-9]?)?" title=${t('village.amount_hint')} value=${amount}
              aria-label=${t('village.quarter_amount', { n: number + 1 })} onInput=${set(number)} data-testid=${`quarter-${number + 1}`} />`}
          <input name=${`text_${number + 1}`} maxlength="200" placeholder=${t('village.quarter_hint')} defaultValue=${quarters[number]?.text ?? ''}
            aria-label=${t('village.quarter_text', { n: number + 1 })} />
        </div>`)}
      ${target !== null && html`
        <button type="button" class="text-button" onClick=${() => setAmounts(evenly(target).map(amountOf))} data-testid="evenly">${t('village.evenly')}</button>
        <${Sum} amounts=${amounts} target=${target} unit=${unit} />`}
    </fieldset>`;
}
