// The reviews of a contract; the village's branch gives its own here.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { Reviews } from '../shared/promise.js';
import { useSending } from '../shared/sending.js';
import { announce, Problem } from './parts.js';

/** When the content stands and is not sealed yet. */
const REVIEWED = ['measures', 'deliberated'];

export function BranchReview({ contract, onChange }) {
  const { revision } = contract;
  const [open, setOpen] = useState(false);
  const [agrees, setAgrees] = useState(null);
  const { send, busy, problem } = useSending(`/contracts/${contract.id}/reviews`, { dated: false });
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const opinion = form.get('opinion').trim();
    const now = await send({ revision_id: revision.id, body: 'branch', reviewer: form.get('reviewer').trim(), is_agreed: agrees,
      ...(opinion && { opinion }) });
    if (!now) return;
    announce(t('village.review_kept'));
    setOpen(false);
    onChange(now);
  };
  return html`
    <section class="panel">
      <h3>${t('village.reviews')}</h3>
      <${Reviews} revision=${revision} />
      ${REVIEWED.includes(revision.state) && !open && html`
        <button type="button" class="button wide" onClick=${() => setOpen(true)} data-testid="review">${t('village.review')}</button>`}
      ${open && html`
        <form class="form" onSubmit=${submit} data-testid="review-form">
          <label class="field">${t('village.reviewer')}<input name="reviewer" required maxlength="60" /></label>
          <fieldset class="ticks"><legend>${t('village.review_finds')}</legend>
            ${[true, false].map((value) => html`
              <label key=${value}><input type="radio" name="agrees" required onChange=${() => setAgrees(value)} /> ${t(value ? 'contract.agrees' : 'contract.disagrees')}</label>`)}</fieldset>
          <label class="field">${t(agrees === false ? 'village.review_why' : 'village.review_opinion')}
            <textarea name="opinion" rows="3" maxlength="2000" required=${agrees === false}></textarea></label>
          <${Problem}>${problem}<//>
          <div class="pair"><button type="button" class="button" onClick=${() => setOpen(false)}>${t('village.cancel')}</button>
            <button type="submit" class="button button-main" disabled=${busy} data-testid="review-send">${t('village.save')}</button></div>
        </form>`}
    </section>`;
}
