"""The month sheet: one row a posting, one sign a day, the figures, and the hash that freezes it. Pure.

The sheet is what the cadre checks, the village confirms and the township closes, and what the printed forms show. A
closed month is this sheet as JSON, so what stands in it must never depend on names or rules of a later day.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from api.checkin.rules import rate
from api.vocabulary import ERRAND_KINDS, LEAVE_KINDS

# What a day of the sheet may say. `none` is a duty day without any record, `rest` a day off without one, `""` a day
# outside the posting; errands and leave are told by their kind.
SIGNS = ("stationed", "waiting", "rejected", *LEAVE_KINDS, "none", "rest", "to_come", "")


@dataclass(frozen=True, slots=True)
class SheetDay:
    """A column: `kind` is workday, rest, holiday or makeup; `in_month` false for the period's days around the month."""

    day: date
    kind: str
    in_month: bool


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A posting's row. `signs` go with the sheet's days.

    `duty_days`, `required_days` and `credited_days` are of the counting period, `days_of_month` and the counts below it
    of the calendar month, `days_of_year` of the year up to the month's end.
    """

    posting_id: int
    cadre_id: int
    name: str
    cadre_role: str
    sending_unit: str
    signs: tuple[str, ...]
    duty_days: int
    required_days: int
    credited_days: int
    days_of_month: int
    errand_days: int
    travel_days: int
    leave_days: int
    waiting_days: int
    days_of_year: int

    @property
    def rate(self) -> float | None:
        """Credited / required; None when nothing was required."""
        return rate(self.credited_days, self.required_days)


@dataclass(frozen=True, slots=True)
class SheetRule:
    """A rule that the figures rest on, as it held."""

    key: str
    value: int | str
    effective_from: date
    source: str


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """A village's month. `first` to `last` is the counting period (统计周期)."""

    village_code: str
    village: str
    township: str
    month_on: date
    first: date
    last: date
    calendar_official: bool
    days: tuple[SheetDay, ...]
    rows: tuple[SheetRow, ...]
    rules: tuple[SheetRule, ...]

    @property
    def required_days(self) -> int:
        return sum(row.required_days for row in self.rows)

    @property
    def credited_days(self) -> int:
        return sum(row.credited_days for row in self.rows)

    @property
    def rate(self) -> float | None:
        """The ratio of the sums."""
        return rate(self.credited_days, self.required_days)


def sign_of(*, posted: bool, state: str | None, leave_kind: str | None, worked: bool, to_come: bool) -> str:
    """The sign of a day: a counting record first, then an errand, a record that waits, leave, a rejection, the rest.

    `leave_kind` is of what is approved for the day. An errand is told whatever the policy makes of it: where it is
    deducted, `state` knows of the records alone, and one that waits would take the day off the allowance.
    """
    if not posted:
        return ""
    if state == "stationed":
        return "stationed"
    if leave_kind in ERRAND_KINDS:
        return leave_kind
    if state == "waiting":
        return "waiting"
    if leave_kind is not None:
        return leave_kind
    if state == "errand":
        return "errand"
    if state == "rejected":
        return "rejected"
    if to_come:
        return "to_come"
    return "none" if worked else "rest"


def counts_of(signs: Sequence[str], days: Sequence[SheetDay], kinds: Collection[str]) -> int:
    """How many days of the calendar month carry one of these signs."""
    return sum(sign in kinds and day.in_month for sign, day in zip(signs, days, strict=True))


def as_plain(sheet: MonthSheet) -> dict:
    """The sheet as plain JSON values, days as text."""
    return json.loads(_canonical(asdict(sheet)))


def from_plain(plain: Mapping) -> MonthSheet:
    """The sheet that `as_plain` made plain."""
    return MonthSheet(
        **{**plain, **{name: date.fromisoformat(plain[name]) for name in ("month_on", "first", "last")},
           "days": tuple(SheetDay(**{**day, "day": date.fromisoformat(day["day"])}) for day in plain["days"]),
           "rows": tuple(SheetRow(**{**row, "signs": tuple(row["signs"])}) for row in plain["rows"]),
           "rules": tuple(SheetRule(**{**rule, "effective_from": date.fromisoformat(rule["effective_from"])})
                          for rule in plain["rules"])})


def sheet_hash(plain: Mapping) -> bytes:
    """SHA-256 of the sheet's canonical JSON: sorted keys, no blanks, ASCII."""
    return hashlib.sha256(_canonical(plain).encode()).digest()


def row_hash(row: SheetRow) -> bytes:
    """The same of one row: what a cadre says 「本人核对」 to."""
    return hashlib.sha256(_canonical(asdict(row)).encode()).digest()


def _canonical(value) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=date.isoformat)
