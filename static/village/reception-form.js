// Reception hours as the village records them: whoever of the cadres sat there has been in the village that day.
import { html } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { useSending } from '../shared/sending.js';
import { useVillage } from './context.js';
import { Problem } from './parts.js';

export function ReceptionForm({ Button, onDone, onCancel }) {
  const { me, village, isOwn } = useVillage();
  const { send, busy, problem } = useSending('/receptions');
  const cadres = useLoad(() => get('/cadres', { division: village.code }), [village.code]);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const said = Object.fromEntries(['question', 'answer', 'policy_cited', 'day'].map((name) => [name, form.get(name).trim()])
      .filter(([, text]) => text));
    if (await send({ ...said, village_code: village.code, cadre_ids: form.getAll('cadre').map(Number) })) onDone();
  };
  const named = (cadres.data?.cadres ?? []).filter(({ id }) => !isOwn(id));
  return html`
    <form class="panel form" onSubmit=${submit} data-testid="reception-form">
      <h3>${t('village.receive')}</h3>
      <label class="field">${t('village.reception_day')}<input type="date" name="day" required max=${me.today} defaultValue=${me.today} /></label>
      <label class="field">${t('village.reception_question')}<textarea name="question" rows="3" maxlength="2000" required></textarea></label>
      <label class="field">${t('village.reception_answer')}<textarea name="answer" rows="3" maxlength="2000"></textarea></label>
      <label class="field">${t('village.reception_policy')}<input name="policy_cited" maxlength="300" /></label>
      ${named.length > 0 && html`
        <fieldset class="ticks"><legend>${t('village.reception_cadres')}</legend>
          ${named.map(({ id, name }) => html`<label key=${id}><input type="checkbox" name="cadre" value=${id} /> ${name}</label>`)}
          <p class="quiet">${t('village.reception_counts')}</p></fieldset>`}
      <${Problem}>${problem}<//>
      <div class="pair"><${Button} onClick=${onCancel}>${t('village.cancel')}<//><${Button} type="submit" main disabled=${busy}>${t('village.save')}<//></div>
    </form>`;
}
