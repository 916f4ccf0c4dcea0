"""Writes a made-up county of full size with years of history into an empty database, most of it by copying in SQL.

The demo that shows every single thing is demo_service's; this one shows how much a county is. Patterns are judged and
counted by the pure rules and copied, so that `zhucun verify` finds nothing to say.
"""

from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from api import demo_rules
from api.checkin import kept_service
from api.checkin.facts_service import RATE_KEYS
from api.checkin.models import KeptHorizon
from api.contracts.acceptance_models import Assessor
from api.dates import month_of, next_month, start_of_day
from api.demo_county_days_rules import Patterns, plan_patterns
from api.demo_county_history_service import keep_figures, posts_table, write_evidence, write_leaves, write_positions
from api.demo_county_matters_service import County, write_concerns, write_meetings, write_notices
from api.demo_county_promises_service import write_promises
from api.demo_county_ratings_service import write_ratings
from api.demo_county_roster_service import PIECE, count_on, write_roster
from api.demo_county_rules import COUNTY_ID, FULL, Part, Size, plan_courses, stays_of
from api.demo_county_visits_service import keep_counts, write_households, write_visits
from api.demo_service import PASSWORD, NotEmpty, is_empty
from api.postings import accounts_service, calendar_service
from api.postings.account_models import Grant, User
from api.postings.models import Cadre, Division, Place, Posting
from api.postings.policies_service import policy_book
from api.visits import terms_service
from api.visits.models import Household, HouseholdAbsence, Linkage

COORDINATES_DAYS = 88
# What each part takes of the whole, roughly, so that the bar goes on evenly.
_WEIGHTS = {"roster": 2, "patterns": 6, "days": 12, "evidence": 34, "positions": 14, "households": 4, "visits": 20,
            "counts": 8, "concerns": 6, "notices": 1, "promises": 14, "ratings": 8, "meetings": 1}


def fill(session: Session, *, years: int, today: date, seed: int = 1, size: Size = FULL,
         progress: Callable[[int, int], None] = lambda done, of: None) -> dict[str, float]:
    """Make the whole county in one transaction, up to the morning of `today`; answers the seconds of each part.

    Raises NotEmpty. The caller migrates before and commits after.
    """
    if not is_empty(session):
        raise NotEmpty()
    first_on, clock = first_day(years, today), _Clock(progress)
    founded_at = start_of_day(first_on - timedelta(days=3))
    _prepare(session)
    terms_service.seed_terms(session)
    calendar_service.seed_calendar(session, first_year=first_on.year - 1, last_year=today.year + 1)
    courses = plan_courses(first_on, today)
    stays = list(stays_of(size, courses))
    people = write_roster(session, size=size, stays=stays, founded_at=founded_at, seed=seed,
                          password_hash=accounts_service.hash_password(PASSWORD))
    posts = posts_table(session, stays, people)
    clock.done("roster")
    patterns = patterns_of(session, courses, first_on=first_on, today=today, seed=seed)
    clock.done("patterns")
    keep_figures(session, posts, patterns)
    write_leaves(session, posts, patterns)
    clock.done("days")
    since = today - timedelta(days=COORDINATES_DAYS)
    write_evidence(session, posts, patterns, until=since, progress=clock.within("evidence"))
    clock.done("evidence")
    write_positions(session, stays, patterns, people, since=since, seed=seed, radius_m=policy_book(
        session, "radius_m").value("radius_m", session.get(Division, COUNTY_ID).path, today),
        progress=clock.within("positions"))
    clock.done("positions")
    write_households(session, size=size, today=today, first_on=first_on, at=founded_at, seed=seed)
    clock.done("households")
    write_visits(session, posts, patterns, size=size, today=today, seed=seed, progress=clock.within("visits"))
    clock.done("visits")
    keep_counts(session, first_on=first_on, today=today, progress=clock.within("counts"))
    clock.done("counts")
    county = County(session, people, stays, first_on, demo_rules.noon_of(today), seed)
    write_concerns(county, progress=clock.within("concerns"))
    clock.done("concerns")
    write_notices(county)
    clock.done("notices")
    write_promises(county, progress=clock.within("promises"))
    clock.done("promises")
    write_ratings(county, progress=clock.within("ratings"))
    clock.done("ratings")
    write_meetings(county)
    clock.done("meetings")
    count_on(session, (Division, Place, User, Grant, Cadre, Posting, Household, HouseholdAbsence, Linkage, Assessor))
    posts.drop(session.connection())
    return clock.seconds


def first_day(years: int, today: date) -> date:
    """The first day of so many years of history, the running month included."""
    return next_month(month_of(today).replace(year=today.year - years))


def patterns_of(session: Session, courses: list[tuple[Part, ...]], *, first_on: date, today: date,
                seed: int, has_leaves: bool = True) -> Patterns:
    """The patterns of all courses, counted as far ahead as `zhucun roll` counts; sets the horizon."""
    session.execute(delete(KeptHorizon))
    through = kept_service.through_on(today)
    session.add(KeptHorizon(id=1, through_on=through))
    workdays = calendar_service.workdays(session, first_on - timedelta(days=7), next_month(through))
    return plan_patterns(courses, path=session.get(Division, COUNTY_ID).path,
                         policy=policy_book(session, *RATE_KEYS).value, workdays=workdays, through=through,
                         today=today, seed=seed, has_leaves=has_leaves)


def _prepare(session: Session) -> None:
    """Room in memory for the indexes that are filled; the connection is closed afterwards."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA cache_size=-200000"))


class _Clock:
    """How far it is, part by part, and how long each part took."""

    def __init__(self, progress: Callable[[int, int], None]):
        self._progress, self._start, self.seconds = progress, perf_counter(), {}
        self._before, self._of = 0, sum(_WEIGHTS.values())
        progress(0, self._of * PIECE)

    def within(self, name: str) -> Callable[[int, int], None]:
        """What a part calls with (done, of) of its own."""
        return lambda done, of: self._progress(
            (self._before * of + _WEIGHTS[name] * done) * PIECE // of, self._of * PIECE)

    def done(self, name: str) -> None:
        now = perf_counter()
        self.seconds[name], self._start = now - self._start, now
        self._before += _WEIGHTS[name]
        self._progress(self._before * PIECE, self._of * PIECE)
