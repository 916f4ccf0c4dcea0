// 「本人核对」: the own row of a month that is over; one tap says that it is right, or what is not.
import { html, useState } from '/vendor/htm-preact.js';
import { monthName } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { usePhone, useSheets } from './context.js';
import { Button, Problem } from './parts.js';
import { momentWords, percent } from './words.js';

const FACTS = ['days_of_month', 'errand_days', 'travel_days', 'leave_days', 'waiting_days'];

/** The last word of this row on this phone, unless it has arrived; an older one that was refused is overtaken. */
function unsentWord(records, row, month) {
  const last = records.find(({ kind, body }) => kind === 'month_step' && body.posting_id === row.posting_id && body.month === month);
  return last?.state === 'sent' ? undefined : last;
}

function standing(row, unsent) {
  if (unsent) return unsent.state === 'attention' ? unsent.problem.message : t('phone.check.saved');
  if (!row.check) return t('phone.check.ask');
  if (!row.check.holds) return t('phone.check.moved');
  return t(`phone.check.${row.check.step}`, { when: momentWords(row.check.at) });
}

function Answer({ sheet, row, again }) {
  const { outbox, sender } = usePhone();
  const [note, setNote] = useState(null);
  const [missing, setMissing] = useState(false);
  const say = async (step) => {
    const text = note?.trim();
    if (step === 'disputed' && !text) {
      setMissing(true);
      return;
    }
    const words = step === 'disputed' ? { note: text } : {};
    await outbox.add('month_step', { month: sheet.month, step, posting_id: row.posting_id, seen_hash: row.row_hash, ...words });
    setNote(null);
    sender.send();
  };
  return html`
    ${note !== null && html`
      <div class="form"><label>${t('phone.check.what')}
        <textarea rows="2" maxlength="500" value=${note} onInput=${(event) => setNote(event.target.value)} data-testid="check-note" /></label></div>
      <${Problem}>${missing && t('phone.check.what')}<//>`}
    <div class="pair">
      ${note === null
        ? html`<${Button} onClick=${() => setNote('')} data-testid="check-wrong">${t('phone.check.wrong')}<//>
          ${again && html`<${Button} main onClick=${() => say('checked')} data-testid="check-right">${t('phone.check.right')}<//>`}`
        : html`<${Button} onClick=${() => setNote(null)}>${t('phone.cancel')}<//>
          <${Button} main onClick=${() => say('disputed')} data-testid="check-send">${t('phone.check.send')}<//>`}
    </div>`;
}

function Row({ sheet, row }) {
  const { records } = usePhone();
  const closed = sheet.state === 'closed';
  const unsent = unsentWord(records, row, sheet.month);
  const right = row.check?.holds && row.check.step === 'checked';
  return html`
    <section class="panel" data-testid="own-check" data-state=${sheet.state} data-check=${row.check?.holds ? row.check.step : ''}>
      <h2>${t(closed ? 'phone.check.closed' : 'phone.check.title')} <small>${monthName(sheet.month, locale())} ${sheet.village.name}</small></h2>
      <p class="rate"><strong>${percent(row.rate)}</strong><span>${t('phone.check.parts', row)}</span></p>
      <dl class="facts">${FACTS.filter((name) => row[name]).map((name) => html`
        <dt key=${name}>${t(`phone.check.${name}`)}</dt><dd>${t('phone.days', { count: row[name] })}</dd>`)}</dl>
      ${closed
        ? html`<p>${t('phone.check.closed_by', { name: sheet.close.by.name, when: momentWords(sheet.close.at) })}</p>
          ${sheet.corrections.length > 0 && html`<p class="notice">${t('phone.check.corrections', { count: sheet.corrections.length })}</p>`}`
        : html`
          <p role="status" data-testid="check-standing">${standing(row, unsent)}</p>
          ${row.check?.note && html`<q>${row.check.note}</q>`}
          ${unsent?.state !== 'saved' && html`<${Answer} sheet=${sheet} row=${row} again=${!right} />`}`}
    </section>`;
}

/** Nothing before the month is over; `openOnly`: only what still waits for the own word. */
export function OwnCheck({ month, openOnly }) {
  const { value } = useSheets(month);
  const waits = (sheet, row) => sheet.state !== 'closed' && !row.check?.holds;
  const shown = (value ?? []).filter((sheet) => sheet.over).flatMap((sheet) =>
    sheet.rows.filter((row) => row.is_own && (!openOnly || waits(sheet, row))).map((row) => ({ sheet, row })));
  return shown.map(({ sheet, row }) => html`<${Row} key=${row.posting_id} sheet=${sheet} row=${row} />`);
}
