// The month ledger: what the village set out to do, by when and whose, filled from the contract, ticked off when done.
import { html, useState } from '/vendor/htm-preact.js';
import { get, patch, post } from '../shared/api.js';
import { firstOf, lastOf, monthOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { deedTone, deedWords, eachShareOnce, isLate, undoneFirst } from '../shared/promise.js';
import { DoneForm } from './complete.js';
import { useVillage } from './context.js';
import { Download } from './download.js';
import { announce, Loaded, monthIn, Months, Problem } from './parts.js';
import { RecordPhotos } from './photo-field.js';

/** What a deed says; for a new one the month bounds the day. */
function DeedForm({ deed = null, month, onSend, onCancel, extra = null }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const { text, due_on: due, owner } = Object.fromEntries(new FormData(event.target));
    setState({ busy: true });
    try {
      await onSend({ text: text.trim(), due_on: due, owner: owner.trim() || null });
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="deed-form">
      <label class="field">${t('village.deed_text')}<textarea name="text" rows="2" maxlength="300" required defaultValue=${deed?.text ?? ''}></textarea></label>
      <label class="field">${t('village.deed_due')}<input type="date" name="due_on" required min=${firstOf(month)} defaultValue=${deed?.due_on ?? lastOf(month)} /></label>
      <label class="field">${t('village.deed_owner')}<input name="owner" maxlength="60" defaultValue=${deed?.owner ?? ''} /></label>
      <${Problem}>${state.failure}<//>
      <div class="pair"><button type="button" class="button" onClick=${onCancel}>${t('village.cancel')}</button>
        <button type="submit" class="button button-main" disabled=${state.busy} data-testid="deed-save">${t('village.save')}</button></div>
      ${extra}
    </form>`;
}

/** Dropping a deed wants a word on why. */
function Drop({ onDrop }) {
  const [note, setNote] = useState(null);
  const [failure, setFailure] = useState(null);
  if (note === null) return html`<button type="button" class="text-button bad" onClick=${() => setNote('')} data-testid="deed-drop">${t('village.deed_drop')}</button>`;
  return html`
    <label class="field">${t('village.deed_drop_why')}<input maxlength="500" value=${note} onInput=${(event) => setNote(event.target.value)} data-testid="deed-drop-why" /></label>
    <button type="button" class="button" disabled=${!note.trim()} onClick=${() => onDrop(note.trim()).catch((error) => setFailure(failureText(error)))}
      data-testid="deed-drop-sure">${t('village.deed_drop')}</button>
    <${Problem}>${failure}<//>`;
}

function Deed({ deed, onChange }) {
  const { me } = useVillage();
  const [open, setOpen] = useState(null);
  const [failure, setFailure] = useState(null);
  const close = () => setOpen(null);
  const change = async (changes) => {
    const now = await patch(`/deeds/${deed.id}`, changes, deed.version);
    announce(t('village.saved'));
    close();
    onChange(now);
  };
  const again = () => change({ state: 'planned' }).catch((error) => setFailure(failureText(error)));
  return html`
    <li class="panel" data-testid="deed" data-state=${deed.state} data-late=${String(isLate(deed, me.today))}>
      <h3>${deed.text}</h3>
      <p><span class=${`badge badge--${deedTone(deed, me.today)}`}>${deedWords(deed, me.today)}</span> <span class="quiet">${[
        deed.owner, deed.line && t('village.deed_line', { n: deed.line.number })].filter(Boolean).join(' · ')}</span></p>
      ${deed.note && html`<p class="said">${deed.note}</p>`}
      ${deed.reports.map((one) => html`
        <div key=${one.id} class="record record--counts"><p>${one.by.name}${one.note && html`<q>${one.note}</q>`}</p><${RecordPhotos} photos=${one.photos} /></div>`)}
      ${open === 'done' && html`<${DoneForm} path=${`/deeds/${deed.id}/reports`} day="done_on" title=${t('village.deed_done')} onCancel=${close}
        onDone=${(now) => { close(); onChange(now); }} />`}
      ${open === 'edit' && html`<${DeedForm} deed=${deed} month=${deed.month} onSend=${change} onCancel=${close}
        extra=${html`<${Drop} onDrop=${(note) => change({ state: 'dropped', note })} />`} />`}
      <${Problem}>${failure}<//>
      ${!open && deed.state === 'planned' && html`
        <div class="pair">
          <button type="button" class="button" onClick=${() => setOpen('edit')} data-testid="deed-edit">${t('village.deed_edit')}</button>
          <button type="button" class="button button-main" onClick=${() => setOpen('done')} data-testid="deed-done">${t('village.deed_done')}</button>
        </div>`}
      ${!open && deed.state !== 'planned' && html`
        <button type="button" class="text-button" onClick=${again} data-testid="deed-again">${t(`village.deed_again.${deed.state}`)}</button>`}
    </li>`;
}

/** From the quarters of the contract what this month still lacks. */
function Filling({ month, unfilled, onFilled }) {
  const { village } = useVillage();
  const [state, setState] = useState({});
  const fill = async () => {
    setState({ busy: true });
    try {
      await post('/deeds/fillings', { division_code: village.code, month });
      announce(t('village.saved'));
      setState({});
      onFilled();
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  if (!unfilled) return null;
  return html`
    <${Problem}>${state.failure}<//>
    <button type="button" class="button button-main wide" disabled=${state.busy} onClick=${fill} data-testid="fill">${t('village.deed_fill', { n: unfilled })}</button>`;
}

function Ledger({ month, answer, source }) {
  const { me, village } = useVillage();
  const [adding, setAdding] = useState(false);
  const [id, setId] = useState(newId);
  const put = (deed) => source.change((old) => ({
    ...old, deeds: old.deeds.some((one) => one.id === deed.id) ? old.deeds.map((one) => (one.id === deed.id ? deed : one)) : [...old.deeds, deed] }));
  const add = async (content) => {
    put(await post('/deeds', { id, village_code: village.code, month, ...content }));
    announce(t('village.saved'));
    setId(newId());
    setAdding(false);
  };
  const shown = undoneFirst(answer.deeds);
  const done = shown.filter(({ state }) => state === 'done').length;
  return html`
    ${shown.length > 0 && html`<p class="quiet" data-testid="deeds-sum">${t('village.deeds_sum', {
      all: shown.length, done, late: shown.filter((deed) => isLate(deed, me.today)).length })}</p>`}
    <${Filling} month=${month} unfilled=${answer.unfilled} onFilled=${source.reload} />
    ${shown.length === 0 && !adding && html`<p class="empty" data-testid="no-deeds">${t('village.no_deeds')}</p>`}
    <ul class="plain">${shown.map((deed) => html`<${Deed} key=${deed.id} deed=${deed} onChange=${put} />`)}</ul>
    ${adding
      ? html`<section class="panel"><h3>${t('village.deed_add')}</h3><${DeedForm} month=${month} onSend=${add} onCancel=${() => setAdding(false)} /></section>`
      : html`<button type="button" class="button wide" onClick=${() => setAdding(true)} data-testid="deed-add">${t('village.deed_add')}</button>`}`;
}

/** Those of earlier months that are still undone stand above this month's. */
export function DeedsView({ detail }) {
  const { me, village } = useVillage();
  const month = monthIn(detail[0], monthOf(me.today));
  const isCurrent = month === monthOf(me.today);
  const source = useLoad(async () => {
    const answer = await get('/deeds', { division: village.code, month });
    if (!isCurrent) return answer;
    const { deeds } = await get('/deeds', { division: village.code, state: 'overdue' });
    const here = new Set(answer.deeds.map(({ id }) => id));
    return { ...answer, deeds: eachShareOnce([...deeds.filter((one) => !here.has(one.id)), ...answer.deeds]) };
  }, [village.code, month]);
  return html`
    <${Months} month=${month} to=${(other) => `#deeds/${other}`} />
    <div><${Loaded} source=${source}>${(answer) => html`<${Ledger} key=${month} month=${month} answer=${answer} source=${source} />`}<//></div>
    <${Download} body=${{ kind: 'deeds', division_code: village.code, month }} name=${`${village.name}-${month}.xlsx`}>${t('village.ledger_paper')}<//>`;
}
