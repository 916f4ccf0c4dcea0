// Days, records and weeks put into plain words. Pure, but for the dictionary.
import { clockOf, dayOf, shortDay } from '/static/shared/dates.js';
import { language, locale, t } from '/static/shared/i18n.js';

/** "11月22日 8:42". */
export const momentWords = (instant) => `${shortDay(dayOf(instant), locale())} ${clockOf(instant)}`;

/** "2.3 公里", "850 米". */
const distanceWords = (metres) => (metres >= 1000
  ? t('phone.distance.km', { number: (metres / 1000).toFixed(1) })
  : t('phone.distance.m', { number: Math.round(metres) }));

/** "94.4%"; a dash when there is nothing to divide by. */
export const percent = (rate) => (rate === null || rate === undefined ? '—' : `${Math.round(rate * 1000) / 10}%`);

/**
 * How a day looks in a row or a calendar: a key for its colour, its sign and its words.
 * `unsent` tells that a record of that day still lies on this phone.
 */
export function markOf(day, { today, unsent = false }) {
  return day.state ?? unstatedMark(day, { today, unsent });
}

function unstatedMark(day, { today, unsent }) {
  if (unsent) return 'unsent';
  if (day.leave) return 'leave';
  if (!day.in_posting) return 'elsewhere';
  if (['rest', 'holiday'].includes(day.calendar.kind)) return 'rest';
  if (day.day > today) return 'ahead';
  return day.day === today ? 'today' : 'none';
}

const BACKED = new Set(['saved', 'attention']);

/** The days that have a record on this phone which the server has not got. */
export const unsentDays = (records) => new Set(records
  .filter(({ kind, state }) => BACKED.has(state) && (kind === 'check_in' || kind === 'declaration'))
  .map(({ day }) => day));

/** The words of a check-in's or declaration's answer: {tone, text, flags}. */
export function answerWords(answer) {
  const flags = (answer.flags ?? []).map((flag) => t(`phone.flag.${flag}`));
  return { ...verdictWords(answer), flags };
}

function verdictWords({ kind, verdict, status, distance_m: distance, place }) {
  if (status === 'no_posting' || status === 'future_day') return { tone: 'wait', text: t(`phone.outcome.${status}`) };
  if (status === 'rejected') return { tone: 'bad', text: t('phone.outcome.rejected') };
  if (kind === 'declaration') {
    return status === 'counts'
      ? { tone: 'good', text: t('phone.outcome.confirmed') }
      : { tone: 'wait', text: t('phone.outcome.declared') };
  }
  const tone = status === 'counts' ? 'good' : 'wait';
  const byPlace = verdict === 'inside' || verdict === 'uncertain';
  // Once the village has confirmed, "waiting for the village" would be wrong.
  if (status === 'counts' && !byPlace) return { tone, text: t('phone.outcome.confirmed') };
  if (verdict === 'outside' && distance !== null) {
    const words = { distance: distanceWords(distance), place: place?.name ?? t('phone.place.committee') };
    return { tone, text: t('phone.outcome.outside', words) };
  }
  return { tone, text: t(`phone.outcome.${verdict}`) };
}

/** The words after the tap, for the newest check-in of the day: {tone, title, text, flags}. */
export function outcomeWords(record) {
  const time = clockOf(record.captured_ms);
  if (record.state === 'attention') {
    return { tone: 'bad', title: t('phone.outcome.attention', { time }), text: record.problem.message, flags: [] };
  }
  if (record.state === 'sent') return { title: t('phone.outcome.sent', { time }), ...answerWords(record.answer) };
  const waiting = record.body ? 'saved' : 'locating';
  const text = record.unstored ? t('phone.outcome.unstored') : t(`phone.outcome.${waiting}_text`);
  return { tone: 'saved', title: t(`phone.outcome.${waiting}`, { time }), text, flags: [] };
}

/** 「本周已在村 2 天，还差 2 天，还有 3 个工作日」 and what follows from it: {line, after}. */
export function weekWords(row, { dutyDaysLeftInMonth }) {
  const month = row?.month_so_far;
  if (month) {
    const need = Math.max(0, month.required - month.stationed);
    const key = need ? 'phone.month.line' : 'phone.month.enough';
    return { line: t(key, { stationed: month.stationed, need, left: dutyDaysLeftInMonth }), after: null };
  }
  const week = row?.running_week;
  if (!week) return { line: t('phone.week.no_posting'), after: null };
  if (week.required === 0) return { line: t('phone.week.nothing_due', { stationed: week.stationed }), after: null };
  if (week.state === 'met') return { line: t('phone.week.enough', { stationed: week.stationed }), after: null };
  const line = t('phone.week.line', { stationed: week.stationed, need: week.need, left: week.duty_days_left });
  if (week.state === 'missed') return { line, after: t('phone.week.missed') };
  // Not enough working days are left, yet the week can be met.
  if (week.need > week.duty_days_left) return { line, after: t('phone.week.days_off') };
  return { line, after: week.state === 'at_risk' ? t('phone.week.at_risk') : null };
}

/** "周四" on its own or 「四」 for a narrow column. */
export const weekdayName = (weekday) => t(`phone.weekday.${weekday}`);
export const weekdayLetter = (weekday) => t(`phone.weekday_short.${weekday}`);

/** Chinese runs words together, English needs a space. */
export const joined = (...parts) => parts.filter(Boolean).join(language() === 'zh' ? '' : ' ');
