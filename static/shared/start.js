// Opens a desk's page: the words, then who is looking, then the page itself.
import { html, render } from '/vendor/htm-preact.js';
import { get, toLogin } from './api.js';
import { ClosingNotice } from './closing.js';
import { FirstNotice } from './first-notice.js';
import { chosenLanguage, loadLanguage } from './i18n.js';
import { Idle } from './idle.js';
import { userOnDevice } from './session.js';
import { keepTyped, Typed } from './typed.js';

async function open(App) {
  const page = document.getElementById('page');
  await loadLanguage();
  let me;
  try {
    me = await get('/me');
  } catch (error) {
    if (error.status === 401) {
      // Who never logged out here was logged out.
      toLogin(userOnDevice() ? 'ended' : undefined);
      return;
    }
    throw error;
  }
  if (!chosenLanguage() && me.language !== 'zh') await loadLanguage(me.language);
  page.textContent = '';
  keepTyped(me.id);
  render(html`
    <${ClosingNotice} day=${me.closes_on} today=${me.today} /><${FirstNotice} me=${me} />
    <${App} me=${me} /><${Typed} userId=${me.id} /><${Idle} me=${me} />`, page);
}

/** Put `App` on the screen for the user who is logged in, with the watch over a desk that is left alone. */
export function startDesk(App) {
  open(App).catch(() => {
    // Without a dictionary there are no words to choose from; the document carries this one sentence in both languages.
    document.getElementById('opening').hidden = true;
    document.getElementById('unreachable').hidden = false;
  });
}
