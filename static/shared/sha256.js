// SHA-256 of bytes, in small hexadecimal digits; also where the browser keeps its own from pages that came over plain http.

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The first 32 bits of the fractional part of a root of a prime. */
const fraction = (value) => ((value - Math.floor(value)) * 2 ** 32) | 0;

function primes(count) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime)) found.push(number);
  }
  return found;
}

const turn = (word, bits) => (word >>> bits) | (word << (32 - bits));

function round(state, words, constants) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let step = 0; step < 64; step += 1) {
    if (step >= 16) {
      const before = words[step - 15];
      const last = words[step - 2];
      words[step] = (words[step - 16] + words[step - 7]
        + (turn(before, 7) ^ turn(before, 18) ^ (before >>> 3))
        + (turn(last, 17) ^ turn(last, 19) ^ (last >>> 10))) | 0;
    }
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[step] + words[step]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => { state[index] = (state[index] + word) | 0; });
}

function byHand(bytes) {
  const found = primes(64);
  const state = Int32Array.from(found.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
  const constants = Int32Array.from(found, (prime) => fraction(Math.cbrt(prime)));
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  const words = new Int32Array(64);
  for (let start = 0; start < padded.length; start += 64) {
    for (let index = 0; index < 16; index += 1) words[index] = view.getInt32(start + index * 4);
    round(state, words, constants);
  }
  const sum = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => sum.setInt32(index * 4, word));
  return hex(new Uint8Array(sum.buffer));
}

export async function sha256(buffer) {
  if (crypto.subtle) return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', buffer)));
  return byHand(new Uint8Array(buffer));
}
