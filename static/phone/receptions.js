// Reception hours (坐诊): who asked what, what was answered and on which policy, and what has to be followed up.
import { html, useMemo, useState } from '/vendor/htm-preact.js';
import { get } from '/static/shared/api.js';
import { CONCERN_KINDS } from '/static/shared/concern.js';
import { shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { newId } from '/static/shared/ids.js';
import { useAnswer, usePhone } from './context.js';
import { Back, Button, Freshness, Problem } from './parts.js';
import { PhotoField, RecordPhotos } from './photo-field.js';

function List() {
  const { records } = usePhone();
  const answer = useAnswer('receptions', async () => (await get('/receptions', { page_size: 30 })).receptions);
  const unsent = records.filter(({ kind, state }) => kind === 'reception' && state !== 'sent');
  return html`
    <div>
      <a class="weui-btn weui-btn_primary" href="#receptions/new" data-testid="receive">${t('field.receptions.record')}</a>
      <${Freshness} answer=${answer} />
      <ul class="plain-list">
        ${unsent.map(({ id, state, body }) => html`
          <li key=${id} class="panel" data-testid="reception"><span class="record__head"><strong>${body.question}</strong>
            <a class="badge badge--${state}" href="#records">${t(`phone.records.state.${state}`)}</a></span></li>`)}
        ${answer.value?.map((one) => html`
          <li key=${one.id} class="panel" data-testid="reception">
            <p class="quiet small">${shortDay(one.day, locale())} ${one.household?.householder} ${one.recorded_by.name}</p>
            <p><strong>${one.question}</strong></p>
            ${one.answer && html`<p>${one.answer}</p>`}
            ${one.policy_cited && html`<p class="quiet small">${one.policy_cited}</p>`}
            <${RecordPhotos} photos=${one.photos} />
            ${one.concern_ids.map((id) => html`<a key=${id} href=${`#concerns/${id}`}>${t('field.receptions.concern')}</a>`)}
          </li>`)}
      </ul>
      ${answer.value?.length === 0 && !unsent.length && html`<p class="empty">${t('field.receptions.none')}</p>`}
    </div>`;
}

function Record() {
  const { me, outbox, sender } = usePhone();
  const village = me.cadre.posting?.village;
  const [id, concernId] = useMemo(() => [newId(), newId()], []);
  const [follows, setFollows] = useState(false);
  const [photos, setPhotos] = useState([]);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const said = Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim()]));
    const content = {
      village_code: village.code, question: said.question, captured_at: new Date().toISOString(),
      ...(said.answer && { answer: said.answer }), ...(said.policy_cited && { policy_cited: said.policy_cited }),
      ...(photos.length && { photos }),
      ...(follows && { concerns: [{ id: concernId, kind: said.kind, text: said.question }] }),
    };
    try {
      await outbox.add('reception', content, { id });
      sender.send();
      location.hash = '#receptions';
    } catch {
      setProblem(t('phone.here.failed'));
    }
  };
  if (!village) return html`<p class="empty">${t('phone.week.no_posting')}</p>`;
  return html`
    <form class="panel form" onSubmit=${submit} data-testid="reception-form">
      <h2>${t('field.receptions.record')}</h2>
      <label>${t('field.receptions.question')}<textarea name="question" rows="3" maxlength="2000" required></textarea></label>
      <label>${t('field.receptions.answer')}<textarea name="answer" rows="3" maxlength="2000"></textarea></label>
      <label>${t('field.receptions.policy')}<input name="policy_cited" maxlength="300" /></label>
      <button type="button" class="choice" aria-pressed=${String(follows)} onClick=${() => setFollows(!follows)} data-testid="follow">
        ${t('field.receptions.follow')}</button>
      ${follows && html`
        <fieldset class="choices"><legend>${t('field.concerns.kind')}</legend>
          ${CONCERN_KINDS.map((kind) => html`
            <label key=${kind}><input type="radio" name="kind" value=${kind} required /><span>${t(`concern.kind.${kind}`)}</span></label>`)}
        </fieldset>`}
      <${PhotoField} value=${photos} onChange=${setPhotos} />
      <${Problem}>${problem}<//>
      <${Button} type="submit" main wide>${t('field.save')}<//>
    </form>`;
}

/** #receptions, #receptions/new. */
export const Receptions = ({ rest: [name] }) => (name === 'new'
  ? html`<div><${Back} to="#receptions" /><${Record} /></div>` : html`<${List} />`);
