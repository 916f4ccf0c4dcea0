// Typing a card's code where a phone cannot scan it: seven short groups, as they are printed.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { GROUPS, codeOf, plain, slip, spread } from './code.js';
import { inRow, t } from './words.js';

const GROUP = 4;

/** What to look at again, in words. */
function slipText({ problem, groups }) {
  if (problem === 'check' && !groups.length) return t('rating.type.slip.check_all');
  return t(`rating.type.slip.${problem}`, { groups: inRow(groups) });
}

/** Seven fields, and on by itself once they hold a code: `onCode(code)`. */
export function TypedCode({ onCode }) {
  const [groups, setGroups] = useState(Array(GROUPS).fill(''));
  const [fault, setFault] = useState(null);
  const form = useRef(null);
  const field = (index) => form.current.querySelectorAll('input')[index];

  const verify = (typed) => {
    const found = slip(typed);
    setFault(found);
    if (!found) onCode(codeOf(typed.join('')));
    return found;
  };
  const onInput = (index, { target }) => {
    const typed = spread(groups, index, target.value);
    setGroups(typed);
    // What keyboards are still composing is left alone in the field; only the others are filled.
    if (typed.every((one) => plain(one).length === GROUP)) verify(typed);
    else {
      setFault(null);
      const next = typed.findIndex((one, place) => place >= index && plain(one).length < GROUP);
      if (plain(typed[index]).length >= GROUP && next > index) field(next).focus();
    }
  };
  const onKeyDown = (index, event) => {
    if (event.key === 'Backspace' && !groups[index] && index > 0) {
      event.preventDefault();
      field(index - 1).focus();
    }
  };
  const onSubmit = (event) => {
    event.preventDefault();
    const found = verify(groups);
    if (found && found.groups.length) field(found.groups[0] - 1).focus();
  };
  const isWrong = (index) => fault !== null && fault.groups.indexOf(index + 1) >= 0;

  return html`<form ref=${form} onSubmit=${onSubmit} autocomplete="off" novalidate>
    <div class="groups">${groups.map((value, index) => html`<label class="group ${isWrong(index) ? 'wrong' : ''}">
      <span>${t('rating.type.group', { n: index + 1 })}</span>
      <input value=${value} lang="en" inputmode="email" autocapitalize="characters" autocomplete="off"
        autocorrect="off" spellcheck="false" aria-invalid=${isWrong(index)} data-testid="group"
        onInput=${(event) => onInput(index, event)} onKeyDown=${(event) => onKeyDown(index, event)} /></label>`)}</div>
    ${fault && html`<p class="notice" role="alert" data-testid="slip">${slipText(fault)}</p>`}
    <button class="main" data-testid="go">${t('rating.type.go')}</button>
  </form>`;
}
