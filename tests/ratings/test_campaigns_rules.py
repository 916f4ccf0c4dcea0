from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.ratings.campaign_entry_service import question_book
from api.ratings.campaigns_rules import (
    ANSWER_SETS,
    edit_problem,
    opening_problem,
    overlaps,
    questions_problem,
    resolved,
    withdrawal_problem,
)

FIRST, LAST = date(2026, 11, 16), date(2026, 11, 29)
GOOD, BAD, ASIDE = ("好", True, True), ("不好", True, False), ("不了解", False, False)


@pytest.mark.parametrize(("answers", "problem"), [
    ([[GOOD, BAD]], None), ([[GOOD, BAD, ASIDE], [BAD, GOOD]], None), ([[BAD, ASIDE]], None),
    ([[ASIDE, ("记不清", False, False)]], "question_uncounted"),
    # What is wrong with the second question is found as well.
    ([[GOOD, BAD], [ASIDE, ("记不清", False, False)]], "question_uncounted"),
    ([[GOOD, ("算好评", False, True)]], "answer_favourable_uncounted"),
    ([[GOOD, ("好", True, False)]], "answers_alike")])
def test_what_a_question_may_offer(answers, problem):
    assert questions_problem(answers) == problem


def test_the_usual_sets_fit_their_own_rules():
    sets = question_book()["answer_sets"]
    assert sorted(sets) == sorted(ANSWER_SETS) and set(question_book()["usual"]) <= set(sets)
    assert questions_problem([[(one["key"], one["is_counted"], one["is_favourable"]) for one in answers]
                              for answers in sets.values()]) is None
    # Only 不了解 and its like stay outside the denominator.
    assert [one["key"] for answers in sets.values() for one in answers if not one["is_counted"]] == [
        "do_not_know", "cannot_remember", "asked_nothing"]


def test_questions_are_kept_with_all_their_words():
    sets = {"visited": [{"key": "came", "is_counted": True, "is_favourable": True},
                        {"key": "cannot_remember", "is_counted": False, "is_favourable": False}]}
    own = {"text": "路修得好不好？", "answers": [
        {"text": "好", "is_counted": True, "is_favourable": True},
        {"text": "不好", "is_counted": True, "is_favourable": False}]}
    assert resolved([{"text": "来过吗？", "answer_set": "visited"}, own], sets=sets,
                    words={"came": "来过", "cannot_remember": "记不清"}) == [
        {"key": "q1", "text": "来过吗？", "answers": [
            {"key": "came", "text": "来过", "is_counted": True, "is_favourable": True},
            {"key": "cannot_remember", "text": "记不清", "is_counted": False, "is_favourable": False}]},
        {"key": "q2", "text": "路修得好不好？", "answers": [
            {"key": "a1", "text": "好", "is_counted": True, "is_favourable": True},
            {"key": "a2", "text": "不好", "is_counted": True, "is_favourable": False}]}]


@pytest.mark.parametrize(("state", "edit", "opening", "withdrawal"), [
    ("drafted", None, None, None), ("open", "campaign_begun", None, None),
    ("closed", "campaign_begun", "campaign_over", "campaign_over"),
    ("withdrawn", "campaign_begun", "campaign_over", None)])
def test_what_may_be_done_in_which_state(state, edit, opening, withdrawal):
    assert edit_problem(state=state) == edit
    assert opening_problem(state=state, last_on=LAST, today=FIRST, hotline="12388") == opening
    assert withdrawal_problem(state=state) == withdrawal


@pytest.mark.parametrize(("today", "hotline", "problem"), [
    (date(2026, 11, 1), "12388", None),      # before its first day, so that cards can be printed
    (LAST, "12388", None), (date(2026, 11, 30), "12388", "campaign_late"),
    (FIRST, "", "hotline_missing"), (FIRST, " ", "hotline_missing")])
def test_when_a_draft_can_be_opened(today, hotline, problem):
    assert opening_problem(state="drafted", last_on=LAST, today=today, hotline=hotline) == problem


@pytest.mark.parametrize(("first", "last", "expected"), [
    (date(2026, 1, 1), None, True), (date(2026, 1, 1), FIRST, True), (LAST, None, True),
    (date(2026, 1, 1), date(2026, 11, 15), False), (date(2026, 11, 30), None, False)])
def test_a_posting_touches_a_campaign_by_one_day(first, last, expected):
    assert overlaps(first, last, first_on=FIRST, last_on=LAST) is expected


@given(*[st.dates(date(2026, 1, 1), date(2026, 12, 31)) for _ in range(4)])
def test_two_spans_touch_if_they_share_a_day(a, b, c, d):
    (first, last), (first_on, last_on) = sorted((a, b)), sorted((c, d))
    shared = {first.toordinal() + n for n in range((last - first).days + 1)} & {
        first_on.toordinal() + n for n in range((last_on - first_on).days + 1)}
    assert overlaps(first, last, first_on=first_on, last_on=last_on) == bool(shared)
