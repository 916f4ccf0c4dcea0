"""What a rating campaign may ask, and what may be done with it when. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

SUBJECTS = ("team", "cadre")
STATES = ("drafted", "open", "closed", "withdrawn")
# What those who are rated and the villages may know of.
KNOWN_STATES = ("open", "closed")
ANSWER_SETS = ("satisfaction", "visited", "handled")
WAYS = ("household", "open")
MOST_QUESTIONS = 3
ANSWERS = (2, 5)


def resolved(questions: Sequence[Mapping], *, sets: Mapping[str, Sequence[Mapping]], words: Mapping[str, str]
             ) -> list[dict]:
    """The questions of a campaign as they are kept: q1 to q3, each with all its answers in words.

    A question names an answer set, or brings its own answers, which then are a1 to a5; `words` are those of the sets'
    answers by their keys.
    """
    return [{"key": f"q{number}", "text": question["text"], "answers": _answers(question, sets=sets, words=words)}
            for number, question in enumerate(questions, start=1)]


def _answers(question: Mapping, *, sets: Mapping[str, Sequence[Mapping]], words: Mapping[str, str]) -> list[dict]:
    if question.get("answer_set"):
        return [{"key": one["key"], "text": words[one["key"]], "is_counted": one["is_counted"],
                 "is_favourable": one["is_favourable"]} for one in sets[question["answer_set"]]]
    return [{"key": f"a{number}", **{name: one[name] for name in ("text", "is_counted", "is_favourable")}}
            for number, one in enumerate(question["answers"], start=1)]


def questions_problem(answers: Sequence[Sequence[tuple[str, bool, bool]]]) -> str | None:
    """What is wrong with the answers of each question, given as (text, counted, favourable).

    Nothing could be said of a question without an answer that counts; an answer that stays out of the denominator
    would make a share above one if it were favourable; and nobody could tell two answers of the same words apart.
    """
    for of_question in answers:
        if not any(counted for _text, counted, _favourable in of_question):
            return "question_uncounted"
        if any(favourable and not counted for _text, counted, favourable in of_question):
            return "answer_favourable_uncounted"
        if len({text for text, _counted, _favourable in of_question}) < len(of_question):
            return "answers_alike"
    return None


def edit_problem(*, state: str) -> str | None:
    """Once villagers may answer, what they were asked never changes."""
    return None if state == "drafted" else "campaign_begun"


def opening_problem(*, state: str, last_on: date, today: date, hotline: str) -> str | None:
    """Why a campaign cannot be opened; an open one stays open, so that is no problem.

    It may be opened before its first day, for the cards to be printed: ballots are taken from that day on.
    """
    if state not in ("drafted", "open"):
        return "campaign_over"
    if last_on < today:
        return "campaign_late"
    return None if hotline.strip() else "hotline_missing"


def withdrawal_problem(*, state: str) -> str | None:
    """A closed one has results that people have read; a withdrawn one stays withdrawn."""
    return "campaign_over" if state == "closed" else None


def overlaps(first: date, last: date | None, *, first_on: date, last_on: date) -> bool:
    """Whether a posting (open-ended without `last`) touches a campaign's days."""
    return first <= last_on and (last is None or last >= first_on)
