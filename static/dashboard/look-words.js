// The numbers of the one look, put into words.
import { locale, t } from '../shared/i18n.js';
import { count, percent } from './words.js';

/** Measures whose count says more than their share: how many are overdue, how many days were stayed. */
const COUNTED = ['stationed_days', 'concerns_overdue', 'items_overdue', 'notices_overdue'];

export const isCounted = (measure) => COUNTED.includes(measure);

/** 90.5%, or 12 where the count is what matters; 「—」 where there was nothing to count. */
export function numberText(measure, { numerator, denominator, rate }) {
  if (isCounted(measure)) return denominator || numerator ? count(numerator) : '—';
  return percent(rate);
}

/** A target is a round number of per cent. */
export const targetText = (target) => `${Math.round(target * 100).toLocaleString(locale())}%`;

const signed = (number, digits) => `${number > 0 ? '+' : number < 0 ? '−' : ''}${Math.abs(number).toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;

/** How it changed against the month before, in words. */
export function changeText({ measure, numerator, denominator, change, before, begins }) {
  if (begins) return t(`dashboard.look.change.begins_${begins}`);
  if (isCounted(measure)) {
    if (!before || (!before.denominator && !before.numerator) || (!denominator && !numerator)) return t('dashboard.look.change.unknown');
    const more = numerator - before.numerator;
    return more === 0 ? t('dashboard.look.change.none') : t('dashboard.look.change.count', { n: signed(more, 0) });
  }
  if (change === null) return t('dashboard.look.change.unknown');
  const points = Math.round(change * 1000) / 10;
  return points === 0 ? t('dashboard.look.change.none') : t('dashboard.look.change.points', { n: signed(points, 1) });
}

/** What a line is drawn of: per cent, or the count; null where there was nothing to count. */
export function lineValue(measure, { numerator, denominator, rate }) {
  if (isCounted(measure)) return denominator || numerator ? numerator : null;
  return rate === null ? null : Math.round(rate * 1000) / 10;
}
