// Photos of a record: take or choose some in a form, and look at those of a record that is kept. Never asked for.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';
import { shrunk, Unreadable } from '/static/shared/shrink.js';
import { usePhone } from './context.js';
import { Problem } from './parts.js';

const MOST = 9;

/** Where a picture can be looked at: on this phone while it lies here, else at the server; null until that is known. */
function useAddress(sha256, size) {
  const { outbox } = usePhone();
  const [address, setAddress] = useState(null);
  useEffect(() => {
    let url = null;
    let current = true;
    outbox.photos.picture(sha256).then((blob) => {
      if (!current) return;
      url = blob && URL.createObjectURL(blob);
      setAddress(url ?? `/api/v1/photos/${sha256}/${size}`);
    });
    return () => {
      current = false;
      if (url) URL.revokeObjectURL(url);
    };
  }, [sha256, size]);
  return address;
}

function Thumb({ sha256, number, onRemove }) {
  const address = useAddress(sha256, 'thumb');
  const [open, setOpen] = useState(false);
  return html`
    <li class="photo" data-testid="photo" data-sha256=${sha256}>
      <button type="button" class="photo__look" onClick=${() => setOpen(true)}>
        ${address && html`<img src=${address} alt=${t('field.photo.number', { number })} loading="lazy" />`}
      </button>
      ${onRemove && html`
        <button type="button" class="photo__remove" aria-label=${t('field.photo.remove', { number })} onClick=${onRemove}>
          <span aria-hidden="true">✕</span>
        </button>`}
      ${open && html`<${Large} sha256=${sha256} number=${number} onClose=${() => setOpen(false)} />`}
    </li>`;
}

function Large({ sha256, number, onClose }) {
  const address = useAddress(sha256, 'view');
  const dialog = useRef(null);
  useEffect(() => dialog.current.showModal(), []);
  return html`
    <dialog ref=${dialog} class="photo-large" onClick=${onClose} onCancel=${onClose}>
      ${address && html`<img src=${address} alt=${t('field.photo.number', { number })} />`}
      <button type="button" class="plain-button">${t('field.photo.close')}</button>
    </dialog>`;
}

/** The photos of a kept record, as its view gives them: [{sha256, has_come}]; those that have not come are counted. */
export function RecordPhotos({ photos = [] }) {
  const { photos: here } = usePhone();
  const shown = photos.filter(({ sha256, has_come: come }) => come || here.has(sha256));
  if (!photos.length) return null;
  return html`
    <ul class="photos">
      ${shown.map(({ sha256 }, index) => html`<${Thumb} key=${sha256} sha256=${sha256} number=${index + 1} />`)}
    </ul>
    ${shown.length < photos.length && html`
      <p class="quiet small">${t('field.photo.awaited', { count: photos.length - shown.length })}</p>`}`;
}

function Choose({ label, camera, onFiles, disabled, testid }) {
  const choose = ({ target }) => {
    const files = [...target.files];
    // The same photo may be chosen again after it was taken away.
    target.value = '';
    onFiles(files);
  };
  return html`
    <label class="weui-btn weui-btn_default photo-choose ${disabled ? 'photo-choose--off' : ''}">
      ${label}
      <input type="file" accept="image/*" class="heard-only" multiple=${!camera} capture=${camera ? 'environment' : undefined}
        disabled=${disabled} onChange=${choose} data-testid=${testid} />
    </label>`;
}

function problemWords(error) {
  return t(error instanceof Unreadable ? 'field.photo.unreadable' : 'field.photo.no_room');
}

/**
 * Take or choose photos in a form. `value` is the list of hashes, `onChange(hashes)` is told of every change; the photos
 * lie on this phone from then on and go out by themselves after the record that names them.
 */
export function PhotoField({ value = [], onChange, label = t('field.photo.label') }) {
  const { outbox } = usePhone();
  const [busy, setBusy] = useState(0);
  const [problem, setProblem] = useState(null);
  const hashes = useRef(value);
  hashes.current = value;

  const say = (changed) => {
    hashes.current = changed;
    onChange(changed);
  };

  const take = async (files) => {
    const room = MOST - hashes.current.length;
    setProblem(files.length > room ? t('field.photo.most', { most: MOST }) : null);
    setBusy((count) => count + 1);
    // One after the other: several large photos at once are more than a small phone can hold.
    for (const file of files.slice(0, room)) {
      try {
        const photo = await shrunk(file);
        await outbox.photos.add(photo);
        const { sha256 } = photo;
        if (!hashes.current.includes(sha256)) say([...hashes.current, sha256]);
      } catch (error) {
        setProblem(problemWords(error));
      }
    }
    setBusy((count) => count - 1);
  };

  const remove = (sha256) => {
    say(hashes.current.filter((one) => one !== sha256));
    outbox.photos.discard(sha256, outbox.records);
  };

  const full = value.length >= MOST || busy > 0;
  return html`
    <fieldset class="photo-field" data-testid="photo-field" aria-busy=${busy > 0}>
      <legend>${label}</legend>
      <ul class="photos">
        ${value.map((sha256, index) => html`
          <${Thumb} key=${sha256} sha256=${sha256} number=${index + 1} onRemove=${() => remove(sha256)} />`)}
      </ul>
      <div class="pair">
        <${Choose} camera label=${t('field.photo.take')} onFiles=${take} disabled=${full} testid="photo-take" />
        <${Choose} label=${t('field.photo.choose')} onFiles=${take} disabled=${full} testid="photo-choose" />
      </div>
      <p class="quiet small" role="status">${busy > 0 ? t('field.photo.busy') : t('field.photo.hint')}</p>
      <${Problem}>${problem}<//>
    </fieldset>`;
}
