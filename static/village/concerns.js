// What villagers asked for and the village was given to handle: the steps that the committee may take, and new ones.
import { html, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { aboutWords, CONCERN_KINDS, Course, dueTone, dueWords, NextSteps } from '../shared/concern.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { useSending } from '../shared/sending.js';
import { useVillage } from './context.js';
import { announce, Loaded, Problem } from './parts.js';
import { ReceptionForm } from './reception-form.js';

const Button = ({ main = false, type = 'button', ...rest }) => html`
  <button type=${type} class=${main ? 'button button-main' : 'button'} ...${rest} />`;

function Concern({ concern, others, onTaken }) {
  const { me } = useVillage();
  const [open, setOpen] = useState(false);
  const { send, busy, problem } = useSending(`/concerns/${concern.id}/steps`);
  const take = async (content) => {
    const taken = await send(content);
    if (taken) {
      announce(t(`concern.state.${taken.state}`));
      onTaken(taken);
    }
    return Boolean(taken);
  };
  return html`
    <li class="panel" data-testid="concern" data-state=${concern.state}>
      <h3>${t(`concern.kind.${concern.kind}`)}
        <span class=${`badge badge--${dueTone(concern, me.today)}`}>${t(`concern.state.${concern.state}`)}</span></h3>
      <p>${concern.text}</p>
      <p class=${concern.is_overdue ? 'bad' : 'quiet'}>${dueWords(concern, me.today)}</p>
      <p class="quiet">${aboutWords(concern)}</p>
      ${open ? html`
        <${Course} concern=${concern} />
        <${Problem}>${problem}<//>
        <${NextSteps} key=${concern.state} concern=${concern} take=${take} Button=${Button} busy=${busy} others=${others} cancel=${t('village.cancel')} />`
        : html`<button type="button" class="text-button" onClick=${() => setOpen(true)} data-testid="open-concern">${t('village.concern_open')}</button>`}
    </li>`;
}

function RaiseForm({ onDone, onCancel }) {
  const { village } = useVillage();
  const { send, busy, problem } = useSending('/concerns');
  const submit = async (event) => {
    event.preventDefault();
    const { kind, text } = Object.fromEntries(new FormData(event.target));
    if (await send({ kind, text: text.trim(), village_code: village.code })) onDone();
  };
  return html`
    <form class="panel form" onSubmit=${submit} data-testid="concern-form">
      <h3>${t('village.concern_raise')}</h3>
      <label class="field">${t('village.concern_kind')}
        <select name="kind" required><option value=""></option>${CONCERN_KINDS.map((kind) => html`
          <option key=${kind} value=${kind}>${t(`concern.kind.${kind}`)}</option>`)}</select></label>
      <label class="field">${t('village.concern_text')}<textarea name="text" rows="3" maxlength="2000" required></textarea></label>
      <${Problem}>${problem}<//>
      <div class="pair"><${Button} onClick=${onCancel}>${t('village.cancel')}<//><${Button} type="submit" main disabled=${busy}>${t('village.save')}<//></div>
    </form>`;
}

export function ConcernsView() {
  const { village } = useVillage();
  const [form, setForm] = useState(null);
  const source = useLoad(() => get('/concerns', { division: village.code, state: 'open', page_size: 200 }), [village.code]);
  const done = (words) => () => {
    setForm(null);
    announce(t(words));
    source.reload();
  };
  const close = () => setForm(null);
  const taken = (concern) => source.change((old) => ({
    ...old, concerns: old.concerns.map((one) => (one.id === concern.id ? concern : one)),
  }));
  return html`
    <p class="quiet">${t('village.concerns_note')}</p>
    ${form === 'raise' && html`<${RaiseForm} onDone=${done('village.concern_raised')} onCancel=${close} />`}
    ${form === 'receive' && html`<${ReceptionForm} Button=${Button} onDone=${done('village.received')} onCancel=${close} />`}
    ${!form && html`
      <div class="pair">
        <${Button} onClick=${() => setForm('raise')} data-testid="raise">${t('village.concern_raise')}<//>
        <${Button} onClick=${() => setForm('receive')} data-testid="receive">${t('village.receive')}<//>
      </div>`}
    <${Loaded} source=${source}>${({ concerns }) => (concerns.length === 0
      ? html`<p class="empty" data-testid="no-concerns">${t('village.no_concerns')}</p>`
      : html`<ul class="plain">${concerns.map((one) => html`
        <${Concern} key=${one.id} concern=${one} others=${concerns.filter(({ id }) => id !== one.id)} onTaken=${taken} />`)}</ul>`)}<//>`;
}
