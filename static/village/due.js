// What is due of the village's promises: a line for each matter, leading to where it is done.
import { html } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { monthOf } from '../shared/dates.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { eachShareOnce, isDueSoon } from '../shared/promise.js';
import { isLateNotice, waitsForVillage } from '../shared/supervision.js';
import { useVillage } from './context.js';

function linesOf({ notices, deeds, overdue, contracts }, today) {
  const late = notices.filter((one) => isLateNotice(one, today)).length;
  const waiting = notices.filter((one) => waitsForVillage(one) && !isLateNotice(one, today)).length;
  const undone = eachShareOnce(overdue).length;
  const soon = deeds.filter((one) => isDueSoon(one, today)).length;
  const turns = contracts.filter(({ next_steps: steps }) => steps.length > 0);
  const way = turns.length === 1 ? `#contracts/${turns[0].id}` : '#contracts';
  return [
    late && { key: 'notices_late', count: late, href: '#notices', urgent: true },
    waiting && { key: 'notices', count: waiting, href: '#notices' },
    undone && { key: 'deeds_late', count: undone, href: '#deeds', urgent: true },
    soon && { key: 'deeds', count: soon, href: '#deeds' },
    turns.length && { key: 'contracts', count: turns.length, href: way },
  ].filter(Boolean);
}

/** What each question brings, empty where it failed, and why the first one that failed did. */
async function asked(questions) {
  const answers = await Promise.allSettled(Object.entries(questions).map(async ([name, [path, list, query]]) => [name, (await get(path, query))[list]]));
  const problem = answers.find(({ status }) => status === 'rejected')?.reason ?? null;
  // A log-in that has ended is for the page to see.
  if (problem?.status === 401) throw problem;
  const none = Object.fromEntries(Object.keys(questions).map((name) => [name, []]));
  return { ...none, ...Object.fromEntries(answers.flatMap(({ value }) => (value ? [value] : []))), problem };
}

/** Nothing while it is asked for, and nothing where nothing is due; what could not be asked does not hide the rest. */
export function Due() {
  const { me, village } = useVillage();
  const division = village.code;
  const source = useLoad(() => asked({
    notices: ['/supervision-notices', 'notices', { division, state: 'open', page_size: 200 }],
    deeds: ['/deeds', 'deeds', { division, month: monthOf(me.today) }],
    overdue: ['/deeds', 'deeds', { division, state: 'overdue' }],
    contracts: ['/contracts', 'contracts', { division, page_size: 50 }],
  }), [division, me.today]);
  if (!source.data) return null;
  const { problem } = source.data;
  const lines = linesOf(source.data, me.today);
  return html`<div>
    ${problem && html`<p class="notice notice--warn" role="status" data-testid="due-failed">${t('village.due_failed')} ${problem.message}
      <button type="button" class="text-button" onClick=${source.reload}>${t('village.again')}</button></p>`}
    ${lines.length > 0 && html`
      <ul class="plain panel due" data-testid="due">${lines.map(({ key, count, href, urgent }) => html`
        <li key=${key}><a class=${urgent ? 'way bad' : 'way'} href=${href} data-testid=${`due-${key}`}><span>${t(`village.due.${key}`, { n: count })}</span>
          <span aria-hidden="true">›</span></a></li>`)}</ul>`}</div>`;
}
