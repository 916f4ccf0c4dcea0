// Dates are 'YYYY-MM-DD' strings of Asia/Shanghai, months 'YYYY-MM'; arithmetic in UTC so that no time zone interferes.
import { language, locale, t } from '../shared/i18n.js';

const DAY_MS = 86400000;
const noon = (day) => new Date(`${day}T12:00:00Z`);
const iso = (date) => date.toISOString().slice(0, 10);

/** The day `count` days after (before when negative). */
export const addDays = (day, count) => iso(new Date(noon(day).getTime() + count * DAY_MS));

/** The month `count` months after. */
export function addMonths(month, count) {
  const [year, number] = month.split('-').map(Number);
  return iso(new Date(Date.UTC(year, number - 1 + count, 1, 12))).slice(0, 7);
}

/** The month a day lies in. */
export const monthOf = (day) => day.slice(0, 7);

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day) => noon(day).getUTCDay() || 7;

/** The Monday of the week a day lies in. */
export const mondayOf = (day) => addDays(day, 1 - weekdayOf(day));

/** First and last day of a month. */
export const monthSpan = (month) => ({ first: `${month}-01`, last: addDays(`${addMonths(month, 1)}-01`, -1) });

/** Whole weeks, Monday to Sunday, that touch a month: a list of lists of seven days. */
export function weeksAround(month) {
  const { first, last } = monthSpan(month);
  const weeks = [];
  for (let monday = mondayOf(first); monday <= last; monday = addDays(monday, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, index) => addDays(monday, index)));
  }
  return weeks;
}

const formats = new Map();

function format(date, options) {
  const name = locale() + JSON.stringify(options);
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(locale(), options));
  return formats.get(name).format(date);
}

const IN_UTC = { timeZone: 'UTC' };

/** 11月17日, 17 Nov */
export const dayText = (day) => format(noon(day), { ...IN_UTC, month: language() === 'zh' ? 'long' : 'short', day: 'numeric' });

/** 11月17日 周二, Tue 17 Nov */
export const dayWithWeekday = (day) => {
  const weekday = format(noon(day), { ...IN_UTC, weekday: 'short' });
  return language() === 'zh' ? `${dayText(day)} ${weekday}` : `${weekday} ${dayText(day)}`;
};

/** 2026年11月17日, 17 Nov 2026 */
export const fullDay = (day) => format(noon(day), { ...IN_UTC, year: 'numeric', month: language() === 'zh' ? 'long' : 'short', day: 'numeric' });

/** 2026年11月, November 2026 */
export const monthText = (month) => format(noon(`${month}-01`), { ...IN_UTC, year: 'numeric', month: 'long' });

/** 11月2日—8日 within a month, 10月26日—11月1日 across two. */
export function spanText(from, to) {
  if (from === to) return dayText(from);
  const end = language() === 'zh' && monthOf(from) === monthOf(to) ? t('dashboard.date.day', { day: Number(to.slice(8)) }) : dayText(to);
  return t('dashboard.date.span', { from: dayText(from), to: end });
}

/** The week that begins on a Monday. */
export const weekText = (monday) => spanText(monday, addDays(monday, 6));

/** An instant as the clock in the village showed it. */
export const instantText = (instant) => format(new Date(instant), { timeZone: 'Asia/Shanghai', month: language() === 'zh' ? 'long' : 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** 08:42 */
export const timeText = (instant) => format(new Date(instant), { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Narrow names of the days, Monday first. */
export const weekdayNames = (width = 'narrow') => Array.from({ length: 7 }, (_, index) => format(noon(addDays('2026-01-05', index)), { ...IN_UTC, weekday: width }));
