// A new campaign, or one that is drafted: whom it is about, when, what is asked, and where villagers complain.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { get, patch, post } from '../shared/api.js';
import { addDays } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { idsByContent } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { announce, Loaded } from './parts.js';
import { asSent, asTyped, QuestionFields, usualQuestions } from './rating-questions.js';
import { Page } from './scope.js';

const DAYS = 13;
const SUBJECTS = ['team', 'cadre'];

/** Whoever is posted below the division on a day of the period. */
function CadreField({ division, days, chosen }) {
  const source = useLoad(() => get('/cadres', { division: division.code, from: days.first, to: days.last }), [division.code, days.first, days.last]);
  return html`
    <${Loaded} source=${source} lines=${1}>${({ cadres }) => html`
      <label>${t('dashboard.rating.cadre')}<select name="cadre_id" required data-testid="campaign-cadre">
        <option value="">${t('dashboard.rating.choose_cadre')}</option>
        ${cadres.filter((one) => one.posting).map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === chosen}>${one.name} · ${one.posting.village.name}</option>`)}</select></label>`}<//>`;
}

/** `campaign` is changed where it is given; else a new one is made for the division. */
export function RatingForm({ division, campaign, onSaved, onCancel }) {
  const { me } = useContext(Page);
  const idOf = useRef(idsByContent()).current;
  const [subject, setSubject] = useState(campaign?.subject ?? SUBJECTS[0]);
  const [days, setDays] = useState({ first: campaign?.first_on ?? me.today, last: campaign?.last_on ?? addDays(me.today, DAYS) });
  const [isUsual, setUsual] = useState(!campaign);
  const [questions, setQuestions] = useState(() => (campaign ? campaign.questions.map(asTyped) : null));
  const [asksText, setAsksText] = useState(campaign ? campaign.text_prompt !== null : true);
  const [state, setState] = useState({});
  // Whoever begins to write finds the usual ones, about whom the campaign is.
  const own = () => { setUsual(false); setQuestions(questions ?? usualQuestions(subject)); };
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    const isAsItWas = campaign && JSON.stringify(questions) === JSON.stringify(campaign.questions.map(asTyped));
    const content = { title: said.get('title').trim(), first_on: said.get('first_on'), last_on: said.get('last_on'), subject,
      cadre_id: subject === 'cadre' ? Number(said.get('cadre_id')) : null, questions: isUsual || isAsItWas ? null : questions.map(asSent),
      text_prompt: asksText ? said.get('text_prompt').trim() : null, hotline: said.get('hotline').trim() || null };
    setState({ busy: true });
    try {
      const made = { division_code: division.code, ...content };
      const saved = campaign ? await patch(`/rating-campaigns/${campaign.id}`, content, campaign.version)
        : await post('/rating-campaigns', { id: idOf(made), ...made });
      announce(t('dashboard.saved'));
      onSaved(saved);
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error) });
    }
  };
  const dayField = (name, label) => html`
    <label>${label}<input type="date" name=${`${name}_on`} required min=${name === 'last' ? days.first : undefined} value=${days[name]}
      onChange=${(event) => setDays({ ...days, [name]: event.target.value })} /></label>`;
  return html`
    <form class="form" onSubmit=${submit} data-testid="campaign-form">
      <label class="form-wide">${t('dashboard.rating.title')}<input name="title" required maxlength="100" defaultValue=${campaign?.title ?? t('dashboard.rating.title_usual', { year: me.today.slice(0, 4) })} /></label>
      ${dayField('first', t('dashboard.rating.first_on'))}
      ${dayField('last', t('dashboard.rating.last_on'))}
      <fieldset class="choices form-wide"><legend>${t('dashboard.rating.subject')}</legend>${SUBJECTS.map((name) => html`
        <label key=${name} class="check"><input type="radio" name="subject" checked=${subject === name} onChange=${() => setSubject(name)} data-testid=${`subject-${name}`} /> ${t(`dashboard.rating.subject.${name}`)}</label>`)}</fieldset>
      ${subject === 'cadre' && html`<${CadreField} division=${division} days=${days} chosen=${campaign?.cadre?.id} />`}
      <fieldset class="choices form-wide"><legend>${t('dashboard.rating.asked')}</legend>
        ${!campaign && html`
          <label class="check"><input type="radio" name="how" checked=${isUsual} onChange=${() => setUsual(true)} data-testid="questions-usual" /> ${t('dashboard.rating.usual')}</label>
          <label class="check"><input type="radio" name="how" checked=${!isUsual} onChange=${own} data-testid="questions-own" /> ${t('dashboard.rating.own')}</label>`}</fieldset>
      <div class="form-wide">${isUsual
        ? html`<ol class="rating-asked">${usualQuestions(subject).map(({ set, text }) => html`<li key=${set}>${text}</li>`)}</ol>`
        : html`<${QuestionFields} questions=${questions} onChange=${setQuestions} />`}</div>
      <label class="check form-wide"><input type="checkbox" checked=${asksText} onChange=${(event) => setAsksText(event.target.checked)} data-testid="asks-text" /> ${t('dashboard.rating.asks_text')}</label>
      ${asksText && html`<label class="form-wide">${t('dashboard.rating.text_prompt')}<input name="text_prompt" required maxlength="100" defaultValue=${campaign?.text_prompt ?? t('dashboard.rating.text_prompt_usual')} /></label>`}
      <label class="form-wide">${t('dashboard.rating.hotline')}<input name="hotline" maxlength="60" defaultValue=${campaign?.hotline ?? ''} />
        <span class="fine">${t('dashboard.rating.hotline_note')}</span></label>
      <div class="buttons form-wide"><button class="button button-main" disabled=${state.busy} data-testid="campaign-save">${t('dashboard.rating.save')}</button>
        <button type="button" class="button" onClick=${onCancel}>${t('dashboard.cancel')}</button>
        <span class="fine">${t('dashboard.rating.save_note')}</span></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}
