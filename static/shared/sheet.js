// The month sheet in words and signs: what a day says, how far the month has come, what was changed after closing.
import { html } from '/vendor/htm-preact.js';
import { clockOf, dayOf, shortDay } from './dates.js';
import { language, locale, t } from './i18n.js';

const SIGNS = ['stationed', 'errand', 'travel', 'private', 'sick', 'annual', 'family', 'compensatory', 'waiting', 'rejected', 'none', 'rest'];
const STEPS = ['checked', 'confirmed', 'closed'];

/** The one letter that stands for a day. */
export const signWord = (sign) => (sign ? t(`month.sign.${sign}`) : '');

/** 「四」 for a narrow column. */
export const weekdayLetter = (weekday) => t(`month.weekday.${weekday}`);

/** 11月22日 8:42 */
export const moment = (instant) => `${shortDay(dayOf(instant), locale())} ${clockOf(instant)}`;

/** Chinese runs words together, English needs a space. */
const joined = (...parts) => parts.filter(Boolean).join(language() === 'zh' ? '' : ' ');

/** What the signs mean; only those that stand on the sheet, so that nobody learns nine kinds of leave for nothing. */
export function Legend({ rows }) {
  const used = new Set(rows.flatMap((row) => row.signs));
  return html`
    <ul class="sheet-legend" aria-label=${t('month.legend')}>
      ${SIGNS.filter((sign) => used.has(sign)).map((sign) => html`
        <li key=${sign}><span class=${`sheet-sign sign-${sign}`} aria-hidden="true">${signWord(sign)}</span> ${t(`month.mark.${sign}`)}</li>`)}
    </ul>`;
}

/** Where a row's own check stands: {tone, text, note}. */
export function checkWords({ check }) {
  if (!check) return { tone: 'wait', text: t('month.check.none'), note: null };
  if (!check.holds) return { tone: 'warn', text: t('month.check.moved'), note: check.note };
  const who = check.on_paper ? t('month.on_paper', { name: check.by.name }) : '';
  return { tone: check.step === 'checked' ? 'good' : 'bad', text: joined(t(`month.check.${check.step}`), who), note: check.note };
}

/** How many rows hold a check, are disputed, or wait for one. */
export function checksOf({ rows }) {
  const held = (row) => row.check?.holds && row.check.step;
  return {
    all: rows.length,
    checked: rows.filter((row) => held(row) === 'checked').length,
    disputed: rows.filter((row) => held(row) === 'disputed').length,
  };
}

function stepText(step, sheet) {
  const { confirmation, close } = sheet;
  if (step === 'checked') {
    const { all, checked } = checksOf(sheet);
    return t('month.course.checked_of', { n: checked, all });
  }
  const done = step === 'confirmed' ? confirmation : close;
  if (!done) return t('month.course.not_yet');
  if (step === 'confirmed' && !done.holds && sheet.state === 'open') return t('month.course.moved');
  return t(done.on_paper ? 'month.course.by_on_paper' : 'month.course.by', { name: done.by.name, when: moment(done.at) });
}

/** The course of a month: 本人核对 → 村里确认 → 镇里定稿, with who and when. */
export function Course({ sheet }) {
  const { all, checked } = checksOf(sheet);
  const reached = { checked: all > 0 && checked === all, confirmed: sheet.state !== 'open', closed: sheet.state === 'closed' };
  const next = STEPS.find((step) => !reached[step]);
  return html`
    <ol class="course" data-testid="course" data-state=${sheet.state}>
      ${STEPS.map((step) => html`
        <li key=${step} class=${reached[step] ? 'course-step course-done' : 'course-step'} aria-current=${sheet.over && sheet.state !== 'closed' && step === next ? 'step' : undefined}>
          <strong>${t(`month.step.${step}`)}</strong><span>${stepText(step, sheet)}</span>
        </li>`)}
    </ol>
    ${sheet.confirmation?.note && html`<p class="sheet-note">${t('month.note_of', { name: sheet.confirmation.by.name, note: sheet.confirmation.note })}</p>`}
    ${sheet.close?.note && html`<p class="sheet-note">${t('month.note_of', { name: sheet.close.by.name, note: sheet.close.note })}</p>`}`;
}

/** The first letters of a hash, as they stand on the printed sheet. */
export const shortHash = (hash) => hash.slice(0, 16);

function figureChanges(figures) {
  return Object.entries(figures ?? {}).map(([name, [was, is]]) =>
    t('month.correction.figure', { name: t(`month.figure.${name}`), was: was ?? '—', is: is ?? '—' }));
}

function causeText(cause) {
  const what = t(`month.cause.${cause.what}`);
  const words = what.startsWith('month.cause.') ? t('month.cause.other') : what;
  return [moment(cause.at), cause.by?.name, words, cause.reason].filter(Boolean).join(' · ');
}

/** What later facts make different from the closed sheet, with who and why. It stands beside the sheet, never in it. */
export function Corrections({ sheet }) {
  const { corrections } = sheet;
  return html`
    <section class="corrections" aria-labelledby="corrections-title" data-testid="corrections">
      <h2 id="corrections-title">${t('month.corrections')}</h2>
      <p class="sheet-fine">${t(corrections.length ? 'month.corrections_note' : 'month.corrections_none')}</p>
      <ul>
        ${corrections.map((one) => html`
          <li key=${`${one.posting_id} ${one.day}`} data-testid="correction" data-cadre=${one.cadre.id} data-day=${one.day ?? ''}>
            <p><strong>${one.cadre.name}</strong> ${one.day && shortDay(one.day, locale())}
              ${one.day && html` <span>${t('month.correction.sign', { was: t(`month.mark.${one.from_sign || 'outside'}`), is: t(`month.mark.${one.to_sign || 'outside'}`) })}</span>`}</p>
            ${figureChanges(one.figures).map((text) => html`<p key=${text} class="sheet-fine">${text}</p>`)}
            ${one.causes.map((cause) => html`<p key=${cause.at} class="sheet-fine" data-testid="cause">${causeText(cause)}</p>`)}
          </li>`)}
      </ul>
    </section>`;
}
