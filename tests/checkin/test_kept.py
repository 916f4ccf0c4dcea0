"""The kept rows equal the rule, whatever facts arrive in whatever order, and from several threads at once."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.auth import Grant, Identity
from api.checkin import (
    calendar_effect_service,
    decisions_service,
    judging_service,
    kept_service,
    leave_service,
    presence_service,
)
from api.checkin.models import Evidence, PostingWeek
from api.dates import days_between, start_of_day
from api.db import Database
from api.postings import calendar_service, policies_service, roster_service
from tests.conftest import NOW
from tests.county import OFFICE, County

FIRST, LAST = date(2026, 9, 28), date(2026, 12, 6)
DAYS = st.dates(FIRST, LAST)
DISTANCES = st.sampled_from((0, 995, 1_500, 5_000, None))

FACTS = st.one_of(
    st.tuples(st.just("check_in"), DAYS, DISTANCES),
    st.tuples(st.just("declare"), DAYS),
    st.tuples(st.just("decide"), st.integers(0, 20), st.sampled_from(("confirmed", "rejected")),
              st.sampled_from(("village", "township"))),
    st.tuples(st.just("leave"), DAYS, st.integers(1, 9), st.sampled_from(("errand", "private"))),
    st.tuples(st.just("return"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("move"), DAYS, st.sampled_from(("A2", "B1"))),
    st.tuples(st.just("place"), st.sampled_from(("A1", "B1")), st.sampled_from((50, 1_000, 2_000, None))),
    st.tuples(st.just("policy"), st.sampled_from((
        ("days_per_week", 3), ("basis", "month"), ("errand", "deducted"), ("radius_m", 4_000))),
        st.sampled_from((date(2026, 10, 5), date(2026, 11, 2)))),
    st.tuples(st.just("calendar"), DAYS, st.sampled_from(("holiday", "makeup"))),
)


class History:
    """Applies made-up facts through the services, as the views do."""

    def __init__(self, county: County):
        self.county, self.session = county, county.session
        self.cadre = county.cadre("A1", from_on=date(2026, 9, 30))
        self.judges = {
            "village": self._identity("village", county.villages["A1"]),
            "township": self._identity("supervisor", county.county),
        }

    def _identity(self, role, division) -> Identity:
        user = self.county.person(role, division).user
        grant = Grant(role, division.id, division.path, division.level)
        return Identity(user.id, "zh", None, 0, None, (grant,))

    def apply(self, fact) -> None:
        getattr(self, fact[0])(*fact[1:])

    def check_in(self, day, metres):
        self.county.check_in(self.cadre, day, metres_north=metres or 0, fix=metres is not None)

    def declare(self, day):
        at = start_of_day(day) + timedelta(hours=20)
        presence_service.declare_presence(self.session, cadre_id=self.cadre.cadre.id, id=uuid4(), day=day,
                                          captured_at=at, received_at=at, content_hash=b"test")

    def decide(self, number, outcome, level):
        pieces = self.session.scalars(select(Evidence).where(Evidence.posting_id.is_not(None))
                                      .order_by(Evidence.captured_at, Evidence.id)).all()
        home = self.county.villages["A1"].id
        pieces = [one for one in pieces if level != "village"
                  or self.session.get(roster_service.Posting, one.posting_id).village_id == home]
        if pieces:
            decisions_service.decide(
                self.session, identity=self.judges[level], id=uuid4(), evidence_id=pieces[number % len(pieces)].id,
                outcome=outcome, reason="因为", content_hash=b"test", now=NOW + timedelta(seconds=number))

    def leave(self, day, length, kind):
        leave_service.ask_leave(
            self.session, identity=self.judges["township"], id=uuid4(), cadre_id=self.cadre.cadre.id, kind=kind,
            from_on=day, to_on=day + timedelta(days=length - 1), reason=None, content_hash=b"test", now=NOW)

    def _leaves(self):
        return self.session.scalars(select(leave_service.Leave).order_by(leave_service.Leave.from_on)).all()

    def _return(self, number, offset):
        leaves = [one for one in self._leaves() if one.state == "approved"]
        if leaves:
            leave = leaves[number % len(leaves)]
            leave_service.take_step(
                self.session, identity=self.judges["township"], leave_id=leave.id, id=uuid4(), step="returned",
                note=None, returned_on=min(leave.from_on + timedelta(days=offset), leave.to_on),
                content_hash=b"test", now=NOW)

    def move(self, day, village):
        posting = roster_service.postings_of(self.session, [self.cadre.cadre.id])[-1]
        if posting.from_on < day:
            roster_service.change_posting(
                self.session, posting=posting, village=self.session.get(roster_service.Division, posting.village_id),
                further_villages=[], from_on=posting.from_on, to_on=day - timedelta(days=1), by_id=None, now=NOW)
            judging_service.cadres_changed(self.session, cadre_ids=[self.cadre.cadre.id], first=posting.from_on)
            self.county.post(self.cadre, village, from_on=day)

    def place(self, village, radius_m):
        roster_service.put_place(
            self.session, place=self.county.places[village], village=self.county.villages[village], name="村委会",
            latitude=OFFICE.latitude, longitude=OFFICE.longitude, datum="wgs84", radius_m=radius_m, by_id=None,
            now=NOW)
        judging_service.village_changed(self.session, village_id=self.county.villages[village].id)

    def policy(self, rule, start):
        key, value = rule
        held = self.session.scalar(select(policies_service.Policy.id).where(
            policies_service.Policy.key == key, policies_service.Policy.effective_from == start))
        if held is None:
            policies_service.set_policy(
                self.session, division=self.county.county, key=key, value=value, effective_from=start, source="试",
                user_id=None, at=NOW, today=NOW.date(), any_start=True)
            judging_service.cadres_changed(self.session, cadre_ids=[self.cadre.cadre.id], first=start.replace(day=1))

    def calendar(self, day, kind):
        calendar_service.put_calendar_day(self.session, day=day, kind=kind, label="", source="试", user_id=None, at=NOW)
        calendar_effect_service.calendar_changed(self.session, days=[day])


setattr(History, "return", History._return)


def assert_kept_equals_rule(session, cadre_ids):
    assert list(judging_service.misjudged(session, cadre_ids=cadre_ids)) == []
    assert list(kept_service.differences(session, cadre_ids=cadre_ids)) == []


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(FACTS, min_size=1, max_size=25))
def test_kept_rows_equal_the_rule_after_any_history(county, facts):
    with county.session.begin_nested() as savepoint:
        history = History(county)
        for fact in facts:
            history.apply(fact)
        county.session.flush()
        assert_kept_equals_rule(county.session, [history.cadre.cadre.id])
        savepoint.rollback()
    county.session.expunge_all()


def test_a_row_exists_for_every_week_also_without_a_single_fact(county):
    cadre = county.cadre("A1", from_on=date(2026, 10, 7))
    mondays = county.session.scalars(select(PostingWeek.monday).where(
        PostingWeek.posting_id == cadre.posting.id).order_by(PostingWeek.monday)).all()
    through = kept_service.horizon(county.session)
    assert mondays == [date(2026, 10, 5) + timedelta(weeks=n) for n in range(len(mondays))]
    assert mondays[-1] + timedelta(days=6) == through == date(2027, 1, 17)


def test_rolling_on_adds_the_weeks_ahead_with_the_facts_already_known(county):
    cadre = county.cadre("A1")
    beyond = kept_service.horizon(county.session) + timedelta(days=3)
    History.leave(_history_of(county, cadre), beyond, 2, "private")
    kept_service.roll(county.session, today=date(2026, 12, 18))
    week = county.session.get(PostingWeek, (cadre.posting.id, beyond - timedelta(days=beyond.weekday())))
    assert week.duty_mask == 0b10011
    assert_kept_equals_rule(county.session, [cadre.cadre.id])
    assert kept_service.roll(county.session, today=date(2026, 12, 18)) == 0


def _history_of(county, cadre):
    history = History.__new__(History)
    history.county, history.session, history.cadre = county, county.session, cadre
    history.judges = {"township": history._identity("supervisor", county.county)}
    return history


def test_a_shortened_posting_loses_its_later_weeks_and_days(county):
    cadre = county.cadre("A1")
    county.check_in(cadre, date(2026, 11, 18))
    _history_of(county, cadre).move(date(2026, 11, 12), "B1")
    rows = county.session.execute(select(PostingWeek.posting_id, PostingWeek.monday, PostingWeek.stationed_mask).where(
        PostingWeek.monday >= date(2026, 11, 9)).order_by(PostingWeek.monday, PostingWeek.posting_id)).all()
    assert [tuple(row) for row in rows[:3]] == [
        (cadre.posting.id, date(2026, 11, 9), 0), (cadre.posting.id + 1, date(2026, 11, 9), 0),
        (cadre.posting.id + 1, date(2026, 11, 16), 0b100)]
    assert_kept_equals_rule(county.session, [cadre.cadre.id])


def test_verify_notices_a_row_that_was_changed_by_hand(county):
    cadre = county.cadre("A1")
    county.session.execute(text("UPDATE posting_weeks SET stationed_mask = 31 WHERE monday = '2026-11-02'"))
    found, = kept_service.differences(county.session, cadre_ids=[cadre.cadre.id])
    assert (found.table, found.held.stationed_mask, found.right.stationed_mask) == ("posting_weeks", 31, 0)
    kept_service.refresh(county.session, cadre_ids=[cadre.cadre.id])
    assert_kept_equals_rule(county.session, [cadre.cadre.id])


@pytest.mark.slow
def test_threads_that_write_facts_of_one_cadre_leave_rows_that_equal_the_rule(own_database):
    database = Database(own_database)
    with database.session() as session:
        county = County(session, now=NOW)
        cadre = county.cadre("A1")
        ids = (cadre.cadre.id, cadre.user.first_log_in_at)
        session.commit()
    failures = []
    days = days_between(date(2026, 11, 2), date(2026, 11, 15))

    def work(shift):
        try:
            for day in days[shift:] + days[:shift]:
                with database.session() as session:
                    _check_in(session, *ids, day)
                    session.commit()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(shift,)) for shift in (0, 3, 7, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Session(database.engine) as session:
        assert_kept_equals_rule(session, [ids[0]])
        weeks = session.scalars(select(PostingWeek.stationed_mask).where(
            PostingWeek.monday.between(days[0], days[-1]))).all()
        assert weeks == [0b1111111, 0b1111111]
    database.engine.dispose()


def _check_in(session, cadre_id, first_log_in_at, day):
    at = start_of_day(day) + timedelta(hours=9)
    presence_service.record_check_in(
        session, cadre_id=cadre_id, first_log_in_at=first_log_in_at, id=uuid4(), captured_at=at, received_at=at,
        content_hash=b"test", locates=True,
        position={"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20})
