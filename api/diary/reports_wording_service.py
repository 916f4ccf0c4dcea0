"""Puts the sentences of a report into words, from the dictionaries (`report.<key>`)."""

from collections.abc import Iterable
from datetime import date

from api import i18n
from api.diary.reports_rules import Sentence
from api.form_words import FormWords


def in_words(language: str, sentences: Iterable[Sentence]) -> str:
    """The text of one part: sentences run on, and those that are items of a list stand each on a line."""
    between = "" if language == "zh" else " "
    lines: list[str] = []
    runs_on = False
    for sentence in sentences:
        params = {key: _in_words(language, value) for key, value in sentence.params.items()}
        text = i18n.text(language, f"report.{sentence.key}", **params)
        if runs_on and not sentence.on_own_line:
            lines[-1] += between + text
        else:
            lines.append(text)
        runs_on = not sentence.on_own_line
    return "\n".join(lines)


def _in_words(language: str, value) -> str:
    words = FormWords(language)
    if isinstance(value, date):
        return words.day_of_year(value)
    if isinstance(value, tuple):
        return words("comma").join(_in_words(language, one) for one in value)
    return str(value)
