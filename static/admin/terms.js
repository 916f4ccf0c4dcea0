// The county's dictionaries: labels of households and purposes of visits. A key never changes; words are retired, not deleted.
import { html, useState } from '/vendor/htm-preact.js';
import { get, post, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Loaded, Tag } from '../dashboard/parts.js';
import { PrintTemplates } from './print-templates.js';
import { Failed, Field, useSaving, valuesOf } from './saving.js';

const DICTIONARIES = ['label', 'purpose'];
const PARTS = ['six_roles', 'six_tasks'];

function AddTerm({ dictionary, onDone }) {
  const { busy, failure, save } = useSaving();
  const submit = (event) => {
    event.preventDefault();
    const form = event.target;
    save(async () => {
      await post('/terms', { dictionary, ...valuesOf(form) });
      form.reset();
      onDone();
    });
  };
  return html`
    <details class="adding"><summary data-testid="term-add">${t('admin.term_add')}</summary>
      <form class="form" onSubmit=${submit} data-testid="term-form">
        <${Field} label=${t('admin.detail.zh')} name="zh" required maxlength="40" />
        <${Field} label=${t('admin.detail.en')} name="en" required maxlength="80" />
        <${Field} label=${t('admin.term_key')} name="key" required maxlength="40" pattern="[a-z][a-z0-9_]*" />
        ${dictionary === 'purpose' && html`<${Field} as="select" label=${t('admin.term_part')} name="part">
          <option value=""></option>${PARTS.map((part) => html`<option key=${part} value=${part}>${t(`admin.term_part.${part}`)}</option>`)}<//>`}
        <div class="form-wide buttons"><button class="button button-main" disabled=${busy}>${t('admin.save')}</button></div>
        <div class="form-wide"><${Failed} text=${failure} /></div>
      </form></details>`;
}

function Term({ term, onDone }) {
  const [open, setOpen] = useState(false);
  const { busy, failure, save } = useSaving();
  const change = async (body) => {
    const done = await save(() => request('PATCH', `/terms/${term.id}`, { body, version: term.version }));
    if (done) {
      setOpen(false);
      onDone();
    }
  };
  const submit = (event) => {
    event.preventDefault();
    const { zh, en, position } = valuesOf(event.target);
    change({ zh, en, position: Number(position) });
  };
  return html`
    <li data-testid="term" data-key=${term.key}>
      <strong>${term.zh}</strong> <span>${term.en}</span> <small class="fine">${term.key}</small>
      ${term.part && html` <${Tag}>${t(`admin.term_part.${term.part}`)}<//>`} ${term.is_retired && html` <${Tag} tone="wait">${t('admin.detail.is_retired')}<//>`}
      <button type="button" class="button-quiet" aria-expanded=${String(open)} onClick=${() => setOpen(!open)} data-testid="term-edit">${t('admin.term_edit')}</button>
      <button type="button" class="button-quiet" disabled=${busy} onClick=${() => change({ is_retired: !term.is_retired })} data-testid="term-retire">
        ${t(term.is_retired ? 'admin.term_bring_back' : 'admin.term_retire')}</button>
      ${open && html`
        <form class="form" onSubmit=${submit}>
          <${Field} label=${t('admin.detail.zh')} name="zh" required maxlength="40" defaultValue=${term.zh} />
          <${Field} label=${t('admin.detail.en')} name="en" required maxlength="80" defaultValue=${term.en} />
          <${Field} label=${t('admin.detail.position')} name="position" type="number" min="1" max="1000" required defaultValue=${term.position} />
          <div class="form-wide buttons"><button class="button button-main" disabled=${busy}>${t('admin.save')}</button></div>
        </form>`}
      <${Failed} text=${failure} />
    </li>`;
}

export function TermsView() {
  const [dictionary, setDictionary] = useState(DICTIONARIES[0]);
  const source = useLoad(() => get('/terms', { dictionary }), [dictionary]);
  return html`
    <section class="card" aria-busy=${source.busy}>
      <div class="card-head"><h1>${t('admin.view.terms')}</h1>
        <div class="segments" role="group" aria-label=${t('admin.view.terms')}>${DICTIONARIES.map((name) => html`
          <button key=${name} type="button" class="segment" aria-pressed=${String(dictionary === name)} onClick=${() => setDictionary(name)}
            data-testid=${`terms-${name}`}>${t(`admin.term_dictionary.${name}`)}</button>`)}</div></div>
      <p class="fine">${t('admin.term_note')}</p>
      <${AddTerm} key=${dictionary} dictionary=${dictionary} onDone=${source.reload} />
      <${Loaded} source=${source} lines=${6}>${({ terms }) => html`<ul class="days">${terms.map((term) => html`
        <${Term} key=${`${term.id} ${term.version}`} term=${term} onDone=${source.reload} />`)}</ul>`}<//>
    </section>
    <${PrintTemplates} />`;
}
