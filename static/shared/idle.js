// A desk that is left alone is logged out: says in time that it will be, and tells the server while somebody is there.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { remove, request, toLogin } from './api.js';
import { t } from './i18n.js';
import { setUserOnDevice, userOnDevice } from './session.js';

const MINUTE = 60000;
/** The server is told at most so often; what is only read leaves it no other trace. */
const TELL_EVERY = 4 * MINUTE;
const TRY_AGAIN = 10000;
const WARN_BEFORE = MINUTE;
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'];
/** When the server was last told, shared by the tabs of a browser: who works in one of them has not left the desk. */
const KEY = 'zhucun.told';

function toldByATab() {
  try {
    return Number(localStorage.getItem(KEY)) || 0;
  } catch {
    return 0;
  }
}

function noteTold(at) {
  try {
    localStorage.setItem(KEY, String(at));
  } catch {
    // Without storage each tab watches for itself.
  }
}

async function leave(me) {
  // Somebody else may have logged in meanwhile, in another tab: that log-in is not this desk's to end.
  const isMine = [null, String(me.id)].includes(userOnDevice());
  if (isMine) {
    setUserOnDevice(null);
    await remove('/sessions/current').catch(() => null);
  }
  toLogin('idle', me.id);
}

/**
 * Watches in the background; on the screen only in the last minute. Page and server count from the same moment, the last
 * time that the server was told; what is done afterwards is told in its turn, long before the minutes are over.
 */
export function Idle({ me }) {
  const [left, setLeft] = useState(null);
  const watch = useRef({ sign: 0, told: 0, tried: 0, idleMs: null, busy: false, leaving: false });
  const box = useRef(null);

  const tell = async () => {
    const state = watch.current;
    const at = Date.now();
    if (state.busy) return;
    Object.assign(state, { busy: true, tried: at });
    try {
      const { data } = await request('PUT', '/sessions/current');
      // A phone's log-in does not end by being left alone, and answers null.
      Object.assign(state, { told: at, idleMs: data.idle_minutes === null ? null : data.idle_minutes * MINUTE });
      noteTold(at);
      setLeft(null);
    } catch (error) {
      if (error.status === 401 && !state.leaving) toLogin('ended', me.id);
    } finally {
      state.busy = false;
    }
  };
  const isTimeToTell = (now) => {
    const { told, tried, idleMs } = watch.current;
    return now - told >= Math.min(TELL_EVERY, (idleMs ?? Infinity) / 4) && now - tried >= TRY_AGAIN;
  };
  const here = () => {
    const now = Date.now();
    watch.current.sign = now;
    if (isTimeToTell(now)) tell();
  };
  useEffect(() => {
    here();
    SIGNS.forEach((sign) => addEventListener(sign, here, { passive: true }));
    const timer = setInterval(() => {
      const state = watch.current;
      if (state.idleMs === null) return;
      const now = Date.now();
      state.told = Math.max(state.told, toldByATab());
      if (state.sign > state.told && isTimeToTell(now)) tell();
      const rest = state.told + state.idleMs - now;
      if (rest <= 0) {
        clearInterval(timer);
        state.leaving = true;
        leave(me);
      } else {
        setLeft(rest <= WARN_BEFORE ? Math.ceil(rest / 1000) : null);
      }
    }, 1000);
    return () => {
      SIGNS.forEach((sign) => removeEventListener(sign, here));
      clearInterval(timer);
    };
  }, []);
  useEffect(() => {
    if (left !== null && !box.current?.open) box.current?.showModal();
  }, [left]);
  if (left === null) return null;
  return html`
    <dialog ref=${box} class="dialog" aria-labelledby="idle-title" data-testid="idle">
      <h2 id="idle-title">${t('idle.title')}</h2>
      <p role="timer">${t('idle.text', { seconds: left })}</p>
      <div class="buttons">
        <button type="button" class="button button-main" onClick=${here} data-testid="idle-stay">${t('idle.stay')}</button>
      </div>
    </dialog>`;
}
