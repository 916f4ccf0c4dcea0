// The receipt code, made on the page and as api/ratings/codes_rules.py reads it: 70 random bits and a check.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 14;
const PRIME = 1021;
const GROUP = 4;

function check(characters) {
  let total = 0;
  for (let place = 0; place < characters.length; place += 1) total += (place + 1) * ALPHABET.indexOf(characters[place]);
  total %= PRIME;
  return ALPHABET[Math.floor(total / 32)] + ALPHABET[total % 32];
}

/** A new receipt code; every character is five random bits. */
export function newReceipt() {
  const characters = [...crypto.getRandomValues(new Uint8Array(LENGTH))].map((byte) => ALPHABET[byte % 32]).join('');
  return characters + check(characters);
}

/** A code in the short groups in which it is read and written down. */
export const groupsOf = (code) => code.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
