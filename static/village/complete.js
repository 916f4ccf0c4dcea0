// That an item is completed, or a deed done: the day, a few words, photos.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { useSending } from '../shared/sending.js';
import { useVillage } from './context.js';
import { announce, Problem } from './parts.js';
import { PhotoField } from './photo-field.js';

/** The form of both; `day` is the name of the field that the day goes by. */
export function DoneForm({ path, content = {}, day, title, onDone, onCancel }) {
  const { me } = useVillage();
  const { send, busy, problem } = useSending(path);
  const [photos, setPhotos] = useState([]);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const note = form.get('note').trim();
    const record = await send({ ...content, [day]: form.get('day'), ...(note && { note }), ...(photos.length && { photos }) });
    if (!record) return;
    announce(t('village.done_told'));
    onDone(record);
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="done-form">
      <h3>${title}</h3>
      <label class="field">${t('village.done_on')}<input type="date" name="day" required max=${me.today} defaultValue=${me.today} /></label>
      <label class="field">${t('village.done_note')}<textarea name="note" rows="2" maxlength="2000"></textarea></label>
      <${PhotoField} onChange=${setPhotos} label=${t('village.photos_site')} />
      <${Problem}>${problem}<//>
      <div class="pair"><button type="button" class="button" onClick=${onCancel}>${t('village.cancel')}</button>
        <button type="submit" class="button button-main" disabled=${busy} data-testid="done-send">${t('village.done_send')}</button></div>
    </form>`;
}

/** One matter, one completion: the assessors then come to look. */
export function Complete({ item, onDone }) {
  const [open, setOpen] = useState(false);
  if (!open) return html`<button type="button" class="button wide" onClick=${() => setOpen(true)} data-testid="complete">${t('village.complete')}</button>`;
  return html`<${DoneForm} path="/completions" content=${{ line_id: item.line_id }} day="completed_on" title=${t('village.complete')} onDone=${onDone}
    onCancel=${() => setOpen(false)} />`;
}
