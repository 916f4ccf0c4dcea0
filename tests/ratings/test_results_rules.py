"""What ballots come to."""

import pytest

from api.ratings.results_rules import added, ballots_of, is_enough, result
from tests.ratings.urn_data import QUESTIONS

COUNTS = {("q1", "satisfied"): 3, ("q1", "basically_satisfied"): 1, ("q1", "dissatisfied"): 2, ("q1", "do_not_know"): 4,
          ("q2", "came"): 0, ("q2", "did_not_come"): 0, ("q2", "cannot_remember"): 10}


@pytest.mark.parametrize(("ballots", "least", "enough"), [
    (4, 5, False), (5, 5, True), (0, 5, False),
    (9, 10, False), (10, 10, True),            # a county may ask for more
    (4, 1, False), (4, 0, False), (5, 1, True),   # and never for fewer, whatever stands in a table
])
def test_fewer_than_the_rule_are_never_told(ballots, least, enough):
    assert is_enough(ballots, least=least) is enough


def test_who_does_not_know_votes_and_stays_out_of_the_share():
    found = result(COUNTS, QUESTIONS, households=40)
    assert (found["ballots"], found["households"], found["share"]) == (10, 40, 0.25)
    assert found["questions"][0] == {
        "key": "q1", "favourable": {"numerator": 4, "denominator": 6, "rate": 4 / 6},
        "answers": [{"key": "satisfied", "count": 3}, {"key": "basically_satisfied", "count": 1},
                    {"key": "dissatisfied", "count": 2}, {"key": "do_not_know", "count": 4}]}
    # Nobody gave an answer that counts: there is no share, and not one of nought.
    assert found["questions"][1]["favourable"] == {"numerator": 0, "denominator": 0, "rate": None}


@pytest.mark.parametrize("households", [None, 0])
def test_nobody_knows_how_many_could_have_voted_by_the_open_code(households):
    found = result(COUNTS, QUESTIONS, households=households)
    assert (found["households"], found["share"]) == (households, None)


def test_several_villages_are_added_answer_by_answer():
    both = added([COUNTS, COUNTS])
    assert ballots_of(both, QUESTIONS) == 20 and both["q1", "dissatisfied"] == 4
    # The ratio of the sums, not the mean of two ratios.
    uneven = added([COUNTS, {**COUNTS, ("q1", "satisfied"): 103}])
    assert result(uneven, QUESTIONS, households=80)["questions"][0]["favourable"] == {
        "numerator": 108, "denominator": 112, "rate": 108 / 112}
    assert added([]) == {}
