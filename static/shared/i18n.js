// The words on the pages: of the one dictionary per language, the part that the page says it needs.

export const LANGUAGES = { zh: '中文', en: 'English' };

const STORAGE_KEY = 'zhucun.language';
let dictionary = {};
let current = 'zh';

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

/** Where the page's words of a language lie. The document names its part of the dictionary. */
export const dictionaryPath = (wanted = current) => `/words/${document.documentElement.dataset.words}.${wanted}.json`;

/**
 * A page that is sent ahead with its Chinese words cannot know that another language is spoken here; browsers complain
 * of what was sent ahead and never asked for. Asking takes it from where it lies and sends nothing.
 */
function takeUnspoken(wanted) {
  const ahead = document.querySelector('link[rel="preload"][as="fetch"]')?.getAttribute('href');
  if (ahead && ahead !== dictionaryPath(wanted)) fetch(ahead).catch(() => null);
}

/** Fetch the dictionary and mark the document; call once before the first render. Throws when it cannot be had. */
export async function loadLanguage(wanted = chosenLanguage() ?? 'zh') {
  const answer = await fetch(dictionaryPath(wanted));
  takeUnspoken(wanted);
  if (!answer.ok) throw new Error(`no dictionary: ${answer.status}`);
  dictionary = await answer.json();
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

/** Whether the dictionary has the key: for words that differ only where the difference matters. */
export const has = (key) => key in dictionary;
