"""What is typed of a household: the name as it is searched with one thumb, periods away, a telephone number. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from pypinyin import Style, lazy_pinyin

# Surnames that are read otherwise than their characters are elsewhere, with the first letters of the surname.
_SURNAMES = {"尉迟": "yc", "单于": "cy", "万俟": "mq", "单": "s", "解": "x", "仇": "q", "曾": "z", "区": "o", "查": "z", "朴": "p",
             "任": "r", "冼": "x", "翟": "z", "缪": "m", "宓": "m", "盖": "g", "尉": "w", "种": "c", "覃": "q", "乜": "n",
             "洗": "x", "员": "y", "乐": "y", "车": "c", "召": "s"}
_LONGEST = 64
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LAND_LINE = re.compile(r"(?:0[1-9][0-9]{1,2})?[2-9][0-9]{6,7}")
_DRESSING = re.compile(r"[\s()（）.·-]")


def initials(name: str) -> str:
    """The first letters of a name as it is read, such as "zs" for 张三; Latin letters and digits stand as they are."""
    surname = next((name[:length] for length in (2, 1) if name[:length] in _SURNAMES), "")
    letters = _SURNAMES.get(surname, "") + "".join(lazy_pinyin(name[len(surname):], style=Style.FIRST_LETTER))
    return "".join(one for one in letters.lower() if one.isascii() and one.isalnum())[:_LONGEST]


def periods_problem(periods: Sequence[tuple[date, date | None]]) -> str | None:
    """`period_reversed` or `periods_overlap` when periods away (both days included, None: still) make no sense."""
    ordered = sorted(periods)
    if any(to_on is not None and to_on < from_on for from_on, to_on in ordered):
        return "period_reversed"
    for (_first, last), (following, _last) in zip(ordered, ordered[1:], strict=False):
        if last is None or following <= last:
            return "periods_overlap"
    return None


def normal_phone(text: str) -> str | None:
    """A mainland telephone number in digits as it is dialled there; None if it is none.

    Takes blanks, dashes, brackets, full-width digits and +86 or 0086.
    """
    bare = _DRESSING.sub("", unicodedata.normalize("NFKC", text))
    bare = re.sub(r"^(?:\+86|0086|86(?=1[3-9][0-9]{9}$))", "", bare)
    return bare if bare.isascii() and (_MOBILE.fullmatch(bare) or _LAND_LINE.fullmatch(bare)) else None
