// What the villager sees: one question a screen, in large letters.
import { html, useEffect, useRef } from '/vendor/htm-preact.js';
import { Listen } from './listen.js';
import { TypedCode } from './typing.js';
import { answerText, hotline, language, questionText, t } from './words.js';

const MOST_CHARACTERS = 200;
/** From here on it is said how many are left. */
const NEARLY_FULL = 150;

/** The heading of a screen. It takes the focus, so that it is read aloud where the phone reads aloud. */
function Heading({ children }) {
  const heading = useRef(null);
  useEffect(() => {
    heading.current.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return html`<h1 tabindex="-1" ref=${heading}>${children}</h1>`;
}

const Telephone = ({ number }) => html`<a class="telephone" data-testid="hotline"
  href=${`tel:${number.replace(/\s/g, '')}`}>${number}</a>`;

function Back({ onBack }) {
  return html`<button type="button" class="back" data-testid="back" onClick=${onBack}>${t('rating.back')}</button>`;
}

/** Where this ballot belongs, in small letters above everything. */
function About({ paper }) {
  const whom = paper.subject === 'cadre' ? t('rating.about.cadre', { name: paper.cadre_name }) : t('rating.about.team');
  return html`<p class="about" data-testid="about">${paper.village.name} · ${whom}</p>`;
}

function Question({ state, choose, back }) {
  const { paper, step } = state;
  const question = paper.questions[step];
  return html`<${About} paper=${paper} />
    <p class="progress" data-testid="progress">
      ${t('rating.progress', { n: step + 1, total: paper.questions.length })}</p>
    <${Heading}>${questionText(question, paper.subject)}<//>
    ${question.recording_id && html`<${Listen} id=${question.recording_id} />`}
    <div class="answers">${question.answers.map((answer) => html`<button type="button" class="answer"
      data-testid="answer" aria-pressed=${state.answers[question.key] === answer.key}
      onClick=${() => choose(question, answer)}>
      ${answerText(answer)}</button>`)}</div>
    ${step > 0 && html`<${Back} onBack=${back} />`}`;
}

function Writing({ state, write }) {
  const left = MOST_CHARACTERS - state.text.length;
  return html`<label class="writing"><span>${state.paper.text_prompt}</span>
    <small>${t('rating.text.hint')}</small>
    <textarea rows="3" maxlength=${MOST_CHARACTERS} value=${state.text} autocomplete="off" data-testid="text"
      onInput=${({ target }) => write(target.value)}></textarea></label>
    ${state.text.length >= NEARLY_FULL && html`<p class="hint" data-testid="left">
      ${t('rating.text.left', { n: left })}</p>`}`;
}

function Last({ state, write, send, back }) {
  return html`<${About} paper=${state.paper} />
    <${Heading}>${t('rating.last')}<//>
    ${state.paper.way === 'open' && html`<p class="hint" data-testid="open-way">${t('rating.open_way')}</p>`}
    ${state.paper.text_prompt && html`<${Writing} state=${state} write=${write} />`}
    <div class="foot"><button type="button" class="main" data-testid="submit" onClick=${send}>
      ${t('rating.submit')}</button></div>
    <${Back} onBack=${back} />`;
}

/** While an answer is waited for, and what to do meanwhile: nothing. */
function Waiting({ state, tryNow }) {
  const what = state.sending ? 'sending' : 'opening';
  const now = state.sending ? t('rating.sending') : t('rating.opening');
  return html`<div class="middle" role="status">
    <${Heading}>${state.waiting ? t(`rating.waiting.${state.waiting}`) : now}<//>
    ${state.waiting && html`<p data-testid="waiting">${t(`rating.waiting.${what}`)}</p>`}
    ${state.waiting === 'network' && html`<button type="button" class="answer" data-testid="try-now" onClick=${tryNow}>
      ${t('rating.try_now')}</button>`}</div>`;
}

function Done() {
  return html`<div class="middle" data-testid="done"><p class="sign" aria-hidden="true">✔</p>
    <${Heading}>${t('rating.done')}<//><p>${t('rating.done.close')}</p></div>`;
}

/** The one answer to every card that cannot be used, and the one to what nobody expected. */
function Refused({ state, type }) {
  const number = (state.paper && state.paper.hotline) || hotline;
  return html`<div class="middle" data-testid="refused">
    <${Heading}>${t(`rating.refused.${state.screen}.${number ? 'call' : 'no_number'}`)}<//>
    ${number && html`<p><${Telephone} number=${number} /></p>`}
    <button type="button" class="answer" data-testid="type" onClick=${type}>${t('rating.refused.type')}</button></div>`;
}

function Typing({ state, open }) {
  return html`<${Heading}>${t('rating.type.title')}<//>
    ${state.isAstray && html`<p class="notice" role="alert" data-testid="astray">${t('rating.type.astray')}</p>`}
    <p>${t('rating.type.or')}</p><${TypedCode} onCode=${open} />
    ${hotline && html`<p class="hint">${t('rating.type.help')} <${Telephone} number=${hotline} /></p>`}`;
}

function screenOf(state) {
  if (state.screen !== 'asking') return { opening: Waiting, typing: Typing, done: Done }[state.screen] || Refused;
  if (state.sending) return Waiting;
  return state.step < state.paper.questions.length ? Question : Last;
}

/** The page: the language switch above, one screen below. */
export function Page({ state, actions }) {
  const Screen = screenOf(state);
  const other = language() === 'zh' ? 'en' : 'zh';
  return html`<header><span>${t('rating.unnamed')}</span><button type="button" lang=${other} data-testid="language"
      onClick=${() => actions.speak(other)}>${other === 'en' ? 'English' : '中文'}</button></header>
    <main key=${`${state.screen}-${state.step}-${state.sending}`} aria-busy=${state.isQuiet}>
      <${Screen} state=${state} ...${actions} /></main>`;
}
