// What the server sends on to this phone, for the views: there without a network, and drawn anew when it changes.
import { useEffect, useState } from '/vendor/htm-preact.js';
import { FED } from '/static/shared/store.js';
import { usePhone } from './context.js';

function useFed(read, first, deps) {
  const [value, setValue] = useState(first);
  useEffect(() => {
    let current = true;
    const look = () => read().then((now) => current && setValue(now), () => null);
    look();
    addEventListener(FED, look);
    return () => {
      current = false;
      removeEventListener(FED, look);
    };
  }, deps);
  return value;
}

/** What the first view asks for is asked again after a minute at the earliest. */
const FRESH_MS = 60 * 1000;
const asked = new Set();

/**
 * For the first view: the answer under a name of the phone's store, at once, or null while there is none. An older one
 * is asked for anew meanwhile, and FED tells when it has come: a line that hangs holds nothing up.
 */
export async function lately({ store, userId }, name, load) {
  const kept = await store.kept(userId, name);
  const key = `${userId}/${name}`;
  if (!asked.has(key) && !(kept && Date.now() - kept.at < FRESH_MS)) {
    asked.add(key);
    load().then((value) => store.keep(userId, name, value))
      .then(() => dispatchEvent(new Event(FED)), () => null)
      .then(() => asked.delete(key));
  }
  return kept?.value ?? null;
}

/** The records of a kind (household, round, diary_entry, concern) as the server last sent them; null until read. */
export function useRows(kind) {
  const { store, userId } = usePhone();
  return useFed(() => store.rows(userId, kind), null, [userId, kind]);
}

/** What else the server says (conflicts, reports, companionships, villages, emergency duties): null until it has said something. */
export function useSaid(name) {
  const { store, userId } = usePhone();
  return useFed(async () => (await store.kept(userId, `feed/${name}`))?.value ?? null, null, [userId, name]);
}
