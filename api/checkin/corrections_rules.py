"""What later facts make different in a closed month, and which of them explains what. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api.checkin.sheet_rules import MonthSheet, SheetRow

# What makes a row come or go.
_OF_ROWS = ("posting_created", "posting_changed", "cadres_imported")
# What follows from which days are on duty.
_OF_DUTY = ("duty_days", "required_days")
# The figures of a row that a correction names, in the order in which the sheet prints them.
FIGURES = ("duty_days", "required_days", "credited_days", "days_of_month", "errand_days", "travel_days", "leave_days",
           "waiting_days", "days_of_year")


@dataclass(frozen=True, slots=True)
class Difference:
    """A day whose sign is another one now (`day` set), or the figures of a row that are: name -> [was, is].

    A figure that was or is None belongs to a row that was not there then, or is not any more.
    """

    posting_id: int
    cadre_id: int
    name: str
    day: date | None = None
    from_sign: str | None = None
    to_sign: str | None = None
    figures: dict[str, list[int | None]] | None = None

    @property
    def is_whole_row(self) -> bool:
        """Whether the row itself came or went."""
        return self.figures is not None and any(None in pair for pair in self.figures.values())

    def rise(self, name: str) -> int:
        """By how much a figure is more than it was."""
        was, now = (self.figures or {}).get(name, (0, 0))
        return (now or 0) - (was or 0)


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that happened after the close: `what` is a slug, `by_id` the user; no `days`: none in particular.

    `adds`: it can make a day count, and never takes one away. `moves_signs`, `moves_figures`: whether it can change
    what stands under a day, and the figures of a row where the signs stay as they were.
    """

    at: datetime
    by_id: int | None
    what: str
    reason: str | None
    cadre_id: int | None = None
    days: frozenset[date] | None = None
    adds: bool = False
    moves_signs: bool = True
    moves_figures: bool = False


def differences(frozen: MonthSheet, live: MonthSheet) -> list[Difference]:
    """The days of each row, then its figures, in the order of the frozen sheet; rows that are new come last."""
    was = {row.posting_id: (row, frozen) for row in frozen.rows}
    now = {row.posting_id: (row, live) for row in live.rows}
    found: list[Difference] = []
    for posting_id in (*was, *(one for one in now if one not in was)):
        before, after = was.get(posting_id), now.get(posting_id)
        row = (before or after)[0]
        if before and after:
            found += _days(row, _signs(*before), _signs(*after))
        figures = {name: [before and getattr(before[0], name), after and getattr(after[0], name)] for name in FIGURES}
        changed = {name: pair for name, pair in figures.items() if pair[0] != pair[1]}
        if changed:
            found.append(Difference(posting_id, row.cadre_id, row.name, figures=changed))
    return found


def _signs(row: SheetRow, sheet: MonthSheet) -> dict[date, str]:
    return {column.day: sign for column, sign in zip(sheet.days, row.signs, strict=True)}


def _days(row: SheetRow, before: dict[date, str], after: dict[date, str]) -> Iterable[Difference]:
    # A rule that changes what the columns are takes none of the days away.
    for day in sorted(before.keys() & after.keys()):
        if before[day] != after[day]:
            yield Difference(row.posting_id, row.cadre_id, row.name, day, before[day], after[day])


def explained(found: Sequence[Difference], causes: Collection[Cause], *, month_on: date,
              span: tuple[date, date]) -> list[tuple[Difference, list[Cause]]]:
    """Each line with its causes, the earliest first; `span` is the first and the last day of the closed sheet.

    The days come first; the figures of a row are explained by what explains its days, and by what is about no day: a
    cause that bears on another day only never stands there. Better no cause than somebody who had no part in it.
    """
    of_days = [_of_day(one, causes) if one.day is not None else [] for one in found]
    lines = []
    for one, own in zip(found, of_days, strict=True):
        if one.day is None:
            merged = [cause for line, known in zip(found, of_days, strict=True) if line.posting_id == one.posting_id
                      for cause in known]
            own = _of_figures(one, merged, causes, month_on, span)
        lines.append((one, sorted(dict.fromkeys(own), key=lambda cause: cause.at)))
    return lines


def _about(one: Difference, causes: Iterable[Cause]) -> list[Cause]:
    return [cause for cause in causes if cause.cadre_id in (None, one.cadre_id)]


def _of_day(one: Difference, causes: Iterable[Cause]) -> list[Cause]:
    """What is about the day; else what is about none in particular. No record that came took a day away."""
    able = [cause for cause in _about(one, causes) if cause.moves_signs
            and not (cause.adds and one.from_sign == "stationed")]
    return ([cause for cause in able if cause.days is not None and one.day in cause.days]
            or [cause for cause in able if cause.days is None])


def _of_figures(one: Difference, of_days: list[Cause], causes: Iterable[Cause], month_on: date,
                span: tuple[date, date]) -> list[Cause]:
    about = _about(one, causes)
    undated = [cause for cause in about if cause.days is None]
    if one.is_whole_row:
        return [cause for cause in undated if cause.what in _OF_ROWS] or undated
    found = of_days + [cause for cause in undated if cause.moves_figures]
    # A day that counts anyway keeps its sign when it is off duty now.
    off_duty = [cause for cause in about if cause.days and cause.moves_figures
                and any(span[0] <= day <= span[1] for day in cause.days)]
    if any(name in one.figures for name in _OF_DUTY):
        found += off_duty
    earlier = one.rise("days_of_year") - one.rise("days_of_month")
    if earlier:
        found += [cause for cause in about if cause.days and cause.cadre_id and min(cause.days) < span[0]
                  and min(cause.days).year == month_on.year and not (cause.adds and earlier < 0)]
    return found or off_duty or undated
