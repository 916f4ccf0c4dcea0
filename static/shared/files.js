// Files that the server makes and the browser keeps.
import { request } from './api.js';

/** The name the server gave a file, or `otherwise`. */
function fileName(headers, otherwise) {
  const disposition = headers.get('Content-Disposition') ?? '';
  const encoded = disposition.match(/filename\*=UTF-8''([^;]+)/i)?.[1];
  return encoded ? decodeURIComponent(encoded) : disposition.match(/filename="?([^";]+)"?/i)?.[1] ?? otherwise;
}

/** Hand a file that was fetched to the browser to keep. */
function keepFile(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // Safari reads the file only after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** Ask for a file and keep it; throws what the server refuses with. */
export async function fetchFile(method, path, otherwise, options = {}) {
  const { data, headers } = await request(method, path, { ...options, as: 'blob', timeoutMs: 120000 });
  keepFile(data, fileName(headers, otherwise));
}
