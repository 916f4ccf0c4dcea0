"""The course of a concern as a table of values."""

from datetime import date

import pytest

from api.diary.concerns_rules import (
    DONE,
    HOLDER,
    LOCAL,
    OVER,
    STEPS,
    UNDONE,
    age_band,
    allowed_steps,
    due_on,
    escalation_problem,
    is_overdue,
    state_after,
    step_problem,
    steps_on_the_way,
    timely_rate,
)

HANDLING = ["joint_consultation", "escalated", "resolved", "explained", "merged"]
BOTH = (HOLDER, LOCAL)


@pytest.mark.parametrize(("state", "standings", "steps"), [
    ("raised", BOTH, ["accepted", "in_village", *HANDLING]),
    ("accepted", BOTH, ["in_village", *HANDLING]),
    ("in_village", BOTH, HANDLING),
    ("joint_consultation", BOTH, ["in_village", *HANDLING]),
    ("escalated", (HOLDER,), ["in_village", *HANDLING]),
    # The village does not take back what it sent up.
    ("escalated", (LOCAL,), []),
    ("joint_consultation", (LOCAL,), []),
    # But it knows the villager: it follows up, closes, and goes on when he is not content.
    ("resolved", (LOCAL,), ["followed_up"]),
    ("explained", (LOCAL,), ["followed_up"]),
    ("followed_up", (LOCAL,), ["in_village", "joint_consultation", "escalated", "closed"]),
    ("closed", BOTH, []),
    ("merged", BOTH, ["separated"]),
    ("merged", (LOCAL,), []),
    ("raised", (), []),
])
def test_who_may_take_which_step_from_which_state(state, standings, steps):
    assert allowed_steps(state, standings) == steps


def test_every_step_of_every_state_is_allowed_or_refused_with_a_reason():
    for state in (*UNDONE, *DONE, *OVER):
        for step in STEPS:
            problem = step_problem(state=state, step=step, standings=BOTH, note="说明", has_division=True,
                                   has_concern=True)
            assert problem == (None if step in allowed_steps(state, BOTH) else "concern_step")
            assert state_after(step) in (*UNDONE, *DONE, *OVER)


@pytest.mark.parametrize(("step", "given", "problem"), [
    ("resolved", {"note": None}, "concern_note_missing"),
    ("resolved", {"note": "  "}, "concern_note_missing"),
    ("joint_consultation", {"note": ""}, "concern_note_missing"),
    ("escalated", {"has_division": False}, "concern_division_missing"),
    ("merged", {"has_concern": False}, "concern_into_missing"),
    ("accepted", {"note": None, "has_division": False, "has_concern": False}, None),
    ("accepted", {"standings": (LOCAL,)}, "concern_held_elsewhere"),
    ("closed", {}, "concern_step"),
])
def test_what_a_step_needs(step, given, problem):
    whole = {"standings": BOTH, "note": "说明", "has_division": True, "has_concern": True, **given}
    assert step_problem(state="raised", step=step, **whole) == problem


@pytest.mark.parametrize(("state", "step", "way"), [
    ("raised", "accepted", []),
    ("raised", "in_village", ["accepted"]),
    ("raised", "explained", ["accepted", "in_village"]),
    ("accepted", "resolved", ["in_village"]),
    ("escalated", "resolved", []),
    ("raised", "merged", []),
])
def test_what_is_handled_was_accepted(state, step, way):
    assert steps_on_the_way(state, step) == way


@pytest.mark.parametrize(("owner", "to", "state", "is_above"), [
    ("/1/2/3/4/", "/1/2/3/", "raised", True),           # the village's township
    ("/1/2/3/4/", "/1/2/", "raised", True),             # straight to the county
    ("/1/2/3/", "/1/2/", "escalated", True),            # further up
    ("/1/2/3/", "/1/2/3/", "escalated", False),         # it lies there already
    ("/1/2/", "/1/2/3/", "escalated", False),           # down is no escalation
    ("/1/2/3/", "/1/2/3/", "followed_up", True),        # back to who had resolved it
    ("/1/2/3/4/", "/1/2/3/4/", "raised", False),        # the village itself
    ("/1/2/3/4/", "/1/2/33/", "raised", False),         # a neighbouring township
    ("/1/2/3/4/", "/1/", "raised", False),              # above the county
])
def test_it_is_escalated_to_a_division_above_whom_it_lies_with(owner, to, state, is_above):
    problem = escalation_problem(village_path="/1/2/3/4/", owner_path=owner, to_path=to, county_path="/1/2/",
                                 state=state)
    assert problem == (None if is_above else "concern_division_not_above")


def test_the_last_day_is_in_time_and_the_next_is_overdue():
    last = due_on(date(2026, 6, 1), 3)
    assert last == date(2026, 6, 4)
    assert [is_overdue(state="in_village", due_on=last, today=date(2026, 6, day)) for day in (4, 5)] == [False, True]
    assert not is_overdue(state="explained", due_on=last, today=date(2026, 7, 1))


@pytest.mark.parametrize(("days", "band"), [
    (0, "to_7"), (7, "to_7"), (8, "to_15"), (15, "to_15"), (16, "to_30"), (30, "to_30"), (31, "over_30")])
def test_ages_fall_into_bands(days, band):
    assert age_band(days) == band


def test_a_rate_of_nothing_is_none():
    assert (timely_rate(0, 0), timely_rate(3, 4)) == (None, 0.75)
