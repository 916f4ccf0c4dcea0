// The words on the pages: of the one dictionary per language, the part that the page says it needs.

export const LANGUAGES = { zh: '中文', en: 'English' };

const STORAGE_KEY = 'zhucun.language';
let dictionary = {};
let current = 'zh';
/** The pages whose words are spoken here: the document's own, and those that were added later. */
const pages = [document.documentElement.dataset.words];

/** The language chosen on this device, or null when nobody has chosen yet. */
export function chosenLanguage() {
  try {
    const value = localStorage.getItem(STORAGE_KEY);
    return value in LANGUAGES ? value : null;
  } catch {
    // A browser that forbids storage still gets its page, in Chinese.
    return null;
  }
}

/** The language the page speaks now: 'zh' or 'en'. */
export const language = () => current;

/** The tag for Intl and the lang attribute. */
export const locale = () => (current === 'zh' ? 'zh-CN' : 'en-GB');

const pathOf = (page, wanted) => `/words/${page}.${wanted}.json`;

/** Where the words lie that are spoken now. The document names its part of the dictionary. */
export const dictionaryPaths = () => pages.map((page) => pathOf(page, current));

/**
 * A page that is sent ahead with its Chinese words cannot know that another language is spoken here; browsers complain
 * of what was sent ahead and never asked for. Asking takes it from where it lies and sends nothing.
 */
function takeUnspoken(wanted) {
  const ahead = document.querySelector('link[rel="preload"][as="fetch"]')?.getAttribute('href');
  if (ahead && ahead !== pathOf(pages[0], wanted)) fetch(ahead).catch(() => null);
}

async function wordsOf(page, wanted) {
  const answer = await fetch(pathOf(page, wanted));
  if (!answer.ok) throw new Error(`no dictionary: ${answer.status}`);
  return answer.json();
}

/** Speak the words of one more page, from now on and in every language. Throws when they cannot be had. */
export async function addWords(page) {
  if (pages.includes(page)) return;
  const spoken = current;
  const words = await wordsOf(page, spoken);
  // Asked for twice at once, or another language chosen meanwhile.
  if (spoken !== current) await addWords(page);
  else if (!pages.includes(page)) {
    pages.push(page);
    dictionary = { ...dictionary, ...words };
  }
}

/** Fetch the dictionary and mark the document; call once before the first render. Throws when it cannot be had. */
export async function loadLanguage(wanted = chosenLanguage() ?? 'zh') {
  const asked = Promise.all(pages.map((page) => wordsOf(page, wanted)));
  takeUnspoken(wanted);
  dictionary = Object.assign({}, ...await asked);
  current = wanted;
  document.documentElement.lang = locale();
}

/** Speak another language from now on, on this device. The caller renders anew. */
export async function chooseLanguage(wanted) {
  await loadLanguage(wanted);
  try {
    localStorage.setItem(STORAGE_KEY, wanted);
  } catch {
    // The choice then lasts as long as the page, which is better than an error.
  }
}

/** The text of a key, with {name} replaced by params.name. An unknown key shows itself, so that a gap is seen. */
export function t(key, params = {}) {
  const text = dictionary[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

/** Words one after the other: "甲、乙" or "A, B". */
export const listed = (words) => words.join(current === 'zh' ? '、' : ', ');

/** Whether the dictionary has the key: for words that differ only where the difference matters. */
export const has = (key) => key in dictionary;
