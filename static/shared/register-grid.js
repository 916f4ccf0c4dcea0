// The attendance book as a grid: cadres down, the days of a month across, one tap a cell.
import { html, useEffect, useMemo, useRef, useState } from '/vendor/htm-preact.js';
import { get } from './api.js';
import { shortDay } from './dates.js';
import { locale, t } from './i18n.js';
import { useLoad } from './loading.js';
import { RegisterReason } from './register-reason.js';
import { RegisterSender } from './register.js';
import { signWord, weekdayLetter } from './sheet.js';

const nameOf = (cadreId, day) => `${cadreId} ${day}`;

async function bookOf({ village, month }) {
  const [sheet, register] = await Promise.all([
    get('/month-sheets', { month, village, live: true }),
    get('/register-lines', { village, month }),
  ]);
  return {
    state: sheet.state,
    days: sheet.days.map((day, index) => ({ ...day, index })).filter((day) => day.in_month),
    // 联片: posted next door and covering this village too; they have lines here and no figures.
    rows: [...sheet.rows, ...register.further_rows],
    lines: new Map(register.lines.map((line) => [nameOf(line.cadre_id, line.day), line.is_present])),
    entered: new Set(register.lines.filter((line) => line.is_present).map((line) => nameOf(line.cadre_id, line.day))),
  };
}

/** Move the focus in the grid with the arrow keys; the grid is one stop for the tab key. */
function onKey(event) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -99], End: [0, 99] }[event.key];
  const cell = event.target.closest('[data-row]');
  if (!step || !cell) return;
  event.preventDefault();
  const rows = [...new Set([...event.currentTarget.querySelectorAll('[data-row]')].map((one) => one.dataset.row))];
  const row = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(cell.dataset.row) + step[0]))];
  const cells = [...event.currentTarget.querySelectorAll(`[data-row="${row}"]`)];
  const column = Number(cell.dataset.column) + step[1];
  const inReach = cells.filter((one) => (step[1] < 0 ? Number(one.dataset.column) <= column : Number(one.dataset.column) >= column));
  const next = step[1] < 0 ? inReach.at(-1) ?? cells[0] : inReach[0] ?? cells.at(-1);
  next.focus();
}

/** What is known from elsewhere and needs no entry; that nothing is known stays blank. */
const KNOWN = new Set(['stationed', 'waiting', 'rejected', 'errand', 'travel', 'private', 'sick', 'annual', 'family', 'compensatory']);

function Cell({ row, day, sign: told, entered, present, pending, refused, rowIndex, first, locked, onTap }) {
  // A day that was in the book when the sheet was made may be stationed by the book alone.
  const sign = told === 'stationed' && entered ? '' : told;
  const shownSign = !present && KNOWN.has(sign) ? signWord(sign) : '';
  const spoken = [row.cadre.name, shortDay(day.day, locale()), t(present ? 'register.present' : 'register.not_entered'),
    shownSign && t(`month.mark.${sign}`), pending && t('register.cell_pending'), refused].filter(Boolean).join(' ');
  const kinds = ['book-cell', present && 'book-present', pending && 'book-pending', refused && 'book-refused', shownSign && `sign-${sign}`];
  return html`
    <td class=${day.kind === 'workday' || day.kind === 'makeup' ? '' : 'book-off'}>
      <button type="button" class=${kinds.filter(Boolean).join(' ')} aria-pressed=${String(present)} aria-label=${spoken}
        disabled=${locked} tabindex=${first ? 0 : -1} data-row=${locked ? undefined : rowIndex} data-column=${day.index}
        data-testid="book-cell" data-cadre=${row.cadre.id} data-day=${day.day} data-state=${pending ? 'pending' : refused ? 'refused' : present ? 'present' : ''}
        data-sign=${told} title=${refused} onClick=${onTap}>${present ? '✓' : shownSign}</button>
    </td>`;
}

function Saving({ state, sender, touched }) {
  const { pending, refused, held, busy, failure } = state;
  const going = pending.size - held;
  return html`
    <div class="book-saving" role="status" data-testid="book-saving" data-pending=${pending.size}>
      ${going > 0 && html`<span>${t(failure && !busy ? 'register.kept' : 'register.saving', { n: going })}</span>`}
      ${held > 0 && html`<span>${t('register.held', { n: held })}</span>`}
      ${pending.size === 0 && refused.size === 0 && touched && html`<span>${t('register.saved')}</span>`}
      ${failure && html`<span>${failure}</span>
        <button type="button" class="book-button" onClick=${() => sender.flush()} data-testid="book-retry">${t('register.retry')}</button>`}
      ${refused.size > 0 && html`<span class="book-bad">${t('register.refused', { n: refused.size })} ${[...new Set(refused.values())].join(' ')}</span>
        <button type="button" class="book-button" onClick=${() => sender.forget()}>${t('register.forget')}</button>`}
    </div>`;
}

function Book({ source, userId, village, month, today, ownCadreId }) {
  const { rows, days, lines, entered, state: closing } = source.data;
  const [state, setState] = useState({ pending: new Map(), refused: new Map(), held: 0 });
  const [touched, setTouched] = useState(false);
  const frame = useRef(null);
  const sender = useMemo(() => new RegisterSender(`zhucun.register.${userId}.${village}.${month}`, (news, saved) => {
    setState(news);
    if (saved.length) source.change((old) => ({ ...old,
      lines: new Map([...old.lines, ...saved.map((line) => [nameOf(line.cadre_id, line.day), line.is_present])]) }));
  }), [userId, village, month]);
  sender.everyChange = closing === 'closed';
  useEffect(() => {
    setState(sender.state);
    setTouched(sender.pending.size > 0);
    // What has not arrived is kept for this tab only; closing it should be a decision.
    const warn = (event) => sender.pending.size && event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => {
      removeEventListener('beforeunload', warn);
      sender.close();
    };
  }, [sender]);
  useEffect(() => {
    // The newest days are what people come for.
    const last = frame.current?.querySelector('[data-newest]');
    if (last) frame.current.scrollLeft = last.offsetLeft + last.offsetWidth - frame.current.clientWidth + 24;
  }, [month]);

  const isPresent = (row, day) => state.pending.get(nameOf(row.cadre.id, day.day))?.is_present ?? lines.get(nameOf(row.cadre.id, day.day)) ?? false;
  const tap = (row, day) => {
    setTouched(true);
    const stands = lines.get(nameOf(row.cadre.id, day.day)) ?? false;
    sender.set({ cadre_id: row.cadre.id, day: day.day, is_present: !isPresent(row, day) }, stands);
  };
  const newest = days.filter(({ day }) => day <= today).at(-1)?.day;
  let first = true;
  return html`
    ${closing === 'closed' && html`<p class="book-note">${t('register.closed')}</p>`}
    <${Saving} state=${state} sender=${sender} touched=${touched} />
    <div class="book-frame" ref=${frame} role="region" aria-label=${t('register.title')}>
      <table class="book" onKeyDown=${onKey} data-testid="book">
        <thead><tr>
          <th scope="col">${t('register.name')}</th>
          ${days.map((day) => html`
            <th key=${day.day} scope="col" data-newest=${day.day === newest ? '' : undefined} aria-label=${shortDay(day.day, locale())}
              class=${[day.kind === 'workday' || day.kind === 'makeup' ? '' : 'book-off', day.day === today ? 'book-today' : ''].join(' ')}>
              <b>${Number(day.day.slice(8))}</b><small>${weekdayLetter(day.weekday)}</small></th>`)}
          <th scope="col" class="book-sum">${t('register.sum')}</th>
        </tr></thead>
        <tbody>
          ${rows.map((row, rowIndex) => html`
            <tr key=${row.posting_id}>
              <th scope="row">${row.cadre.name}${row.home && html`<small data-testid="book-further">${t('register.further', { village: row.home })}</small>`}
                ${row.cadre.id === ownCadreId && html`<small>${t('register.own')}</small>`}</th>
              ${days.map((day) => {
                const sign = row.signs[day.index];
                if (sign === '') return html`<td key=${day.day} class="book-out"></td>`;
                const name = nameOf(row.cadre.id, day.day);
                const locked = day.day > today || row.cadre.id === ownCadreId;
                const isFirst = first && !locked;
                if (isFirst) first = false;
                return html`<${Cell} key=${day.day} row=${row} day=${day} sign=${sign} rowIndex=${rowIndex} first=${isFirst} locked=${locked}
                  entered=${entered.has(name)} present=${isPresent(row, day)} pending=${state.pending.has(name)} refused=${state.refused.get(name)}
                  onTap=${() => tap(row, day)} />`;
              })}
              <td class="book-sum" data-testid="book-sum">${days.filter((day) => row.signs[day.index] !== '' && isPresent(row, day)).length}</td>
            </tr>`)}
        </tbody>
      </table>
    </div>
    ${(state.held > 0 || sender.reason) && html`
      <${RegisterReason} key=${state.held > 0} held=${state.held} reason=${sender.reason} onExplain=${(reason) => sender.explain(reason)}
        onDrop=${() => { sender.drop(); source.reload(); }} />`}
    <p class="book-note">${t('register.legend')}</p>
    ${rows.some(({ home }) => home) && html`<p class="book-note">${t('register.further_note')}</p>`}`;
}

/** The book of a village and month. Every tap is saved at once; `ownCadreId`'s own row is closed. */
export function RegisterGrid({ userId, village, month, today, ownCadreId }) {
  const source = useLoad(() => bookOf({ village, month }), [village, month]);
  if (source.error && !source.data) {
    return html`<p class="book-note" role="alert">${source.error.message}
      <button type="button" class="book-button" onClick=${source.reload}>${t('register.retry')}</button></p>`;
  }
  if (!source.data) return html`<p class="book-note" role="status">${t('register.loading')}</p>`;
  if (source.data.rows.length === 0) return html`<p class="book-note" data-testid="book-empty">${t('register.nobody')}</p>`;
  return html`<${Book} key=${`${village} ${month}`} source=${source} userId=${userId} village=${village} month=${month} today=${today} ownCadreId=${ownCadreId} />`;
}
