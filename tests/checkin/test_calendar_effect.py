"""A change of the working calendar makes the rows that a rebuild from all facts would make, and asks little for it."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from api.checkin import calendar_effect_service, judging_service, kept_service
from api.checkin.models import Leave, PostingMonth, PostingWeek
from api.dates import days_between
from api.postings import calendar_service, policies_service
from tests.conftest import NOW

# A bridge over the end of a month and of a year's quarter, a makeup day, and a day beyond the rows that are kept.
CHANGES = {date(2026, 9, 30): "holiday", date(2026, 10, 1): "workday", date(2026, 10, 10): "rest",
           date(2026, 11, 17): "holiday", date(2026, 11, 18): "rest", date(2026, 11, 21): "makeup",
           date(2027, 1, 17): "makeup", date(2027, 6, 1): "holiday"}


@pytest.fixture
def varied(county):
    """Cadres with leave, an errand, a change of village in the middle of a week, and a township by the month."""
    session, cadres = county.session, [county.cadre(name) for name in ("A1", "A2", "B1")]
    moved = county.cadre("A1", to_on=date(2026, 11, 17))
    county.post(moved, "B1", from_on=date(2026, 11, 18))
    cadres += [moved, county.cadre("B2", from_on=date(2026, 11, 19))]
    for division, key, value in (("B", "basis", "month"), ("A", "days_per_week", 5), ("A", "errand", "deducted")):
        policies_service.set_policy(session, division=county.townships[division], key=key, value=value,
                                    effective_from=date(2026, 10, 5), source="试", user_id=None, at=NOW,
                                    today=NOW.date(), any_start=True)
    for person, kind, first, last in ((cadres[0], "private", date(2026, 11, 16), date(2026, 11, 18)),
                                      (cadres[1], "errand", date(2026, 11, 17), date(2026, 11, 20))):
        session.add(Leave(id=uuid4(), cadre_id=person.cadre.id, kind=kind, from_on=first, to_on=last, state="approved",
                          content_hash=b"test"))
    session.flush()
    for person in cadres[:3]:
        for day in days_between(date(2026, 11, 9), date(2026, 11, 20))[:: 2 + person.cadre.id % 3]:
            county.check_in(person, day)
    judging_service.cadres_changed(session, cadre_ids=[person.cadre.id for person in cadres])
    return cadres


def ids_of(cadres):
    return [person.cadre.id for person in cadres]


def change(county, changes):
    for day, kind in changes.items():
        calendar_service.put_calendar_day(county.session, day=day, kind=kind, label="", source="试", user_id=None,
                                          at=NOW)
    calendar_effect_service.calendar_changed(county.session, days=changes)


def rows_of(session):
    session.flush()
    return [session.execute(select(*model.__table__.columns).order_by(*model.__table__.primary_key)).all()
            for model in (PostingWeek, PostingMonth)]


def test_all_days_at_once_make_what_the_facts_make(county, varied):
    before = rows_of(county.session)
    change(county, CHANGES)
    assert list(kept_service.differences(county.session, cadre_ids=ids_of(varied))) == []
    assert rows_of(county.session) != before


@pytest.mark.parametrize(("day", "kind"), CHANGES.items(), ids=str)
def test_each_day_alone_makes_what_the_facts_make(county, varied, day, kind):
    change(county, {day: kind})
    assert list(kept_service.differences(county.session, cadre_ids=ids_of(varied))) == []


def test_a_county_of_many_is_asked_as_little_as_one_of_few_and_no_evidence_is_read(county, varied, connection):
    asked, numbers = [], []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    for kind in ("holiday", "workday"):
        county.session.flush()
        asked.clear()
        change(county, {date(2026, 11, 24): kind})
        numbers.append(len(asked))
        assert not [one for one in asked if "FROM evidence" in one or "FROM stationed_days" in one]
        event.remove(connection, "before_cursor_execute", note)
        for _ in range(10):
            county.cadre("A2")
        event.listen(connection, "before_cursor_execute", note)
    event.remove(connection, "before_cursor_execute", note)
    assert numbers[1] <= numbers[0] + 2
