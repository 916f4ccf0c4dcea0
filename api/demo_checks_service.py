"""Lets the demo's county check villages unannounced, and three townships mark theirs for the last half-year."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import demo_contract_words as words
from api.auth import Identity
from api.contracts import (
    check_entry_service,
    findings_service,
    mark_appeals_service,
    mark_schemes_service,
    mark_sheets_service,
)
from api.contracts.check_models import MarkSheet, SpotCheck
from api.contracts.checks_service import Reader
from api.contracts.marks_rules import half_before, half_end, half_of
from api.dates import shanghai_day, start_of_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.http import content_hash
from api.postings.divisions_service import below
from api.postings.models import Division

# (days ago that it began, days that it takes, villages drawn, villages visited so far, whether it is over)
_CHECKS = ((40, 10, 6, 6, True), (4, 14, 5, 2, False))
_MARKED_TOWNSHIPS = 3
_MARKED_AFTER, _PUBLISHED_AFTER, _APPEALED_AFTER, _ANSWERED_AFTER = 8, 10, 13, 18


def check_and_mark(session: Session, *, people: People, identity: Callable[[str], Identity], seed: int,
                   as_of: datetime) -> None:
    """A check that is over and one that goes on, and the marks of the last half-year that had ended."""
    county = session.scalar(select(Division).where(Division.level == "county"))
    rng = Random(f"{seed} {as_of.date()} checks")
    for title, course in zip(words.CHECK_TITLES, _CHECKS, strict=True):
        _check(session, county, identity("county"), title, course, rng, as_of)
    _mark(session, county, people, identity, rng, as_of)


def _check(session: Session, county: Division, checker: Identity, title: str,
           course: tuple[int, int, int, int, bool], rng: Random, as_of: datetime) -> None:
    began, lasts, count, visited, is_over = course
    first_on = shanghai_day(as_of) - timedelta(days=began)
    at = start_of_day(first_on) + timedelta(hours=8)
    content = {"division_code": county.code, "kind": "unannounced", "title": title, "focus": words.CHECK_FOCUS,
               "first_on": first_on, "last_on": first_on + timedelta(days=lasts), "village_codes": [],
               "lots": {"count": count, "seed": f"{rng.getrandbits(64):016x}", "per_township": False}}
    view, _created = check_entry_service.enter_check(session, identity=checker, id=new_id(rng), now=at,
                                                     content_hash=content_hash(content), **content)
    check = session.get(SpotCheck, view.check.id)
    for nth, village in enumerate(view.villages[:visited]):
        visited_on = first_on + timedelta(days=1 + nth)
        at, code = start_of_day(visited_on) + timedelta(hours=10), village["village"].code
        check_entry_service.note_visit(session, identity=checker, check=check, village_code=code,
                                       visited_on=visited_on, now=at)
        for is_problem, text in rng.sample(words.CHECK_FINDINGS, k=2):
            found = {"village_code": code, "line_id": None, "is_problem": is_problem, "text": text, "photos": []}
            findings_service.enter_finding(session, identity=checker, id=new_id(rng), check=check, now=at,
                                           content_hash=content_hash(found), **found)
    if is_over:
        check_entry_service.close_check(session, identity=checker, check=check, now=start_of_day(
            first_on + timedelta(days=lasts)) + timedelta(hours=11))


def _mark(session: Session, county: Division, people: People, identity: Callable[[str], Identity], rng: Random,
          as_of: datetime) -> None:
    """Marks of some townships' villages; one village's appeal waits, another's was answered."""
    half_on = half_before(half_of(shanghai_day(as_of)))
    ended = start_of_day(half_end(half_on)) + timedelta(hours=10)
    proposed = {**mark_schemes_service.proposed(half_on), "effective_from": half_on}
    mark_schemes_service.enter_scheme(session, identity=identity("county"), division_code=county.code,
                                      now=start_of_day(half_on) + timedelta(hours=9), **proposed)
    townships = session.scalars(select(Division).where(Division.level == "township").order_by(Division.code)).all()
    for nth, township in enumerate(townships[:_MARKED_TOWNSHIPS]):
        villages = session.scalars(select(Division).where(
            below(township.path), Division.level == "village").order_by(Division.code)).all()
        officer = identity(people.supervisor_of[villages[0].code])

        def after(days: int) -> datetime:
            return min(ended + timedelta(days=days), as_of)

        sheets = [_sheet(session, village, officer, half_on, proposed["criteria"], rng, after(_MARKED_AFTER))
                  for village in villages]
        for sheet_id in sheets:
            at = after(_PUBLISHED_AFTER)
            mark_sheets_service.publish_sheet(session, reader=_reader(session, officer, at), now=at,
                                              sheet=session.get(MarkSheet, sheet_id))
        if nth < 2:
            sheet = session.get(MarkSheet, sheets[0])
            _appeal(session, sheet, identity(people.committee_of[villages[0].code]), rng, after(_APPEALED_AFTER))
            if nth == 0:
                at = after(_ANSWERED_AFTER)
                mark_appeals_service.answer(
                    session, reader=_reader(session, identity("county"), at), sheet=sheet, outcome="upheld",
                    answer=words.APPEAL_ANSWER, marks=None, now=at)


def _sheet(session: Session, village: Division, officer: Identity, half_on: date, criteria: list[dict], rng: Random,
           at: datetime) -> UUID:
    marks = [{"key": one["key"], "marks": round(one["full_marks"] * rng.uniform(0.7, 1)) * 100, "note": None}
             for one in criteria]
    marks[0]["note"] = words.MARK_NOTE
    content = {"village_code": village.code, "half_on": half_on, "marks": marks}
    view, _created = mark_sheets_service.enter_sheet(session, identity=officer, id=new_id(rng), now=at,
                                                     content_hash=content_hash(content), **content)
    return view.sheet.id


def _appeal(session: Session, sheet: MarkSheet, committee: Identity, rng: Random, at: datetime) -> None:
    mark_appeals_service.appeal(
        session, reader=_reader(session, committee, at), sheet=sheet, id=new_id(rng), text=words.APPEAL, now=at,
        content_hash=content_hash({"text": words.APPEAL}))


def _reader(session: Session, identity: Identity, at: datetime) -> Reader:
    return Reader(session, identity, today=shanghai_day(at))
