// What a village discloses, for the desk and the village's page alike: drafts, what holds them, the board, withdrawal.
import { html, useState } from '/vendor/htm-preact.js';
import { get, request } from './api.js';
import { DisclosureFiles } from './disclosure-files.js';
import { CLASSES, DisclosureForm } from './disclosure-form.js';
import { DisclosureStages } from './disclosure-stages.js';
import { dayName } from './dates.js';
import { locale, t } from './i18n.js';
import { failureText, useLoad } from './loading.js';

/** The tone in which a state is shown. */
const TONE = { drafted: 'wait', held: 'bad', published: 'good', withdrawn: 'calm' };
const money = (amount) => new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 }).format(amount);

/** Changes to one disclosure: each carries the version that is on the screen and answers the new one. */
function useChanges(one, onChanged) {
  const [state, setState] = useState({ busy: false, problem: null });
  const change = async (method, path, options = {}) => {
    setState({ busy: true, problem: null });
    try {
      const { data } = await request(method, `/disclosures/${one.id}${path}`, { version: one.version, ...options });
      setState({ busy: false, problem: null });
      onChanged(data);
      return true;
    } catch (error) {
      setState({ busy: false, problem: failureText(error) });
      return false;
    }
  };
  return { ...state, change };
}

function Lines({ one }) {
  const used = one.totals.filter(({ direction }) => one.lines.some((line) => line.direction === direction));
  return used.map(({ direction, total }) => html`
    <table key=${direction} class="disclosure-lines">
      <caption>${t(`board.direction.${direction}`)}</caption>
      <tbody>${one.lines.filter((line) => line.direction === direction).map((line, index) => html`
        <tr key=${index}><th scope="row">${line.text}</th><td>${money(line.amount)}</td></tr>`)}</tbody>
      <tfoot><tr><th scope="row">${t('board.total')}</th><td>${money(total)} ${t('board.yuan')}</td></tr></tfoot>
    </table>`);
}

/** What keeps it off the board: the places of what was found, never the numbers. */
function Held({ one }) {
  const place = ({ part, name, at }) => [t(`board.part.${part}`), part === 'note' ? t(`board.stage.${name}`) : name, at].filter(Boolean).join(' ');
  return html`
    <div class="disclosure-held" role="status" data-testid="held">
      <p>${t('board.held')}</p>
      <ul>${one.held_for.map((found, index) => html`
        <li key=${index}>${place(found)}${t('board.colon')}${t(`board.found.${found.kind}`)} ${found.masked ?? ''}</li>`)}</ul>
    </div>`;
}

const hintText = (hint) => (hint.stage ? t(`board.hint.${hint.reason}`, { stage: t(`board.stage.${hint.stage}`) })
  : t(`board.hint.${hint.reason}`, { direction: t(`board.direction.${hint.direction}`), percent: hint.percent, most: hint.most_percent }));

function Withdraw({ busy, change, cancel }) {
  const submit = (event) => {
    event.preventDefault();
    change('POST', '/steps', { body: { step: 'withdrawn', reason: new FormData(event.target).get('reason').trim() } });
  };
  return html`
    <form class="disclosure-form" onSubmit=${submit} data-testid="withdraw-form">
      <label>${t('board.withdraw_reason')}<input name="reason" required maxlength="300" /></label>
      <p class="disclosure-acts"><button class="button button-main" disabled=${busy}>${t('board.withdraw')}</button>
        <button type="button" class="button" onClick=${cancel}>${t('board.cancel')}</button></p>
    </form>`;
}

function Whole({ one, onChanged, onGone }) {
  const { change, busy, problem } = useChanges(one, onChanged);
  const [form, setForm] = useState(null);
  const close = () => setForm(null);
  const step = () => change('POST', '/steps', { body: { step: 'published' } });
  const drop = async () => {
    // A second tap on the same place is meant.
    if (form !== 'delete') setForm('delete');
    else if (await change('DELETE', '')) onGone();
  };
  const inTexts = one.held_for.some((found) => !found.file_id);
  if (form === 'edit') return html`<${DisclosureForm} one=${one} onDone=${(view) => { close(); onChanged(view); }} onCancel=${close} />`;
  return html`
    ${one.text && html`<p class="disclosure-text">${one.text}</p>`}
    <${Lines} one=${one} />
    ${one.hints.length > 0 && html`<ul class="disclosure-hints" data-testid="hints">${one.hints.map((hint, index) => html`<li key=${index}>${hintText(hint)}</li>`)}</ul>`}
    ${one.state === 'held' && html`<${Held} one=${one} />`}
    ${one.withdrawn_reason && html`<p>${t('board.withdrawn_because', { reason: one.withdrawn_reason })}</p>`}
    ${one.disclosure_class === 'decision' && html`<${DisclosureStages} one=${one} change=${change} busy=${busy} />`}
    <${DisclosureFiles} one=${one} change=${change} busy=${busy} />
    <div role="alert">${problem && html`<p class="disclosure-problem" data-testid="problem">${problem}</p>`}</div>
    ${form === 'withdraw' ? html`<${Withdraw} busy=${busy} change=${change} cancel=${close} />` : html`
      <p class="disclosure-acts">
        ${one.state === 'held' && inTexts && html`<button type="button" class="button button-main" disabled=${busy} data-testid="mask"
          onClick=${() => change('POST', '/maskings')}>${t('board.mask')}</button>`}
        ${one.next_steps.includes('published') && html`<button type="button" class=${one.state === 'held' ? 'button' : 'button button-main'} disabled=${busy} data-testid="publish" onClick=${step}>${t('board.publish')}</button>`}
        ${one.next_steps.includes('withdrawn') && html`<button type="button" class="button" data-testid="withdraw" onClick=${() => setForm('withdraw')}>${t('board.withdraw')}</button>`}
        ${one.may_edit && html`<button type="button" class="button" data-testid="edit" onClick=${() => setForm('edit')}>${t('board.edit')}</button>`}
        ${one.may_edit && !one.published_at && html`<button type="button" class="button" disabled=${busy} data-testid="delete" onClick=${drop}>
          ${t(form === 'delete' ? 'board.delete_sure' : 'board.delete')}</button>`}
      </p>`}`;
}

function One({ one, open, onOpen, onChanged, onGone, withVillage }) {
  return html`
    <li class="disclosure" data-testid="disclosure" data-state=${one.state}>
      <h3><button type="button" class="disclosure-open" aria-expanded=${String(open)} onClick=${onOpen} data-testid="open">${one.title}</button>
        <span class=${`disclosure-state disclosure-${TONE[one.state]}`}>${t(`board.state.${one.state}`)}</span></h3>
      <p class="disclosure-fine">${withVillage ? `${one.village.name} · ` : ''}${t(`board.class.${one.disclosure_class}`)} ·
        ${' '}${t('board.period', { first: dayName(one.first_on, locale()), last: dayName(one.last_on, locale()) })}</p>
      ${open && html`<${Whole} one=${one} onChanged=${onChanged} onGone=${onGone} />`}
    </li>`;
}

/**
 * The disclosures of a division and those below it; new ones for a village. `Loaded` is the page's own, `file`, where there
 * is one, makes of what the list is asked for the button that takes it away.
 */
export function Disclosures({ division, Loaded, file }) {
  const [shown, setShown] = useState(null);
  const [open, setOpen] = useState(null);
  const [making, setMaking] = useState(false);
  const isVillage = division.level === 'village';
  const query = { class: shown };
  const source = useLoad(() => get('/disclosures', { division: division.code, ...query, page_size: 100 }), [division.code, shown]);
  const changed = (view) => view && source.change((old) => ({ disclosures: old.disclosures.map((one) => (one.id === view.id ? view : one)) }));
  const made = (view) => {
    setMaking(false);
    setOpen(view.id);
    source.reload();
  };
  return html`
    <p class="disclosure-acts">
      ${isVillage && html`<a class="button" href=${`/notice-board/${division.code}`} target="_blank" rel="noopener" data-testid="to-board">${t('board.look')}</a>`}
      ${isVillage && !making && html`<button type="button" class="button button-main" data-testid="new-disclosure" onClick=${() => setMaking(true)}>${t('board.new')}</button>`}
    </p>
    ${making && html`<${DisclosureForm} village=${division} onDone=${made} onCancel=${() => setMaking(false)} />`}
    <p class="disclosure-acts" role="group" aria-label=${t('board.shown')}>
      ${[null, ...CLASSES].map((name) => html`
        <button key=${name} type="button" class="button" aria-pressed=${String(shown === name)} onClick=${() => setShown(name)}>${t(name ? `board.class.${name}` : 'board.all')}</button>`)}
      ${file?.(query)}
    </p>
    <${Loaded} source=${source}>${({ disclosures }) => (disclosures.length === 0
      ? html`<p class="empty" data-testid="empty">${t('board.none.drafts')}</p>`
      : html`<ul class="disclosures">${disclosures.map((one) => html`
        <${One} key=${one.id} one=${one} open=${open === one.id} withVillage=${!isVillage} onChanged=${changed} onGone=${source.reload}
          onOpen=${() => setOpen(open === one.id ? null : one.id)} />`)}</ul>`)}<//>`;
}
