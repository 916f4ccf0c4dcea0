// Opens the phone page: the words, the phone's store, the user, and only then anything on the screen.
import { html, render } from '/vendor/htm-preact.js';
import { get, toLogin } from '/static/shared/api.js';
import { chosenLanguage, loadLanguage, t } from '/static/shared/i18n.js';
import { locate } from '/static/shared/locate.js';
import { Outbox } from '/static/shared/outbox.js';
import { Sender } from '/static/shared/sender.js';
import { setUserOnDevice, userOnDevice } from '/static/shared/session.js';
import { openStore } from '/static/shared/store.js';
import { App } from './app.js';
import { keepPage } from './offline.js';

const page = document.getElementById('page');

function say(text, retry) {
  const button = document.createElement('button');
  Object.assign(button, { className: 'weui-btn weui-btn_primary', textContent: retry });
  button.addEventListener('click', () => location.reload());
  const words = Object.assign(document.createElement('p'), { textContent: text });
  const block = Object.assign(document.createElement('div'), { className: 'opening' });
  block.append(words, button);
  page.replaceChildren(block);
}

/** The user as this phone knows him or her, else the server's word; null when neither is to be had. */
async function whoIsHere(store, fresh) {
  const known = userOnDevice();
  const kept = known && (await store.kept(known, 'me').catch(() => null));
  return kept?.value ?? fresh.catch((error) => {
    if (error.status === 401) toLogin();
    else say(error.message, t('phone.again'));
    return null;
  });
}

/** Somebody else may have come in since: then everything starts again as that user. */
async function check(fresh, me) {
  const now = await fresh;
  setUserOnDevice(now.id);
  if (String(now.id) !== String(me.id)) location.reload();
}

async function open() {
  const fresh = get('/me');
  // Looked at again below; without this a fast refusal would count as an unheard error.
  fresh.catch(() => null);
  const [store] = await Promise.all([openStore(), loadLanguage()]);
  const me = await whoIsHere(store, fresh);
  if (!me) return;
  if (!chosenLanguage() && me.language !== 'zh') await loadLanguage(me.language);
  document.title = t('phone.title');
  const outbox = new Outbox({ store, userId: String(me.id), locate });
  await outbox.reload();
  await outbox.prune();
  const sender = new Sender(outbox);
  page.replaceChildren();
  render(html`<${App} first=${me} fresh=${fresh} store=${store} outbox=${outbox} sender=${sender} />`, page);
  check(fresh, me).catch(() => null).finally(() => sender.start());
  keepPage().catch(() => null);
}

open().catch((error) => {
  console.error(error);
  say('打不开，请检查网络后再试。Cannot open; please check the network and try again.', '再试 Again');
});
