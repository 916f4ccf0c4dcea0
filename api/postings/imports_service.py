"""What the imports of divisions, people and calendars share: their report, taking turns, the words of a problem."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from sqlalchemy import text
from sqlalchemy.orm import Session

from api import i18n
from api.cells import Problem

# Any fixed number will do: it makes two imports into one database take turns.
_LOCK = 7_210_043


@dataclass
class ImportReport:
    """What an import did, or would do. With problems it did nothing.

    `missing` names divisions that the file should list and does not, each as code, name, level, parent_code.
    `passed_over`: rows of a roster that are no people, as the file counts. `cadre_ids`: whose kept figures the caller
    refreshes before it commits; `days`: those that are something else now, so that everybody's change.
    """

    kind: str
    dry_run: bool
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    missing: list[dict] = field(default_factory=list)
    passed_over: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    cadre_ids: list[int] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The numbers, as the audit log keeps them."""
        return {name: getattr(self, name) for name in ("rows", "created", "updated", "unchanged", "withdrawn")}


def take_turns(session: Session) -> None:
    """Make another import wait until this transaction is over; SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def file_hash(file: BinaryIO) -> str:
    """The SHA-256 of a file, for the audit log."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def problem_in_words(problem: Problem, language: str) -> dict:
    """A problem as answers and the command line show it: where, what is wrong, what is expected, and its slug."""
    params = {name: _words(language, name, value, problem.params.get("of", "import.heading"))
              for name, value in problem.params.items()}
    return {
        "sheet": problem.sheet, "row": problem.row, "column": problem.column, "reason": problem.reason,
        "problem": i18n.text(language, f"import.problem.{problem.reason}", **params),
        "expected": i18n.text(language, f"import.expected.{problem.reason}", **params),
    }


def _words(language: str, name: str, value: object, of: str) -> object:
    """A parameter such as level=village, or a list of headings or choices, in words where the dictionary has them."""
    if isinstance(value, list | tuple):
        return "、".join(i18n.text(language, f"{of}.{item}") for item in value)
    for key in (f"import.{name}.{value}", f"{name}.{value}"):
        if i18n.has_text(language, key):
            return i18n.text(language, key)
    return value
