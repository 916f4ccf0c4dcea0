// Where the QR code of a printed notice leads: on to the page on which this user works with it, after a log-in.
import { get, toLogin } from '/static/shared/api.js';
import { loadLanguage, t } from '/static/shared/i18n.js';
import { setUserOnDevice } from '/static/shared/session.js';

/** The page of a user for a notice: cadres have it on the phone, committees on theirs, those above at the desk. */
function pageOf(me, notice) {
  const { code } = notice.village;
  const posting = me.cadre?.posting;
  const roles = new Set(me.grants.map(({ role }) => role));
  if (posting && [posting.village, ...posting.further_villages].some((one) => one.code === code)) return `/phone/#notices/${notice.id}`;
  if (roles.has('supervisor')) return `/dashboard/?view=notices&notice=${notice.id}`;
  return roles.has('village') ? `/village/#notices/${notice.id}` : `/phone/#notices/${notice.id}`;
}

function say(text, home) {
  const words = Object.assign(document.createElement('p'), { className: 'opening', textContent: text });
  const link = Object.assign(document.createElement('a'), { href: home, textContent: t('opening.home') });
  const way = Object.assign(document.createElement('p'), { className: 'opening' });
  way.append(link);
  document.getElementById('page').replaceChildren(words, way);
}

async function open() {
  await loadLanguage();
  const id = location.pathname.split('/').at(-1);
  let home = '/';
  try {
    const me = await get('/me');
    setUserOnDevice(me.id);
    home = me.home;
    location.replace(pageOf(me, await get(`/supervision-notices/${id}`)));
  } catch (error) {
    if (error.status === 401) toLogin();
    else say(error.status === 404 || error.status === 403 ? t('opening.notice_not_yours') : error.message, home);
  }
}

open();
