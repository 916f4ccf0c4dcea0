// Photos on the village's page: made small here, sent at once, and named by the record that they belong to.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { shrunk, Unreadable } from '../shared/shrink.js';
import { Problem } from './parts.js';

const MOST = 9;
const SEND_MS = 120 * 1000;

async function sent(file) {
  const { data, sha256 } = await shrunk(file);
  const blob = new Blob([data], { type: 'image/jpeg' });
  await request('PUT', `/photos/${sha256}`, { raw: blob, timeoutMs: SEND_MS });
  return { sha256, url: URL.createObjectURL(blob) };
}

/** Take or choose photos in a form: `onChange(hashes)` is told of every change. */
export function PhotoField({ onChange, label }) {
  const [photos, setPhotos] = useState([]);
  const [busy, setBusy] = useState(0);
  const [problem, setProblem] = useState(null);
  const here = useRef([]);
  const say = (changed) => {
    here.current = changed;
    setPhotos(changed);
    onChange(changed.map(({ sha256 }) => sha256));
  };
  useEffect(() => () => here.current.forEach(({ url }) => URL.revokeObjectURL(url)), []);
  const take = async ({ target }) => {
    const files = [...target.files];
    // The same photo may be chosen again after it was taken away.
    target.value = '';
    setProblem(null);
    for (const file of files.slice(0, MOST - here.current.length)) {
      setBusy((count) => count + 1);
      try {
        const photo = await sent(file);
        if (!here.current.some(({ sha256 }) => sha256 === photo.sha256)) say([...here.current, photo]);
      } catch (error) {
        setProblem(error instanceof Unreadable ? t('village.photo_unreadable') : failureText(error));
      }
      setBusy((count) => count - 1);
    }
  };
  return html`
    <fieldset class="photo-field" data-testid="photo-field" aria-busy=${String(busy > 0)}>
      <legend>${label}</legend>
      <ul class="photos">
        ${photos.map(({ sha256, url }, index) => html`
          <li key=${sha256} class="photo" data-testid="photo"><img src=${url} alt=${t('village.photo_number', { number: index + 1 })} />
            <button type="button" class="photo-remove" aria-label=${t('village.photo_remove', { number: index + 1 })}
              onClick=${() => say(here.current.filter((one) => one.sha256 !== sha256))}><span aria-hidden="true">✕</span></button></li>`)}
      </ul>
      <label class="button photo-choose">${t('village.photo_take')}
        <input type="file" accept="image/*" class="heard-only" multiple disabled=${busy > 0 || photos.length >= MOST} onChange=${take} data-testid="photo-choose" /></label>
      <p class="quiet" role="status">${busy > 0 ? t('village.photo_busy') : ''}</p>
      <${Problem}>${problem}<//>
    </fieldset>`;
}

/** The photos of a kept record; those that have not come are counted. */
export function RecordPhotos({ photos = [] }) {
  const shown = photos.filter(({ has_come: come }) => come);
  if (!photos.length) return null;
  return html`
    <ul class="photos">${shown.map(({ sha256 }, index) => html`
      <li key=${sha256} class="photo"><a href=${`/api/v1/photos/${sha256}/view`} target="_blank" rel="noopener">
        <img src=${`/api/v1/photos/${sha256}/thumb`} alt=${t('village.photo_number', { number: index + 1 })} loading="lazy" /></a></li>`)}</ul>
    ${shown.length < photos.length && html`<p class="quiet">${t('village.photo_awaited', { count: photos.length - shown.length })}</p>`}`;
}
