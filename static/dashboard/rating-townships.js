// The names of a county's townships by the beginning of their villages' codes, where villages of several stand in one table.
import { get } from '../shared/api.js';
import { useLoad } from '../shared/loading.js';

const PREFIX = 9;

/** Answers a function: the township's name of a village, or null where all villages are of one. */
export function useTownships(division) {
  const source = useLoad(() => (division.level === 'county' ? get('/divisions', { parent: division.code }) : Promise.resolve({ divisions: [] })), [division.code]);
  const names = new Map(source.data?.divisions.map(({ code, name }) => [code.slice(0, PREFIX), name]));
  return ({ code }) => names.get(code.slice(0, PREFIX)) ?? null;
}
