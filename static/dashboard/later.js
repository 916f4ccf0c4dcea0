// Views that are fetched when they are opened, so that the first table does not wait for them.
import { html } from '/vendor/htm-preact.js';
import { useLoad } from '../shared/loading.js';
import { Loaded } from './parts.js';

/** A view out of a module that `load` brings; its properties are handed on. */
export const later = (load) => function Later(properties) {
  const source = useLoad(async () => ({ View: await load() }), []);
  return html`<${Loaded} source=${source}>${({ View }) => html`<${View} ...${properties} />`}<//>`;
};
