// Suggestions about the village, from its box: to read, to accept, to answer. Complaints and contacts are not for the village.
import { html } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Course, dueText, Steps } from '../shared/suggestion.js';
import { useVillage } from './context.js';
import { announce, Loaded } from './parts.js';

const One = ({ one, onTaken }) => html`
  <li class="panel" data-testid="suggestion" data-state=${one.state}>
    <p><span class="badge">${t(`suggestion.state.${one.state}`)}</span> <span class=${one.is_overdue ? 'bad' : 'quiet'}>${dueText(one)}</span></p>
    <${Course} one=${one} />
    <${Steps} key=${one.version} one=${one} onTaken=${onTaken} announce=${announce} />
  </li>`;

/** #suggestions */
export function SuggestionsView() {
  const { village } = useVillage();
  const source = useLoad(() => get('/suggestions', { division: village.code, page_size: 200 }), [village.code]);
  return html`
    <p class="quiet">${t('village.suggestions_note')} <a href=${`/suggestions/${village.code}`} data-testid="box">${t('village.suggestions_box')}</a></p>
    <${Loaded} source=${source}>${({ suggestions }) => (suggestions.length === 0
      ? html`<p class="empty" data-testid="no-suggestions">${t('village.no_suggestions')}</p>`
      : html`<ul class="plain">${suggestions.map((one) => html`<${One} key=${one.id} one=${one} onTaken=${() => source.reload()} />`)}</ul>`)}<//>`;
}
