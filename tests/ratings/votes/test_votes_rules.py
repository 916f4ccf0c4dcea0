"""The assessed vote by tables: states, quorum, people, counts that add up and do not, what they come to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import i18n
from api.ratings.votes_rules import (
    STATES,
    STEPS,
    ballots,
    count_problems,
    groups_problem,
    next_state,
    opening_problem,
    people_problem,
    quorum,
    report_problem,
    result,
    signing_problem,
)
from api.vocabulary import VOTE_GRADES, VOTE_HEADINGS

DAY, EVE, MORROW = date(2026, 11, 20), date(2026, 11, 19), date(2026, 11, 21)


def group(voters="committee_members", expected=10, present=10):
    return {"voters": voters, "expected": expected, "present": present}


def grades(*numbers):
    return dict(zip(VOTE_GRADES, numbers, strict=True))


def counted(*, issued=10, returned=10, void=1, overall=(4, 3, 1, 0), abstained=1, headings=None, cadre_id=7):
    return {"issued": issued, "returned": returned, "void": void, "subjects": {
        str(cadre_id): {"overall": grades(*overall), "abstained": abstained, "headings": headings}}}


def problems(counts, *, present=10, voted_on=(7,), has_headings=False):
    return [(one.reason, one.cadre_id, one.found, one.wanted)
            for one in count_problems(counts, present=present, voted_on=voted_on, has_headings=has_headings)]


@pytest.mark.parametrize(("step", "states"), [
    ("changed", {"prepared"}), ("counting_opened", {"prepared", "counting"}), ("counted", {"counting"}),
    ("read_out", {"counted"}), ("signed", {"read_out"}),
    ("annulled", {"prepared", "counting", "counted", "read_out", "signed"})])
def test_each_step_has_its_states(step, states):
    assert {state for state in STATES if next_state(state, step)} == states


def test_every_step_leads_to_a_state_that_there_is():
    assert {state for leads in STEPS.values() for state in leads.values()} == set(STATES)


@pytest.mark.parametrize(("expected", "present", "rule", "needed", "is_met"), [
    (9, 6, "two_thirds", 6, True),          # exactly two thirds are enough
    (10, 6, "two_thirds", 7, False), (10, 7, "two_thirds", 7, True), (1, 1, "two_thirds", 1, True),
    (10, 5, "half", 6, False),              # half is not more than half
    (10, 6, "half", 6, True), (9, 5, "half", 5, True), (1, 0, "half", 1, False),
    (0, 0, "half", 1, False), (0, 0, "two_thirds", 0, False)])     # nobody expected is no meeting
def test_enough_came_or_not(expected, present, rule, needed, is_met):
    found = quorum([group(expected=expected, present=present)], rule)
    assert (found.needed, found.is_met) == (needed, is_met)


def test_the_quorum_is_of_all_groups_together():
    found = quorum([group(expected=5, present=5), group("party_members", expected=10, present=5)], "two_thirds")
    assert (found.present, found.expected, found.needed, found.is_met) == (10, 15, 10, True)


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from(["half", "two_thirds"]))
def test_one_more_who_comes_never_undoes_a_quorum(expected, present, rule):
    less, more = (quorum([group(expected=expected, present=present + one)], rule).is_met for one in (0, 1))
    assert more or not less


@pytest.mark.parametrize(("groups", "problem"), [
    ([group(), group("party_members", 3, 0)], None), ([group(), group()], "vote_group_twice"),
    ([group(present=11)], "vote_more_present"), ([group(expected=0, present=0)], "vote_nobody_expected"),
    ([], "vote_nobody_expected")])
def test_groups_that_cannot_be_so_are_named(groups, problem):
    assert groups_problem(groups) == problem


@pytest.mark.parametrize(("presided_by", "tellers", "problem"), [
    ("周监委", ["张三", "李四"], None), ("周监委", ["张三", "张 三"], "tellers_same"),
    ("周监委", ["王伟", "李四"], "teller_voted_on"), ("王 伟", ["张三", "李四"], "teller_voted_on"),
    ("张三", ["张三", "李四"], "teller_presides")])
def test_whoever_is_voted_on_neither_presides_nor_counts(presided_by, tellers, problem):
    assert people_problem(presided_by=presided_by, tellers=tellers, voted_on=["王伟"]) == problem


@pytest.mark.parametrize(("state", "held_on", "problem"), [
    ("prepared", DAY, None), ("counting", EVE, None), ("prepared", MORROW, "vote_to_come"),
    *((state, DAY, "vote_state") for state in ("counted", "read_out", "signed", "annulled"))])
def test_counting_opens_on_the_day(state, held_on, problem):
    assert opening_problem(state=state, held_on=held_on, today=DAY) == problem


@pytest.mark.parametrize(("state", "signed_on", "problem"), [
    ("read_out", DAY, None), ("read_out", EVE, "vote_signed_when"), ("read_out", MORROW, "vote_signed_when"),
    ("counted", DAY, "vote_state"), ("signed", DAY, "vote_state"), ("annulled", DAY, "vote_state")])
def test_minutes_are_signed_after_the_reading(state, signed_on, problem):
    assert signing_problem(state=state, held_on=DAY, signed_on=signed_on, today=DAY) == problem


@pytest.mark.parametrize(("state", "has_report", "problem"), [
    ("prepared", True, None), ("prepared", False, None), ("counting", False, None), ("read_out", False, None),
    ("counting", True, "duty_report_given"), ("counted", True, "duty_report_given"), ("signed", False, "vote_state"),
    ("annulled", True, "vote_state")])
def test_what_the_voters_heard_is_not_rewritten(state, has_report, problem):
    assert report_problem(state=state, has_report=has_report) == problem


def headings(*numbers, **others):
    return {heading: grades(*others.get(heading, numbers)) for heading in VOTE_HEADINGS}


@pytest.mark.parametrize(("counts", "found"), [
    (counted(), []), (counted(issued=0, returned=0, void=0, overall=(0, 0, 0, 0), abstained=0), []),
    (counted(issued=11), [("count_issued", None, 11, 10)]),
    (counted(issued=9), [("count_returned", None, 10, 9)]),
    (counted(returned=0, void=1, overall=(0, 0, 0, 0), abstained=0),
     [("count_void", None, 1, 0), ("count_sum", 7, 0, -1)]),
    (counted(abstained=0), [("count_sum", 7, 8, 9)]), (counted(overall=(5, 3, 1, 0)), [("count_sum", 7, 10, 9)]),
    (counted(cadre_id=8), [("count_subjects", None, 1, 1)]),
    (counted(headings=headings(9, 0, 0, 0)), [("count_headings", 7, 0, 0)])])
def test_the_line_that_does_not_add_up_is_named(counts, found):
    assert problems(counts) == found


@pytest.mark.parametrize(("sent", "found"), [
    (headings(9, 0, 0, 0), []), (headings(3, 2, 0, 0), []),      # four left each heading empty
    (headings(9, 0, 0, 0, integrity=(9, 1, 0, 0)), [("count_heading_integrity", 7, 10, 9)]),
    (None, [("count_headings", 7, 0, 0)])])
def test_headings_have_no_more_ticks_than_valid_ballots(sent, found):
    assert problems(counted(headings=sent), has_headings=True) == found


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5), st.integers(0, 20), st.integers(0, 20))
def test_a_count_made_of_its_own_parts_adds_up_and_its_shares_make_one(numbers, void, kept):
    *overall, abstained = numbers
    valid = sum(numbers)
    counts = counted(issued=valid + void + kept, returned=valid + void, void=void, overall=overall, abstained=abstained)
    assert problems(counts, present=valid + void + kept) == []
    found = result(counts, 7)
    shares = [one["rate"] for one in (*found["overall"], found["abstained"])]
    assert shares == [None] * 5 if valid == 0 else sum(shares) == pytest.approx(1)


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5), st.integers(0, 4), st.integers(1, 5))
def test_one_slip_in_any_line_is_found(numbers, line, slip):
    valid, wrong = sum(numbers), [*numbers]
    wrong[line] += slip
    counts = counted(issued=valid, returned=valid, void=0, overall=wrong[:4], abstained=wrong[4])
    assert problems(counts, present=valid) == [("count_sum", 7, valid + slip, valid)]


def test_a_result_is_grades_with_numbers_and_shares_and_nothing_else():
    found = result(counted(headings=headings(9, 0, 0, 0)), 7)
    assert found["overall"] == [
        {"grade": "excellent", "numerator": 4, "denominator": 9, "rate": 4 / 9},
        {"grade": "competent", "numerator": 3, "denominator": 9, "rate": 3 / 9},
        {"grade": "basic", "numerator": 1, "denominator": 9, "rate": 1 / 9},
        {"grade": "incompetent", "numerator": 0, "denominator": 9, "rate": 0}]
    assert found["abstained"] == {"numerator": 1, "denominator": 9, "rate": 1 / 9}
    assert [one["heading"] for one in found["headings"]] == list(VOTE_HEADINGS)
    assert found.keys() == {"overall", "abstained", "headings"}
    assert ballots(counted()) == {"issued": 10, "returned": 10, "void": 1, "valid": 9}


def test_without_a_valid_ballot_there_is_no_share():
    found = result(counted(returned=3, void=3, overall=(0, 0, 0, 0), abstained=0), 7)
    assert {one["rate"] for one in found["overall"]} == {None} and found["headings"] is None


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_each_heading_has_words_for_a_sum_that_is_wrong(language):
    assert all(i18n.has_text(language, f"error.count_heading_{heading}") for heading in VOTE_HEADINGS)
