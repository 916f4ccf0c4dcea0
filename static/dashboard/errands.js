// Meetings and other duties away from the village that were entered for several people at once.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { instantText, monthText, spanText } from './dates.js';
import { ErrandForm } from './errand-form.js';
import { Undo } from './leave-undo.js';
import { Empty, Loaded, Tag } from './parts.js';
import { photoPath } from './photo.js';
import { Page, supervisesThere } from './scope.js';

/** Who stands on the list by mistake, one button each; closed until it is asked for. */
function Mistakes({ errand, division, onSettle }) {
  const { me, scope } = useContext(Page);
  const [open, setOpen] = useState(false);
  const able = errand.cadres.filter(({ id, state }) => state === 'approved' && id !== scope.ownCadreId);
  if (!supervisesThere(me, division) || able.length === 0) return null;
  return html`
    <p class="buttons"><button type="button" class="button" aria-expanded=${open} onClick=${() => setOpen(!open)} data-testid="errand-mistake">
      ${t('dashboard.errand_mistake')}</button></p>
    ${open && html`<ul class="errand-cadres">
      ${able.map((one) => html`
        <li key=${one.leave_id} data-testid="errand-cadre" data-cadre=${one.id}><strong>${one.name}</strong>
          <${Undo} leave=${{ id: one.leave_id, cadre: one, from_on: errand.from_on, to_on: errand.to_on }} division=${division} returns=${false} onSettle=${onSettle} /></li>`)}
    </ul>`}`;
}

function Errand({ errand, division, onSettle }) {
  const open = errand.cadres.filter(({ state }) => state !== 'approved');
  // What an officer enters is approved from the start, so that a refusal takes it back.
  const word = (state) => (state === 'refused' ? t('leave.voided') : t(`leave.state.${state}`));
  return html`
    <li class="leave" data-testid="errand" data-id=${errand.id}>
      <div class="leave-what">
        <p><strong>${errand.title}</strong> <${Tag}>${t(`leave.kind.${errand.kind}`)}<//> <span>${spanText(errand.from_on, errand.to_on)}</span></p>
        <p>${t('dashboard.attendees_count', { n: errand.cadres.length })}：${errand.cadres.map(({ name }) => name).join('、')}</p>
        ${open.length > 0 && html`<p class="fine">${open.map(({ name, state }) => `${name}（${word(state)}）`).join('、')}</p>`}
        <p class="fine">${errand.entered_by.name} · ${instantText(errand.entered_at)}</p>
        <${Mistakes} errand=${errand} division=${division} onSettle=${onSettle} />
      </div>
      ${errand.notice_sha256 && html`<a class="errand-photo" href=${photoPath(errand.notice_sha256, 'view')} target="_blank" rel="noopener">
        <img src=${photoPath(errand.notice_sha256, 'thumb')} alt=${t('dashboard.notice_photo')} loading="lazy" /></a>`}
    </li>`;
}

/** The errands of a month below a division, and the form to enter one. */
export function Errands({ division }) {
  const { me, month } = useContext(Page);
  const [entering, setEntering] = useState(false);
  const source = useLoad(() => get('/errands', { division: division.code, month }), [division.code, month]);
  const settle = (leave) => source.change((old) => ({ ...old, errands: old.errands.map((errand) => ({
    ...errand, cadres: errand.cadres.map((one) => (one.leave_id === leave.id ? { ...one, state: leave.state } : one)) })) }));
  const close = () => {
    setEntering(false);
    // Also when it is given up: the errand may be stored though its photo or the answer was lost.
    source.reload();
  };
  return html`
    ${supervisesThere(me, division) && !entering && html`
      <p class="buttons"><button type="button" class="button button-main" onClick=${() => setEntering(true)} data-testid="errand-enter">${t('dashboard.errand_enter')}</button></p>`}
    ${entering && html`<${ErrandForm} division=${division} onStored=${source.reload} onClose=${close} />`}
    <${Loaded} source=${source} lines=${4}>
      ${(answer) => (answer.errands.length === 0
        ? html`<${Empty}>${t('dashboard.no_errands', { month: monthText(month) })}<//>`
        : html`<ul class="leaves">${answer.errands.map((one) => html`<${Errand} key=${one.id} errand=${one} division=${division} onSettle=${settle} />`)}</ul>`)}<//>`;
}
