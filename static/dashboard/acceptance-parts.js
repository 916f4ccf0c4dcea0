// Parts of the forms around an acceptance: who of the roster was there, what was decided, and the survey's counts.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { VERDICTS } from '../shared/contract.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { Loaded } from './parts.js';
import { Page } from './scope.js';

export const GROUPS = ['party_members', 'representatives'];
export const ANSWERS = ['satisfied', 'basically', 'dissatisfied', 'unknown'];

/** The township that a village lies in: its code's first nine digits. */
const townshipOf = (village) => `${village.code.slice(0, 9)}000`;

/** People of the township's published roster to be ticked; `chosen` are their ids. */
export function Assessors({ village, chosen = [], label }) {
  const { address } = useContext(Page);
  const township = townshipOf(village);
  const source = useLoad(() => get(`/assessor-rosters/${township}`), [township]);
  return html`
    <${Loaded} source=${source} lines=${2}>
      ${({ assessors, published_on: published }) => (published
        ? html`
          <fieldset class="form-wide attendees"><legend>${label}</legend>
            <ul class="attendees-list">${assessors.filter((one) => one.is_current || chosen.includes(one.id)).map((one) => html`
              <li key=${one.id}><label><input type="checkbox" name="assessor" value=${one.id} defaultChecked=${chosen.includes(one.id)} data-testid="assessor" />
                <span>${one.name} <small>${t(`dashboard.roster.post.${one.post}`)}</small></span></label></li>`)}</ul></fieldset>`
        : html`<p class="notice notice-warn form-wide" data-testid="no-roster">${t('dashboard.acceptance.no_roster')}
            <${Link} to=${{ view: 'acceptances', division: township, state: 'roster', month: address.month }}>${t('dashboard.acceptance.to_roster')}<//></p>`)}<//>`;
}

/** Ids that were ticked. */
export const assessorsOf = (said) => said.getAll('assessor').map(Number);

export const Verdict = ({ chosen, label }) => html`
  <fieldset class="choices form-wide"><legend>${label}</legend>${VERDICTS.map((verdict) => html`
    <label key=${verdict} class="check"><input type="radio" name="verdict" value=${verdict} required defaultChecked=${chosen === verdict} /> ${t(`contract.verdict.${verdict}`)}</label>`)}</fieldset>`;

/** Counts of each group that was asked; nobody's answer stands here. */
export const SurveyFields = ({ survey = null }) => GROUPS.map((group) => html`
  <fieldset key=${group} class="form-wide survey"><legend>${t(`dashboard.acceptance.group.${group}`)}</legend>
    <div class="quarter-fields">${ANSWERS.map((answer) => html`
      <label key=${answer}>${t(`dashboard.acceptance.answer.${answer}`)}
        <input type="number" name=${`${group}.${answer}`} required min="0" max="99999" step="1" inputmode="numeric" defaultValue=${survey?.[group]?.[answer] ?? ''} /></label>`)}</div></fieldset>`);

export const surveyOf = (said) => Object.fromEntries(GROUPS.map((group) => [group,
  Object.fromEntries(ANSWERS.map((answer) => [answer, Number(said.get(`${group}.${answer}`))]))]));
