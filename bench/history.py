"""Years of presence for the county of the benches: the patterns of the full-size demo, nobody ever moved or away."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.checkin import kept_service
from api.checkin.models import StationedDay
from api.demo_county_history_service import keep_figures, posts_table, write_evidence
from api.demo_county_roster_service import People
from api.demo_county_rules import FULL, Part, steady_stays
from api.demo_county_service import patterns_of
from bench.county import CADRES, PATTERNS


def add_history(session: Session, *, posted_from: date, today: date, witnessed: int, seed: int = 1) -> int:
    """Keep days, weeks and months of all postings from `posted_from` to the day before `today`; answers how many days.

    The first `witnessed` postings also get the evidence behind their days; figures are read from kept rows alone.
    Rows lie in the order of time, as daily work would have written them.
    """
    courses = [(Part(number, posted_from, None),) for number in range(PATTERNS)]
    patterns = patterns_of(session, courses, first_on=posted_from, today=today - timedelta(days=1), seed=seed,
                           has_leaves=False)
    posts = posts_table(session, steady_stays(FULL, posted_from, PATTERNS), People(FULL, CADRES))
    keep_figures(session, posts, patterns)
    write_evidence(session, posts, patterns, witnessed=witnessed)
    posts.drop(session.connection())
    return session.scalar(select(func.count()).select_from(StationedDay))


def check_kept(session: Session, cadre_ids: Iterable[int]) -> None:
    """Raise SystemExit unless the kept rows of cadres are what their facts make."""
    wrong = list(kept_service.differences(session, cadre_ids=cadre_ids))
    if wrong:
        raise SystemExit(f"kept rows differ from the facts: {wrong[:3]}")
