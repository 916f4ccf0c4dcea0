// What an entry of the audit log says of the matter, line by line in words; what has no words is shown as it stands.
import { html } from '/vendor/htm-preact.js';
import { has, listed, t } from '../shared/i18n.js';
import { fullDay, fullInstant, monthText } from '../dashboard/dates.js';
import { count, ruleName, ruleValue } from '../dashboard/words.js';

/** What a key is the name of, where the server tells today's names. */
const NAMED = {
  cadre: 'cadre', cadre_id: 'cadre', successor: 'cadre', approved: 'cadre', asked: 'cadre', present: 'cadre', excused: 'cadre',
  absent: 'cadre', companions: 'cadre', users: 'user', posting: 'posting', village: 'division', division: 'division', divisions: 'division',
};
/** The words that the value of a key may have; the first that is there says it. */
const WORDS = {
  role: (value) => [`role.${value}`], rank: (value) => [`rank.${value}`], cadre_role: (value) => [`cadre_role.${value}`],
  level: (value) => [`dashboard.level.${value}`], kind: (value) => [`export.kind.${value}`, `dashboard.household.link.${value}`, `leave.kind.${value}`, `emergency.kind.${value}`],
  changed: (value) => [`admin.detail.${value}`], ended_as: (value) => [`dashboard.household.end.${value}`],
  why: (value) => [`admin.why.${value}`], from: (value) => [`calendar.${value}`], to: (value) => [`calendar.${value}`],
};
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MONTH = /^\d{4}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)$/;
/** Fingerprints and ids: they prove something, but nobody reads them. They stand in the entry as it is kept. */
const NOT_READ = ['sha256', 'hash', 'seen_hash', 'id', 'evidence', 'handover', 'notice', 'session', 'place', 'about'];

const label = (key) => (has(`admin.detail.${key}`) ? t(`admin.detail.${key}`) : key);

function text(key, value, names) {
  if (value === null || value === '') return t('admin.empty');
  if (typeof value === 'boolean') return t(value ? 'admin.yes' : 'admin.no');
  const name = NAMED[key] && names[`${NAMED[key]}:${value}`];
  if (name) return name;
  const word = WORDS[key]?.(value).find(has);
  if (word) return t(word);
  if (typeof value === 'number') return NAMED[key] ? `#${value}` : count(value);
  if (typeof value === 'object') return JSON.stringify(value);
  if (DAY.test(value)) return fullDay(value);
  if (INSTANT.test(value)) return fullInstant(value);
  return MONTH.test(value) ? monthText(value) : value;
}

const listText = (key, values, names) => listed(values.map((value) => text(key, value, names))) || t('admin.empty');
const changeText = (key, before, after, names) => `${text(key, before, names)} → ${text(key, after, names)}`;
const dayKind = (held) => (held ? [text('to', held[0], {}), held[1]].filter(Boolean).join(' ') : t('admin.ordinary_day'));

/** The lines of an entry as [label, text]. */
function linesOf({ action, details, names }) {
  const lines = [];
  for (const [key, value] of Object.entries(details)) {
    if (value === null || NOT_READ.includes(key)) continue;
    if (action === 'policy.set' && key === 'key') lines.push([label('key'), ruleName(value)]);
    else if (action === 'policy.set' && key === 'value') lines.push([label('value'), ruleValue({ key: details.key, value })]);
    else if (key === 'to' && 'from' in details) continue;
    else if (key === 'from' && typeof value === 'object') Object.entries(value).forEach(([name, before]) => lines.push([label(name), changeText(name, before, details.to[name], names)]));
    else if (key === 'from') lines.push([label('change'), changeText('from', value, details.to, names)]);
    else if (key === 'lines') value.forEach(([cadre, day, present]) => lines.push([names[`cadre:${cadre}`] ?? `#${cadre}`, `${fullDay(day)} ${t(present ? 'admin.present' : 'admin.absent')}`]));
    else if (key === 'days' && !Array.isArray(value)) Object.entries(value).forEach(([day, [before, after]]) => lines.push([fullDay(day), `${dayKind(before)} → ${dayKind(after)}`]));
    else if (['cadre.changed', 'term.changed'].includes(action) && Array.isArray(value)) lines.push([label(key), changeText(key, value[0], value[1], names)]);
    else if (Array.isArray(value)) lines.push([label(key), listText(key, value, names)]);
    else lines.push([label(key), text(key, value, names)]);
  }
  if (action === 'calendar.set' && details.from === null) lines.unshift([label('change'), `${t('admin.ordinary_day')} → ${text('to', details.to, names)}`]);
  return lines;
}

export function AuditDetails({ entry }) {
  const lines = linesOf(entry);
  return html`
    ${lines.length > 0 && html`<dl class="facts" data-testid="details">${lines.map(([name, said], index) => html`<div key=${index}><dt>${name}</dt><dd>${said}</dd></div>`)}</dl>`}
    <details class="as-kept"><summary>${t('admin.as_kept')}</summary>
      <p class="fine">${entry.action} · ${entry.subject} · ${t('admin.entry_number', { n: count(entry.number) })}</p>
      <pre>${JSON.stringify(entry.details, null, 1)}</pre></details>`;
}
