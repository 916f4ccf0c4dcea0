"""What printed forms say of a village's month: the values they are made of and the counts they print. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from api.vocabulary import ERRAND_KINDS, LEAVE_KINDS

# What stands in a cell of the grid, in the order of the legend; a day without any of these stays blank.
WRITTEN = ("stationed", *LEAVE_KINDS, "waiting", "rejected", "outside")
REASONS = tuple(kind for kind in LEAVE_KINDS if kind not in ERRAND_KINDS)


@dataclass(frozen=True, slots=True)
class Cause:
    """What happened after the closing: when, by whom (empty: by the system), what (a slug), and why."""

    at: datetime
    by: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A line beside a closed month: a day whose sign is another by now, or figures that are (`day` None)."""

    name: str
    day: date | None = None
    from_sign: str = ""
    to_sign: str = ""
    figures: Mapping[str, Sequence[int]] = field(default_factory=dict)
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    """The closed version that a form prints: its id, who closed it when, and its hash in hexadecimal digits."""

    id: str
    by: str
    at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class VillageMonth:
    """A village's month as a form prints it: the sheet (checkin's MonthSheet), closed or not, and what came after."""

    sheet: Any
    closing: Closing | None = None
    corrections: tuple[Correction, ...] = ()
    # Cadres of neighbouring villages who cover this one too (checkin's FurtherRow); the attendance book has them.
    further: tuple = ()

    @property
    def days(self) -> tuple:
        return self.sheet.days

    @property
    def days_of_month(self) -> tuple:
        """The columns of the calendar month alone."""
        return tuple(day for day in self.sheet.days if day.in_month)

    @property
    def rows_of_month(self) -> tuple:
        """The sheet's rows of those who are posted on a day of the calendar month."""
        return tuple(row for row in self.sheet.rows if posted_in_month(row, self.days))

    @property
    def further_of_month(self) -> tuple:
        """The same of those who cover the village from a neighbouring one."""
        return tuple(row for row in self.further if posted_in_month(row, self.days))


def posted_in_month(row, days: Sequence) -> bool:
    """Whether a day of the calendar month lies inside a row's posting, with a record or without.

    A sheet counted by the week also has the people of the days around the month. A paper that counts the calendar month
    alone could say nothing of them but zeros.
    """
    return any(sign != "" and day.in_month for sign, day in zip(row.signs, days, strict=True))


def written_sign(sign: str) -> str | None:
    """The name of the sign that stands in the grid, or None for a blank cell; "" (not posted) is `outside`."""
    sign = sign or "outside"
    return sign if sign in WRITTEN else None


def legend(months: Sequence[VillageMonth]) -> list[str]:
    """The signs that a form explains: those of every form, and the others where they occur."""
    seen = {written_sign(sign) for month in months for row in (*month.sheet.rows, *month.further)
            for sign in row.signs}
    return [sign for sign in WRITTEN if sign in seen or sign not in ("rejected", "outside", "compensatory")]


def days_with(row, days: Sequence, kinds: Collection[str]) -> int:
    """How many days of the calendar month carry one of these signs.

    On a form that pays or is posted a day is either in the village or on an errand; the sheet's `days_of_month` counts
    both where errands count as stationed.
    """
    return sum(sign in kinds and day.in_month for sign, day in zip(row.signs, days, strict=True))


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy with a number, as it holds: since when and by what text. `value` 0 where nobody has set one."""

    value: int
    effective_from: date | None
    source: str


@dataclass(frozen=True, slots=True)
class AllowanceLine:
    """A cadre's month on the allowance sheet, in whole yuan; days of travel are claimed for by another form."""

    township: str
    village: str
    name: str
    cadre_role: str
    sending_unit: str
    stationed_days: int
    daily: int
    errand_days: int
    errand_daily: int
    travel_days: int

    @property
    def stationed_yuan(self) -> int:
        return self.stationed_days * self.daily

    @property
    def errand_yuan(self) -> int:
        return self.errand_days * self.errand_daily

    @property
    def amount(self) -> int:
        return self.stationed_yuan + self.errand_yuan


def allowance_lines(sheet, *, daily: int, errand_daily: int) -> list[AllowanceLine]:
    """The rows of a closed month: days × rate. Nothing is deducted: leave and absence are days without allowance.

    Who was not posted on a day of the calendar month has no line to sign.
    """
    return [
        AllowanceLine(
            township=sheet.township, village=sheet.village, name=row.name, cadre_role=row.cadre_role,
            sending_unit=row.sending_unit, stationed_days=days_with(row, sheet.days, ("stationed",)), daily=daily,
            errand_days=days_with(row, sheet.days, ("errand",)), errand_daily=errand_daily,
            travel_days=days_with(row, sheet.days, ("travel",)))
        for row in sheet.rows if posted_in_month(row, sheet.days)
    ]
