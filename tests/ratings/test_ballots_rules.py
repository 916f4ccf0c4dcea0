"""What a ballot has to say."""

from uuid import uuid4

import pytest

from api.ratings.ballots_rules import attempt_hash, chosen, misfits, open_ballot_hash
from tests.ratings.urn_data import GOOD, QUESTIONS


@pytest.mark.parametrize(("answers", "text", "asks_text", "wrong"), [
    (GOOD, None, True, set()),
    (GOOD, "很好", True, set()),
    (GOOD, "很好", False, {"text"}),                                # a text that nobody asked for
    ({**GOOD, "q2": "satisfied"}, None, True, {"answers"}),         # the answer of another question
    ({**GOOD, "q2": ""}, None, True, {"answers"}),
    ({"q1": "satisfied"}, None, True, {"answers"}),                 # one left out
    ({**GOOD, "q3": "done"}, None, True, {"answers"}),              # a question that is not there
    ({}, "很好", False, {"answers", "text"}),
])
def test_a_ballot_answers_every_question_and_no_other(answers, text, asks_text, wrong):
    assert set(misfits(QUESTIONS, answers, text=text, asks_text=asks_text)) == wrong


def test_what_was_chosen_comes_in_the_order_of_the_questions():
    assert chosen(QUESTIONS, {"q2": "came", "q1": "satisfied"}) == [("q1", "satisfied"), ("q2", "came")]


def test_hashes_are_of_the_attempt_and_the_card_together():
    one, other = uuid4(), uuid4()
    assert attempt_hash(bytes(32), one) == attempt_hash(bytes(32), one)
    assert len({attempt_hash(bytes(32), one), attempt_hash(bytes(32), other), attempt_hash(b"\1" * 32, one),
                open_ballot_hash(bytes(32), one), open_ballot_hash(bytes(32), other),
                open_ballot_hash(b"\1" * 32, one)}) == 6
