"""What ballots came to: which of them may be told, and how a question's answers add up. Pure.

Ballots of too few people are told nowhere, and no total is made of what is not told itself, so that none can be found
by taking the others off it.
"""

from collections.abc import Iterable, Mapping, Sequence

# Whatever a county sets: below this everybody could be guessed.
NEVER_BELOW = 5


def is_enough(ballots: int, *, least: int) -> bool:
    """Whether so many ballots may be told."""
    return ballots >= max(least, NEVER_BELOW)


def ballots_of(counts: Mapping[tuple[str, str], int], questions: Sequence[Mapping]) -> int:
    """How many ballots were counted: each answers every question, so the first one says it."""
    return sum(counts[questions[0]["key"], answer["key"]] for answer in questions[0]["answers"])


def added(parts: Iterable[Mapping[tuple[str, str], int]]) -> dict[tuple[str, str], int]:
    """Counts by (question, answer) of several villages in one."""
    total: dict[tuple[str, str], int] = {}
    for part in parts:
        for key, count in part.items():
            total[key] = total.get(key, 0) + count
    return total


def result(counts: Mapping[tuple[str, str], int], questions: Sequence[Mapping], *, households: int | None) -> dict:
    """The ballots of one way in a village or several: how many, of how many households, what was chosen.

    `households` is None where nobody knows how many could have voted. An answer that does not count, such as "I do not
    know", is told and stays out of the denominator.
    """
    ballots = ballots_of(counts, questions)
    return {"ballots": ballots, "households": households, "share": ballots / households if households else None,
            "questions": [_question(counts, question) for question in questions]}


def _question(counts: Mapping[tuple[str, str], int], question: Mapping) -> dict:
    of_answer = {answer["key"]: counts[question["key"], answer["key"]] for answer in question["answers"]}
    denominator = sum(of_answer[answer["key"]] for answer in question["answers"] if answer["is_counted"])
    numerator = sum(of_answer[answer["key"]] for answer in question["answers"]
                    if answer["is_counted"] and answer["is_favourable"])
    return {"key": question["key"], "answers": [{"key": key, "count": count} for key, count in of_answer.items()],
            "favourable": {"numerator": numerator, "denominator": denominator,
                           "rate": numerator / denominator if denominator else None}}
