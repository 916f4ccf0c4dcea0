// Photos of a record that is made at a desk: chosen, made small here, sent after the record that names them. Never asked for.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { canSendPhotos, photoPath, preparePhoto, sendPhoto } from './photo.js';

const MOST = 9;

/**
 * {hashes, busy, send, field}: `field` goes into the form, `hashes` into the record, and `send()` sends the pictures once
 * the record is kept; it answers how many did not arrive.
 */
export function usePhotos() {
  const [photos, setPhotos] = useState([]);
  const [state, setState] = useState({});
  const choose = async (event) => {
    const files = [...event.target.files].slice(0, MOST);
    setState({ busy: true });
    try {
      const made = [];
      // One after the other: several large pictures at once are more than a small machine can hold.
      for (const file of files) made.push(await preparePhoto(file));
      setPhotos([...new Map(made.map((one) => [one.sha256, one])).values()]);
      setState({});
    } catch {
      setPhotos([]);
      setState({ failure: t('dashboard.photo_unreadable') });
    }
  };
  const send = async () => (await Promise.all(photos.map((one) => sendPhoto(one).then(() => 0, () => 1)))).reduce((sum, one) => sum + one, 0);
  const said = state.busy ? t('dashboard.photo_preparing') : state.failure ?? t(photos.length ? 'dashboard.photos_ready' : 'dashboard.photo_note', { n: photos.length });
  const field = canSendPhotos()
    ? html`<label class="form-wide">${t('dashboard.photos')}<input type="file" accept="image/*" multiple onChange=${choose} data-testid="photos" />
        <span class="fine" role="status" data-testid="photos-state">${said}</span></label>`
    : html`<p class="fine form-wide">${t('dashboard.photo_needs_https')}</p>`;
  return { hashes: photos.map(({ sha256 }) => sha256), busy: Boolean(state.busy), send, field };
}

/** The photos of a kept record: those that have come, and how many are still on their way. */
export function RecordPhotos({ photos = [] }) {
  const come = photos.filter((one) => one.has_come);
  return html`
    ${come.map(({ sha256 }, index) => html`
      <a key=${sha256} class="errand-photo" href=${photoPath(sha256, 'view')} target="_blank" rel="noopener">
        <img src=${photoPath(sha256, 'thumb')} alt=${t('dashboard.photo_n', { n: index + 1 })} loading="lazy" /></a>`)}
    ${come.length < photos.length && html`<span class="fine">${t('dashboard.photos_awaited', { n: photos.length - come.length })}</span>`}`;
}
