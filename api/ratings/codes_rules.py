"""Codes on paper: easy to type, checked for slips before anybody is asked. Pure: chance comes from outside.

Crockford's alphabet leaves out the letters that look like others. The last two characters are a check that finds every
wrong and every two swapped ones. A card's code has 28, which also fits the scene of a mini-program (at most 32).
"""

import hashlib
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# So many characters and so many random bits: a card's code, and the receipt of what is followed and not voted with.
CARD, RECEIPT = 26, 14
BITS = {CARD: 128, RECEIPT: 70}
GROUP = 4
_BITS = 5
_PRIME = 1021
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = " -\t\n\u3000\u2010\u2011\u2013\u2014\u00b7"


def code_from(number: int, length: int = CARD) -> str:
    """The code of a random number of BITS[length] bits: `length` characters and two for the check, no separators."""
    characters = "".join(ALPHABET[number >> _BITS * place & 31] for place in reversed(range(length)))
    return characters + _check(characters)


def code_of(typed: str, length: int = CARD) -> str | None:
    """The code that somebody typed or a picture held; None for what cannot be one.

    Small letters, other forms of letters, spaces and strokes are as good; O is 0, I and L are 1.
    """
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_LOOKS_LIKE)
    plain = "".join(character for character in plain if character not in _BETWEEN)
    if len(plain) != length + 2 or any(character not in ALPHABET for character in plain):
        return None
    return plain if _check(plain[:-2]) == plain[-2:] else None


def groups(code: str) -> list[str]:
    """A code in the short groups in which it is printed and typed."""
    return [code[start:start + GROUP] for start in range(0, len(code), GROUP)]


def code_hash(code: str) -> bytes:
    """What is kept of a code: too many are possible to be tried."""
    return hashlib.sha256(code.encode("ascii")).digest()


def _check(characters: str) -> str:
    # A prime modulus above every weight times 31 differences: one changed or two swapped characters never add up alike.
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(characters, start=1)) % _PRIME
    return ALPHABET[total >> _BITS] + ALPHABET[total & 31]
