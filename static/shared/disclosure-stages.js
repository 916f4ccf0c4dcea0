// The stages of a decision: four deliberations and two disclosures, in their order; what is missing can be written down.
import { html, useState } from '/vendor/htm-preact.js';
import { dayName } from './dates.js';
import { locale, t } from './i18n.js';

const STAGES = ['branch_proposal', 'committees_consultation', 'party_review', 'villagers_resolution', 'resolution_disclosed', 'result_disclosed'];
const VOTES = ['party_review', 'villagers_resolution'];
const COUNTS = ['entitled', 'present', 'in_favour'];

function StageForm({ stage, held, change, busy, close }) {
  const submit = async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    const counts = Object.fromEntries(COUNTS.filter((name) => fields[name]).map((name) => [name, Number(fields[name])]));
    if (await change('PUT', `/deliberations/${stage}`, { body: { held_on: fields.held_on, note: fields.note.trim() || null, ...counts } })) close();
  };
  return html`
    <form class="disclosure-form" onSubmit=${submit} data-testid="stage-form">
      <label>${t('board.stage_on')}<input type="date" name="held_on" required defaultValue=${held?.held_on ?? ''} /></label>
      ${VOTES.includes(stage) && html`<div class="disclosure-pair">${COUNTS.map((name) => html`
        <label key=${name}>${t(`board.count.${name}`)}<input type="number" min="0" name=${name} defaultValue=${held?.[name] ?? ''} /></label>`)}</div>`}
      <label>${t('board.stage_note')}<input name="note" maxlength="500" defaultValue=${held?.note ?? ''} /></label>
      <p class="disclosure-acts"><button class="button button-main" disabled=${busy}>${t('board.save')}</button>
        <button type="button" class="button" onClick=${close}>${t('board.cancel')}</button></p>
    </form>`;
}

export function DisclosureStages({ one, change, busy }) {
  const [open, setOpen] = useState(null);
  const writes = one.may_edit || one.next_steps.length > 0;
  return html`
    <h4>${t('board.stages')}</h4>
    <ol class="disclosure-stages">${STAGES.map((stage) => {
      const held = one.deliberations.find((step) => step.stage === stage);
      return html`
        <li key=${stage} data-testid=${`stage-${stage}`}>${t(`board.stage.${stage}`)} ${held ? dayName(held.held_on, locale()) : html`<span class="disclosure-fine">${t('board.stage_open')}</span>`}
          ${held?.present !== null && held?.present !== undefined && html` <span>${t('board.present', { present: held.present, entitled: held.entitled ?? '–' })}</span>`}
          ${held?.in_favour !== null && held?.in_favour !== undefined && html` <span>${t('board.in_favour', { count: held.in_favour })}</span>`}
          ${held?.note && html`<br />${held.note}`}
          ${writes && open !== stage && html` <button type="button" class="button" onClick=${() => setOpen(stage)}>${t(held ? 'board.edit' : 'board.stage_write')}</button>`}
          ${open === stage && html`<${StageForm} stage=${stage} held=${held} change=${change} busy=${busy} close=${() => setOpen(null)} />`}
        </li>`;
    })}</ol>`;
}
