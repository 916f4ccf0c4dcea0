"""The editable dictionaries: labels of households, purposes of visits (also a diary's work types)."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.db import dialect_insert
from api.errors import Conflict, NotFound, Unprocessable
from api.visits.models import Term

DICTIONARIES = ("label", "purpose")
_FILE = Path(__file__).resolve().parent.parent / "data" / "terms.json"


@cache
def default_terms() -> dict[str, list[dict]]:
    """The words that a county begins with, by dictionary."""
    return json.loads(_FILE.read_text(encoding="utf-8"))


def seed_terms(session: Session) -> None:
    """Add the default words that are missing; what the county changed or retired stays."""
    held = {tuple(row) for row in session.execute(select(Term.dictionary, Term.key))}
    rows = [{"dictionary": dictionary, "key": word["key"], "part": word.get("part"), "zh": word["zh"],
             "en": word["en"], "position": position, "is_retired": False, "version": 1}
            for dictionary, words in default_terms().items() for position, word in enumerate(words, start=1)
            if (dictionary, word["key"]) not in held]
    if rows:
        session.execute(dialect_insert(session, Term).values(rows).on_conflict_do_nothing())


def terms_of(session: Session, dictionary: str | None = None) -> list[Term]:
    """The words of a dictionary (None: of all) in their order, retired ones too: old records name them."""
    query = select(Term).order_by(Term.dictionary, Term.position, Term.id)
    return list(session.scalars(query if dictionary is None else query.where(Term.dictionary == dictionary)))


def check_terms(session: Session, dictionary: str, keys: Iterable[str], *, held: Iterable[str] = ()) -> None:
    """Unprocessable (unknown_term) unless every key is in use today, or is one that the record bears already."""
    wanted = set(keys) - set(held)
    known = set(session.scalars(select(Term.key).where(
        Term.dictionary == dictionary, Term.is_retired.is_(False), Term.key.in_(wanted)))) if wanted else set()
    for key in sorted(wanted - known):
        raise Unprocessable("unknown_term", key=key)


def term_by_id(session: Session, term_id: int) -> Term:
    term = session.get(Term, term_id)
    if term is None:
        raise NotFound()
    return term


def add_term(session: Session, *, dictionary: str, key: str, part: str | None, zh: str, en: str, by_id: int,
             now: datetime) -> Term:
    """A new word at the end of a dictionary; Conflict (term_taken) if its key is there already."""
    last = session.scalar(select(func.max(Term.position)).where(Term.dictionary == dictionary)) or 0
    added = session.execute(dialect_insert(session, Term).values(
        dictionary=dictionary, key=key, part=part, zh=zh, en=en, position=last + 1, is_retired=False, version=1,
    ).on_conflict_do_nothing().returning(Term.id)).scalar()
    if added is None:
        raise Conflict("term_taken", key=key)
    term = session.get(Term, added)
    _audit(session, term, "term.added", {"zh": zh, "en": en}, by_id=by_id, now=now)
    return term


def change_term(session: Session, *, term: Term, changes: dict, by_id: int, now: datetime) -> Term:
    """Reword, move, retire or bring back a word; its key stays, since records name it."""
    told = {name: [getattr(term, name), value] for name, value in changes.items() if getattr(term, name) != value}
    for name, value in changes.items():
        setattr(term, name, value)
    if told:
        term.version += 1
        session.flush()
        _audit(session, term, "term.changed", told, by_id=by_id, now=now)
    return term


def _audit(session: Session, term: Term, action: str, details: dict, *, by_id: int, now: datetime) -> None:
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=by_id, action=action,
                 subject=f"term:{term.dictionary}/{term.key}", details=details)
