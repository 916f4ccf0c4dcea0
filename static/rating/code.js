// Codes on paper, as api/ratings/codes_rules.py reads them: slips are found here, before anybody is asked.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECKED = 26;
const LENGTH = CHECKED + 2;
const GROUP = 4;
/** In how many groups a card's code is printed. */
export const GROUPS = LENGTH / GROUP;
const PRIME = 1021;
const LOOKS_LIKE = { O: '0', I: '1', L: '1' };
const BETWEEN = /[ \-\t\n\u3000\u2010\u2011\u2013\u2014\u00b7]/g;
/** More groups than this are no help to who looks for a slip. */
const MOST_NAMED = 3;

/** What was typed or read, in the letters of the code; letters that no code has stay, so that they can be shown. */
export function plain(typed) {
  return typed.normalize('NFKC').toUpperCase().replace(BETWEEN, '').replace(/[OIL]/g, (letter) => LOOKS_LIKE[letter]);
}

function check(characters) {
  let total = 0;
  for (let place = 0; place < characters.length; place += 1) total += (place + 1) * ALPHABET.indexOf(characters[place]);
  total %= PRIME;
  return ALPHABET[Math.floor(total / 32)] + ALPHABET[total % 32];
}

const isWhole = (code) => check(code.slice(0, CHECKED)) === code.slice(CHECKED);

/** The code that somebody typed or a picture held; null for what cannot be one. */
export function codeOf(typed) {
  const code = plain(typed);
  if (code.length !== LENGTH || strange(code)) return null;
  return isWhole(code) ? code : null;
}

/** Whether there is a letter that no code has. */
const strange = (characters) => Array.from(characters).some((one) => ALPHABET.indexOf(one) < 0);

/** What was pasted or typed beyond a group, over the groups from one of them on; a whole code begins at the first. */
export function spread(groups, index, typed) {
  const characters = plain(typed.split('#').pop());
  if (characters.length <= GROUP) return groups.map((one, place) => (place === index ? typed : one));
  const from = characters.length >= LENGTH ? 0 : index;
  return groups.map((one, place) => {
    const piece = characters.slice((place - from) * GROUP, (place - from + 1) * GROUP);
    return place >= from && piece ? piece : one;
  });
}

/**
 * What is wrong with typed groups: {problem: 'incomplete' | 'characters' | 'check', groups: numbers from 1}, or null.
 * Of incomplete groups the first is named. The check tells only that something is wrong; its `groups` are those where
 * one other letter, or two swapped ones, would make it right, and none where these are too many.
 */
export function slip(typed) {
  const groups = typed.map(plain);
  const numbers = (test) => groups.map((one, place) => (test(one) ? place + 1 : 0)).filter(Boolean);
  const wrong = numbers(strange);
  if (wrong.length) return { problem: 'characters', groups: wrong };
  const short = numbers((one) => one.length !== GROUP);
  if (short.length) return { problem: 'incomplete', groups: short.slice(0, 1) };
  const code = groups.join('');
  return isWhole(code) ? null : { problem: 'check', groups: suspects(code) };
}

function suspects(code) {
  const found = new Set();
  const groupOf = (place) => Math.floor(place / GROUP) + 1;
  for (let place = 0; place < LENGTH; place += 1) {
    for (const letter of ALPHABET) {
      if (isWhole(code.slice(0, place) + letter + code.slice(place + 1))) found.add(groupOf(place));
    }
    const swapped = code.slice(0, place) + (code[place + 1] || '') + code[place] + code.slice(place + 2);
    if (place + 1 < LENGTH && isWhole(swapped)) found.add(groupOf(place)).add(groupOf(place + 1));
  }
  return found.size > MOST_NAMED ? [] : Array.from(found).sort((one, other) => one - other);
}
