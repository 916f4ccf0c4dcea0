// A round of visits: choose the group once, tick who was seen, save. Nothing is typed unless somebody said something.
import { html, useMemo, useState } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { CONCERN_KINDS } from '/static/shared/concern.js';
import { shortDay } from '/static/shared/dates.js';
import { language, locale, t } from '/static/shared/i18n.js';
import { newId } from '/static/shared/ids.js';
import { locates } from './consent.js';
import { useAnswer, usePhone } from './context.js';
import { groupsOf, inOrder, isAway, isMeant, roundsHere } from './households.js';
import { useRows } from './kept.js';
import { Back, Button, Problem, Waiting } from './parts.js';
import { PhotoField } from './photo-field.js';

const MOST = 100;
const OTHERWISE = ['not_home', 'phone'];

/** The county's words for labels and purposes, kept on the phone. */
export const useTerms = () => useAnswer('terms', async () => (await get('/terms')).terms).value ?? [];

const wordOf = (terms, dictionary, key) =>
  terms.find((one) => one.dictionary === dictionary && one.key === key)?.[language() === 'zh' ? 'zh' : 'en'] ?? key;

const lastWords = (last) => (last ? t('field.visits.last', { day: shortDay(last, locale()) }) : t('field.visits.never'));

/** Who a household is: the name, its labels, when somebody was there last. */
export function Who({ one, terms }) {
  const { today } = usePhone();
  return html`
    <span class="who"><strong>${one.householder}</strong>
      ${isAway(one, today) && html`<span class="badge badge--plain">${t('field.visits.away')}</span>`}
      ${one.labels.map((label) => html`<span key=${label} class="badge badge--plain">${wordOf(terms, 'label', label)}</span>`)}
      <span class="quiet small">${lastWords(one.last)}</span></span>`;
}

/** What was said at a door, and photos, for who has something to note. */
function Said({ one, onChange }) {
  const concern = one.concerns?.[0] ?? {};
  const setConcern = (change) => {
    const now = { id: concern.id ?? newId(), kind: CONCERN_KINDS[0], text: '', ...concern, ...change };
    onChange({ concerns: [now] });
  };
  return html`
    <details class="said"><summary>${t('field.round.said')}</summary>
      <label>${t('field.round.summary')}
        <textarea rows="2" maxlength="2000" value=${one.summary ?? ''} onInput=${(event) => onChange({ summary: event.target.value })}></textarea></label>
      <label>${t('field.round.concern')}
        <textarea rows="2" maxlength="2000" value=${concern.text ?? ''} onInput=${(event) => setConcern({ text: event.target.value })}></textarea></label>
      ${concern.text && html`
        <label>${t('field.concerns.kind')}
          <select value=${concern.kind} onChange=${(event) => setConcern({ kind: event.target.value })}>
            ${CONCERN_KINDS.map((kind) => html`<option key=${kind} value=${kind}>${t(`concern.kind.${kind}`)}</option>`)}
          </select></label>`}
      <${PhotoField} value=${one.photos ?? []} onChange=${(photos) => onChange({ photos })} />
    </details>`;
}

function Door({ household, one, terms, onTick, onChange }) {
  return html`
    <li class="panel door" data-testid="door" data-id=${household.id}>
      <label class="tick"><input type="checkbox" checked=${Boolean(one)} onChange=${onTick} />
        <${Who} one=${household} terms=${terms} /></label>
      ${one && html`
        <div class="door__more">
          <div class="pair">
            ${OTHERWISE.map((manner) => html`
              <button key=${manner} type="button" class="chip" aria-pressed=${one.manner === manner} data-testid=${manner}
                onClick=${() => onChange({ manner: one.manner === manner ? 'in_person' : manner })}>${t(`field.manner.${manner}`)}</button>`)}
          </div>
          <${Said} one=${one} onChange=${onChange} />
        </div>`}
    </li>`;
}

const Chips = ({ legend, items, chosen, onChange }) => html`
  <fieldset class="chips"><legend>${legend}</legend>
    ${items.map(({ id, name }) => html`
      <button key=${id} type="button" class="chip" aria-pressed=${chosen.includes(id)}
        onClick=${() => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])}>${name}</button>`)}
  </fieldset>`;

/** Who came along and what for: nobody has to say it. */
function More({ more, terms, onChange }) {
  const team = useAnswer('teammates', async () => (await get('/teammates')).teammates).value ?? [];
  const purposes = terms.filter(({ dictionary, is_retired: retired }) => dictionary === 'purpose' && !retired)
    .map(({ key }) => ({ id: key, name: wordOf(terms, 'purpose', key) }));
  return html`
    <details class="panel" data-testid="more"><summary>${t('field.round.more')}</summary>
      ${team.length > 0 && html`
        <${Chips} legend=${t('field.round.companions')} items=${team} chosen=${more.companion_ids} onChange=${(companion_ids) => onChange({ companion_ids })} />`}
      <label>${t('field.round.others')}
        <input maxlength="200" value=${more.others} onInput=${(event) => onChange({ others: event.target.value })} /></label>
      ${purposes.length > 0 && html`
        <${Chips} legend=${t('field.round.purposes')} items=${purposes} chosen=${more.purposes} onChange=${(chosen) => onChange({ purposes: chosen })} />`}
    </details>`;
}

/** A visit as it is sent: only what was said. */
function visitOf([householdId, { id, manner, summary, concerns = [], photos = [] }]) {
  const raised = concerns.filter(({ text }) => text.trim());
  return {
    id, household_id: Number(householdId), manner, ...(summary?.trim() && { summary: summary.trim() }),
    ...(photos.length && { photos }), ...(raised.length && { concerns: raised }),
  };
}

function Groups({ groups, villages, onChoose }) {
  const name = (code) => villages.find((one) => one.code === code)?.name ?? '';
  return html`
    <h2>${t('field.round.which')}</h2>
    <div class="groups">
      ${groups.map((group) => html`
        <button key=${group.key} type="button" class="weui-btn weui-btn_default" data-testid="group" onClick=${() => onChoose(group.key)}>
          ${villages.length > 1 ? `${name(group.village_code)} ` : ''}${group.name} · ${t('field.round.households', { count: group.households })}
        </button>`)}
    </div>`;
}

export function Round() {
  const { me, outbox, records, sender } = usePhone();
  const households = useRows('household');
  const rounds = useRows('round');
  const terms = useTerms();
  const id = useMemo(newId, []);
  const [group, setGroup] = useState(null);
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState({});
  const [more, setMore] = useState({ companion_ids: [], others: '', purposes: [] });
  const [problem, setProblem] = useState(null);
  const ordered = useMemo(() => inOrder(households ?? [], roundsHere(records, rounds)), [households, rounds, records]);
  const back = html`<${Back} to="#visits" />`;
  if (!households) return html`<div>${back}<${Waiting} /></div>`;
  if (!households.length) return html`<div>${back}<p class="empty">${t('field.round.none')}</p></div>`;
  const groups = groupsOf(households);
  const chosen = group ?? (groups.length === 1 ? groups[0].key : null);
  const posting = me.cadre.posting;
  const villages = posting ? [posting.village, ...posting.further_villages] : [];
  const shown = ordered.filter((one) => (typed.trim() ? isMeant(one, typed) : `${one.village_code}/${one.villagers_group}` === chosen));
  const count = Object.keys(picked).length;
  const change = (key, what) => setPicked((before) => ({ ...before, [key]: { ...before[key], ...what } }));
  const tick = (key) => setPicked(({ [key]: held, ...rest }) => (held || Object.keys(rest).length >= MOST
    ? rest : { ...rest, [key]: { id: newId(), manner: 'in_person' } }));
  const save = async () => {
    const content = {
      visits: Object.entries(picked).map(visitOf), ...(more.purposes.length && { purposes: more.purposes }),
      ...(more.companion_ids.length && { companion_ids: more.companion_ids }),
      ...(more.others.trim() && { others: more.others.trim() }),
    };
    try {
      const { settled } = await outbox.addHere('round', content, { id, withoutLocation: !locates(me) });
      settled.then(() => sender.send());
      location.hash = '#visits';
    } catch {
      setProblem(t('phone.here.failed'));
    }
  };
  return html`
    <div class="round">${back}
      <input type="search" class="search" placeholder=${t('field.round.search')} aria-label=${t('field.round.search')} value=${typed}
        onInput=${(event) => setTyped(event.target.value)} data-testid="search" />
      ${!typed.trim() && (chosen
        ? groups.length > 1 && html`<button type="button" class="text-button" onClick=${() => setGroup(null)}>${t('field.round.other_group')}</button>`
        : html`<${Groups} groups=${groups} villages=${villages} onChoose=${setGroup} />`)}
      <ul class="plain-list">
        ${shown.map((one) => html`
          <${Door} key=${one.id} household=${one} one=${picked[one.id]} terms=${terms} onTick=${() => tick(one.id)}
            onChange=${(what) => change(one.id, what)} />`)}
      </ul>
      ${typed.trim() && !shown.length && html`<p class="empty">${t('field.round.nobody')}</p>`}
      <${More} more=${more} terms=${terms} onChange=${(what) => setMore((before) => ({ ...before, ...what }))} />
      <${Problem}>${problem}<//>
      <div class="save-bar"><${Button} main wide disabled=${!count} onClick=${save} data-testid="save-round">
        ${count ? t('field.round.save', { count }) : t('field.round.tick')}<//></div>
    </div>`;
}
