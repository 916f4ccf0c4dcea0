// A new check: what it looks for, on which days, and its villages: drawn by lot, so that nobody is picked, or chosen.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { announce, Loaded } from './parts.js';
import { Page } from './scope.js';

const KINDS = ['unannounced', 'quarterly', 'patrol'];
const under = async (code) => (await get('/divisions', { parent: code })).divisions;

/** Villages to be ticked, a township at a time; `picked` {code: name} goes over all of them. */
function Villages({ division, picked, onPick }) {
  const isTownship = division.level === 'township';
  const townships = useLoad(() => (isTownship ? Promise.resolve([division]) : under(division.code)), [division.code]);
  const [chosen, setChosen] = useState(null);
  const township = chosen ?? townships.data?.[0]?.code;
  const villages = useLoad(() => (township ? under(township) : Promise.resolve([])), [township]);
  const toggle = ({ code, name }) => {
    const { [code]: held, ...others } = picked;
    onPick(held ? others : { ...picked, [code]: name });
  };
  return html`
    <fieldset class="form-wide attendees"><legend>${t('dashboard.check.villages')}</legend>
      ${!isTownship && html`<label>${t('dashboard.check.township')}<select value=${township} onChange=${(event) => setChosen(event.target.value)} data-testid="check-township">
        ${(townships.data ?? []).map(({ code, name }) => html`<option key=${code} value=${code}>${name}</option>`)}</select></label>`}
      <${Loaded} source=${villages} lines=${2}>${(found) => html`
        <ul class="attendees-list">${found.map((one) => html`
          <li key=${one.code}><label><input type="checkbox" checked=${Boolean(picked[one.code])} onChange=${() => toggle(one)} data-testid="check-village" /> <span>${one.name}</span></label></li>`)}</ul>`}<//>
      <p class="fine" role="status">${Object.keys(picked).length ? t('dashboard.check.picked', { names: Object.values(picked).join('、') }) : t('dashboard.check.none_picked')}</p>
    </fieldset>`;
}

export function CheckForm({ division, onSaved, onCancel }) {
  const { me } = useContext(Page);
  const idOf = useRef(idsByContent()).current;
  const [kind, setKind] = useState(KINDS[0]);
  const [isDrawn, setDrawn] = useState(true);
  const [picked, setPicked] = useState({});
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const content = { division_code: division.code, kind, title: said.get('title').trim(), focus: said.get('focus').trim() || null,
      first_on: said.get('first_on'), last_on: said.get('last_on'),
      ...(isDrawn ? { draw: { count: Number(said.get('count')), per_township: said.has('per_township') } } : { village_codes: Object.keys(picked) }) };
    setState({ busy: true });
    try {
      const check = await post('/spot-checks', { id: idOf(content), ...content });
      announce(t('dashboard.saved'));
      onSaved(check);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="check-form">
      <fieldset class="choices form-wide"><legend>${t('dashboard.check.kind')}</legend>${KINDS.map((name) => html`
        <label key=${name} class="check"><input type="radio" name="kind" checked=${kind === name} onChange=${() => setKind(name)} /> ${t(`dashboard.check.kind.${name}`)}</label>`)}</fieldset>
      <p class="fine form-wide">${t(`dashboard.check.kind_note.${kind}`, { name: division.name })}</p>
      <label>${t('dashboard.check.title')}<input name="title" required maxlength="100" /></label>
      <label>${t('dashboard.check.first_on')}<input type="date" name="first_on" required defaultValue=${me.today} /></label>
      <label>${t('dashboard.check.last_on')}<input type="date" name="last_on" required defaultValue=${me.today} /></label>
      <label class="form-wide">${t('dashboard.check.focus')}<textarea name="focus" rows="2" maxlength="2000"></textarea></label>
      <fieldset class="choices form-wide"><legend>${t('dashboard.check.how')}</legend>
        <label class="check"><input type="radio" name="how" checked=${isDrawn} onChange=${() => setDrawn(true)} data-testid="check-draw" /> ${t('dashboard.check.by_lot')}</label>
        <label class="check"><input type="radio" name="how" checked=${!isDrawn} onChange=${() => setDrawn(false)} data-testid="check-choose" /> ${t('dashboard.check.by_choice')}</label></fieldset>
      ${isDrawn
        ? html`<label>${t('dashboard.check.count')}<input type="number" name="count" required min="1" max="2000" step="1" inputmode="numeric" defaultValue="1" /></label>
          ${division.level !== 'township' && html`<label class="check"><input type="checkbox" name="per_township" /> ${t('dashboard.check.per_township')}</label>`}
          <p class="fine form-wide">${t('dashboard.check.draw_note')}</p>`
        : html`<${Villages} division=${division} picked=${picked} onPick=${setPicked} />`}
      <div class="buttons form-wide"><button class="button button-main" disabled=${state.busy || (!isDrawn && !Object.keys(picked).length)} data-testid="check-save">${t(isDrawn ? 'dashboard.check.draw_now' : 'dashboard.save')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}
