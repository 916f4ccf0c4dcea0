// The text of a diary entry, as those above read it.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { dayText, instantText } from './dates.js';
import { photoPath } from './photo.js';
import { useFile } from './prints.js';

const PAPERS = ['peoples_diary', 'work_log', 'squatting_sheet'];

/** The day's papers, each with all that was submitted of the day. */
function Papers({ entry }) {
  const { busy, failure, run } = useFile();
  const take = (kind) => run(kind, `${entry.day}-${kind}.docx`, { kind, day: entry.day, cadre_id: entry.cadre.id });
  return html`
    <details class="prints"><summary class="button">${t('dashboard.prints')}</summary>
      <div class="prints-list">${PAPERS.map((kind) => html`
        <button key=${kind} type="button" class="button" disabled=${Boolean(busy)} data-testid=${`print-${kind}`} onClick=${() => take(kind)}>
          ${t(`dashboard.reading.paper.${kind}`)}</button>`)}
        ${failure && html`<p class="failure-text" role="alert">${failure}</p>`}</div>
    </details>`;
}

/** The text of an entry with its photos and who read it. */
export const EntryText = ({ entry }) => html`
  <article class="diary-text" data-testid="diary-text" data-id=${entry.id}>
    <h2>${entry.cadre.name} · ${dayText(entry.day)}</h2>
    <p class="fine">${entry.village?.name} · ${t('dashboard.reading.submitted', { when: instantText(entry.submitted_at) })}</p>
    <p class="long">${entry.text}</p>
    ${entry.photos.filter((one) => one.has_come).map(({ sha256 }) => html`
      <a key=${sha256} class="errand-photo" href=${photoPath(sha256, 'view')} target="_blank" rel="noopener">
        <img src=${photoPath(sha256, 'thumb')} alt=${t('dashboard.concern.photo')} loading="lazy" /></a>`)}
    <ul class="decisions">${entry.readings.map((one) => html`
      <li key=${one.id}>${t(`dashboard.reading.by.${one.outcome}`, { name: one.by.name, when: instantText(one.at) })}
        ${one.note && html`<p class="decision-reason">${one.note}</p>`}</li>`)}</ul>
    <${Papers} entry=${entry} />
  </article>`;
