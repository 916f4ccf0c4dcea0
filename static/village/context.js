// What every view of the village's page may ask for: who is looking, which village, which address.
import { createContext, useContext, useEffect, useState } from '/vendor/htm-preact.js';

export const VillageContext = createContext(null);

/** {me, village, villages, choose, isOwn}. */
export const useVillage = () => useContext(VillageContext);

/** The villages that a user speaks for today, each once, in the order of their codes. */
export function villagesOf(me) {
  const held = me.grants.filter((grant) => grant.role === 'village' && grant.division.level === 'village'
    && grant.from_on <= me.today && (!grant.to_on || grant.to_on >= me.today));
  const once = new Map(held.map((grant) => [grant.division.code, grant.division]));
  return [...once.values()].sort((one, other) => one.code.localeCompare(other.code));
}

/** A part of the address in its own signs; a broken one, as a link cut off in a message has it, stays as it is. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const readRoute = () => location.hash.slice(1).split('/').map(decoded);

/** "#month/2026-11" as ['month', '2026-11']; the first part is 'waiting' when there is none. */
export function useRoute() {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const look = () => {
      setRoute(readRoute());
      scrollTo(0, 0);
    };
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return [route[0] || 'waiting', ...route.slice(1)];
}
