// Days, weeks and instants as this page words them, in the language that is chosen.
import { addDays, clockOf, dayName, dayOf, dayRange, monthName, shortDay, weeksShown } from '../shared/dates.js';
import { language, locale, t } from '../shared/i18n.js';

/** "11月22日" or "22 Nov"; with its year where that is not this one. */
export const dayText = (day) => (day.slice(0, 4) === dayOf(Date.now()).slice(0, 4) ? shortDay : dayName)(day, locale());

/** 2026年11月17日, 17 November 2026 */
export const fullDay = (day) => dayName(day, locale());

/** 2026年11月, November 2026 */
export const monthText = (month) => monthName(month, locale());

/** 11月, Nov */
export const shortMonth = (month) => new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', month: 'short' }).format(new Date(`${month}-01`));

/** 11月2日至8日, 2–8 Nov */
export const spanText = (from, to) => dayRange(from, to, locale());

/** 2026年11月2日至2026年11月29日 */
export const fullSpan = (from, to) => t('dashboard.date.span', { from: fullDay(from), to: fullDay(to) });

const weeks = new Map();

/** The week that begins on a Monday. A table says it in every row, so it is worded once. */
export function weekText(monday) {
  const key = `${language()} ${monday}`;
  if (!weeks.has(key)) weeks.set(key, spanText(monday, addDays(monday, 6)));
  return weeks.get(key);
}

const weekdayName = (day, width) => new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', weekday: width }).format(new Date(day));

/** Names of the days, Monday first: 一 二 三 (narrow), 星期一 (long). */
export const weekdayNames = (width) => Array.from({ length: 7 }, (_, index) => weekdayName(addDays('2026-01-05', index), width));

/** 11月17日 周二, Tue 17 Nov */
export function dayWithWeekday(day) {
  const parts = [dayText(day), weekdayName(day, 'short')];
  return (language() === 'zh' ? parts : parts.reverse()).join(' ');
}

/** 8:42, as the clock in the village showed it. */
export const timeText = clockOf;

/** 11月17日 8:42 */
export const instantText = (instant) => `${dayText(dayOf(instant))} ${clockOf(instant)}`;

/** 2026年11月17日 8:42, where the year is not plain. */
export const fullInstant = (instant) => `${fullDay(dayOf(instant))} ${clockOf(instant)}`;

/** The month's weeks, each a list of seven days from Monday. */
export function weeksAround(month) {
  const days = weeksShown(month);
  return Array.from({ length: days.length / 7 }, (_, index) => days.slice(index * 7, index * 7 + 7));
}
