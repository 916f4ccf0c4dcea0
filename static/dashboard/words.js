// Numbers and slugs of the server, put into words.
import { locale, t } from '../shared/i18n.js';
import { weekText } from './dates.js';

/** 1,722 */
export const count = (number) => number.toLocaleString(locale());

/** 87.9%; 「—」 for null, which is never 0; 100% only for a rate of 1. */
export function percent(rate) {
  if (rate === null) return '—';
  if (rate === 1) return '100%';
  return `${Math.min(99.9, rate * 100).toLocaleString(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 })}%`;
}

/** 380 米, 2.3 公里 */
export function distanceText(metres) {
  if (metres < 1000) return t('dashboard.metres', { n: Math.round(metres) });
  return t('dashboard.kilometres', { n: (metres / 1000).toLocaleString(locale(), { maximumFractionDigits: 1 }) });
}

/** 1,513 / 1,722 天 */
export const rateParts = (row) => t('dashboard.rate_parts', { numerator: count(row.numerator), denominator: count(row.denominator) });

/** Why there is no rate yet, for a row whose rate is null. */
export function noRateReason(row) {
  if (row.month_so_far) return t('dashboard.no_rate.month_runs');
  if (row.cadres === 0) return t('dashboard.no_rate.nobody');
  return t(row.closed_weeks === 0 ? 'dashboard.no_rate.no_closed_week' : 'dashboard.no_rate.nothing_required');
}

/** One sentence on how the running week stands. */
export function weekSentence(week) {
  // On a weekend "no working days left" would sound as if nothing could be done; a weekend day counts too.
  const onWeekend = week.state === 'at_risk' && week.duty_days_left === 0;
  return t(onWeekend ? 'dashboard.week_is.at_risk_weekend' : `dashboard.week_is.${week.state}`, {
    required: week.required, stationed: week.stationed, need: week.need, days: week.days_left, duty_days: week.duty_days_left,
  });
}

/** The tone in which a state of the week is shown. */
export const WEEK_TONE = { met: 'good', on_track: 'calm', at_risk: 'warn', missed: 'bad' };

/** The value of a rule as a person would say it. */
export function ruleValue({ key, value }) {
  const shown = typeof value === 'number' ? count(value) : String(value);
  const worded = `dashboard.rule_value.${key}.${shown}`;
  const text = t(worded);
  if (text !== worded) return text;
  const pattern = `dashboard.rule_value.${key}`;
  const filled = t(pattern, { n: shown });
  return filled === pattern ? shown : filled;
}

/** The name of a rule; one that this page does not know is shown by its key. */
export function ruleName(key) {
  const text = t(`dashboard.rule.${key}`);
  return text === `dashboard.rule.${key}` ? key : text;
}

/** "week of 2—8 November: 3 of 4" for those who hear the table. */
export const weekSpoken = (week) => t('dashboard.week_spoken', { week: weekText(week.monday), credited: week.credited, required: week.required });
