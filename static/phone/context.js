// What every view of the phone page may ask for, and how it gets answers that outlast the network.
import { createContext, useCallback, useContext, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { weeksShown } from '/static/shared/dates.js';

export const PhoneContext = createContext(null);

/** {me, userId, today, store, outbox, sender, records, photos, sending, route, signOut, speak, setMe, onUnauthorised}. */
export const usePhone = () => useContext(PhoneContext);

const UNKNOWN = { value: null, at: null, fresh: false, problem: null };

/**
 * The last answer at once, the fresh one when it comes: {value, at, fresh, problem, reload}.
 * `name` is the answer's name in the phone's store; null asks for nothing.
 */
function useKept(name, load) {
  const { store, userId, onUnauthorised } = usePhone();
  const [state, setState] = useState({ ...UNKNOWN, name });
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (!name) return undefined;
    let current = true;
    const show = (change) => current && setState((before) => (
      { ...(before.name === name ? before : UNKNOWN), name, ...change }));
    show({ fresh: false, problem: null });
    store.kept(userId, name).catch(() => null).then((kept) => {
      // The fresh answer may have overtaken the store.
      if (kept) setState((before) => (!current || (before.name === name && before.fresh) ? before
        : { ...before, name, value: kept.value, at: kept.at }));
    });
    load().then(
      (value) => {
        show({ value, at: Date.now(), fresh: true, problem: null });
        store.keep(userId, name, value).catch(() => null);
      },
      (error) => {
        if (error.status === 401) onUnauthorised();
        show({ problem: error });
      },
    );
    return () => { current = false; };
  }, [name, round, userId]);

  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { ...(state.name === name ? state : UNKNOWN), name, reload };
}

/** Reload when the page comes back to the front, the network returns, or the server has just taken or refused a record. */
function useFreshness(reload) {
  const { records } = usePhone();
  // Names, not a count: a record that is discarded while another arrives must not hide it.
  const answered = records.filter(({ state }) => state !== 'saved').map(({ id, state }) => `${id} ${state}`).join();
  const seen = useRef(answered);
  useEffect(() => {
    if (answered === seen.current) return undefined;
    seen.current = answered;
    // A whole outbox arrives record by record; one look afterwards is enough.
    const timer = setTimeout(reload, 300);
    return () => clearTimeout(timer);
  }, [answered, reload]);
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && reload();
    document.addEventListener('visibilitychange', look);
    addEventListener('online', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      removeEventListener('online', look);
    };
  }, [reload]);
}

/** The answer of `load` under a name of the phone's store, kept fresh: for what has no question of its own here. */
export function useAnswer(name, load) {
  const kept = useKept(name, load);
  useFreshness(kept.reload);
  return kept;
}

/** The own days and figures of one month, with the whole weeks that touch it: {days, rates}. */
export function useMonth(month) {
  const { me } = usePhone();
  const kept = useKept(`month/${month}`, async () => {
    const shown = weeksShown(month);
    const [days, rates] = await Promise.all([
      get('/stationed-days', { cadre_id: me.cadre.id, from: shown[0], to: shown.at(-1) }),
      get('/on-post-rates', { month, division: me.county?.code, level: 'cadre', cadre_id: me.cadre.id }),
    ]);
    return { days: days.days, rates };
  });
  useFreshness(kept.reload);
  return kept;
}

/** The own leave, newest first; errands are leave of a kind. */
export function useLeaves() {
  const { me } = usePhone();
  return useAnswer('leaves', async () => (await get('/leaves', { cadre_id: me.cadre.id })).leaves);
}

/** The month sheets of the villages where the own rows of a month stand. */
export function useSheets(month) {
  const kept = useKept(`sheets/${month}`, async () => {
    const sheet = await get('/month-sheets', { month });
    const others = sheet.villages.filter(({ code }) => code !== sheet.village.code);
    return [...await Promise.all(others.map(({ code }) => get('/month-sheets', { month, village: code }))), sheet];
  });
  useFreshness(kept.reload);
  return kept;
}

/** The row of the posting that runs, else the last one of the month; null without any. */
export function ownRow(rates, me) {
  const rows = rates?.rows ?? [];
  return rows.find(({ posting_id: id }) => id === me.cadre.posting?.id) ?? rows.at(-1) ?? null;
}

/** "#day/2026-11-22" as ['day', '2026-11-22']; the first part is 'today' when there is none. */
export function useRoute() {
  const read = () => location.hash.slice(1).split('/');
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const look = () => {
      setRoute(read());
      scrollTo(0, 0);
    };
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return [route[0] || 'today', ...route.slice(1)];
}
