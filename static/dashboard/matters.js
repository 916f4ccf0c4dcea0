// To come.
import { html } from '/vendor/htm-preact.js';
import { Trail } from './trail.js';

export const MattersView = ({ trail }) => html`<${Trail} trail=${trail} />`;
