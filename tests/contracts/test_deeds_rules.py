"""What a quarter's share becomes as a deed, and which way a deed may go, as tables of values."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contracts.deeds_rules import (
    LONGEST,
    STATES,
    Share,
    allowed_steps,
    amount_text,
    change_problem,
    deed_text,
    has_share,
    is_overdue,
    report_problem,
    unfilled,
)
from tests.contracts.promised import quarters

LINE = UUID(int=1)


def share(*parts, **says) -> Share:
    return Share(**{"line_id": LINE, "text": "修通组路", "unit": "公里", "due_on": None, "responsible": "李支书",
                    "quarters": quarters(*parts), **says})


@pytest.mark.parametrize(("state", "to", "is_allowed"), [
    ("planned", "dropped", True), ("planned", "planned", True),
    ("planned", "done", False),                     # that is a report
    ("done", "planned", True),                      # what was reported by mistake
    ("done", "dropped", False), ("done", "done", True),
    ("dropped", "planned", True), ("dropped", "dropped", True), ("dropped", "done", False),
])
def test_which_way_a_deed_may_be_changed(state, to, is_allowed):
    assert change_problem(state, to) == (None if is_allowed else "deed_step")


@pytest.mark.parametrize(("state", "problem", "allowed"), [
    ("planned", None, ["done", "dropped"]), ("done", None, ["done", "planned"]),
    ("dropped", "deed_step", ["planned"])])
def test_what_was_dropped_is_not_reported_done(state, problem, allowed):
    assert (report_problem(state), allowed_steps(state)) == (problem, allowed)


@pytest.mark.parametrize(("month", "parts", "due_on", "expected"), [
    (date(2026, 1, 1), (1, None, None, None), None, ("修通组路（1公里）", date(2026, 3, 31))),
    (date(2026, 3, 1), (1, None, None, None), None, ("修通组路（1公里）", date(2026, 3, 31))),
    (date(2026, 4, 1), (1, None, None, None), None, None),                      # nothing in the second quarter
    (date(2026, 4, 1), (1, 0, None, None), None, None),                         # nothing is no share
    (date(2026, 12, 1), (None, None, None, "验收路面"), None, ("修通组路（验收路面）", date(2026, 12, 31))),
    (date(2026, 11, 1), (None, None, None, 2), date(2026, 11, 30), ("修通组路（2公里）", date(2026, 11, 30))),
    (date(2026, 2, 1), (1, 1, 1, 1), date(2026, 12, 20), ("修通组路（1公里）", date(2026, 3, 31))),
])
def test_a_share_is_a_deed_of_each_month_of_its_quarter(month, parts, due_on, expected):
    found = unfilled([share(*parts, due_on=due_on)], month_on=month, listed=set(), done=set())
    assert [(one.text, one.due_on) for one in found] == ([expected] if expected else [])
    assert unfilled([share(*parts, due_on=due_on)], month_on=month, listed={LINE}, done=set()) == []
    assert unfilled([share(*parts, due_on=due_on)], month_on=month, listed=set(), done={LINE}) == []


def test_a_line_without_a_breakdown_has_no_share():
    assert not any(has_share([], number) for number in range(4))
    assert not has_share([{"hundredths": None, "text": "  "}], 0)


@pytest.mark.parametrize(("hundredths", "unit", "text"), [
    (100, "公里", "1公里"), (150, "公里", "1.5公里"), (105, None, "1.05"), (0, "户", "0户"), (None, "户", ""),
    (-50, "万元", "-0.5万元")])
def test_an_amount_is_written_as_people_write_it(hundredths, unit, text):
    assert amount_text(hundredths, unit) == text


@given(st.text(max_size=310), st.text(max_size=310), st.none() | st.integers(-10**14, 10**14))
def test_a_deed_always_fits_its_column(text, words, hundredths):
    assert len(deed_text(text[:LONGEST], {"hundredths": hundredths, "text": words}, "公里")) <= LONGEST


@pytest.mark.parametrize("state", STATES)
def test_only_what_is_planned_becomes_overdue(state):
    late = [is_overdue(state=state, due_on=date(2026, 11, 20), today=date(2026, 11, day)) for day in (20, 21)]
    assert late == [False, state == "planned"]


months = st.integers(1, 12).map(lambda month: date(2026, month, 1))
parts = st.lists(st.none() | st.integers(0, 3) | st.sampled_from(["收尾", ""]), min_size=4, max_size=4)


@given(st.lists(parts, min_size=1, max_size=4), st.lists(st.tuples(st.booleans(), months), max_size=40))
def test_no_order_of_fillings_and_reports_lists_a_share_twice(breakdowns, calls):
    """Fill a month, or report the first open deed of it, in any order: never two for a line and month, none without a
    share, none once its quarter's share is done."""
    shares = [share(*one, line_id=UUID(int=number)) for number, one in enumerate(breakdowns)]
    ledger: dict[tuple[UUID, date], str] = {}

    def of_quarter(month):
        return {key: state for key, state in ledger.items() if (key[1].month - 1) // 3 == (month.month - 1) // 3}

    for is_report, month in calls:
        done = {line for (line, _month), state in of_quarter(month).items() if state == "done"}
        if is_report:
            found = [key for key, state in ledger.items() if key[1] == month and state == "planned"]
            for line, _month in found[:1]:
                ledger.update({key: "done" for key in of_quarter(month) if key[0] == line})
            continue
        listed = {line for line, of_month in ledger if of_month == month}
        for one in unfilled(shares, month_on=month, listed=listed, done=done):
            assert (one.line_id, month) not in ledger
            assert one.line_id not in done
            assert has_share(shares[one.line_id.int].quarters, (month.month - 1) // 3)
            ledger[one.line_id, month] = "planned"
