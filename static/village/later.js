// Views that are fetched when somebody opens them, so that the first view stays quick on a thin line.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

/** A view from a module that `fetchView` brings; where it cannot be had, the page says so, unless it is a `quiet` one. */
export function later(fetchView, { quiet = false } = {}) {
  let View = null;
  return function Later(properties) {
    const [, look] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (View) return;
      fetchView().then((found) => {
        View = found;
        look((count) => count + 1);
      }, () => setFailed(true));
    }, []);
    if (View) return html`<${View} ...${properties} />`;
    if (quiet) return null;
    if (!failed) return html`<p class="quiet" role="status" data-testid="loading">${t('village.loading')}</p>`;
    // A module that could not be fetched stays so for the life of the page.
    return html`
      <div class="notice notice--bad" role="alert" data-testid="failure"><p>${t('error.not_reached')}</p>
        <button type="button" class="button" onClick=${() => location.reload()}>${t('village.again')}</button></div>`;
  };
}
