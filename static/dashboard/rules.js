// What is counted, and the rules behind the numbers: value, since when, where it says so.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { fullDay, fullSpan } from './dates.js';
import { ruleName, ruleValue } from './words.js';

/** What is counted: from which day to which, and up to when. */
export function Period({ answer }) {
  const closed = answer.months_weeks.filter((week) => week.closed).length;
  return html`
    <p class="period" data-testid="counting-period">
      <strong>${t('dashboard.counting_period')}</strong> ${fullSpan(answer.counting_period.from, answer.counting_period.to)}
      <span class="period-note">${t('dashboard.weeks_closed', { closed, all: answer.months_weeks.length })}
        ${' · '}${t('dashboard.as_of', { day: fullDay(answer.as_of) })}</span>
    </p>
    ${!answer.calendar_official && html`
      <p class="notice notice-warn" role="note" data-testid="calendar-notice">
        ${t('dashboard.calendar_not_official', { year: answer.counting_period.to.slice(0, 4) })}</p>`}`;
}

const COLUMNS = ['rule', 'value', 'effective_from', 'division', 'source'];

/** Open on paper and on demand on the screen; `note` says when a rule holds. */
export function Rules({ rules, note = t('dashboard.rules_week') }) {
  return html`
    <details class="rules" data-testid="rules">
      <summary>${t('dashboard.rules')}</summary>
      <p class="fine">${note}</p>
      <div class="table-frame">
        <table class="plain-table">
          <thead>
            <tr>
              ${COLUMNS.map((name) => html`<th key=${name} scope="col">${t(`dashboard.rule_column.${name}`)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rules.map((rule) => html`
              <tr key=${`${rule.key} ${rule.division?.code} ${rule.effective_from}`}>
                <th scope="row">${ruleName(rule.key)}</th><td>${ruleValue(rule)}</td>
                <td>${rule.effective_from ? fullDay(rule.effective_from) : '—'}</td><td>${rule.division?.name ?? '—'}</td>
                <td>${rule.source || t('dashboard.rule_no_source')}</td>
              </tr>`)}
          </tbody>
        </table>
      </div>
    </details>`;
}
