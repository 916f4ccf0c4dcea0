// The questions of a campaign while they are written: at most three, each with answers from a set or of one's own.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

const SETS = ['satisfaction', 'visited', 'handled'];
const MOST = 3;
const MOST_ANSWERS = 5;
const LEAST_ANSWERS = 2;

const ownAnswer = () => ({ text: '', is_counted: true, is_favourable: false });

/** The three that are asked where nobody writes others. */
export const usualQuestions = (subject) => SETS.map((set) => ({ set, text: t(`rating.question.${subject}.${set}`), answers: null }));

/** A question as it is kept, to be changed; its answers are then one's own. */
export const asTyped = ({ text, answers }) => ({
  set: null, text, answers: answers.map(({ text: words, is_counted, is_favourable }) => ({ text: words, is_counted, is_favourable })),
});

/** A question as the API takes it. */
export const asSent = ({ set, text, answers }) => (set ? { text: text.trim(), answer_set: set }
  : { text: text.trim(), answers: answers.map((one) => ({ ...one, text: one.text.trim(), is_favourable: one.is_counted && one.is_favourable })) });

const replaced = (list, index, one) => list.map((old, place) => (place === index ? one : old));
const without = (list, index) => list.filter((_, place) => place !== index);

function Answers({ answers, onChange }) {
  const change = (index, news) => onChange(replaced(answers, index, { ...answers[index], ...news }));
  return html`
    <ol class="rating-answers">${answers.map((one, index) => html`
      <li key=${index}>
        <input required maxlength="20" aria-label=${t('dashboard.rating.answer', { n: index + 1 })} value=${one.text} onInput=${(event) => change(index, { text: event.target.value })} />
        <label class="check"><input type="checkbox" checked=${one.is_counted} onChange=${(event) => change(index, { is_counted: event.target.checked })} /> ${t('dashboard.rating.is_counted')}</label>
        <label class="check"><input type="checkbox" checked=${one.is_counted && one.is_favourable} disabled=${!one.is_counted}
          onChange=${(event) => change(index, { is_favourable: event.target.checked })} /> ${t('dashboard.rating.is_favourable')}</label>
        ${answers.length > LEAST_ANSWERS && html`<button type="button" class="button-quiet" aria-label=${t('dashboard.rating.answer_drop', { n: index + 1 })} onClick=${() => onChange(without(answers, index))}>✕</button>`}
      </li>`)}</ol>
    ${answers.length < MOST_ANSWERS && html`<button type="button" class="button-quiet" onClick=${() => onChange([...answers, ownAnswer()])} data-testid="answer-add">${t('dashboard.rating.answer_add')}</button>`}`;
}

/** `set` null: answers of one's own. */
export function QuestionFields({ questions, onChange }) {
  const change = (index, news) => onChange(replaced(questions, index, { ...questions[index], ...news }));
  const choose = (index, set) => change(index, set === 'own' ? { set: null, answers: [ownAnswer(), ownAnswer()] } : { set, answers: null });
  return html`
    ${questions.map(({ set, text, answers }, index) => html`
      <fieldset key=${index} class="rating-question" data-testid="question">
        <legend>${t('dashboard.rating.question', { n: index + 1 })}</legend>
        <label>${t('dashboard.rating.question_text')}<input required maxlength="60" value=${text} onInput=${(event) => change(index, { text: event.target.value })} /></label>
        <label>${t('dashboard.rating.answers')}<select value=${set ?? 'own'} onChange=${(event) => choose(index, event.target.value)}>
          ${[...SETS, 'own'].map((name) => html`<option key=${name} value=${name} selected=${name === (set ?? 'own')}>${t(`dashboard.rating.answers.${name}`)}</option>`)}</select></label>
        ${answers && html`<${Answers} answers=${answers} onChange=${(now) => change(index, { answers: now })} />`}
        ${questions.length > 1 && html`<button type="button" class="button-quiet" onClick=${() => onChange(without(questions, index))} data-testid="question-drop">${t('dashboard.rating.question_drop')}</button>`}
      </fieldset>`)}
    ${questions.length < MOST && html`<button type="button" class="button" onClick=${() => onChange([...questions, { set: SETS[0], text: '', answers: null }])} data-testid="question-add">${t('dashboard.rating.question_add')}</button>`}`;
}
