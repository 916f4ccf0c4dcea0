// Households as the phone keeps them: in which order to go there, who is found by a few letters. Pure.
import { addDays, mondayOf } from '/static/shared/dates.js';

/** Whom to go to first of those not seen equally long, by the labels' keys. */
const NEEDY = new Set(['needy', 'monitored', 'minimum_living', 'destitute', 'elderly_alone']);
const WEEK_MS = 7 * 24 * 3600 * 1000;
const QUARTER_PERCENT = 25;

/** The first day of the quarter of a day. */
export function quarterOf(day) {
  const month = Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 1;
  return `${day.slice(0, 4)}-${String(month).padStart(2, '0')}-01`;
}

const nextQuarter = (day) => quarterOf(addDays(quarterOf(day), 100));

const isNeedy = ({ labels }) => labels.some((label) => NEEDY.has(label));

/** Whether a household is registered as living away on a day. */
export const isAway = ({ absences }, day) => absences.some(({ from_on: from, to_on: to }) => from <= day && (!to || day <= to));

/** The rounds that this phone has not yet heard of from the server, with what was taken back since. */
export function roundsHere(records, rows) {
  const known = new Set((rows ?? []).map(({ id }) => id));
  return records.filter(({ kind, id }) => kind === 'round' && !known.has(id));
}

const bodyOf = ({ body, open_body: open }) => body ?? open;

/** The visits that were taken back on this phone. */
export const takenBack = (records) => new Map(records.filter(({ kind }) => kind === 'visit_annulment')
  .map(({ body }) => [body.visit_id, body.reason]));

/**
 * The households, each with the day of its last visit as it stands with what lies on this phone; in the order in which to
 * go there: the longest unvisited first, among equals the needy.
 */
export function inOrder(households, rounds) {
  const days = new Map();
  for (const record of rounds) {
    for (const { household_id: id, manner } of bodyOf(record).visits) {
      if (manner === 'in_person' && !(days.get(id) > record.day)) days.set(id, record.day);
    }
  }
  const number = ({ number: text }) => text.padStart(20, '0');
  return households
    .map((one) => ({ ...one, last: [one.last_visited_on, days.get(one.id)].filter(Boolean).sort().at(-1) ?? null }))
    .sort((a, b) => (a.last ?? '').localeCompare(b.last ?? '') || isNeedy(b) - isNeedy(a)
      || a.village_code.localeCompare(b.village_code) || number(a).localeCompare(number(b)));
}

/** Whether a household is meant by what was typed: first letters of the name, a part of it, or the number. */
export function isMeant({ initials, householder, number }, typed) {
  const text = typed.trim();
  return !text || initials.startsWith(text.toLowerCase()) || householder.includes(text) || number === text;
}

/** The villagers' groups as they are chosen from: [{key, village_code, name, households}], in the order of their names. */
export function groupsOf(households) {
  const groups = new Map();
  for (const { village_code: code, villagers_group: name } of households) {
    const key = `${code}/${name}`;
    groups.set(key, { key, village_code: code, name, households: (groups.get(key)?.households ?? 0) + 1 });
  }
  const digits = '一二三四五六七八九十';
  const rank = ({ name }) => [...name].map((one) => (digits.includes(one) ? String.fromCharCode(65 + digits.indexOf(one)) : one)).join('');
  return [...groups.values()].sort((a, b) => a.village_code.localeCompare(b.village_code)
    || rank(a).localeCompare(rank(b), undefined, { numeric: true }));
}

/** How the quarter stands: {visited, households, missing, thisWeek}: what is missing, in even parts over its weeks. */
export function quarterStands(ordered, today, percent = QUARTER_PERCENT) {
  const first = quarterOf(today);
  const visited = ordered.filter(({ last }) => last && last >= first).length;
  const missing = Math.max(Math.ceil((ordered.length * percent) / 100) - visited, 0);
  const weeks = Math.max(Math.ceil((Date.parse(nextQuarter(today)) - Date.parse(mondayOf(today))) / WEEK_MS), 1);
  return { visited, households: ordered.length, missing, thisWeek: Math.ceil(missing / weeks) };
}
