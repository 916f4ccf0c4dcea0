// A person of the assessment office: added, corrected before the roster is published, and ended with an approval after it.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { patch, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { announce } from './parts.js';
import { Page } from './scope.js';

const POSTS = ['director', 'deputy', 'member'];

export function AssessorForm({ roster, assessor = null, onDone }) {
  const { me } = useContext(Page);
  const [state, setState] = useState({});
  const published = Boolean(roster.published_on);
  // Under a published name nobody is exchanged: who goes is ended.
  const ends = Boolean(assessor) && published;
  const path = `/assessor-rosters/${roster.township.code}/assessors`;
  const submit = async (event) => {
    event.preventDefault();
    const content = Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim() || null]));
    setState({ busy: true });
    try {
      if (assessor) await patch(`${path}/${assessor.id}`, content, assessor.version);
      else await post(path, content);
      announce(t('dashboard.saved'));
      onDone(true);
    } catch (error) {
      setState({ failure: error.status === 412 ? t('dashboard.changed_meanwhile') : failureText(error) });
    }
  };
  const text = (name, more) => html`<input name=${name} defaultValue=${assessor?.[name] ?? ''} ...${more} />`;
  return html`
    <form class="form" onSubmit=${submit} data-testid="assessor-form">
      ${!ends && html`
        <label>${t('dashboard.roster.name')}${text('name', { required: true, maxlength: 60 })}</label>
        <label>${t('dashboard.roster.post_head')}<select name="post">${POSTS.map((post_) => html`
          <option key=${post_} value=${post_} selected=${post_ === (assessor?.post ?? 'member')}>${t(`dashboard.roster.post.${post_}`)}</option>`)}</select></label>
        <label>${t('dashboard.roster.unit')}${text('unit', { maxlength: 100, placeholder: t('dashboard.roster.unit_example') })}</label>
        <label>${t('dashboard.from')}<input type="date" name="from_on" required defaultValue=${assessor?.from_on ?? me.today} /></label>`}
      ${ends && html`<label>${t('dashboard.roster.last_day')}<input type="date" name="to_on" required min=${assessor.from_on} defaultValue=${assessor.to_on ?? me.today} /></label>`}
      ${published && html`<label class="form-wide">${t('dashboard.roster.approval')}
        ${text(ends ? 'ended_approval' : 'added_approval', { required: true, maxlength: 300, placeholder: t('dashboard.roster.approval_example') })}</label>`}
      <div class="buttons form-wide"><button class="button button-main" disabled=${Boolean(state.busy)} data-testid="assessor-save">${t('dashboard.save')}</button>
        <button type="button" class="button" onClick=${() => onDone(false)}>${t('dashboard.cancel')}</button></div>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
    </form>`;
}
