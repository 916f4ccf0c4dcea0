"""Cadres posted to villages on a day, against the least that the rule asks for."""

from collections.abc import Callable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from api.dashboards.figures_rules import CountedMonth, Parts
from api.postings.divisions_service import below
from api.postings.models import Division, Posting
from api.postings.policies_service import policy_book
from api.postings.roster_service import posted_between

MINIMUM, OF_COUNTY = "posted_minimum", "posted_county_minimum"
DETAILS = ("cadres", "needed", "vacant")


def count(session: Session, *, division: Division, month: CountedMonth) -> dict[int, dict[str, Parts]]:
    """By village, of those valid on the day; a posting counts in its home village only."""
    least_of, found = _least_of(session, division, month), {}
    for village_id, path, cadres in session.execute(_cadres(division, month)):
        least = least_of(path)
        found[village_id] = {"posts_filled": Parts(min(cadres, least), least),
                             "villages_staffed": Parts(int(cadres >= least), 1)}
    return found


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
    least_of = _least_of(session, division, month)
    return {village_id: {"cadres": cadres, "needed": least_of(path), "vacant": int(not cadres)}
            for village_id, path, cadres in session.execute(_cadres(division, month))}


def _least_of(session: Session, division: Division, month: CountedMonth) -> Callable[[str], int]:
    """By the path of a village: what the rule asks for there; looked up once where nobody below has set another."""
    book = policy_book(session, MINIMUM)
    if book.below(MINIMUM, division.path, month.on):
        return lambda path: sum(rule.value for rule in book.above(MINIMUM, path, month.on))
    least = sum(rule.value for rule in book.above(MINIMUM, division.path, month.on))
    return lambda path: least


def _cadres(division: Division, month: CountedMonth):
    on = month.on
    posted = (select(Posting.village_id, func.count().label("cadres"))
              .where(posted_between(on, on))
              .group_by(Posting.village_id).subquery())
    return (select(Division.id, Division.path, func.coalesce(posted.c.cadres, 0))
            .outerjoin(posted, posted.c.village_id == Division.id)
            .where(below(division.path), Division.level == "village", Division.valid_from <= on,
                   or_(Division.valid_to.is_(None), Division.valid_to >= on)))
