// One cadre's month: a calendar whose days open into the records that made them.
import { html, useContext } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { settledDay, withDecision } from '../shared/decisions.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { go } from './address.js';
import { fullDay, weekdayNames, weeksAround } from './dates.js';
import { KindSigns, kindsOf, SignLegend, spokenKinds } from './day-signs.js';
import { dayNature, DayPanel } from './evidence.js';
import { ExportTable } from './export.js';
import { MonthPicker } from './header.js';
import { OverdueOfVillages } from './overdue.js';
import { Loaded, RateBar, Tag } from './parts.js';
import { Pledges } from './pledges.js';
import { Period, Rules } from './rules.js';
import { Page } from './scope.js';
import { Trail } from './trail.js';
import { count, noRateReason, percent, rateParts, WEEK_TONE, weekSentence, weekSpoken } from './words.js';

async function monthOfCadre({ cadre, month, division }) {
  const weeks = weeksAround(month);
  const [days, rates] = await Promise.all([
    get('/stationed-days', { cadre_id: cadre, from: weeks[0][0], to: weeks.at(-1)[6] }),
    get('/on-post-rates', { month, division, level: 'cadre', cadre_id: cadre }),
  ]);
  return { person: days.cadre, days: days.days, rates };
}

/** The word inside a day's cell; short, because a cell is 40 px wide on a phone. */
function cellWord(day, today) {
  if (day.state) return t(`dashboard.cell.${day.state}`);
  if (day.leave) return t('dashboard.cell.leave');
  return day.duty && day.day < today ? t('dashboard.cell.none') : '';
}

const cellTone = (day) => day.state ?? (day.leave ? 'leave' : day.duty ? 'duty' : 'rest');

function DayCell({ day, open, inMonth, onOpen }) {
  const { me } = useContext(Page);
  const mark = { holiday: t('dashboard.mark.holiday'), makeup: t('dashboard.mark.makeup') }[day.calendar.kind];
  const kinds = kindsOf(day.evidence);
  const spoken = [fullDay(day.day), dayNature(day), t(`why.${day.why}`), spokenKinds(kinds)].filter(Boolean).join(', ');
  return html`
    <td class=${inMonth ? 'day' : 'day other-month'}>
      <button type="button" class=${`day-button day-${cellTone(day)}`} aria-pressed=${open}
        aria-current=${day.day === me.today ? 'date' : undefined}
        onClick=${() => onOpen(day.day)}
        data-testid="day" data-day=${day.day} data-state=${day.state ?? ''} disabled=${!day.in_posting && day.evidence.length === 0}>
        <span class="sr-only">${spoken}</span>
        <span class="day-number" aria-hidden="true">${Number(day.day.slice(8))}${mark && html`<sup>${mark}</sup>`}</span>
        <span class="day-word" aria-hidden="true">${cellWord(day, me.today)}</span>
        <${KindSigns} kinds=${kinds} />
      </button>
    </td>`;
}

/** A week's numbers over all the person's postings in it. */
function weekSum(rows, monday) {
  const weeks = rows.map((row) => row.weeks?.find((week) => week.monday === monday)).filter(Boolean);
  if (weeks.length === 0) return null;
  const sum = (name) => weeks.reduce((total, week) => total + week[name], 0);
  return { monday, required: sum('required'), stationed: sum('stationed'), credited: sum('credited'), closed: weeks[0].closed };
}

function Calendar({ days, rows, month, opened, onOpen }) {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const names = weekdayNames('narrow');
  const spokenNames = weekdayNames('long');
  return html`
    <table class="calendar" data-testid="calendar">
      <caption class="sr-only">${t('dashboard.calendar')}</caption>
      <thead><tr>
        ${names.map((name, index) => html`<th key=${index} scope="col" abbr=${spokenNames[index]}>${name}</th>`)}
        <th scope="col" class="calendar-week">${t('dashboard.column.week_credited')}</th>
      </tr></thead>
      <tbody>
        ${weeksAround(month).map((week) => {
          const sum = weekSum(rows, week[0]);
          return html`
            <tr key=${week[0]}>
              ${week.map((day) => byDay.has(day)
                ? html`<${DayCell} key=${day} day=${byDay.get(day)} open=${day === opened} inMonth=${day.startsWith(month)} onOpen=${onOpen} />`
                : html`<td key=${day}></td>`)}
              <td class=${sum && !sum.closed ? 'calendar-week open' : 'calendar-week'}>
                ${sum
                  ? html`<span class="sr-only">${weekSpoken(sum)}</span><span aria-hidden="true">${sum.credited}/${sum.required}</span>`
                  : html`<span class="quiet" title=${t('dashboard.week_elsewhere')}>—</span>`}
              </td>
            </tr>`;
        })}
      </tbody>
    </table>
    <p class="legend fine">${t('dashboard.calendar_legend')}</p>
    <${SignLegend} states=${false} />`;
}

function Figures({ row }) {
  const week = row.running_week;
  const parts = row.rate === null ? noRateReason(row) : rateParts(row);
  return html`
    <dl class="figures" data-testid="figures">
      <div class="figure figure-rate">
        <dt>${t('dashboard.rate')}</dt>
        <dd><span class="figure-number">${percent(row.rate)}</span> <span class="fine">${parts}</span>
          <${RateBar} rate=${row.rate} label=${parts} />
          ${row.month_so_far && html`<span class="so-far">${t('dashboard.month_so_far', row.month_so_far)}</span>`}</dd>
      </div>
      <div class="figure"><dt>${t('dashboard.column.days_of_month')}</dt><dd class="figure-number">${count(row.days_of_month)}</dd></div>
      <div class="figure"><dt>${t('dashboard.column.days_of_year')}</dt><dd class="figure-number">${count(row.days_of_year)}</dd></div>
      ${week && html`
        <div class="figure figure-week">
          <dt>${t('dashboard.this_week')} <${Tag} tone=${WEEK_TONE[week.state]}>${t(`state.${week.state}`)}<//></dt>
          <dd>${weekSentence(week)}</dd>
        </div>`}
    </dl>`;
}

/** The day to open when the address names none: one of the month that waits, else its last one with a record. */
function dayToOpen(days, named, month) {
  const ofMonth = days.filter((day) => day.day.startsWith(month));
  return days.find((day) => day.day === named)
    ?? ofMonth.find((day) => day.state === 'waiting')
    ?? ofMonth.filter((day) => day.evidence.length > 0).at(-1)
    ?? null;
}

function Content({ answer, source, trail }) {
  const { address, month } = useContext(Page);
  const { person, days, rates } = answer;
  const { rows } = rates;
  const row = rows.at(-1);
  // Somebody posted next door who covers this village too: the days can be seen, the rate is that village's.
  const elsewhere = rows.length === 0 ? days.find((day) => day.village)?.village : null;
  const opened = dayToOpen(days, address.day, month);
  const open = (day) => {
    go({ ...address, day }, { replace: true });
    // On a narrow screen the panel lies below the calendar, out of sight.
    if (matchMedia('(max-width: 1100px)').matches) requestAnimationFrame(() => document.getElementById('day-title')?.scrollIntoView({ block: 'start' }));
  };
  const change = (how) => source.change((old) => ({ ...old, days: old.days.map((day) => (day.day === opened.day ? how(day) : day)) }));
  const suppose = (decision) => {
    // The day stays open although it may no longer be the first that waits.
    go({ ...address, day: opened.day }, { replace: true });
    change((day) => withDecision(day, decision));
  };
  const settle = (before, decision) => {
    change((day) => settledDay(day, before, decision));
    if (decision) source.reload();
  };
  return html`
    <div class="bar-top">
      <${Trail} trail=${trail} last=${person.name} />
      <${MonthPicker} />
    </div>
    <div class="columns">
      <section class="card table-card" aria-labelledby="cadre-name" aria-busy=${source.busy}>
        <h1 id="cadre-name">${person.name}
          ${row && html`<small>${[t(`cadre_role.${row.cadre.cadre_role}`), row.cadre.sending_unit, row.village.name].join(' · ')}</small>`}</h1>
        <${OverdueOfVillages} villages=${rows.map((one) => one.village)} />
        <${Period} answer=${rates} />
        ${rows.length === 0 && html`<p class="notice">${elsewhere
          ? t('dashboard.posted_elsewhere', { village: elsewhere.name })
          : t('dashboard.no_posting_this_month')}</p>`}
        ${rows.map((one) => html`
          ${rows.length > 1 && html`<h2 class="posting-name">${one.village.name}</h2>`}
          <${Figures} key=${one.posting_id} row=${one} />`)}
        <${ExportTable} kind="cadre_days" division=${trail.at(-1)} month=${month} filters=${{ cadre_id: String(person.id) }} />
        <${Calendar} days=${days} rows=${rows} month=${month} opened=${opened?.day} onOpen=${open} />
        <${Rules} rules=${rates.rules} />
        <${Pledges} cadreId=${person.id} division=${trail.at(-1)} />
      </section>
      ${opened
        ? html`<${DayPanel} key=${opened.day} day=${opened} cadreId=${person.id} onSuppose=${suppose} onSettle=${settle} />`
        : html`<aside class="card side"><p class="empty">${t('dashboard.no_evidence_month')}</p></aside>`}
    </div>`;
}

/** The days of the cadre whom the address names. */
export function CadreView({ trail }) {
  const { address, month, root } = useContext(Page);
  const source = useLoad(() => monthOfCadre({ cadre: address.cadre, month, division: root.code }), [address.cadre, month, root.code]);
  return html`<${Loaded} source=${source} lines=${10}>${(answer) => html`<${Content} answer=${answer} source=${source} trail=${trail} />`}<//>`;
}
