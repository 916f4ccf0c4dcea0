// To come.
import { html } from '/vendor/htm-preact.js';
import { Trail } from './trail.js';

export const VillageCalendarView = ({ trail }) => html`<${Trail} trail=${trail} />`;
