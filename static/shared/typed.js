// What was typed and not yet saved when a page had to be left for the log-in: kept in this tab, shown to the same person again.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from './i18n.js';

const KEY = 'zhucun.typed';
/** As long as a desk's log-in lasts at most. */
const LONGEST_MS = 12 * 3600000;
const NOT_TYPED = ['password', 'file', 'search', 'hidden', 'radio', 'checkbox', 'button', 'submit'];

/** Every field with a text that is not the one it began with, as {label, text}. */
function typedLines() {
  return [...document.querySelectorAll('input, textarea')]
    .filter((field) => !NOT_TYPED.includes(field.type) && !field.readOnly && field.value.trim() && field.value !== field.defaultValue)
    .map((field) => ({ label: field.labels?.[0]?.textContent.trim() || field.name, text: field.value.trim() }));
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function write(kept) {
  try {
    if (kept) sessionStorage.setItem(KEY, JSON.stringify(kept));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Without storage nothing can be kept.
  }
}

/** From now on keep what this user typed whenever the page is left for the log-in. */
export function keepTyped(userId) {
  addEventListener('zhucun:leaving', () => {
    const lines = typedLines();
    if (lines.length) write({ userId, at: Date.now(), lines });
  });
}

/** What the user had typed, until it is put away; another person's is put away unseen. */
export function Typed({ userId }) {
  const [kept, setKept] = useState(() => {
    const found = read();
    if (found && found.userId === userId && Date.now() - found.at < LONGEST_MS) return found;
    write(null);
    return null;
  });
  if (!kept) return null;
  const putAway = () => {
    write(null);
    setKept(null);
  };
  return html`
    <aside class="typed" aria-label=${t('idle.typed')} data-testid="typed">
      <p><strong>${t('idle.typed')}</strong></p>
      <dl>${kept.lines.map((line, index) => html`<div key=${index}><dt>${line.label}</dt><dd>${line.text}</dd></div>`)}</dl>
      <button type="button" class="button" onClick=${putAway} data-testid="typed-away">${t('idle.typed_away')}</button>
    </aside>`;
}
