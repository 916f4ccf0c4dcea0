// Small pieces that every view of the dashboard shares.
import { html, useEffect, useRef } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

/** Waiting for the server: a quiet shape where the content will be. */
export const Waiting = ({ lines = 4 }) => html`
  <div class="skeleton" role="status" data-testid="loading">
    <span class="sr-only">${t('dashboard.loading')}</span>
    ${Array.from({ length: lines }, () => html`<div class="skeleton-line"></div>`)}
  </div>`;

/** The server did not answer as hoped: what it said, and a way on. */
export function Failure({ error, retry }) {
  return html`
    <div class="notice notice-bad" role="alert" data-testid="failure">
      <p>${error.status === 404 || error.status === 403 ? t('dashboard.not_yours') : error.message}</p>
      ${retry && error.status !== 404 && error.status !== 403 && html`<button type="button" class="button" onClick=${retry}>
        ${t('dashboard.retry')}</button>`}
    </div>`;
}

/** Nothing to show, said in words. */
export const Empty = ({ children }) => html`<p class="empty" data-testid="empty">${children}</p>`;

/** One of loading, failure, content. Content stays on the screen while it is asked for again. */
export function Loaded({ source, lines, children }) {
  if (source.data) return html`${source.error && html`<${Failure} error=${source.error} retry=${source.reload} />`}${children(source.data)}`;
  if (source.error) return html`<${Failure} error=${source.error} retry=${source.reload} />`;
  return html`<${Waiting} lines=${lines} />`;
}

/** A bar against the target of 100 %. One calm colour: the length says it, nobody is painted red. */
export function RateBar({ rate, label }) {
  const percent = Math.min(100, Math.max(0, (rate ?? 0) * 100));
  // A meter without a value is none to those who listen.
  if (rate === null) return html`<div class="bar" role="img" aria-label=${`${t('dashboard.rate')}: ${label}`}></div>`;
  return html`
    <div class="bar" role="meter" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(percent * 10) / 10}
      aria-valuetext=${label} aria-label=${t('dashboard.rate')}>
      <div class="bar-fill" style=${{ width: `${percent}%` }}></div>
    </div>`;
}

/** A bar with a mark where the target lies, both 0..1; without a `target` no mark. `spoken` says rate and target. */
export function TargetBar({ rate, target, label, spoken }) {
  const mark = target !== null && html`<div class="target-bar__mark" style=${{ left: `${Math.min(100, target * 100)}%` }}></div>`;
  if (rate === null) return html`<div class="target-bar" role="img" aria-label=${`${label}: ${spoken}`}>${mark}</div>`;
  return html`
    <div class="target-bar" role="meter" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.min(100, Math.round(rate * 1000) / 10)}
      aria-label=${label} aria-valuetext=${spoken}>
      <div class="target-bar__fill" style=${{ width: `${Math.min(100, rate * 100)}%` }}></div>${mark}
    </div>`;
}

/** A word in a quiet frame; `tone` is one of good, calm, warn, bad, wait. */
export const Tag = ({ tone = 'calm', children }) => html`<span class=${`tag tag-${tone}`}>${children}</span>`;

/** Which page of a list is shown, and the way to the others by `turn(page)`; nothing where there is only one. */
export function Pager({ page, last, turn }) {
  if (last <= 1) return null;
  return html`
    <nav class="pager" aria-label=${t('dashboard.pages')}>
      <button type="button" class="button" disabled=${page <= 1} onClick=${() => turn(page - 1)}>${t('dashboard.page_before')}</button>
      <span>${t('dashboard.page_of', { page, last })}</span>
      <button type="button" class="button" disabled=${page >= last} onClick=${() => turn(page + 1)} data-testid="page-after">${t('dashboard.page_after')}</button>
    </nav>`;
}

/** A dialog of the browser's own: traps the focus, closes on Escape. */
export function Dialog({ title, onClose, children, testid }) {
  const box = useRef();
  useEffect(() => {
    box.current.showModal();
  }, []);
  return html`
    <dialog ref=${box} class="dialog" aria-labelledby="dialog-title" data-testid=${testid} onClose=${onClose}>
      <div class="dialog-head">
        <h2 id="dialog-title">${title}</h2>
        <button type="button" class="button-quiet" aria-label=${t('dashboard.close')} onClick=${() => box.current.close()}>✕</button>
      </div>
      ${children}
    </dialog>`;
}

let nextTurn = 0;

/** Say something to those who listen to the page instead of looking at it. */
export function announce(text) {
  const place = document.getElementById('spoken');
  nextTurn += 1;
  // The same sentence twice is only spoken again when the text differs.
  place.textContent = nextTurn % 2 ? text : `${text}\u00a0`;
}
