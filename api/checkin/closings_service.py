"""The list of a division's months: one row a township with counts, or one row a village, page by page."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Row
from sqlalchemy.orm import Session

from api.checkin.sheet_service import is_over, month_period
from api.checkin.standings_service import VillageMonth, village_months
from api.postings.divisions_service import DivisionRef, refs
from api.postings.models import Division

# Divisions that hold townships; whoever asks for one of them sees these first.
_WIDE = ("province", "prefecture", "county")

_COUNTS = ("villages", "empty", "open", "confirmed", "closed", "corrected", "cadres", "checked", "disputed",
           "unchecked", "waiting_days")


def closings(session: Session, *, division: Division, month_on: date, today: date, level: str | None,
             state: str | None, page: int, page_size: int) -> tuple[dict, int]:
    """How the month stands below a division, in roster order, and of how many rows this is a page.

    `level` None: townships where the division holds some, else villages. `total` counts all villages below it, whatever
    the page and the `state` that its villages are asked for.
    """
    found = village_months(session, division=division, month_on=month_on, today=today)
    by_township: dict[int | None, list[VillageMonth]] = {}
    for village, month in found:
        by_township.setdefault(village.township_id, []).append(month)
    counts = {township_id: _counts(months) for township_id, months in by_township.items()}
    townships = refs(session, counts)
    level = level or ("township" if division.level in _WIDE else "village")
    answer = {"month": month_on, "over": is_over(month_on, today), "ends_on": month_period(month_on, month_on).last,
              "level": level, "total": {name: sum(one[name] for one in counts.values()) for name in _COUNTS},
              "townships": [], "rows": []}
    first = (page - 1) * page_size
    if level == "village":
        rows = [one for one in found if state in (None, one[1].state)]
        answer["rows"] = [_village(village, month, townships.get(village.township_id))
                          for village, month in rows[first:first + page_size]]
        return answer, len(rows)
    held = sorted(townships.values(), key=lambda township: township.code)
    answer["townships"] = [{"division": township, **counts[township.id]}
                           for township in held[first:first + page_size]]
    return answer, len(held)


def _counts(months: Iterable[VillageMonth]) -> dict[str, int]:
    """What some villages' months come to; those without anybody posted are only counted by themselves."""
    counts = dict.fromkeys(_COUNTS, 0)
    for month in months:
        if month.is_empty:
            counts["empty"] += 1
            continue
        counts["villages"] += 1
        counts[month.state] += 1
        counts["corrected"] += month.corrections > 0
        counts["cadres"] += month.cadres
        counts["checked"] += month.checked
        if month.state != "closed":
            counts["disputed"] += month.disputed
            counts["unchecked"] += month.cadres - month.checked - month.disputed
            counts["waiting_days"] += month.waiting_days
    return counts


def _village(village: Row, month: VillageMonth, township: DivisionRef | None) -> dict:
    shown = month.hash and month.hash.hex()
    return {
        "village": village, "township": township, "cadres": month.cadres, "checked": month.checked,
        "disputed": month.disputed, "waiting_days": month.waiting_days, "state": month.state,
        "confirmed_at": month.confirmed_at, "closed_at": month.closed_at,
        "hash": shown if month.state == "closed" else None,
        "confirmed_hash": shown if month.state == "confirmed" else None, "corrections": month.corrections}
