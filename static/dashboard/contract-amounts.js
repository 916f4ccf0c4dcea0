// Amounts of a contract in words.
import { locale } from '../shared/i18n.js';

/** 1,250.5 公里; empty for no amount. */
export const amountText = (amount, unit) => (amount === null || amount === undefined ? ''
  : [amount.toLocaleString(locale(), { maximumFractionDigits: 2 }), unit].filter(Boolean).join(' '));
