// A photo of a notice: made small in the browser, named by its hash, sent beside the record it belongs to.
import { request } from '../shared/api.js';

const MOST_BYTES = 300 * 1024;
/** Wide enough to read a notice by, tried from the largest down. */
const WIDTHS = [1600, 1280, 1024, 800];
const QUALITIES = [0.82, 0.7, 0.55];

const blobOf = (canvas, quality) => new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', quality); });

/** Whether this page can name a photo by its hash; over plain http it cannot. */
export const canSendPhotos = () => Boolean(globalThis.crypto?.subtle);

/** A JPEG of at most 300 KB, without what the camera wrote into it; throws when the file is no picture. */
async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  let smallest = null;
  for (const width of WIDTHS) {
    const scale = Math.min(1, width / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement('canvas'), {
      width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)),
    });
    const pen = canvas.getContext('2d');
    // What is transparent in a PNG would become black.
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      smallest = await blobOf(canvas, quality);
      if (smallest.size <= MOST_BYTES) return smallest;
    }
  }
  return smallest;
}

/** {sha256, blob} of a picture file as it will be sent. */
export async function preparePhoto(file) {
  const blob = await shrink(file);
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return { blob, sha256: [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}

/** Send it; the same photo again is harmless. */
export const sendPhoto = ({ sha256, blob }) => request('PUT', `/photos/${sha256}`, { form: blob, timeoutMs: 60000 });

/** Where a photo that was sent can be looked at. */
export const photoPath = (sha256, size) => `/api/v1/photos/${sha256}/${size}`;
