// The working calendar of a year: the days that differ from Monday to Friday, and one day set by hand.
import { html, useContext } from '/vendor/htm-preact.js';
import { get, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { go, Link } from '../dashboard/address.js';
import { dayWithWeekday } from '../dashboard/dates.js';
import { Empty, Loaded, Tag } from '../dashboard/parts.js';
import { Page } from '../dashboard/scope.js';
import { Failed, Field, useSaving, valuesOf } from './saving.js';

const KINDS = ['workday', 'makeup', 'rest', 'holiday'];
/** The source of days that the server knew by itself. */
const BUILT_IN = 'chinesecalendar';
const TONE = { holiday: 'bad', rest: 'calm', makeup: 'warn', workday: 'calm' };

function SetDay({ year, onDone }) {
  const { busy, failure, save } = useSaving();
  const submit = (event) => {
    event.preventDefault();
    const { day, ...body } = valuesOf(event.target);
    save(async () => {
      await request('PUT', `/calendar-days/${day}`, { body });
      onDone();
    });
  };
  return html`
    <details class="adding"><summary data-testid="set-day">${t('admin.day_set')}</summary>
      <form class="form" onSubmit=${submit} data-testid="day-form">
        <${Field} type="date" label=${t('admin.day')} name="day" required min=${`${year}-01-01`} max=${`${year}-12-31`} />
        <${Field} as="select" label=${t('admin.kind')} name="kind">${KINDS.map((kind) => html`<option key=${kind} value=${kind}>${t(`calendar.${kind}`)}</option>`)}<//>
        <${Field} label=${t('admin.label')} name="label" maxlength="60" />
        <div class="form-wide"><${Field} label=${t('admin.source')} name="source" required maxlength="200" /></div>
        <div class="form-wide buttons"><button class="button button-main" disabled=${busy}>${t('admin.save')}</button></div>
        <div class="form-wide"><${Failed} text=${failure} /></div>
      </form></details>`;
}

export function CalendarView() {
  const { address, me } = useContext(Page);
  const thisYear = Number(me.today.slice(0, 4));
  const year = /^20\d\d$/.test(address.year ?? '') ? Number(address.year) : thisYear;
  const source = useLoad(() => get('/calendar-days', { year }), [year]);
  const move = (to) => go({ ...address, year: to === thisYear ? undefined : String(to) });
  return html`
    <section class="card" aria-busy=${source.busy}>
      <div class="card-head"><h1>${t('admin.view.calendar')}</h1>
        <div class="months"><button type="button" class="button" aria-label=${t('admin.year_before')} onClick=${() => move(year - 1)}>‹</button>
          <output class="month-name" data-testid="year">${year}</output>
          <button type="button" class="button" aria-label=${t('admin.year_after')} onClick=${() => move(year + 1)} data-testid="year-after">›</button></div></div>
      <${Loaded} source=${source} lines=${8}>
        ${({ official, days }) => html`
          <p class=${official ? 'notice notice-good' : 'notice notice-warn'} data-testid="official">${t(official ? 'admin.year_official' : 'admin.year_unofficial', { year })}
            ${!official && html`<${Link} to=${{ view: 'import' }}>${t('admin.year_import')}<//>`}</p>
          <${SetDay} year=${year} onDone=${source.reload} />
          ${days.length === 0 ? html`<${Empty}>${t('admin.no_days')}<//>` : html`
            <ul class="days">${days.map((one) => html`<li key=${one.day} data-testid="calendar-day" data-day=${one.day}>
              <strong>${dayWithWeekday(one.day)}</strong> <${Tag} tone=${TONE[one.kind]}>${t(`calendar.${one.kind}`)}<//>
              <span>${one.label}</span><small>${one.source === BUILT_IN ? t('admin.source_built_in') : one.source}</small></li>`)}</ul>`}`}
      <//>
    </section>`;
}
