"""Years of presence in a minute: patterns are computed by the pure rule once, then copied to every posting in SQL.

What is kept so is exactly what a rebuild would keep; `check_kept` shows it for postings that have their evidence.
"""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.orm import Session

from api.checkin import kept_rules, kept_service
from api.checkin.facts_service import RATE_KEYS
from api.checkin.models import Evidence, PostingMonth, PostingWeek, StationedDay
from api.checkin.rules import Span
from api.dates import days_between, next_month, start_of_day
from api.db import in_chunks
from api.postings import calendar_service
from api.postings.models import Division, Posting
from api.postings.policies_service import policy_book
from bench.county import COUNTY_ID

# Postings whose number leaves the same remainder have the same history.
PATTERNS = 40
# How often a working day, a day of the weekend, has a check-in that counts; and any day one that waits.
WORKDAY, WEEKEND, WAITING = 0.8, 0.15, 0.03


def add_history(session: Session, *, posted_from: date, today: date, witnessed: int, seed: int = 1) -> int:
    """Keep days, weeks and months of all postings from `posted_from` to the day before `today`; answers how many days.

    The first `witnessed` postings also get the evidence behind their days; figures are read from kept rows alone.
    Rows lie in the order of time, as daily work would have written them.
    """
    through = kept_service.horizon(session)
    first, last = posted_from, next_month(through) - timedelta(days=1)
    workdays = calendar_service.workdays(session, first, last)
    policy = policy_book(session, *RATE_KEYS).value
    path = session.get(Division, COUNTY_ID).path
    days, weeks, months = [], [], []
    for number in range(PATTERNS):
        facts = _facts(number, path, posted_from, today, workdays, random.Random(seed * PATTERNS + number))
        made = kept_rules.kept_days(facts, policy, first, last)
        days += made
        weeks += kept_rules.kept_weeks(facts, made, policy, workdays, first, through)
        months += kept_rules.kept_months(facts, made, policy, workdays, first, last, lambda _posting_id, _month_on: 0)
    _spread(session, StationedDay, days)
    _spread(session, PostingWeek, weeks)
    _spread(session, PostingMonth, months)
    _add_evidence(session, days, witnessed)
    return session.scalar(select(func.count()).select_from(StationedDay))


def _facts(number: int, path: str, posted_from: date, today: date, workdays: set[date],
           dice: random.Random) -> kept_rules.CadreFacts:
    statuses = {}
    for day in days_between(posted_from, today - timedelta(days=1)):
        chance = dice.random()
        counts = WORKDAY if day in workdays else WEEKEND
        if chance < counts + WAITING:
            statuses[number, day] = ["counts" if chance < counts else "waiting"]
    return kept_rules.CadreFacts([kept_rules.PostingFact(number, path, Span(posted_from, None))], statuses)


def _spread(session: Session, model, rows: list[tuple]) -> None:
    """Give every posting the rows of its pattern; the first column of a row is the pattern's number."""
    target = model.__table__
    names = [column.name for column in target.columns]
    kinds = {name: target.columns[name].type for name in names[1:]}
    source = Table(f"pattern_{target.name}", MetaData(), Column("pattern", Integer),
                   *(Column(name, kind) for name, kind in kinds.items()), prefixes=["TEMPORARY"])
    source.create(session.connection())
    session.execute(insert(source), [dict(zip(["pattern", *names[1:]], row, strict=True)) for row in rows])
    chosen = select(Posting.id, *(source.columns[name] for name in names[1:])).join(
        source, source.columns.pattern == Posting.id % PATTERNS).order_by(source.columns[names[1]], Posting.id)
    session.execute(insert(target).from_select(names, chosen))
    source.drop(session.connection())


def _add_evidence(session: Session, days: list[kept_rules.DayRow], witnessed: int) -> None:
    by_pattern: dict[int, list[kept_rules.DayRow]] = {}
    for row in days:
        by_pattern.setdefault(row.posting_id, []).append(row)
    for posting_ids in in_chunks(list(range(1, witnessed + 1)), 100):
        session.execute(insert(Evidence), [_evidence(posting_id, row) for posting_id in posting_ids
                                           for row in by_pattern[posting_id % PATTERNS]])


def _evidence(posting_id: int, row: kept_rules.DayRow) -> dict:
    """A check-in at nine in the morning that makes a day what it is; cadre n has posting n."""
    at, counts = start_of_day(row.day) + timedelta(hours=9), row.state == "stationed"
    record_id = uuid4()
    return {"id": record_id, "kind": "check_in", "source_id": record_id, "cadre_id": posting_id,
            "posting_id": posting_id, "day": row.day, "captured_at": at, "received_at": at, "flags": "",
            "verdict": "inside" if counts else "no_location", "status": "counts" if counts else "waiting",
            "content_hash": bytes(32)}


def check_kept(session: Session, cadre_ids: Iterable[int]) -> None:
    """Raise SystemExit unless the kept rows of cadres are what their facts make."""
    wrong = list(kept_service.differences(session, cadre_ids=cadre_ids))
    if wrong:
        raise SystemExit(f"kept rows differ from the facts: {wrong[:3]}")
