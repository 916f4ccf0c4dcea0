"""What a ballot has to say, and the hashes by which it is known again while its campaign runs. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

HOUSEHOLD, OPEN = "household", "open"
WAYS = (HOUSEHOLD, OPEN)


def misfits(questions: Sequence[Mapping], answers: Mapping[str, str], *, text: str | None, asks_text: bool) -> dict:
    """What of a ballot does not fit what was asked, as field -> messages; empty for a good one.

    Every question needs one of its answers, for whoever has no opinion has an answer too.
    """
    known = {question["key"]: {answer["key"] for answer in question["answers"]} for question in questions}
    problems = {}
    if answers.keys() != known.keys() or any(answers[key] not in known[key] for key in known):
        problems["answers"] = ["One of its answers for each question, and nothing else."]
    if text is not None and not asks_text:
        problems["text"] = ["No text was asked for."]
    return problems


def chosen(questions: Sequence[Mapping], answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """(question, answer) of a ballot that fits, in the order in which the questions are asked.

    Two ballots that are counted at once then never wait for each other crosswise.
    """
    return [(question["key"], answers[question["key"]]) for question in questions]


def open_ballot_hash(code: bytes, attempt: UUID) -> bytes:
    """What stands in the place of a card's hash for a ballot by a poster: each of the page's attempts is its own.

    `code` is the hash of the poster's code: by another village's poster the same number is another ballot.
    """
    return hashlib.sha256(b"open|" + code + attempt.bytes).digest()


def attempt_hash(code_hash: bytes, attempt: UUID) -> bytes:
    """By which the same ballot sent again is known.

    It takes the card in, so that two cards that voted with one number, by whatever mistake, are not seen to belong
    together.
    """
    return hashlib.sha256(code_hash + attempt.bytes).digest()
