// What was found in the records, in words; the same for the cadre and for those above.
import { monthOf, shortDay } from './dates.js';
import { language, listed, locale, t } from './i18n.js';

/** "10月8日、9日、12日" or "8 Oct, 9 Oct, 12 Oct"; of many the first ones and how many there are. */
function daysWords(days, most = 6) {
  const shown = days.slice(0, most);
  const words = shown.map((day, index) => {
    const whole = shortDay(day, locale());
    return language() === 'zh' && index > 0 && monthOf(shown[index - 1]) === monthOf(day) ? whole.replace(/^.*月/, '') : whole;
  });
  const list = listed(words);
  return days.length > most ? t('oddity.days_and_more', { days: list, n: days.length }) : list;
}

const number = (value) => value.toLocaleString(locale());

function factOf({ kind, days, facts }) {
  const words = { days: daysWords(days), n: days.length };
  if (kind === 'impossible_speed') {
    const told = { ...words, kilometres: number(facts.kilometres), minutes: number(facts.minutes), speed: number(facts.speed_kmh) };
    const [from, to] = facts.places;
    return from && to && from !== to ? t('oddity.impossible_speed_places', { ...told, from, to }) : t('oddity.impossible_speed', told);
  }
  if (kind === 'shared_device') return t('oddity.shared_device', { ...words, others: number(facts.others) });
  if (kind === 'clock_jump') return t(`oddity.clock_${facts.clock}`, { ...words, minutes: number(facts.minutes) });
  if (kind === 'same_picture') {
    const told = { used: shortDay(facts.used_on, locale()), kind: t(`oddity.record.${facts.record_kind}`) };
    return facts.earlier_on ? t('oddity.same_picture_own', { ...told, earlier: shortDay(facts.earlier_on, locale()) }) : t('oddity.same_picture', told);
  }
  return t('oddity.same_position', words);
}

/** {fact, maybe}: what was found, and what it most likely is (null where nothing is known any more). */
export function oddityWords(oddity) {
  if (oddity.is_erased) return { fact: t('oddity.erased', { days: daysWords(oddity.days) }), maybe: null };
  return { fact: factOf(oddity), maybe: t(`oddity.maybe.${oddity.kind}`) };
}
