// Days as "2026-11-22" and months as "2026-11", on the Shanghai calendar. Pure: the clock is an argument.

// Shanghai has kept UTC+8 without summer time since 1991, and no record is older than 2000.
const SHANGHAI_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

const toMs = (day) => Date.parse(`${day}T00:00:00Z`);
const fromMs = (ms) => new Date(ms).toISOString().slice(0, 10);

/** The Shanghai date of an instant, given in milliseconds or as RFC 3339. */
export const dayOf = (instant) => fromMs(new Date(instant).getTime() + SHANGHAI_MS);

/** "8:42": the Shanghai time of day of an instant. */
export function clockOf(instant) {
  const shifted = new Date(new Date(instant).getTime() + SHANGHAI_MS);
  return `${shifted.getUTCHours()}:${String(shifted.getUTCMinutes()).padStart(2, '0')}`;
}

export const addDays = (day, count) => fromMs(toMs(day) + count * DAY_MS);

/** 1 for Monday to 7 for Sunday. */
const weekdayOf = (day) => new Date(toMs(day)).getUTCDay() || 7;

export const mondayOf = (day) => addDays(day, 1 - weekdayOf(day));

export const monthOf = (day) => day.slice(0, 7);

/** A week belongs to the month of its Thursday. */
export const monthOfWeek = (day) => monthOf(addDays(mondayOf(day), 3));

export function addMonths(month, count) {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

export const firstOf = (month) => `${month}-01`;

export const lastOf = (month) => addDays(firstOf(addMonths(month, 1)), -1);

/** Every day from one to the other, both included. */
function daysBetween(from, to) {
  const days = [];
  for (let ms = toMs(from); ms <= toMs(to); ms += DAY_MS) days.push(fromMs(ms));
  return days;
}

/** The month's whole weeks, Monday first, as the calendar shows them. */
export const weeksShown = (month) => daysBetween(mondayOf(firstOf(month)), addDays(mondayOf(lastOf(month)), 6));

const formatter = (locale, options) => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
const monthAndDay = (locale) =>
  formatter(locale, { month: locale.startsWith('zh') ? 'long' : 'short', day: 'numeric' });

/** "11月22日" or "22 Nov". */
export const shortDay = (day, locale) => monthAndDay(locale).format(toMs(day));

/** "11月2日至8日" or "2–8 Nov"; one day alone stays one day. */
export function dayRange(from, to, locale) {
  if (from === to) return shortDay(from, locale);
  // In Chinese the browser's own range would be 11/2 – 11/8.
  if (!locale.startsWith('zh')) return monthAndDay(locale).formatRange(toMs(from), toMs(to));
  const end = shortDay(to, locale);
  return `${shortDay(from, locale)}至${monthOf(from) === monthOf(to) ? end.replace(/^.*月/, '') : end}`;
}

/** "2026年6月1日" or "1 June 2026". */
export const dayName = (day, locale) => formatter(locale, { dateStyle: 'long' }).format(toMs(day));

/** "2026年11月" or "November 2026". */
export const monthName = (month, locale) =>
  formatter(locale, { year: 'numeric', month: 'long' }).format(toMs(firstOf(month)));
