"""The course of a contract in tables: every allowed and every refused step, votes, periods, sizes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contracts import contracts_rules as rules

DAY = date(2026, 11, 20)
# Written down by hand from requirements A7.2 to A7.7, not from the code: who may do what, where.
COURSE = {
    "framework": {"village": {"measures"}},
    "measures": {"village": {"deliberated"}},
    "deliberated": {"village": {"measures", "sealed"}},
    "sealed": {"village": {"submitted"}},
    "submitted": {"town": {"approved", "returned"}},
    "approved": {"town": {"signed"}},
    "returned": {"village": {"measures"}},
    "signed": {"town": {"published"}, "village": {"published"}},
    "published": {"town": {"closed"}},
    "closed": {},
    "replaced": {},
}
STEPS = ("measures", "deliberated", "sealed", "submitted", "approved", "returned", "signed", "published", "closed")


def test_the_table_of_the_tests_names_every_state_and_step():
    assert (set(COURSE), set(STEPS)) == (set(rules.STATES), set(rules.STEPS))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("standing", ["town", "village", "team", None])
@pytest.mark.parametrize("state", COURSE)
def test_every_step_from_every_state_by_everybody(state, standing, step):
    standings = {standing} - {None}
    found = rules.step_problem(state=state, step=step, standings=standings, has_acted=False, is_latest=True)
    if step in COURSE[state].get(standing, ()):
        expected = None
    elif any(step in steps for steps in COURSE[state].values()):
        expected = "contract_step_elsewhere"
    else:
        expected = "contract_step"
    assert found == expected
    assert (step in rules.allowed_steps(state, standings)) == (expected is None)


@pytest.mark.parametrize("step", ["approved", "returned"])
@pytest.mark.parametrize(("standings", "has_acted"), [
    ({"town", "village"}, False),       # of the committee, too
    ({"town", "team"}, False),          # posted there
    ({"town"}, True),                   # took a step for the village before
])
def test_nobody_decides_on_the_own_record(standings, has_acted, step):
    assert rules.step_problem(state="submitted", step=step, standings=standings, has_acted=has_acted,
                              is_latest=True) == "own_record"
    assert rules.allowed_steps("submitted", standings, has_acted=has_acted) == []


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", COURSE)
def test_what_a_later_revision_has_overtaken_can_only_be_closed(state, step):
    everybody = {"town", "village", "team"}
    found = rules.step_problem(state=state, step=step, standings=everybody, has_acted=False, is_latest=False)
    assert (found is None) == ((state, step) == ("published", "closed"))
    assert rules.allowed_steps(state, everybody, is_latest=False) == (["closed"] if state == "published" else [])


def vote(entitled=30, present=20, in_favour=11, against=9, abstained=0, **changes) -> dict:
    return {"held_on": DAY, "entitled": entitled, "present": present, "in_favour": in_favour, "against": against,
            "abstained": abstained, "minutes": "逐条审议", **changes}


QUESTIONS = {"followed_procedure": True, "is_realistic_and_lawful": True}
CEREMONY = {"held_on": DAY, "place": "镇政府", "signers": ["赵镇长"]}


@pytest.mark.parametrize(("step", "note", "details", "is_due", "expected"), [
    ("measures", None, {}, False, None),
    ("measures", None, {"place": "村里"}, False, "contract_details_foreign"),
    ("deliberated", None, vote(), False, None),
    ("deliberated", None, {}, False, "contract_details_missing"),
    ("deliberated", None, vote(minutes=""), False, "contract_details_missing"),
    ("deliberated", None, vote(abstained=1), False, "contract_vote_sum"),
    ("deliberated", None, vote(entitled=19), False, "contract_vote_sum"),                # more came than there are
    ("deliberated", None, vote(present=0, in_favour=0, against=0), False, "contract_vote_sum"),
    ("deliberated", None, vote(held_on=date(2026, 11, 21)), False, "contract_day_ahead"),
    ("deliberated", None, vote(place="村里"), False, "contract_details_foreign"),
    ("sealed", "已盖章", {}, False, None),
    ("approved", None, QUESTIONS, False, None),
    ("approved", None, {"followed_procedure": True}, False, "contract_details_missing"),
    ("approved", None, {**QUESTIONS, "followed_procedure": False}, False, "contract_questions_denied"),
    ("returned", "目标偏低", {**QUESTIONS, "is_realistic_and_lawful": False}, False, None),
    ("returned", " ", QUESTIONS, False, "contract_note_missing"),
    ("returned", "目标偏低", {}, False, "contract_details_missing"),
    ("signed", None, CEREMONY, False, None),
    ("signed", None, {**CEREMONY, "signers": []}, False, "contract_details_missing"),
    ("signed", None, {**CEREMONY, "held_on": date(2026, 11, 21)}, False, "contract_day_ahead"),
    ("published", None, {}, False, None),
    ("closed", None, {}, True, None),
    ("closed", None, {}, False, "contract_note_missing"),                                # before its time
    ("closed", "并入新村", {}, False, None),
])
def test_what_a_step_needs(step, note, details, is_due, expected):
    assert rules.details_problem(step=step, note=note, details=details, is_due=is_due, today=DAY) == expected


@pytest.mark.parametrize(("given", "quorum", "majority", "expected"), [
    (vote(30, 20, 11, 9), "two_thirds", "half_of_present", None),                # exactly two thirds came
    (vote(30, 19, 19, 0), "two_thirds", "half_of_present", "contract_no_quorum"),
    (vote(31, 20, 20, 0), "two_thirds", "half_of_present", "contract_no_quorum"),
    (vote(30, 16, 9, 7), "half", "half_of_present", None),
    (vote(30, 15, 15, 0), "half", "half_of_present", "contract_no_quorum"),      # half is not more than half
    (vote(30, 20, 10, 10), "two_thirds", "half_of_present", "contract_no_majority"),
    (vote(30, 20, 10, 0, 10), "two_thirds", "half_of_present", "contract_no_majority"),  # abstained is not in favour
    (vote(30, 21, 14, 7), "two_thirds", "two_thirds_of_present", None),
    (vote(30, 21, 13, 8), "two_thirds", "two_thirds_of_present", "contract_no_majority"),
])
def test_when_a_vote_carries(given, quorum, majority, expected):
    assert rules.vote_problem(given, quorum=quorum, majority=majority) == expected


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 500), st.sampled_from(["half", "two_thirds"]),
       st.sampled_from(["half_of_present", "two_thirds_of_present"]))
def test_one_more_in_favour_never_loses_a_vote(entitled, present, in_favour, quorum, majority):
    present = min(present, entitled)
    in_favour = min(in_favour, max(present - 1, 0))
    given = vote(entitled, present, in_favour, present - in_favour)
    more = vote(entitled, present, in_favour + 1, present - in_favour - 1)
    if present and rules.vote_problem(given, quorum=quorum, majority=majority) is None:
        assert rules.vote_problem(more, quorum=quorum, majority=majority) is None


@pytest.mark.parametrize(("latest", "expected"), [
    ({"branch": True, "team": True}, []),
    ({"branch": True}, ["contract_team_missing"]),
    ({}, ["contract_branch_missing", "contract_team_missing"]),
    ({"branch": True, "team": False}, ["contract_not_agreed"]),
    ({"branch": False}, ["contract_team_missing", "contract_not_agreed"]),
    ({"branch": True, "team": True, "township": False}, []),
])
def test_both_reviews_agree_before_the_seal(latest, expected):
    assert rules.review_problems(latest) == expected


@pytest.mark.parametrize(("kind", "first_on", "last_on", "expected"), [
    ("yearly", date(2026, 1, 1), date(2026, 12, 31), None),
    ("yearly", date(2026, 1, 1), date(2027, 12, 31), "contract_not_a_year"),
    ("yearly", date(2026, 2, 1), date(2026, 12, 31), "contract_not_a_year"),
    ("term", date(2026, 1, 1), date(2028, 12, 31), None),
    ("term", date(2026, 1, 1), date(2026, 1, 1), "contract_period"),
    ("yearly", date(2026, 12, 31), date(2026, 1, 1), "contract_period"),
])
def test_the_period_of_a_contract(kind, first_on, last_on, expected):
    assert rules.period_problem(kind=kind, first_on=first_on, last_on=last_on) == expected


@pytest.mark.parametrize(("households", "band"), [
    (1, 1), (100, 1), (101, 2), (200, 2), (201, 3), (300, 3), (301, 4), (400, 4), (401, 5), (3000, 5)])
def test_the_size_bands_of_villages(households, band):
    assert rules.band_of(households, [100, 200, 300, 400]) == band
