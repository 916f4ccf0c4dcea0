// The search in what was submitted below a division: terms of two characters and more, letter for letter.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { dayText } from './dates.js';
import { EntryText } from './diary-text.js';
import { ExportTable } from './export.js';
import { Empty } from './parts.js';

/** A text with the terms marked where they stand as they were asked for. */
function Marked({ text, terms }) {
  const found = terms.filter(Boolean).map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (!found.length) return text;
  return text.split(new RegExp(`(${found.join('|')})`, 'i')).map((part, index) => (index % 2 ? html`<mark>${part}</mark>` : part));
}

function Hit({ entry, terms }) {
  const [open, setOpen] = useState(false);
  return html`
    <li class="concern" data-testid="diary-hit">
      <p class="concern-head"><strong>${dayText(entry.day)}</strong><span>${entry.village?.name} · ${entry.cadre.name}</span></p>
      ${open ? html`<${EntryText} entry=${entry} />` : html`<p><${Marked} text=${entry.excerpt} terms=${terms} /></p>`}
      <p><button type="button" class="button-quiet" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}>
        ${t(open ? 'dashboard.concern.close' : 'dashboard.special.open')}</button></p>
    </li>`;
}

export function DiarySearch({ division }) {
  const [asked, setAsked] = useState(null);
  const [state, setState] = useState({});
  const load = async (query, before = []) => {
    setState((old) => ({ ...old, busy: true, failure: null }));
    try {
      const page = await get('/diary-entries', { division: division.code, ...query });
      setState({ entries: [...before, ...page.entries], terms: page.terms, next: page.next });
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  const submit = (event) => {
    event.preventDefault();
    const fields = [...new FormData(event.target)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
    const query = Object.fromEntries(fields);
    setAsked(query);
    load(query);
  };
  return html`
    <form class="diary-search" role="search" onSubmit=${submit}>
      <label>${t('dashboard.reading.question')}<input type="search" name="q" maxlength="200" data-testid="diary-question" /></label>
      <label>${t('dashboard.reading.from')}<input type="date" name="from" /></label>
      <label>${t('dashboard.reading.to')}<input type="date" name="to" /></label>
      <button class="button button-main" disabled=${state.busy}>${t('dashboard.reading.search')}</button>
    </form>
    ${asked && html`<${ExportTable} key=${JSON.stringify(asked)} kind="diary_entries" division=${division} filters=${asked} />`}
    ${state.failure && html`<p class="failure-text" role="alert" data-testid="diary-failure">${state.failure}</p>`}
    ${state.entries && (state.entries.length || state.next
      ? html`<ul class="concerns">${state.entries.map((one) => html`<${Hit} key=${one.id} entry=${one} terms=${state.terms} />`)}</ul>`
      : html`<${Empty}>${t('dashboard.reading.not_found')}<//>`)}
    ${state.next && html`<p><button type="button" class="button" disabled=${state.busy} onClick=${() => load({ ...asked, cursor: state.next }, state.entries)}>
      ${t('dashboard.reading.more')}</button></p>`}`;
}
