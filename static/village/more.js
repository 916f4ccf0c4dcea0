// What is looked at now and then: the village's figures, its places, its ratings, its notice board, suggestions about it.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

const VIEWS = ['figures', 'places', 'ratings', 'board', 'votes', 'suggestions'];

/** A list of ways, each with a line on what lies there. */
export const MoreView = () => html`
  <ul class="plain">
    ${VIEWS.map((name) => html`
      <li key=${name} class="panel">
        <a class="way" href=${`#${name}`} data-testid=${`to-${name}`}>
          <span><strong>${t(`village.tab.${name}`)}</strong><span class="quiet">${t(`village.about.${name}`)}</span></span>
          <span aria-hidden="true">›</span></a>
      </li>`)}
  </ul>`;
