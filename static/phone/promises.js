// What the cadre's village promised: this month's deeds, told done with a photo; items completed; contracts to look over.
import { html, useMemo, useState } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { monthOf } from '/static/shared/dates.js';
import { t } from '/static/shared/i18n.js';
import { newId } from '/static/shared/ids.js';
import { contractName, deedTone, deedWords, eachShareOnce, isDueSoon, isLate, ItemFacts, Outcome, undoneFirst } from '/static/shared/promise.js';
import { useAnswer, usePhone } from './context.js';
import { lately, useRows } from './kept.js';
import { Back, Button, Freshness, Problem, Waiting } from './parts.js';
import { PhotoField, RecordPhotos } from './photo-field.js';
import { isToReview, REVIEWED, TeamReview } from './team-review.js';

const ANSWER = 'promises';

/** The contracts of the posted villages: those that hold now with their items, and those that wait for the team. */
async function contractsOf({ me, today }) {
  const lists = await Promise.all(villagesOf(me).map(({ code }) => get('/contracts', { division: code, page_size: 50 })));
  const all = lists.flatMap(({ contracts }) => contracts);
  const held = all.filter(({ kind, published_number: number, first_on: first, last_on: last }) => kind === 'yearly' && number !== null
    && first <= today && today <= last);
  const revisions = await Promise.all(held.map(({ id, published_number: number }) => get(`/contracts/${id}/revisions/${number}`)));
  const open = await Promise.all(all.filter(({ revision }) => REVIEWED.includes(revision.state)).map(({ id }) => get(`/contracts/${id}`)));
  return { held: held.map((one, index) => ({ ...one, items: revisions[index].items })), toReview: open.filter(isToReview) };
}

/** What is due, for the first view: deeds that are late, and those of this week; a contract to look over. */
export async function todo(phone) {
  const { store, userId, today, records } = phone;
  const told = toldOf(records);
  const contracts = await lately(phone, ANSWER, () => contractsOf(phone));
  const deeds = eachShareOnce(await store.rows(userId, 'deed')).filter(({ id }) => !told.has(id));
  const late = deeds.filter((one) => isLate(one, today)).length;
  const due = deeds.filter((one) => isDueSoon(one, today)).length;
  return [
    late && { key: 'deeds-late', text: t('field.promises.todo_late', { count: late }), href: '#promises', urgent: true },
    due && { key: 'deeds-due', text: t('field.promises.todo_due', { count: due }), href: '#promises' },
    ...(contracts?.toReview ?? []).map((contract) => ({ key: `review-${contract.id}`, text: reviewWords(contract), href: `#promises/review/${contract.id}` })),
  ].filter(Boolean);
}

/** What was told on this phone and has not reached the server, by the deed or line that it is about. */
const toldOf = (records) => new Map(records.filter(({ kind, state }) => (kind === 'deed_report' || kind === 'completion') && state !== 'sent')
  .map((record) => [record.of, record]));

const reviewWords = (contract) => t('field.promises.to_review', { village: contract.village.name, name: contractName(contract) });

const villagesOf = ({ cadre: { posting } }) => (posting ? [posting.village, ...posting.further_villages] : []);

function useContracts() {
  const { me, today } = usePhone();
  return useAnswer(ANSWER, () => contractsOf({ me, today }));
}

const OnThisPhone = ({ record }) => html`<a class="badge badge--${record.state}" href="#records">${t(`phone.records.state.${record.state}`)}</a>`;

const severalVillages = (me) => villagesOf(me).length > 1;

function DeedLine({ deed, record }) {
  const { me, today } = usePhone();
  const about = [deed.owner, severalVillages(me) && deed.village.name].filter(Boolean).join(' · ');
  return html`
    <li class="panel" data-testid="deed" data-state=${record ? record.state : deed.state} data-late=${String(isLate(deed, today))}>
      <a class="line" href=${`#promises/deed/${deed.id}`}>
        <strong>${deed.text}</strong>
        <span class=${isLate(deed, today) ? 'late small' : 'quiet small'}>${deedWords(deed, today)}${about && ` · ${about}`}</span></a>
      ${record ? html`<p><${OnThisPhone} record=${record} /></p>` : deed.state === 'planned' && html`
        <a class="weui-btn weui-btn_default" href=${`#promises/deed/${deed.id}`} data-testid="deed-done">${t('field.promises.done')}</a>`}
    </li>`;
}

function ItemLine({ item, record }) {
  const isOpen = !item.completion && !item.acceptance;
  return html`
    <li class="panel" data-testid="item" data-line=${item.line_id}>
      <p><strong>${item.number}. ${item.text}</strong> <${Outcome} item=${item} /></p>
      <${ItemFacts} item=${item} />
      ${record ? html`<p><${OnThisPhone} record=${record} /></p>` : isOpen && html`
        <a class="weui-btn weui-btn_default" href=${`#promises/item/${item.line_id}`} data-testid="item-done">${t('field.promises.complete')}</a>`}
    </li>`;
}

function List() {
  const { me, records, today } = usePhone();
  const rows = useRows('deed');
  const contracts = useContracts();
  const told = toldOf(records);
  const deeds = rows && undoneFirst(eachShareOnce(rows).filter(({ state, month }) => state === 'planned' || (state === 'done' && month >= monthOf(today))));
  const { held = [], toReview = [] } = contracts.value ?? {};
  if (!villagesOf(me).length) return html`<p class="empty">${t('phone.week.no_posting')}</p>`;
  return html`
    <div>
      ${toReview.map((contract) => html`
        <a key=${contract.id} class="notice notice--warn to-review" href=${`#promises/review/${contract.id}`} data-testid="to-review">
          <span>${reviewWords(contract)}</span><span aria-hidden="true">›</span></a>`)}
      <h2>${t('field.promises.deeds')}</h2>
      ${!deeds && html`<${Waiting} />`}
      ${deeds?.length === 0 && html`<p class="empty">${t('field.promises.no_deeds')}</p>`}
      <ul class="plain-list">${deeds?.map((deed) => html`<${DeedLine} key=${deed.id} deed=${deed} record=${told.get(deed.id)} />`)}</ul>
      <${Freshness} answer=${contracts} />
      ${held.map((contract) => html`
        <details key=${contract.id} class="panel" open=${deeds?.length === 0} data-testid="promised">
          <summary>${severalVillages(me) && `${contract.village.name} `}${contractName(contract)} ${t('field.promises.items', { count: contract.items.length })}</summary>
          <ul class="plain-list">${contract.items.map((item) => html`<${ItemLine} key=${item.line_id} item=${item} record=${told.get(item.line_id)} />`)}</ul>
        </details>`)}
      ${contracts.value && held.length === 0 && html`<p class="empty">${t('field.promises.no_contract')}</p>`}
    </div>`;
}

/** The day, a few words, photos: `kind` and `content` say what about. */
function Tell({ kind, of, content, day, text, button }) {
  const { outbox, sender, today } = usePhone();
  const id = useMemo(newId, []);
  const [photos, setPhotos] = useState([]);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const { done, note } = Object.fromEntries(new FormData(event.target));
    try {
      await outbox.add(kind, {
        ...content, [day]: done, ...(note.trim() && { note: note.trim() }), ...(photos.length && { photos }), captured_at: new Date().toISOString(),
      }, { id, of });
      sender.send();
      location.hash = '#promises';
    } catch {
      setProblem(t('phone.here.failed'));
    }
  };
  return html`
    <form class="panel form" onSubmit=${submit} data-testid="tell-form">
      <h2>${text}</h2>
      <${PhotoField} value=${photos} onChange=${setPhotos} label=${t('field.promises.photos')} />
      <label>${t('field.promises.done_on')}<input type="date" name="done" required max=${today} defaultValue=${today} /></label>
      <label>${t('field.promises.note')}<textarea name="note" rows="2" maxlength="2000"></textarea></label>
      <${Problem}>${problem}<//>
      <${Button} type="submit" main data-testid="tell">${button}<//>
    </form>`;
}

function DeedPage({ id }) {
  const { records, today } = usePhone();
  const rows = useRows('deed');
  const deed = rows?.find((one) => one.id === id);
  const record = toldOf(records).get(id);
  return html`
    <div>
      <${Back} to="#promises" />
      ${rows && !deed && html`<p class="empty">${t('field.promises.gone')}</p>`}
      ${deed && (record || deed.state !== 'planned' ? html`
        <section class="panel" data-testid="deed" data-state=${record ? record.state : deed.state}>
          <h2>${deed.text}</h2>
          <p><span class=${`badge badge--${deedTone(deed, today)}`}>${deedWords(deed, today)}</span></p>
          ${record && html`<p><${OnThisPhone} record=${record} /></p>`}
          ${deed.reports.map((one) => html`<div key=${one.id}>${one.by.name}${one.note && html`<q>${one.note}</q>`}<${RecordPhotos} photos=${one.photos} /></div>`)}
        </section>` : html`
        <${Tell} kind="deed_report" of=${id} content=${{ deed_id: id }} day="done_on" text=${deed.text} button=${t('field.promises.done')} />`)}
    </div>`;
}

function ItemPage({ lineId }) {
  const contracts = useContracts();
  const item = contracts.value?.held.flatMap(({ items }) => items).find((one) => one.line_id === lineId);
  return html`
    <div>
      <${Back} to="#promises" />
      <${Freshness} answer=${contracts} />
      ${contracts.value && !item && html`<p class="empty">${t('field.promises.gone')}</p>`}
      ${item && html`
        <${Tell} kind="completion" of=${lineId} content=${{ line_id: lineId }} day="completed_on" text=${`${item.number}. ${item.text}`}
          button=${t('field.promises.complete')} />
        <section class="panel"><${ItemFacts} item=${item} /></section>`}
    </div>`;
}

/** #promises, #promises/deed/{id}, #promises/item/{line id}, #promises/review/{contract id}. */
export function Promises({ rest: [what, id] }) {
  if (what === 'deed') return html`<${DeedPage} id=${id} />`;
  if (what === 'item') return html`<${ItemPage} lineId=${id} />`;
  return what === 'review' ? html`<${TeamReview} id=${id} />` : html`<${List} />`;
}
