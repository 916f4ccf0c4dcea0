// Acceptance below a division (验收): what is due to be checked on the spot, what was found, and who may check.
import { html, useContext } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { go } from './address.js';
import { AsOf } from './as-of.js';
import { AcceptanceView } from './acceptance.js';
import { AcceptanceList } from './acceptance-list.js';
import { DueList } from './acceptance-due.js';
import { ExportWorkbook } from './export.js';
import { RosterView } from './roster.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';

/** What is shown, the first without a word in the address. */
const SHOWN = ['due', 'inspected', 'confirmed', 'archived', 'failed', 'roster'];

export function AcceptancesView({ trail }) {
  const { address } = useContext(Page);
  const division = trail.at(-1);
  const shown = SHOWN.includes(address.state) ? address.state : SHOWN[0];
  // A number of the one look asks for what waits too long alone.
  const late = address.state === 'overdue';
  const bar = html`<div class="bar-top"><${Trail} trail=${trail} /></div>`;
  if (address.acceptance) return html`${bar}<${AcceptanceView} key=${address.acceptance} id=${address.acceptance} />`;
  return html`
    ${bar}
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.acceptance.title', { name: division.name })}</h1>
        ${shown !== 'roster' && html`<${ExportWorkbook} kind="acceptances" division=${division} />`}</div>
      <div class="segments" role="group" aria-label=${t('dashboard.concern.shown')}>${SHOWN.map((name) => html`
        <button key=${name} type="button" class="segment" aria-pressed=${String(shown === name && !address.day && !late)} data-testid=${`acceptances-${name}`}
          onClick=${() => go({ ...address, page: undefined, day: undefined, line: undefined, state: name === SHOWN[0] ? undefined : name })}>${t(`dashboard.acceptance.list.${name}`)}</button>`)}</div>
      ${address.day && html`<${AsOf} day=${address.day} />`}
      ${shown === 'due' && html`<${DueList} key=${`${division.code} ${address.day} ${late}`} division=${division} day=${address.day} late=${late} />`}
      ${shown === 'roster' && html`<${RosterView} key=${division.code} division=${division} />`}
      ${!['due', 'roster'].includes(shown) && html`<${AcceptanceList} key=${`${division.code} ${shown} ${address.day}`} division=${division} state=${shown} day=${address.day} />`}
    </section>`;
}
