// The own duty report (述职报告) for a meeting that votes on the cadre, and what came of it once it was read out there.
import { html, useState } from '/vendor/htm-preact.js';
import { get, request } from '/static/shared/api.js';
import { shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { useAnswer, usePhone } from './context.js';
import { Button, Freshness, Problem } from './parts.js';

const percent = (rate) => (rate === null ? '—' : `${(rate * 100).toFixed(1)}%`);

const Share = ({ name, one }) => html`<li data-testid="duty-share">${t(`field.duty.grade.${name}`)} <strong>${one.numerator}</strong> <span class="quiet small">${percent(one.rate)}</span></li>`;

function Write({ vote, subject, onDone }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const text = new FormData(event.target).get('text').trim();
    if (!text) return;
    setState({ busy: true });
    try {
      await request('PUT', `/assessed-votes/${vote.id}/duty-reports/${subject.cadre.id}`, { body: { text }, version: subject.version });
      setState({ saved: true });
      onDone();
    } catch (error) {
      // What was written stays in the form; another tap sends it again.
      setState({ failure: error.message });
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="duty-form">
      <label>${t('field.duty.report')}<textarea name="text" rows="10" maxlength="10000" required defaultValue=${subject.duty_report ?? ''}></textarea></label>
      <${Problem}>${state.failure}<//>
      ${state.saved && html`<p role="status" data-testid="duty-saved">${t('field.duty.saved')}</p>`}
      <${Button} type="submit" main disabled=${Boolean(state.busy)}>${t('field.save')}<//>
      <p class="quiet small">${t('field.duty.until')}</p>
    </form>`;
}

function Vote({ vote, subject, onDone }) {
  const { result } = subject;
  return html`
    <section class="panel" data-testid="duty" data-state=${vote.state}>
      <h2>${shortDay(vote.held_on, locale())} ${vote.village.name}</h2>
      <p class="quiet">${vote.place} · ${t(`field.duty.state.${vote.state}`)}</p>
      ${result && html`<ul class="plain-list">${result.overall.map((one) => html`<${Share} key=${one.grade} name=${one.grade} one=${one} />`)}<${Share} name="abstained" one=${result.abstained} /></ul>`}
      ${subject.may_report
        ? html`<${Write} vote=${vote} subject=${subject} onDone=${onDone} />`
        : subject.duty_report && html`<details><summary>${t('field.duty.report')}</summary>${subject.duty_report.split('\n').map((line, place) => html`<p key=${place}>${line}</p>`)}</details>`}
    </section>`;
}

/** #duty: the meetings that vote on this cadre, the latest first. */
export function Duty() {
  const { me } = usePhone();
  const answer = useAnswer('assessed-votes', async () => (await get('/assessed-votes')).assessed_votes);
  const own = (answer.value ?? []).flatMap((vote) => vote.subjects.filter(({ cadre }) => cadre.id === me.cadre.id).map((subject) => ({ vote, subject })));
  return html`
    <div>
      <${Freshness} answer=${answer} />
      ${answer.value && own.length === 0 && html`<p class="empty" data-testid="no-duty">${t('field.duty.none')}</p>`}
      ${own.map(({ vote, subject }) => html`<${Vote} key=${vote.id} vote=${vote} subject=${subject} onDone=${answer.reload} />`)}
    </div>`;
}
