// Identities of records, made where the record is made.

/** A version 4 UUID; crypto.randomUUID is missing over plain http, where records must be made too. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Answers an id for a content: the same one for the same content, so that a second tap or a second try after a cut
 * line is the same record, and another one as soon as something else is said.
 */
export function idsByContent() {
  let last = {};
  return (content) => {
    const key = JSON.stringify(content);
    if (last.key !== key) last = { key, id: newId() };
    return last.id;
  };
}

const DEVICE = 'zhucun.device';

/**
 * {device_id}: which phone a record comes from, a number of the browser's own, the same for whoever uses it; {} where
 * nothing may be stored.
 */
export function deviceOf() {
  try {
    if (!localStorage.getItem(DEVICE)) localStorage.setItem(DEVICE, newId());
    return { device_id: localStorage.getItem(DEVICE) };
  } catch {
    return {};
  }
}
