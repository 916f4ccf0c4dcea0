// 「补记一天」: a day without phone or position, told plainly; the village says whether it is so.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';
import { usePhone } from './context.js';
import { Back, Button, Problem } from './parts.js';

export function Declare({ date }) {
  const { outbox, sender, today } = usePhone();
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    if (form.get('day') > today) {
      setProblem(t('phone.declare.future'));
      return;
    }
    setBusy(true);
    try {
      await outbox.declare(form.get('day'), form.get('note').trim());
      sender.send();
      location.hash = '#records';
    } catch {
      setBusy(false);
      setProblem(t('phone.here.failed'));
    }
  };
  return html`
    <div>
      <${Back} to=${date ? `#day/${date}` : '#today'} />
      <form class="panel form" onSubmit=${submit} data-testid="declare-form">
        <h2>${t('phone.declare.title')}</h2>
        <p>${t('phone.declare.text')}</p>
        <label>${t('phone.declare.day')}
          <input type="date" name="day" required max=${today} defaultValue=${date ?? today} />
        </label>
        <label>${t('phone.declare.note')}
          <textarea name="note" rows="3" maxlength="500" placeholder=${t('phone.declare.example')}></textarea>
        </label>
        <${Problem}>${problem}<//>
        <${Button} type="submit" main wide disabled=${busy}>${t('phone.declare.send')}<//>
      </form>
    </div>`;
}
