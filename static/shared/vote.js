// One vote as those who hold it see it: how it stands, who came, the duty reports, the result once both tellers agree.
import { html, useState } from '/vendor/htm-preact.js';
import { get, request } from './api.js';
import { dayName } from './dates.js';
import { locale, t } from './i18n.js';
import { failureText, useLoad } from './loading.js';
import { VoteForm } from './vote-form.js';
import { VoteResult } from './vote-result.js';
import { VoteSteps } from './vote-steps.js';

const TONES = { prepared: 'wait', counting: 'wait', counted: 'warn', read_out: 'warn', signed: 'good', annulled: 'calm' };

export const VoteState = ({ vote }) => html`<span class=${`tag tag-${TONES[vote.state]} badge badge--${TONES[vote.state]}`} data-testid="vote-state">${t(`vote.state.${vote.state}`)}</span>`;

/** 王伟、李娜 */
export const votedOn = (vote) => vote.subjects.map(({ cadre }) => cadre.name).join('、');

export const voteDay = (vote) => dayName(vote.held_on, locale());

/** The votes below a division, the latest first. */
export const useVotes = (division) => useLoad(() => get('/assessed-votes', { division: division.code, page_size: 100 }), [division.code]);

function Report({ vote, subject, onChange }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const text = new FormData(event.target).get('text').trim();
    if (!text) return;
    setState({ open: true, busy: true });
    try {
      const { data } = await request('PUT', `/assessed-votes/${vote.id}/duty-reports/${subject.cadre.id}`, { body: { text }, version: subject.version });
      setState({});
      onChange(data);
    } catch (error) {
      setState({ open: true, failure: failureText(error) });
    }
  };
  return html`
    <details class="vote-report" open=${state.open || undefined}><summary>${t(subject.duty_report ? 'vote.report' : 'vote.report_missing')}</summary>
      ${state.open
        ? html`<form class="vote-form" onSubmit=${submit}>
            <label class="vote-wide"><span class="sr-only heard-only">${t('vote.report')}</span><textarea name="text" rows="8" maxlength="10000" required defaultValue=${subject.duty_report ?? ''} data-testid="report-text"></textarea></label>
            ${state.failure && html`<p class="failure-text bad" role="alert">${state.failure}</p>`}
            <div class="buttons pair"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="report-save">${t('vote.save')}</button>
              <button type="button" class="button" onClick=${() => setState({})}>${t('vote.cancel')}</button></div></form>`
        : html`${(subject.duty_report ?? '').split('\n').filter(Boolean).map((line, place) => html`<p key=${place}>${line}</p>`)}
          ${subject.may_report && html`<button type="button" class="button" onClick=${() => setState({ open: true })} data-testid="report-write">${t('vote.report_write')}</button>`}`}
    </details>`;
}

function Came({ vote }) {
  const { quorum } = vote;
  return html`
    <table class="vote-came"><thead><tr><th scope="col">${t('vote.group')}</th><th scope="col">${t('vote.expected')}</th><th scope="col">${t('vote.present')}</th></tr></thead>
      <tbody>${vote.groups.map((one) => html`
        <tr key=${one.voters}><th scope="row">${t(`vote.group.${one.voters}`)}</th><td>${one.expected}</td><td>${one.present}</td></tr>`)}</tbody></table>
    <p class=${quorum.is_met ? '' : 'failure-text bad'} data-testid="quorum" data-met=${String(quorum.is_met)}>
      ${t(quorum.is_met ? 'vote.quorum_met' : 'vote.quorum_missing', { present: quorum.present, needed: quorum.needed, expected: quorum.expected })}</p>`;
}

/**
 * `Papers` are the page's own buttons for a kind of file, `Photos` shows a record's photos, the hook `usePhotos` takes
 * new ones: {hashes, send, field}; `today` and `own` (cadre id) are of the user.
 */
export function VoteOpen({ id, today, own, Papers, Photos, usePhotos, Loaded }) {
  const source = useLoad(() => get(`/assessed-votes/${id}`), [id]);
  const [isEdited, setEdited] = useState(false);
  const photos = usePhotos();
  const change = (now) => source.change(() => now);
  return html`
    <${Loaded} source=${source}>${(vote) => html`
      <section class="card panel vote-card" data-testid="vote-open" data-state=${vote.state}>
        <h1>${votedOn(vote)} <${VoteState} vote=${vote} /></h1>
        <p>${vote.village.name} · ${voteDay(vote)} · ${vote.place}</p>
        ${vote.is_whole && html`<p>${t('vote.presided_by')}：${vote.presided_by}</p>
          <p>${t('vote.tellers')}：${vote.tellers.map((one) => html`<span key=${one.number} class="vote-teller" data-testid=${`teller ${one.number}`}>${one.name}${vote.state === 'counting' ? ` · ${t(one.has_counted ? 'vote.has_counted' : 'vote.counts')}` : ''}</span>`)}</p>`}
        ${vote.state === 'counting' && vote.round > 1 && html`<p class="notice notice-warn notice--warn" data-testid="round">${t('vote.differs', { n: vote.round })}</p>`}
        ${vote.annulled_reason && html`<p class="notice notice-warn notice--warn">${t('vote.annul_reason')}：${vote.annulled_reason}</p>`}
        ${isEdited && vote.may_change
          ? html`<${VoteForm} village=${vote.village} vote=${vote} today=${today} own=${own} onCancel=${() => setEdited(false)} onDone=${(now) => { setEdited(false); change(now); }} />`
          : html`<${Came} vote=${vote} />
            <${VoteSteps} vote=${vote} today=${today} photos=${photos} onChange=${change} onReload=${source.reload} />`}
        ${vote.is_whole && vote.state !== 'annulled' && html`<div class="buttons">${vote.may_change && !isEdited && html`<button type="button" class="button" onClick=${() => setEdited(true)} data-testid="vote-change">${t('vote.change')}</button>`}
          <${Papers} kind="vote_form" vote=${vote}>${t('vote.paper_ballot')}<//>
          ${vote.ballots && html`<${Papers} kind="vote_minutes" vote=${vote}>${t('vote.paper_minutes')}<//>`}</div>`}
        ${!vote.is_whole && html`<p class="fine quiet">${t('vote.own')}</p>`}
        ${vote.ballots && html`<p data-testid="ballots">${t('vote.ballots', vote.ballots)}</p>`}
      </section>
      ${vote.subjects.map((subject) => html`
        <section key=${subject.cadre.id} class="card panel" data-testid="vote-subject">
          <h2>${subject.cadre.name}</h2>
          ${subject.result && html`<${VoteResult} result=${subject.result} />`}
          <${Report} vote=${vote} subject=${subject} onChange=${change} />
        </section>`)}
      ${(vote.minutes || vote.photos.length > 0) && html`
        <section class="card panel"><h2>${t('vote.minutes')}</h2>
          ${(vote.minutes ?? '').split('\n').filter(Boolean).map((line, place) => html`<p key=${place}>${line}</p>`)}
          <${Photos} photos=${vote.photos} /></section>`}`}<//>`;
}
