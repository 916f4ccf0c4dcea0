// The month of a village, cadre by cadre and day by day: what was recorded, leave, errands, holidays.
import { html, useContext, useEffect, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Link } from './address.js';
import { dayText, dayWithWeekday, monthText, weekdayNames, weeksAround } from './dates.js';
import { KindSigns, SignLegend, spokenKinds, StateShape } from './day-signs.js';
import { ExportTable } from './export.js';
import { MonthPicker } from './header.js';
import { Empty, Loaded } from './parts.js';
import { Page } from './scope.js';
import { divisionsUnder, Trail } from './trail.js';

const isOff = ({ kind }) => kind === 'rest' || kind === 'holiday';
const weekday = (day) => weekdayNames('narrow')[(new Date(day).getUTCDay() + 6) % 7];
const NARROW = '(max-width: 760px)';

/** Whether the window is a phone's: thirty days do not fit beside each other there. */
function useNarrow() {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const read = () => setNarrow(media.matches);
    media.addEventListener('change', read);
    return () => media.removeEventListener('change', read);
  }, []);
  return narrow;
}

/** What a day is in the working calendar, in words; nothing for a usual working day. */
const natureText = ({ kind, label }) => [label, kind !== 'workday' && t(`dashboard.day_kind.${kind}`)].filter(Boolean).join(' ');

/** What a cell says: what it looks like, the word in it, and all of it for the ear. */
function cellOf(day, nature, today) {
  const missing = day.in_posting && !day.state && !day.leave && !day.errand && day.kinds.length === 0 && !isOff(nature) && day.day < today;
  const away = day.errand ?? day.leave;
  const word = day.errand ? t('dashboard.cell.errand') : day.leave ? t(`dashboard.leave_short.${day.leave}`) : missing ? '·' : '';
  const tone = day.state ?? (day.errand ? 'errand' : day.leave ? 'leave' : isOff(nature) ? 'rest' : 'duty');
  const said = [
    dayWithWeekday(day.day), natureText(nature), !day.in_posting && t('dashboard.calendar.outside'),
    day.state && t(`dashboard.cell.${day.state}`), away && t(`leave.kind.${away}`), missing && t('dashboard.cell.none'), spokenKinds(day.kinds),
  ];
  return { tone, word, spoken: said.filter(Boolean).join(t('dashboard.comma')), opens: Boolean(day.state || away || missing || day.kinds.length) };
}

/** A day of a cadre; it opens into the records that made it, under the village looked at: the cadre's own may be another's. */
function DayCell({ row, day, nature, village, withNumber = false }) {
  const { me, address } = useContext(Page);
  const { tone, word, spoken, opens } = cellOf(day, nature, me.today);
  const inside = html`
    ${withNumber && html`<b aria-hidden="true">${Number(day.day.slice(8))}</b>`}
    <span class="sr-only">${spoken}</span>
    ${day.state && html`<${StateShape} state=${day.state} />`}
    ${word && html`<span class="day-away" aria-hidden="true">${word}</span>`}
    ${day.kinds.length > 0 && html`<${KindSigns} kinds=${day.kinds} />`}`;
  return html`
    <td class=${`cal cal-${day.in_posting ? tone : 'outside'} ${isOff(nature) ? 'cal-off' : ''}`} data-testid="cell" data-day=${day.day} data-state=${day.state ?? ''}>
      ${opens
        ? html`<${Link} class="cal-link" to=${{ view: 'table', division: village.code, month: address.month, cadre: row.cadre.id, day: day.day }}>${inside}<//>`
        : html`<span class="cal-link">${inside}</span>`}
    </td>`;
}

/** Who the row is about: from where, and since or until when, if it is not the whole month. */
function Who({ row, answer }) {
  const { address } = useContext(Page);
  const [first, last] = [answer.days[0].day, answer.days.at(-1).day];
  const notes = [
    row.village.code !== answer.village.code && t('dashboard.calendar.covers', { name: row.village.name }),
    row.posting.from > first && t('dashboard.calendar.since', { day: dayText(row.posting.from) }),
    row.posting.to && row.posting.to < last && t('dashboard.calendar.until', { day: dayText(row.posting.to) }),
  ].filter(Boolean);
  return html`<${Link} to=${{ view: 'table', division: answer.village.code, month: address.month, cadre: row.cadre.id }}>${row.cadre.name}<//>
    ${notes.map((note) => html`<small key=${note}>${note}</small>`)}`;
}

/** On a wide window: a line for each cadre, a column for each day. */
function Grid({ answer }) {
  const { me } = useContext(Page);
  const name = t('dashboard.calendar.of', { name: answer.village.name, month: monthText(answer.month) });
  return html`
    <div class="table-frame" tabindex="0" role="region" aria-label=${name}>
      <table class="village-calendar" data-testid="village-calendar">
        <caption class="sr-only">${name}</caption>
        <thead><tr>
          <th scope="col">${t('dashboard.column.cadre')}</th>
          ${answer.days.map(({ day, calendar }) => html`
            <th key=${day} scope="col" class=${isOff(calendar) ? 'cal-off' : ''} aria-current=${day === me.today ? 'date' : undefined}>
              <span class="sr-only">${[dayWithWeekday(day), natureText(calendar)].filter(Boolean).join(t('dashboard.comma'))}</span>
              <b aria-hidden="true">${Number(day.slice(8))}</b><small aria-hidden="true">${weekday(day)}</small>
              ${calendar.label && html`<small class="cal-label" aria-hidden="true">${calendar.label}</small>`}
            </th>`)}
        </tr></thead>
        <tbody>${answer.cadres.map((row) => html`
          <tr key=${`${row.cadre.id} ${row.posting.from}`} data-testid="row" data-cadre=${row.cadre.id}>
            <th scope="row"><${Who} row=${row} answer=${answer} /></th>
            ${row.days.map((day, index) => html`<${DayCell} key=${day.day} row=${row} day=${day} nature=${answer.days[index].calendar} village=${answer.village} />`)}
          </tr>`)}</tbody>
      </table>
    </div>`;
}

/** On a narrow window: a small month for each cadre, below one another. */
function Months({ answer }) {
  const names = weekdayNames('narrow');
  const spoken = weekdayNames('long');
  const place = new Map(answer.days.map(({ day }, index) => [day, index]));
  return answer.cadres.map((row) => html`
    <section key=${`${row.cadre.id} ${row.posting.from}`} class="cal-month" data-testid="row" data-cadre=${row.cadre.id}>
      <h2><${Who} row=${row} answer=${answer} /></h2>
      <table class="village-calendar cal-weeks">
        <caption class="sr-only">${t('dashboard.calendar.of', { name: row.cadre.name, month: monthText(answer.month) })}</caption>
        <thead><tr>${names.map((name, index) => html`<th key=${index} scope="col" abbr=${spoken[index]}>${name}</th>`)}</tr></thead>
        <tbody>${weeksAround(answer.month).map((week) => html`
          <tr key=${week[0]}>${week.map((day) => (place.has(day)
            ? html`<${DayCell} key=${day} row=${row} day=${row.days[place.get(day)]} nature=${answer.days[place.get(day)].calendar} village=${answer.village} withNumber />`
            : html`<td key=${day}></td>`))}</tr>`)}</tbody>
      </table>
    </section>`);
}

function OfVillage({ village, month }) {
  const narrow = useNarrow();
  const source = useLoad(() => get('/day-calendars', { village: village.code, month }), [village.code, month]);
  const named = (days) => days.filter(({ calendar }) => calendar.label).map(({ day, calendar }) => `${dayText(day)} ${natureText(calendar)}`);
  return html`
    <section class="card table-card" aria-busy=${source.busy} aria-label=${t('dashboard.view.calendar')}>
      <${Loaded} source=${source} lines=${6}>
        ${(answer) => html`
          ${answer.cadres.length > 0 && html`<${ExportTable} kind="day_calendar" division=${village} month=${month} />`}
          ${answer.cadres.length === 0
            ? html`<${Empty}>${t('dashboard.no_rows', { name: village.name, month: monthText(month) })}<//>`
            : narrow ? html`<${Months} answer=${answer} />` : html`<${Grid} answer=${answer} />`}
          ${narrow && named(answer.days).length > 0 && html`<p class="fine">${named(answer.days).join(t('dashboard.comma'))}</p>`}
          <${SignLegend} />
          <p class="fine">${t('dashboard.calendar.legend')}</p>`}
      <//>
    </section>`;
}

/** Villages below a division, by township: [{township, villages}]. */
async function villagesOf(division) {
  if (division.level === 'township') return [{ township: null, villages: await divisionsUnder(division.code) }];
  const townships = await divisionsUnder(division.code);
  return Promise.all(townships.map(async (township) => ({ township, villages: await divisionsUnder(township.code) })));
}

function Choose({ division }) {
  const { address } = useContext(Page);
  const [wanted, setWanted] = useState('');
  const source = useLoad(() => villagesOf(division), [division.code]);
  const fits = ({ name }) => name.includes(wanted.trim());
  return html`
    <section class="card" aria-label=${t('dashboard.view.calendar')}>
      <p>${t('dashboard.calendar.choose')}</p>
      <input class="search" type="search" value=${wanted} onInput=${(event) => setWanted(event.target.value)} aria-label=${t('dashboard.calendar.filter')}
        placeholder=${t('dashboard.calendar.filter')} data-testid="village-filter" />
      <${Loaded} source=${source} lines=${6}>
        ${(groups) => {
          const shown = groups.map((group) => ({ ...group, villages: group.villages.filter(fits) })).filter(({ villages }) => villages.length > 0);
          if (shown.length === 0) return html`<${Empty}>${t('dashboard.calendar.none')}<//>`;
          return shown.map(({ township, villages }) => html`
            <section key=${township?.code ?? ''} class="villages-of">
              ${township && html`<h2>${township.name}</h2>`}
              <ul>${villages.map((village) => html`<li key=${village.code}>
                <${Link} to=${{ view: 'calendar', division: village.code, month: address.month }} data-testid="village">${village.name}<//></li>`)}</ul>
            </section>`);
        }}
      <//>
    </section>`;
}

/** A village's month; of what lies above a village, the villages to choose from. */
export function VillageCalendarView({ trail }) {
  const { month } = useContext(Page);
  const division = trail.at(-1);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /><${MonthPicker} /></div>
    <h1 class="sr-only">${t('dashboard.calendar.of', { name: division.name, month: monthText(month) })}</h1>
    ${division.level === 'village'
      ? html`<${OfVillage} village=${division} month=${month} />`
      : html`<${Choose} division=${division} />`}`;
}
