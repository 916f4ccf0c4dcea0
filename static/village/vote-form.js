// The meeting's vote: the figures are checked while they are typed, and whether it passes is said at once.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { voteOf } from '../shared/shares.js';
import { useVillage } from './context.js';

const FIGURES = ['entitled', 'present', 'in_favour', 'against', 'abstained'];
const LEVELS = ['county', 'township', 'village'];
/** What the law says, where nobody has laid down anything else. */
const USUAL = { deliberation_quorum: 'two_thirds', deliberation_majority: 'half_of_present' };

/** The value of a policy that holds on a day: of the nearest division, the latest before it. */
function valueOf(policies, key, day) {
  const held = policies.filter((one) => one.key === key && one.from_on <= day)
    .sort((one, other) => LEVELS.indexOf(one.division.level) - LEVELS.indexOf(other.division.level) || one.from_on.localeCompare(other.from_on));
  return held.at(-1)?.value ?? USUAL[key];
}

const wholeOf = (text) => (/^\d{1,5}$/.test(text) ? Number(text) : null);

function Verdict({ vote, rules }) {
  if (vote.agrees === null) return null;
  const wrong = [!vote.agrees && 'village.vote_sum', !vote.fits && 'village.vote_present'].filter(Boolean);
  if (wrong.length) return html`<div role="status">${wrong.map((key) => html`<p key=${key} class="bad" data-testid="vote-wrong">${t(key)}</p>`)}</div>`;
  const passes = vote.hasQuorum && vote.hasMajority;
  const key = !vote.hasQuorum ? `village.vote_quorum.${rules.quorum}` : passes ? 'village.vote_passes' : `village.vote_majority.${rules.majority}`;
  return html`<p class=${passes ? 'notice notice--good' : 'notice notice--warn'} role="status" data-testid="vote" data-passes=${String(passes)}>
    ${t(key)} ${!passes && t('village.vote_kept')}</p>`;
}

export function VoteForm({ take, busy, onCancel }) {
  const { me, village } = useVillage();
  const [day, setDay] = useState(me.today);
  const [figures, setFigures] = useState(Object.fromEntries(FIGURES.map((name) => [name, ''])));
  const policies = useLoad(() => get('/policies', { division: village.code }), [village.code]);
  const numbers = Object.fromEntries(FIGURES.map((name) => [name, wholeOf(figures[name])]));
  const held = policies.data?.policies ?? [];
  const rules = { quorum: valueOf(held, 'deliberation_quorum', day), majority: valueOf(held, 'deliberation_majority', day) };
  const vote = voteOf(numbers, rules);
  const submit = (event) => {
    event.preventDefault();
    if (!vote.agrees || !vote.fits) return;
    take({ step: 'deliberated', details: { held_on: day, ...numbers, minutes: new FormData(event.target).get('minutes').trim() } });
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="vote-form">
      <h3>${t('village.contract_do.deliberated')}</h3>
      <label class="field">${t('village.vote_day')}<input type="date" required max=${me.today} value=${day} onInput=${(event) => setDay(event.target.value || me.today)} /></label>
      <div class="vote">
        ${FIGURES.map((name) => html`
          <label key=${name} class="field">${t(`contract.vote.${name}`)}
            <input inputmode="numeric" pattern="[0-9]{1,5}" required value=${figures[name]} data-testid=${`vote-${name}`}
              onInput=${(event) => setFigures({ ...figures, [name]: event.target.value.trim() })} /></label>`)}
      </div>
      <${Verdict} vote=${vote} rules=${rules} />
      <label class="field">${t('village.vote_minutes')}<textarea name="minutes" rows="5" maxlength="4000" required data-testid="vote-minutes" placeholder=${t('village.vote_minutes_hint')}></textarea></label>
      <div class="pair"><button type="button" class="button" onClick=${onCancel}>${t('village.cancel')}</button>
        <button type="submit" class="button button-main" disabled=${busy} data-testid="step-send">${t('village.save')}</button></div>
    </form>`;
}
