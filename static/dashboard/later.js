// Views that are fetched when they are opened, so that the first table does not wait for them.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Loaded } from './parts.js';

/** A view out of a module that `load` brings; its properties are handed on. */
export const later = (load) => function Later(properties) {
  const source = useLoad(async () => ({
    View: await load().catch(() => {
      throw new Error(t('error.not_reached'));
    }),
  }), []);
  // A module that could not be fetched stays so for the life of the page: only the whole page asks for it again.
  return html`<${Loaded} source=${{ ...source, reload: () => location.reload() }}>${({ View }) => html`<${View} ...${properties} />`}<//>`;
};
