"""Rules of half-yearly marks: what adds up, what a verdict suggests, when an appeal is in time."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contracts.marks_rules import (
    answer_problem,
    appeal_problem,
    appeal_until,
    half_before,
    half_end,
    half_of,
    half_problem,
    marks_problem,
    scheme_problem,
    suggestions,
    total,
)
from api.vocabulary import DIMENSIONS

TODAY = date(2026, 11, 20)
HALF = date(2026, 7, 1)
ONE = {"key": "branch", "dimension": "party_building", "text": "党建", "full_marks": 60}
TWO = {"key": "income", "dimension": "economy", "text": "增收", "full_marks": 40}
VERDICTS = ("met", "partly", "not_met")


@pytest.mark.parametrize(("day", "half", "end", "before"), [
    ((2026, 1, 1), (2026, 1, 1), (2026, 6, 30), (2025, 7, 1)),
    ((2026, 6, 30), (2026, 1, 1), (2026, 6, 30), (2025, 7, 1)),
    ((2026, 7, 1), (2026, 7, 1), (2026, 12, 31), (2026, 1, 1)),
    ((2026, 12, 31), (2026, 7, 1), (2026, 12, 31), (2026, 1, 1))])
def test_halves(day, half, end, before):
    found = half_of(date(*day))
    assert (found, half_end(found), half_before(found)) == (date(*half), date(*end), date(*before))


@pytest.mark.parametrize(("changes", "problem"), [
    ({}, None), ({"full_marks": 99}, "scheme_sum"), ({"full_marks": 101}, "scheme_sum"),
    ({"criteria": []}, "scheme_criteria"), ({"criteria": [ONE, ONE], "full_marks": 120}, "scheme_keys"),
    ({"criteria": [{**ONE, "key": "Branch"}, TWO]}, "scheme_keys"),
    ({"criteria": [{**ONE, "key": "1a"}, TWO]}, "scheme_keys"),
    ({"criteria": [{**ONE, "dimension": "weather"}, TWO]}, "scheme_criteria"),
    ({"criteria": [{**ONE, "full_marks": 0}, TWO], "full_marks": 40}, "scheme_criteria"),
    ({"criteria": [{**ONE, "full_marks": -10}, {**TWO, "full_marks": 110}]}, "scheme_criteria"),
    ({"effective_from": date(2026, 7, 2)}, "scheme_not_a_half"),
    ({"effective_from": date(2026, 1, 1)}, None),                          # the half before today's is just marked
    ({"effective_from": date(2025, 7, 1)}, "scheme_in_the_past"), ({"effective_from": date(2027, 1, 1)}, None)])
def test_what_is_a_scheme(changes, problem):
    scheme = {"full_marks": 100, "criteria": [ONE, TWO], "effective_from": HALF, **changes}
    assert scheme_problem(today=TODAY, **scheme) == problem


def test_the_proposed_scheme_is_one_and_covers_every_dimension():
    path = Path(__file__).resolve().parents[2] / "api" / "data" / "mark_scheme.json"
    scheme = json.loads(path.read_text(encoding="utf-8"))
    assert scheme_problem(full_marks=scheme["full_marks"], criteria=scheme["criteria"], effective_from=HALF,
                          today=TODAY) is None
    assert {one["dimension"] for one in scheme["criteria"]} == set(DIMENSIONS)


@pytest.mark.parametrize(("half_on", "problem"), [
    (date(2026, 7, 1), None), (date(2020, 1, 1), None), (date(2026, 7, 2), "scheme_not_a_half"),
    (date(2027, 1, 1), "half_not_begun")])
def test_which_half_can_be_marked(half_on, problem):
    assert half_problem(half_on, TODAY) == problem


@pytest.mark.parametrize(("marks", "is_final", "problem"), [
    ({}, False, None), ({}, True, "marks_missing"), ({"branch": 6000}, False, None),
    ({"branch": 6000}, True, "marks_missing"), ({"branch": 6000, "income": 4000}, True, None),
    ({"branch": 6001}, False, "marks_out_of_range"), ({"branch": -1}, False, "marks_out_of_range"),
    ({"branch": 0, "income": 0}, True, None), ({"other": 1}, False, "marks_unknown_key")])
def test_what_a_sheet_may_say(marks, is_final, problem):
    assert marks_problem(marks, [ONE, TWO], is_final=is_final) == problem


def test_a_total_is_a_sum_once_nothing_is_missing():
    assert total({"branch": 5925, "income": 1}, [ONE, TWO]) == 5926
    assert total({"branch": 5925}, [ONE, TWO]) is None
    assert total({}, []) == 0


@pytest.mark.parametrize(("verdicts", "branch", "income"), [
    ([], None, None), ([("party_building", "met")], 6000, None),
    ([("economy", "met"), ("economy", "partly"), ("economy", "not_met")], None, 2000),
    ([("economy", "partly")], None, 2000), ([("economy", "not_met")], None, 0),
    ([("economy", "met"), ("economy", "met"), ("economy", "not_met")], None, 2666),      # rounded down
    ([("civic_culture", "met")], None, None)])                                           # no criterion asks for it
def test_what_verdicts_suggest(verdicts, branch, income):
    found = suggestions([ONE, TWO], verdicts)
    assert (found["branch"].hundredths, found["income"].hundredths) == (branch, income)
    for key, dimension in (("branch", "party_building"), ("income", "economy")):
        assert [getattr(found[key], name) for name in VERDICTS] == [
            verdicts.count((dimension, name)) for name in VERDICTS]


@given(st.lists(st.tuples(st.sampled_from(DIMENSIONS), st.sampled_from(VERDICTS)), max_size=40))
def test_a_suggestion_never_leaves_its_range_and_a_better_verdict_never_lowers_it(verdicts):
    found = suggestions([ONE, TWO], verdicts)
    assert all(one.hundredths is None or 0 <= one.hundredths <= full * 100
               for one, full in ((found["branch"], 60), (found["income"], 40)))
    better = suggestions([ONE, TWO], [(dimension, "met") for dimension, _verdict in verdicts])
    assert all((better[key].hundredths or 0) >= (found[key].hundredths or 0) for key in found)


@pytest.mark.parametrize(("state", "has_appeal", "after", "problem"), [
    ("published", False, 0, None), ("published", False, 10, None),             # the last day
    ("published", False, 11, "appeal_too_late"),                               # the day after it
    ("published", True, 0, "appeal_exists"), ("drafted", False, 0, "sheet_not_published"),
    ("replaced", False, 0, "sheet_not_published")])
def test_when_an_appeal_is_in_time(state, has_appeal, after, problem):
    published_on = date(2026, 12, 28)
    until = appeal_until(published_on, 10)
    assert until == date(2027, 1, 7)
    assert appeal_problem(state=state, has_appeal=has_appeal, until=until,
                          today=published_on + timedelta(days=after)) == problem


@pytest.mark.parametrize(("outcome", "marks", "problem"), [
    ("upheld", None, None), ("upheld", {"branch": 1}, "correction_not_wanted"),
    ("corrected", None, "correction_missing"), ("corrected", {"branch": 5}, "correction_same"),
    ("corrected", {"branch": 6}, None)])
def test_how_an_appeal_is_answered(outcome, marks, problem):
    assert answer_problem(outcome=outcome, before={"branch": 5}, marks=marks) == problem
