// Opens the phone page: the words, the phone's store, the user, and only then anything on the screen.
// It imports little by itself, so that on a thin line the first questions travel while the views are still coming.
import { get, toLogin } from '/static/shared/api.js';
import { chosenLanguage, loadLanguage, t } from '/static/shared/i18n.js';
import { setUserOnDevice, userOnDevice } from '/static/shared/session.js';
import { openStore } from '/static/shared/store.js';

/** The page's place; this module may run before the document has been read to its end. */
async function place() {
  if (document.readyState === 'loading') {
    await new Promise((resolve) => { document.addEventListener('DOMContentLoaded', resolve); });
  }
  return document.getElementById('page');
}

async function say(text, retry) {
  const button = document.createElement('button');
  Object.assign(button, { className: 'weui-btn weui-btn_primary', textContent: retry });
  button.addEventListener('click', () => location.reload());
  const words = Object.assign(document.createElement('p'), { textContent: text });
  const block = Object.assign(document.createElement('div'), { className: 'opening' });
  block.append(words, button);
  (await place()).replaceChildren(block);
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
  const views = import('./app.js');
  // A module that fails is reported where it is awaited.
  views.catch(() => null);
  const [store] = await Promise.all([openStore(), loadLanguage()]);
  const me = await whoIsHere(store, fresh);
  if (!me) return;
  if (!chosenLanguage() && me.language !== 'zh') await loadLanguage(me.language);
  document.title = t('phone.title');
  const { start } = await views;
  await start({ page: await place(), store, me, fresh, checked: check(fresh, me).catch(() => null) });
}

open().catch((error) => {
  console.error(error);
  say('打不开，请检查网络后再试。Cannot open; please check the network and try again.', '再试 Again');
});
