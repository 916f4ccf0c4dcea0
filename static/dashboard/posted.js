// Who is posted below a division on other days than today.
import { useRef } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { addDays } from '../shared/dates.js';
import { useLoad } from '../shared/loading.js';

/** A date that somebody has finished typing. */
const isWhole = (day) => /^20\d\d-/.test(day);

/**
 * Who is posted on some day of a span: {cadres, busy, error, reload}; `cadres` is null until the first list has come.
 * A form goes on showing the last list while another is asked for.
 */
export function usePosted(division, from, to) {
  const asks = isWhole(from) && isWhole(to) && from <= to;
  const source = useLoad(() => (asks ? get('/cadres', { division: division.code, from, to }) : Promise.resolve(null)),
    [division.code, asks && from, asks && to]);
  const kept = useRef(null);
  if (source.data) kept.current = source.data.cadres;
  return { cadres: kept.current, busy: source.busy, error: source.error, reload: source.reload };
}

// How far back and ahead those are looked for who are not posted today.
const DAYS_BACK = 365;
const DAYS_AHEAD = 92;

/** Who is posted today or comes within three months: who may succeed somebody. */
export const comingSoon = ({ code, today }) => get('/cadres', { division: code, from: today, to: addDays(today, DAYS_AHEAD) });

/** Who is to come within three months, the first first, then who left within a year, the latest first. */
export async function othersOf({ code, today }) {
  const [gone, coming] = await Promise.all([
    get('/cadres', { division: code, from: addDays(today, -DAYS_BACK), to: addDays(today, -1) }),
    get('/cadres', { division: code, from: addDays(today, 1), to: addDays(today, DAYS_AHEAD) }),
  ]);
  const ended = gone.cadres.filter(({ posting }) => posting.to_on && posting.to_on < today)
    .sort((one, other) => other.posting.to_on.localeCompare(one.posting.to_on));
  const ahead = coming.cadres.filter(({ posting }) => posting.from_on > today)
    .sort((one, other) => one.posting.from_on.localeCompare(other.posting.from_on));
  return [...ahead, ...ended];
}
