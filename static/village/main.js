// Start of the village committee's page: the words, then who is looking, then the page itself.
import { html, render } from '/vendor/htm-preact.js';
import { get, toLogin } from '../shared/api.js';
import { chosenLanguage, loadLanguage } from '../shared/i18n.js';
import { App } from './app.js';

const page = document.getElementById('page');

async function start() {
  const asked = get('/me');
  // Looked at again below; without this a fast refusal would count as an unheard error.
  asked.catch(() => null);
  await loadLanguage();
  let me;
  try {
    me = await asked;
  } catch (error) {
    if (error.status === 401) {
      toLogin();
      return;
    }
    throw error;
  }
  if (!chosenLanguage() && me.language !== 'zh') await loadLanguage(me.language);
  page.textContent = '';
  render(html`<${App} me=${me} />`, page);
}

start().catch(() => {
  // Without a dictionary there are no words to choose from; the document carries this one sentence in both languages.
  document.getElementById('opening').hidden = true;
  document.getElementById('unreachable').hidden = false;
});
