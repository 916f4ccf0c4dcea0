"""Brings a database up to what this release and this day need; before it is served, and daily."""

from datetime import date, datetime

from api import migrate
from api.checkin import calendar_effect_service, kept_service
from api.dates import shanghai_day
from api.db import Database
from api.postings import calendar_service, policies_service
from api.postings.divisions_service import find_county
from api.visits import linkage_counts_service, terms_service, village_quarters_service


def prepare(database: Database, *, county_code: str, now: datetime) -> None:
    """Migrate, give the county the rules and words that it lacks, fill official calendar years, make rows for weeks
    ahead."""
    migrate.upgrade(database.engine)
    with database.session() as session:
        county = find_county(session, county_code)
        if county is not None:
            # A version that brings new rules brings their defaults too; those that the county set stay.
            policies_service.seed_policies(session, county=county, at=now)
        terms_service.seed_terms(session)
        seed_calendar(session, shanghai_day(now))
        kept_service.roll(session, today=shanghai_day(now))
        village_quarters_service.roll(session, now=now)
        linkage_counts_service.roll(session, today=shanghai_day(now))
        session.commit()
    # Each worker opens connections of its own; one shared across a fork would mix up their answers.
    database.engine.dispose()


def seed_calendar(session, today: date) -> None:
    """Add official calendar years that the library knows by now, and bring the figures of that year up to date."""
    for year in calendar_service.seed_calendar(session, first_year=today.year - 6, last_year=today.year + 1):
        seeded = calendar_service.special_days(session, date(year, 1, 1), date(year, 12, 31))
        calendar_effect_service.calendar_changed(session, days=seeded)
