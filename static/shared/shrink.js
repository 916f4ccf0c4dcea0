// A photo made small in the page: upright, as JPEG of 300 KB at most, and without what the camera wrote into it.
import { sha256 } from './sha256.js';

const MOST_BYTES = 300 * 1024;
/** Tried in this order, [longest side, quality]: a sheet of paper stays readable as long as it can. */
const TRIES = [[1600, 0.85], [1600, 0.7], [1280, 0.75], [1280, 0.6], [1024, 0.6], [800, 0.6], [640, 0.5], [480, 0.4]];

/** Somebody chose what this browser cannot read as a picture. */
export class Unreadable extends Error {}

async function read(file) {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    // A picture in the page is turned as its camera held it, and so is what is drawn from it.
    await image.decode();
  } catch {
    throw new Unreadable(file.type);
  } finally {
    URL.revokeObjectURL(url);
  }
  if (!image.naturalWidth || !image.naturalHeight) throw new Unreadable(file.type);
  return image;
}

function drawn(image, longest) {
  const factor = Math.min(1, longest / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.naturalWidth * factor));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * factor));
  const pen = canvas.getContext('2d');
  // A JPEG knows nothing of what is see-through; unpainted it would be black.
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const jpeg = (canvas, quality) => new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', quality); });

/** {data, sha256} of a photo made small; throws Unreadable. */
export async function shrunk(file) {
  const image = await read(file);
  let canvas = null;
  let size = null;
  for (const [longest, quality] of TRIES) {
    if (size !== longest) canvas = drawn(image, longest);
    size = longest;
    const made = await jpeg(canvas, quality);
    if (!made) throw new Unreadable(file.type);
    if (made.size <= MOST_BYTES) {
      const data = await made.arrayBuffer();
      return { data, sha256: await sha256(data) };
    }
  }
  throw new Unreadable(file.type);
}
