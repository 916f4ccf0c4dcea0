"""Keeps what the measures of a month came to once it has ended, so that a line of twelve months is one query.

A row is nothing but a memory: it is counted anew for thirteen months, while facts still come in, and then stays. A
month is read first and written then, in a short transaction of its own; two that do so at once agree in the end.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from api.dashboards.figure_models import DivisionMonth
from api.dashboards.figure_parts_service import parts_of_all
from api.dashboards.figures_rules import LINE, TOPICS, CountedMonth, months_back, summed_up
from api.dashboards.figures_service import counted, paths_of_villages
from api.dates import month_of
from api.db import dialect_insert
from api.postings.divisions_service import below
from api.postings.models import Division, Posting

# A year's line and the month before it, while what is late may still come in.
RENEWED = LINE + 1


def due_months(session: Session, *, county: Division, today: date, again: bool = False) -> list[date]:
    """The ended months to be counted now, the latest first: those of the last thirteen that were not counted today,
    and older ones that never were, back to a line before the first posting. `again`: every one of them.
    """
    kept = dict(session.execute(select(DivisionMonth.month_on, DivisionMonth.counted_on)
                                .where(DivisionMonth.division_id == county.id)).all())
    first = session.scalar(select(func.min(Posting.from_on))) or today
    oldest = months_back(month_of(min(first, today)), LINE - 1)
    ended = [months_back(month_of(today), number) for number in range(1, RENEWED + 1)]
    while ended[-1] > oldest:
        ended.append(months_back(ended[-1], 1))
    fresh = {month_on for month_on in ended if month_on in kept
             and (month_on < ended[RENEWED - 1] or kept[month_on] == today)}
    return [month_on for month_on in ended if again or month_on not in fresh]


def count_month(session: Session, *, county: Division, month_on: date, today: date) -> dict[int, dict]:
    """{division id: its `figures` and `parts`} of the county, its townships and villages in an ended month.

    Divisions that were valid on the month's last day are there without any measure too.
    """
    month, villages = CountedMonth(month_on, today), {}
    for topic in TOPICS:
        for village_id, measures in counted(session, division=county, month=month, topic=topic).items():
            villages.setdefault(village_id, {}).update(measures)
    paths = paths_of_villages(session, division=county)
    sums, parts = summed_up(villages, paths), parts_of_all(session, county=county, month=month, paths=paths)
    own = {row.id: row.is_valid for row in session.execute(
        select(Division.id, ((Division.valid_from <= month.on) & or_(
            Division.valid_to.is_(None), Division.valid_to >= month.on)).label("is_valid")).where(below(county.path)))}
    return {division_id: {"figures": {measure: list(one) for measure, one in sums.get(division_id, {}).items()},
                          "parts": parts.get(division_id, {})} for division_id, is_valid in sorted(own.items())
            if is_valid or division_id in sums or division_id == county.id}


def keep_month(session: Session, *, figures: Mapping[int, dict], month_on: date, today: date) -> None:
    """Write what was counted of a month in the place of what is kept of it."""
    insert = dialect_insert(session, DivisionMonth)
    # In one order for all, so that two writers never wait for each other crosswise.
    session.execute(insert.on_conflict_do_update(
        index_elements=[DivisionMonth.division_id, DivisionMonth.month_on],
        set_={name: insert.excluded[name] for name in ("counted_on", "figures", "parts")}),
        [{"division_id": division_id, "month_on": month_on, "counted_on": today, **counts}
         for division_id, counts in sorted(figures.items())])
    session.execute(delete(DivisionMonth).where(DivisionMonth.month_on == month_on, DivisionMonth.counted_on < today)
                    .execution_options(synchronize_session=False))
