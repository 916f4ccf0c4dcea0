// Checks of villages (抽查、季度检查、巡查): those that one may know of, and a new one whose villages are drawn or chosen.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { pagesOf, useLoad } from '../shared/loading.js';
import { go, Link } from './address.js';
import { CheckForm } from './check-form.js';
import { CheckView } from './check.js';
import { dayText, spanText } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Pager, Tag } from './parts.js';
import { holdsThere, Page } from './scope.js';
import { Trail } from './trail.js';
import { count } from './words.js';

const SHOWN = ['open', 'closed'];
const PAGE_SIZE = 50;

const sum = (check, name) => check.villages.reduce((all, one) => all + one[name], 0);

function Row({ check }) {
  const { address } = useContext(Page);
  const visited = check.villages.filter((one) => one.visited_on).length;
  const problems = sum(check, 'problems');
  return html`
    <tr data-testid="check" data-id=${check.id}>
      <th scope="row"><${Link} to=${{ view: 'checks', division: address.division, check: check.id }}>${check.title}<//>
        <small>${check.division.name} · ${t(`dashboard.check.kind.${check.kind}`)}</small></th>
      <td data-label=${t('dashboard.check.days')}>${check.last_on ? spanText(check.first_on, check.last_on) : t('dashboard.check.from', { day: dayText(check.first_on) })}</td>
      <td class="number" data-label=${t('dashboard.check.visited')}>${t('dashboard.checked_of', { n: count(visited), all: count(check.villages.length) })}</td>
      <td class="number" data-label=${t('dashboard.check.findings')}>${count(sum(check, 'findings'))}</td>
      <td class="number" data-label=${t('dashboard.check.problems')}>${problems > 0 ? html`<${Tag} tone="warn">${count(problems)}<//>` : '0'}</td>
      <td data-label=${t('dashboard.check.how')}>${check.is_whole ? t(check.draw ? 'dashboard.check.drawn' : 'dashboard.check.chosen') : t('dashboard.check.part')}</td>
    </tr>`;
}

function List({ division, state }) {
  const { address } = useContext(Page);
  const page = Math.max(1, Number(address.page) || 1);
  const source = useLoad(async () => {
    const { data, headers } = await request('GET', '/spot-checks', { query: { division: division.code, state, page, page_size: PAGE_SIZE } });
    return { ...data, last: pagesOf(headers).last };
  }, [division.code, state, page]);
  return html`
    <${Loaded} source=${source} lines=${5}>
      ${({ spot_checks: checks, last }) => (checks.length === 0
        ? html`<${Empty}>${t(`dashboard.check.none.${state}`)}<//>`
        : html`
          <div class="table-frame" tabindex="0" role="region" aria-label=${t('dashboard.view.checks')}>
            <table class="month-table roster">
              <thead><tr>${['title', 'days', 'visited', 'findings', 'problems', 'how'].map((name) => html`<th key=${name} scope="col">${t(`dashboard.check.${name}`)}</th>`)}</tr></thead>
              <tbody>${checks.map((one) => html`<${Row} key=${one.id} check=${one} />`)}</tbody>
            </table></div>
          <${Pager} page=${page} last=${last} turn=${(to) => go({ ...address, page: to })} />`)}<//>`;
}

export function ChecksView({ trail }) {
  const { address, me } = useContext(Page);
  const [isNew, setNew] = useState(false);
  const division = trail.at(-1);
  const shown = SHOWN.includes(address.state) ? address.state : SHOWN[0];
  const bar = html`<div class="bar-top"><${Trail} trail=${trail} /></div>`;
  if (address.check) return html`${bar}<${CheckView} key=${address.check} id=${address.check} />`;
  const checks = holdsThere(me, ['supervisor', 'discipline'], division) && division.level !== 'village';
  return html`
    ${bar}
    <section class="card">
      <div class="card-head"><h1>${t('dashboard.check.heading', { name: division.name })}</h1>
        ${checks && !isNew && html`<button type="button" class="button button-main" onClick=${() => setNew(true)} data-testid="check-new">${t('dashboard.check.new')}</button>`}
        <${ExportTable} key=${shown} kind="spot_checks" division=${division} filters=${{ state: shown }} /></div>
      ${isNew && html`<${CheckForm} division=${division} onCancel=${() => setNew(false)}
        onSaved=${(check) => go({ view: 'checks', division: address.division, check: check.id })} />`}
      <div class="segments" role="group" aria-label=${t('dashboard.concern.shown')}>${SHOWN.map((name) => html`
        <button key=${name} type="button" class="segment" aria-pressed=${String(shown === name)} data-testid=${`checks-${name}`}
          onClick=${() => go({ ...address, page: undefined, state: name === SHOWN[0] ? undefined : name })}>${t(`dashboard.check.state.${name}`)}</button>`)}</div>
      <${List} key=${`${division.code} ${shown}`} division=${division} state=${shown} />
    </section>`;
}
