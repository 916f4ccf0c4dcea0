// Says on every page that the application closes, or has closed, and where to read what becomes of the data.
import { html } from '/vendor/htm-preact.js';
import { t } from './i18n.js';

/** `day` is the day on which it closes, null while none is planned; both days as YYYY-MM-DD. */
export function ClosingNotice({ day, today }) {
  if (!day) return null;
  return html`
    <p class="notice notice--warn" role="note" data-testid="closing">
      ${t(day > today ? 'closing.soon' : 'closing.over', { day })}
      <a href="/about/shutdown">${t('closing.more')}</a>
    </p>`;
}
