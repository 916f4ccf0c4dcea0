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
