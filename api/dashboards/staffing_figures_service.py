"""Cadres posted to villages on a day, against the least that the rule asks for: sums, and the villages behind them."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.dashboards.figures_rules import CountedMonth, Parts
from api.postings.divisions_service import below, valid_on
from api.postings.models import Division, Posting
from api.postings.policies_service import policy_book
from api.postings.roster_service import posted_between

MINIMUM, OF_COUNTY = "posted_minimum", "posted_county_minimum"
DETAILS = ("cadres", "needed", "vacant")


class VillagePosts(NamedTuple):
    """A village of a day: the cadres posted to it as their home village, and the least that the rule asks for."""

    village_id: int
    path: str
    cadres: int
    needed: int

    @property
    def missing(self) -> int:
        return max(self.needed - self.cadres, 0)

    @property
    def vacant(self) -> int:
        return int(self.cadres == 0)


def posts_of_villages(session: Session, *, division: Division, on: date) -> list[VillagePosts]:
    """Every village at or below a division that there was on a day, in the order of the roster."""
    least_of = _least_of(session, division, on)
    posted = (select(Posting.village_id, func.count().label("cadres")).where(posted_between(on, on))
              .group_by(Posting.village_id).subquery())
    rows = session.execute(
        select(Division.id, Division.path, func.coalesce(posted.c.cadres, 0))
        .outerjoin(posted, posted.c.village_id == Division.id)
        .where(below(division.path), Division.level == "village", valid_on(on)).order_by(Division.code))
    return [VillagePosts(village_id, path, cadres, least_of(path)) for village_id, path, cadres in rows]


def count(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """By village, of those valid on the day; a posting counts in its home village only."""
    return {one.village_id: {"posts_filled": Parts(one.needed - one.missing, one.needed),
                             "villages_staffed": Parts(int(not one.missing), 1)}
            for one in posts_of_villages(session, division=division, on=month.on)}


def details(session: Session, *, division: Division, month: CountedMonth) -> dict[str, int]:
    """Cadres posted on the day, posts that the rule asks for, villages without anybody, and the county's own least."""
    villages = details_by_village(session, division=division, month=month).values()
    found = {key: sum(one[key] for one in villages) for key in DETAILS}
    if division.level not in ("township", "village"):
        book = policy_book(session, OF_COUNTY)
        found.update({"county_minimum": rule.value for rule in book.above(OF_COUNTY, division.path, month.on)})
    return found


def details_by_village(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, int]]:
    """The first three of each village."""
    return {one.village_id: {key: getattr(one, key) for key in DETAILS}
            for one in posts_of_villages(session, division=division, on=month.on)}


def _least_of(session: Session, division: Division, on: date) -> Callable[[str], int]:
    """By the path of a village: what the rule asks for there; looked up once where nobody below has set another."""
    book = policy_book(session, MINIMUM)
    if book.below(MINIMUM, division.path, on):
        return lambda path: sum(rule.value for rule in book.above(MINIMUM, path, on))
    least = sum(rule.value for rule in book.above(MINIMUM, division.path, on))
    return lambda path: least
