"""The course of an acceptance and the roster of those who accept, as tables of values."""

from datetime import date

import pytest

from api.contracts.acceptance_rules import (
    STATES,
    STEPS,
    accept_by,
    allowed_steps,
    asked,
    change_problem,
    confirmation_problem,
    due_since,
    inspection_problem,
    satisfied_rate,
    step_problem,
)
from api.contracts.roster_rules import (
    addition_problem,
    change_problem as roster_change_problem,
    is_current,
    publication_problem,
)

DAY = date(2026, 11, 20)


def day(number: int) -> date:
    return date(2026, 11, number)


@pytest.mark.parametrize(("state", "lacks_survey", "steps"), [
    ("inspected", False, ["surveyed", "confirmed"]),
    ("inspected", True, ["surveyed"]),              # a major item is asked about first
    ("confirmed", False, ["archived"]),
    ("confirmed", True, ["archived"]),
    ("archived", False, []),
])
def test_every_step_of_every_state_is_allowed_or_refused_with_a_reason(state, lacks_survey, steps):
    assert allowed_steps(state, lacks_survey=lacks_survey) == steps
    for step in STEPS:
        problem = step_problem(state=state, step=step, lacks_survey=lacks_survey)
        expected = None if step in steps else "acceptance_step"
        if (state, step, lacks_survey) == ("inspected", "confirmed", True):
            expected = "survey_missing"
        assert problem == expected
        assert STEPS[step].leads_to in STATES


@pytest.mark.parametrize(("state", "problem"), [
    ("inspected", None), ("confirmed", "acceptance_step"), ("archived", "acceptance_step")])
def test_what_was_found_changes_until_it_is_confirmed(state, problem):
    assert change_problem(state) == problem


@pytest.mark.parametrize(("completed_on", "deadline", "expected"), [
    (None, day(20), None),                          # the last day is the village's
    (None, day(19), ("deadline", day(19))),
    (day(10), day(30), ("completed", day(10))),
    (day(15), day(10), ("deadline", day(10))),      # completed after its time: due since then
    (day(10), day(10), ("completed", day(10))),
    (day(20), date(2026, 12, 31), ("completed", day(20))),
])
def test_a_line_waits_since_it_was_completed_or_its_deadline_passed(completed_on, deadline, expected):
    assert due_since(completed_on=completed_on, deadline=deadline, today=DAY) == expected


@pytest.mark.parametrize(("inspected_on", "since", "problem"), [
    (day(20), None, "acceptance_not_due"), (day(21), None, "acceptance_not_due"),
    (day(20), ("completed", day(18)), None), (day(18), ("completed", day(18)), None),
    (day(17), ("completed", day(18)), "inspected_before_due"),
    (day(21), ("completed", day(18)), "inspected_in_future"),
])
def test_a_line_is_inspected_once_it_is_due(inspected_on, since, problem):
    assert inspection_problem(inspected_on=inspected_on, since=since, today=DAY) == problem


@pytest.mark.parametrize(("given", "problem"), [
    ({}, None),
    ({"held_on": day(21)}, "confirmed_in_future"),
    ({"held_on": day(17)}, "confirmed_before_inspection"),
    ({"held_on": day(18)}, None),
    ({"present": 2}, "too_few_present"),
    ({"present": 1, "others": 0, "least": 1}, "confirmed_alone"),
    ({"present": 1, "others": 1, "least": 1}, None),
])
def test_the_office_confirms_together(given, problem):
    whole = {"held_on": day(20), "inspected_on": day(18), "today": DAY, "present": 3, "others": 2, "least": 3, **given}
    assert confirmation_problem(**whole) == problem


def test_time_counts_in_calendar_days():
    assert accept_by(day(18), 7) == day(25)


def test_a_rate_of_nobody_is_none():
    group = {"satisfied": 6, "basically": 2, "dissatisfied": 1, "unknown": 1}
    nobody = dict.fromkeys(group, 0)
    assert (asked(group), satisfied_rate([group, nobody]), satisfied_rate([nobody])) == (10, 0.8, None)


@pytest.mark.parametrize(("posts", "problem"), [
    (["director", "member"], None), (["director"], "roster_incomplete"), ([], "roster_incomplete"),
    (["deputy", "member", "member"], "roster_incomplete")])
def test_a_roster_is_published_with_a_director_and_enough_to_go(posts, problem):
    assert publication_problem(posts, least=2) == problem


@pytest.mark.parametrize(("is_published", "approval", "problem"), [
    (False, None, None), (True, None, "approval_missing"), (True, "  ", "approval_missing"), (True, "镇党委会纪要", None)])
def test_who_comes_later_comes_with_an_approval(is_published, approval, problem):
    assert addition_problem(is_published=is_published, approval=approval) == problem


@pytest.mark.parametrize(("is_published", "changed", "approval", "problem"), [
    (False, {"name", "post", "to_on"}, None, None),
    (True, {"to_on"}, None, "approval_missing"),
    (True, {"to_on", "ended_approval"}, "镇党委会纪要", None),
    (True, {"name"}, "镇党委会纪要", "roster_locked"),
    (True, {"user_id", "to_on"}, "镇党委会纪要", "roster_locked"),
    (True, set(), None, None),
])
def test_nobody_is_exchanged_under_a_published_name(is_published, changed, approval, problem):
    assert roster_change_problem(is_published=is_published, changed=changed, approval=approval) == problem


@pytest.mark.parametrize(("number", "expected"), [(9, False), (10, True), (15, True), (16, False)])
def test_both_ends_of_a_part_count(number, expected):
    assert is_current(day(10), day(15), day(number)) is expected
    assert is_current(day(10), None, day(16)) is True
