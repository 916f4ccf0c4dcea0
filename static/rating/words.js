// The words of the villager's page. The Chinese ones come inside the page; the choice of a language is kept nowhere.

const dictionaries = { zh: JSON.parse(document.getElementById('page').dataset.words) };
/** The sets of usual questions, which the dictionary knows in both languages; a county's own are said as they are. */
const USUAL = ['satisfaction', 'visited', 'handled'];
let current = 'zh';

/** The language the page speaks now: 'zh' or 'en'. */
export const language = () => current;

/** The telephone for everything that does not work here, "" where nobody has named one. */
export const hotline = document.documentElement.dataset.hotline;

/** Speak the other language from now on. Throws when its words cannot be had. */
export async function speak(wanted) {
  if (!dictionaries[wanted]) {
    const answer = await fetch(`/words/rating.${wanted}.json`, { credentials: 'omit', referrerPolicy: 'no-referrer' });
    if (!answer.ok) throw new Error(`no dictionary: ${answer.status}`);
    dictionaries[wanted] = await answer.json();
  }
  current = wanted;
  document.documentElement.lang = wanted === 'zh' ? 'zh-CN' : 'en';
  document.title = t('rating.title');
}

/** The text of a key, with {name} replaced by params.name. An unknown key shows itself, so that a gap is seen. */
export function t(key, params = {}) {
  const text = dictionaries[current][key] || key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

/** "3" or "3、5": numbers in a row, as this language puts them. */
export const inRow = (numbers) => numbers.join(current === 'zh' ? '、' : ', ');

/** A question about a subject in the language spoken, where it is a usual one. */
export function questionText({ text }, subject) {
  const name = USUAL.find((one) => dictionaries.zh[`rating.question.${subject}.${one}`] === text);
  return name ? t(`rating.question.${subject}.${name}`) : text;
}

/** An answer in the language spoken, where it is a usual one. */
export function answerText({ key, text }) {
  return dictionaries.zh[`rating.answer.${key}`] === text ? t(`rating.answer.${key}`) : text;
}
