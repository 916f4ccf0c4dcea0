"""Finding numbers of persons in what is about to be made public: ID cards, mobile numbers, bank cards. Pure.

People write such numbers in many ways: with full-width digits, in groups, with a country code, over two lines. They are
found in all of these. What only resembles them stays: days, amounts, codes of divisions, landlines with an extension,
invoice numbers, codes of companies. Where it cannot be told, it counts as found: a line too many held back is mended in
a minute, a number once public never.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.id_numbers import check_digit_fits

ID_CARD, MOBILE, BANK_CARD = "id_card", "mobile", "bank_card"
KINDS = (ID_CARD, MOBILE, BANK_CARD)


@dataclass(frozen=True)
class Found:
    """A number of a person: `kind`, the number as it may be shown (`masked`), and its place `at`..`end` in the text."""

    kind: str
    masked: str
    at: int
    end: int


# How many characters at either end stay readable: enough to find the place, too few to name the person.
_SHOWN = {ID_CARD: (4, 2), MOBILE: (3, 2), BANK_CARD: (4, 4)}
_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_LIKE_ID = re.compile(rf"{_PROVINCE}\d{{4}}(?:19|20)\d{{2}}{_DAY}\d{{3}}[\dX]")
_LIKE_OLD_ID = re.compile(rf"{_PROVINCE}\d{{4}}\d{{2}}{_DAY}\d{{3}}")
_LIKE_MOBILE = re.compile(r"1[3-9]\d{9}")
# With gaps: only numbers that a mobile network really gives out, else any row of a table might be one.
_GIVEN_OUT = re.compile(r"1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9\d)\d{8}")
# Numbers that banks give their cards; 91 to 93 begin the codes of companies instead (GB 32100).
_LIKE_CARD = re.compile(r"(?:3[05-8]|4\d|5[1-5]|6[02589]|9[045689]|81)\d{14,17}")
_PREFIX = re.compile(r"(?:00)?86|0|")

# What stands between the parts of a number; more of it than this, and they are two numbers.
_GAP = r"[\s\-_.()·•‐‑‒–—―−﹣－ー/|\u200b-\u200f\u2060\ufeff]{1,3}"
_PART = re.compile(rf"[0-9]+(?:(?:{_GAP})?[Xx×Хх](?![A-Za-z0-9]))?")
_ONLY_GAP = re.compile(_GAP)
_LONGEST = 19
_MOBILE_PARTS = {(3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (5, 6), (1,) * 11}
_ID_PARTS = {(6, 8, 4), (6, 4, 4, 4), (6, 4, 2, 2, 4), (14, 4), (6, 12), (1,) * 18}
_OLD_ID_PARTS = {(6, 6, 3), (6, 9)}
_CARD_PARTS = {(6, 10), (6, 13), (4, 15), (8, 8), (8, 11)}


@dataclass(frozen=True)
class _Part:
    digits: str
    at: int
    end: int
    # What separates it from the part before, in the same run.
    gap: str


def find(text: str) -> list[Found]:
    """Every number of a person in a text, in the order of their places, none overlapping another."""
    plain, origins = _plain(text)
    found = []
    for run in _runs(plain):
        at = 0
        while at < len(run):
            hit = _hit(run, at)
            for kind, number, start, end in [hit[:4]] if hit else _within(run[at]):
                found.append(Found(kind, masked(kind, number), origins[start], origins[end - 1] + 1))
            at = hit[4] if hit else at + 1
    return found


def mask(text: str) -> str:
    """The text with every number of a person replaced by its masked form; nothing is found in it afterwards."""
    while found := find(text):
        parts, at = [], 0
        for one in found:
            parts += [text[at:one.at], one.masked]
            at = one.end
        text = "".join([*parts, text[at:]])
    return text


def masked(kind: str, number: str) -> str:
    first, last = _SHOWN[kind]
    return number[:first] + "*" * (len(number) - first - last) + number[-last:]


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with plain digits and letters, and for each of its characters the index of the one it came from."""
    plain, origins = [], []
    for index, character in enumerate(text):
        decimal = unicodedata.decimal(character, None)
        # A circled 1 before a number counts the lines, it is no digit of it.
        simple = (str(decimal) if decimal is not None
                  else "*" if character.isdigit() else unicodedata.normalize("NFKC", character))
        plain.append(simple)
        origins += [index] * len(simple)
    return "".join(plain), origins


def _runs(plain: str) -> Iterator[list[_Part]]:
    """Groups of digits that follow each other with at most a small gap."""
    run: list[_Part] = []
    for match in _PART.finditer(plain):
        gap = plain[run[-1].end:match.start()] if run else ""
        if run and not _ONLY_GAP.fullmatch(gap):
            yield run
            run, gap = [], ""
        digits = re.sub(r"[^0-9]", "X", re.sub(_GAP, "", match.group()))
        run.append(_Part(digits, match.start(), match.end(), gap))
    if run:
        yield run


def _hit(run: Sequence[_Part], at: int) -> tuple[str, str, int, int, int] | None:
    """The longest number that begins with this part: kind, number, from where to where, and the part after it."""
    joined, best = "", None
    for upto in range(at + 1, len(run) + 1):
        joined += run[upto - 1].digits
        if len(joined) > _LONGEST + len("X") or "X" in joined[:-1]:
            break
        parts = run[at:upto]
        found = _alone(joined) if len(parts) == 1 else _in_parts(joined, parts)
        if found:
            best = (*found, *_bounds(parts, found[1]), upto)
    return best


def _bounds(parts: Sequence[_Part], number: str) -> tuple[int, int]:
    """From where to where a number stands, without what goes before it (+86) or after it (an x that is none of it)."""
    last = parts[-1]
    end = last.end if number.endswith("X") else last.at + len(last.digits.removesuffix("X"))
    skipped = sum(len(part.digits.removesuffix("X")) for part in parts) - len(number.removesuffix("X"))
    first = parts[0]
    return (parts[1].at if skipped == len(first.digits) else first.at + skipped), end


def _alone(digits: str) -> tuple[str, str] | None:
    """What a group of digits without any gap is."""
    bare = digits.removesuffix("X")
    if _LIKE_ID.fullmatch(digits):
        return ID_CARD, digits
    if _LIKE_OLD_ID.fullmatch(bare):
        return ID_CARD, bare
    if _LIKE_CARD.fullmatch(bare) and _luhn_fits(bare):
        return BANK_CARD, bare
    number = _without_prefix(bare)
    return (MOBILE, number) if _LIKE_MOBILE.fullmatch(number) else None


def _in_parts(joined: str, parts: Sequence[_Part]) -> tuple[str, str] | None:
    """What groups of digits are together: a number that proves itself, or one in groups that people write."""
    lengths = tuple(len(part.digits) for part in parts)
    gaps = [part.gap for part in parts[1:]]
    # Over the end of a line only what proves itself: the next line may be the next cell of a table.
    is_broken = any("\n" in gap for gap in gaps)
    if _LIKE_ID.fullmatch(joined) and (lengths in _ID_PARTS and not is_broken or check_digit_fits(joined)):
        return ID_CARD, joined
    if is_broken:
        return None
    bare = joined.removesuffix("X")
    if _LIKE_OLD_ID.fullmatch(bare) and lengths in _OLD_ID_PARTS:
        return ID_CARD, bare
    if _LIKE_CARD.fullmatch(bare) and _luhn_fits(bare) and _is_dressed_as_card(lengths, parts):
        return BANK_CARD, bare
    return _mobile_in_parts(bare, lengths, gaps)


def _mobile_in_parts(bare: str, lengths: tuple[int, ...], gaps: Sequence[str]) -> tuple[str, str] | None:
    number = _without_prefix(bare)
    prefix = len(bare) - len(number)
    if prefix:
        # +86 138 0813 1234, +86-13808131234, 0138 0813 1234
        lengths = lengths[1:] if lengths[0] == prefix else (lengths[0] - prefix, *lengths[1:])
    is_usual = lengths in _MOBILE_PARTS or prefix and lengths == (11,)
    # A decimal point between two groups is an amount or a position, between three it is a way to write a number.
    is_decimal = len(lengths) == 2 and gaps[-1].strip() == "."
    return (MOBILE, number) if is_usual and not is_decimal and _GIVEN_OUT.fullmatch(number) else None


def _is_dressed_as_card(lengths: tuple[int, ...], parts: Sequence[_Part]) -> bool:
    in_fours = set(lengths[:-1]) == {4} and lengths[-1] <= 4
    # A row of round amounts in a table is no card.
    are_amounts = in_fours and all(part.digits.endswith("0") for part in parts)
    return in_fours and not are_amounts or lengths in _CARD_PARTS or set(lengths) == {1}


def _within(part: _Part) -> Iterator[tuple[str, str, int, int]]:
    """ID-card numbers that prove themselves inside a longer row of digits, as columns of a table run together."""
    at = 0
    while len(part.digits) - at >= 18:
        number = part.digits[at:at + 18]
        if _LIKE_ID.fullmatch(number) and check_digit_fits(number):
            yield ID_CARD, number, part.at + at, part.end if number.endswith("X") else part.at + at + 18
            at += 18
        else:
            at += 1


def _without_prefix(digits: str) -> str:
    """A mobile number without the code of the country, or the 0 that people once dialled before it."""
    prefix = _PREFIX.match(digits).group()
    return digits[len(prefix):] if len(digits) - len(prefix) == 11 else digits


def _luhn_fits(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
