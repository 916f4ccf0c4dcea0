// Preparing a vote on cadres (述职评议会): the day, who presides, who counts, who votes and how many came, who is voted on.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { get, patch, post } from './api.js';
import { t } from './i18n.js';
import { idsByContent } from './ids.js';
import { failureText, useLoad } from './loading.js';

const VOTERS = ['committee_members', 'villagers_representatives', 'party_members'];
const wholeOf = (text) => Number(text || 0);

function Groups({ groups, onType }) {
  return html`
    <fieldset class="vote-groups"><legend>${t('vote.groups')}</legend>
      <table><thead><tr><th scope="col">${t('vote.group')}</th><th scope="col">${t('vote.expected')}</th><th scope="col">${t('vote.present')}</th></tr></thead>
        <tbody>${VOTERS.map((voters) => html`
          <tr key=${voters}><th scope="row">${t(`vote.group.${voters}`)}</th>
            ${['expected', 'present'].map((name) => html`
              <td key=${name}><input inputmode="numeric" pattern="[0-9]{1,4}" value=${groups[voters][name]} aria-label=${`${t(`vote.group.${voters}`)} ${t(`vote.${name}`)}`}
                data-testid=${`${voters} ${name}`} onInput=${(event) => onType(voters, name, event.target.value.trim())} /></td>`)}</tr>`)}</tbody></table>
      <p class="fine quiet">${t('vote.groups_hint')}</p>
    </fieldset>`;
}

/** A new vote of a `village`, or `vote` that is changed; `own` is the cadre who asks and cannot be voted on by this. */
export function VoteForm({ village, vote, today, own, onDone, onCancel }) {
  const idOf = useRef(idsByContent()).current;
  const [groups, setGroups] = useState(() => Object.fromEntries(VOTERS.map((voters) => {
    const held = vote?.groups.find((one) => one.voters === voters);
    return [voters, { expected: held ? String(held.expected) : '', present: held ? String(held.present) : '' }];
  })));
  const [state, setState] = useState({});
  const cadres = useLoad(() => get('/cadres', { division: village.code }), [village.code]);
  const held = new Set(vote?.subjects.map(({ cadre }) => cadre.id));
  const onType = (voters, name, text) => setGroups((before) => ({ ...before, [voters]: { ...before[voters], [name]: text } }));
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const content = {
      ...Object.fromEntries(['held_on', 'place', 'presided_by'].map((name) => [name, said.get(name).trim()])),
      tellers: said.getAll('teller').map((name) => name.trim()),
      groups: VOTERS.filter((voters) => groups[voters].expected || groups[voters].present)
        .map((voters) => ({ voters, expected: wholeOf(groups[voters].expected), present: wholeOf(groups[voters].present) })),
      cadre_ids: said.getAll('cadre').map(Number),
    };
    if (!content.groups.length || !content.cadre_ids.length) {
      setState({ failure: t(content.groups.length ? 'vote.name_cadres' : 'vote.name_groups') });
      return;
    }
    setState({ busy: true });
    try {
      onDone(vote
        ? await patch(`/assessed-votes/${vote.id}`, content, vote.version)
        : await post('/assessed-votes', { id: idOf(content), village_code: village.code, ...content }));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="vote-form" onSubmit=${submit} data-testid="vote-prepare">
      <label>${t('vote.held_on')}<input type="date" name="held_on" required defaultValue=${vote?.held_on ?? today} /></label>
      <label>${t('vote.place')}<input name="place" required maxlength="100" defaultValue=${vote?.place ?? ''} /></label>
      <label>${t('vote.presided_by')}<input name="presided_by" required maxlength="50" defaultValue=${vote?.presided_by ?? ''} /></label>
      ${[0, 1].map((place) => html`
        <label key=${place}>${t('vote.teller_n', { n: place + 1 })}<input name="teller" required maxlength="50" defaultValue=${vote?.tellers[place]?.name ?? ''} /></label>`)}
      <fieldset><legend>${t('vote.voted_on')}</legend>
        ${(cadres.data?.cadres ?? []).filter(({ id }) => id !== own).map(({ id, name }) => html`
          <label key=${id} class="vote-tick"><input type="checkbox" name="cadre" value=${id} defaultChecked=${held.has(id)} /> ${name}</label>`)}</fieldset>
      <${Groups} groups=${groups} onType=${onType} />
      <div role="alert">${state.failure && html`<p class="failure-text bad" data-testid="vote-failure">${state.failure}</p>`}</div>
      <div class="buttons pair"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="vote-save">${t('vote.save')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('vote.cancel')}</button></div>
    </form>`;
}
