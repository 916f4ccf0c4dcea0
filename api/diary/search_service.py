"""Full-text search in the diary: keeps its index in the writing transaction, and finds the latest entries first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, bindparam, cast, column, delete, func, insert, select, table
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from api.auth import Identity
from api.db import dialect_insert
from api.diary.models import DiaryEntry
from api.diary.search_models import DiarySearch
from api.diary.search_rules import (
    MOST_TERMS,
    SUBMITTED,
    number_of,
    numbers_of,
    occurs,
    of_cadre,
    of_village,
    pairs,
    terms,
)
from api.errors import Unprocessable
from api.postings.access_service import visible_division
from api.postings.divisions_service import below
from api.postings.models import Division

# So many entries that hold all pairs are looked at for one answer; a page may be short, and then says where to go on.
_LOOKED_AT_ONCE, _MOST_LOOKED_AT = 40, 1000
_search = DiarySearch.__table__
_fts = table("fts_diary", column("rowid"), column("fts_diary"), column("words"))
# An index over another table must be told what it held before the row changes.
_UNLEARN = sql("INSERT INTO fts_diary (fts_diary, rowid, words) "
               "SELECT 'delete', number, words FROM diary_search WHERE number = :number")
_LEARN = insert(_fts).values(rowid=bindparam("number"), words=bindparam("its_words"))


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose entries: a cadre's own, or those submitted in the villages of a division."""

    condition: ColumnElement[bool]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries, the latest day first; `next` is where to go on, None at the end."""

    entries: list[DiaryEntry]
    terms: list[str]
    next: int | None


def own_scope(cadre_id: int) -> Scope:
    """A cadre's own entries, drafts among them."""
    return Scope(DiaryEntry.cadre_id == cadre_id, (of_cadre(cadre_id),))


def supervised_scope(session: Session, *, identity: Identity, code: str | None) -> Scope:
    """What was submitted below a division that the user supervises (default: the widest); NotFound for others."""
    division = visible_division(session, identity=identity, code=code, roles=("supervisor",))
    villages = select(Division.id).where(below(division.path), Division.level == "village")
    condition = DiaryEntry.submitted_at.is_not(None) & DiaryEntry.village_id.in_(villages)
    if division.level not in ("township", "village"):
        # Nearly every entry is meant, and to name a thousand villages would only take time.
        return Scope(condition, (SUBMITTED,))
    # A division without any village has nothing to find, and some word has to say so.
    return Scope(condition, tuple(map(of_village, session.scalars(villages))) or (of_village(0),))


def question_terms(question: str | None) -> list[str]:
    """The terms of a question; Unprocessable (search_too_short, search_too_long)."""
    wanted = terms(question or "")
    if any(len(term) < 2 for term in wanted):
        raise Unprocessable("search_too_short")
    if len(wanted) > MOST_TERMS:
        raise Unprocessable("search_too_long", most=MOST_TERMS)
    return wanted


def find_entries(session: Session, *, scope: Scope, question: str | None, first: date | None, last: date | None,
                 before: int | None, size: int) -> Found:
    """Entries in `scope` of the days from `first` to `last` in whose text every term of the question occurs.

    Without a question all of them; `before` is the `next` of the page before.
    """
    wanted = question_terms(question)
    start, end = numbers_of(first, last)
    end = end if before is None else min(end, before)
    found, at, looked_at = [], None, 0
    for at, entry in _candidates(session, scope, wanted, start, end, size + 1 if not wanted else _LOOKED_AT_ONCE):
        looked_at += 1
        if len(found) == size or looked_at > _MOST_LOOKED_AT:
            return Found(found, wanted, at + 1)
        if entry is not None and occurs(wanted, entry.text):
            found.append(entry)
    return Found(found, wanted, None)


def _candidates(session: Session, scope: Scope, wanted: Sequence[str], start: int, end: int,
                size: int) -> Iterator[tuple[int, DiaryEntry | None]]:
    """What the index holds of all pairs, the latest first; None for an entry that the reader may not see after all.

    The index is asked by itself: joined to the entries, PostgreSQL takes 100 ms to begin with thousands of villages.
    """
    words = sorted({pair for term in wanted for pair in pairs(term)})
    while True:
        rows = session.execute(_query(session, scope, words, start, end).limit(size)).all()
        entries = {entry.id: entry for entry in session.scalars(select(DiaryEntry).where(
            DiaryEntry.id.in_([row.entry_id for row in rows]), scope.condition, DiaryEntry.is_erased.is_(False)))}
        yield from ((row.number, entries.get(row.entry_id)) for row in rows)
        if len(rows) < size:
            return
        end = rows[-1].number


def _query(session: Session, scope: Scope, words: Sequence[str], start: int, end: int) -> Select:
    query = select(_search.c.number, _search.c.entry_id)
    if session.get_bind().dialect.name == "postgresql":
        number = _search.c.number
        query = query.where(_search.c.words.op("@@")(cast(_all_of(words, scope.words, "&", "|"), TSQUERY)))
    else:
        number = _fts.c.rowid
        query = query.join_from(_fts, _search, _search.c.number == number).where(
            _fts.c.fts_diary.op("MATCH")(_all_of(words, scope.words, "AND", "OR")))
    return query.where(number >= start, number < end).order_by(number.desc())


def _all_of(words: Sequence[str], any_of: Sequence[str], both: str, either: str) -> str:
    """All words and one of `any_of`, in the language of an index; of letters and digits, a quote keeps each whole."""
    quote = '"' if both == "AND" else ""
    scope = f" {either} ".join(f"{quote}{word}{quote}" for word in any_of)
    return f" {both} ".join([*(f"{quote}{word}{quote}" for word in words), f"({scope})"])


def keep_in_index(session: Session, entry: DiaryEntry) -> None:
    """Let an entry be found by what it says now, by its author, and by those above once it is submitted."""
    words = sorted(pairs(entry.text) | {of_cadre(entry.cadre_id)})
    if entry.submitted_at is not None and entry.village_id is not None:
        words += [SUBMITTED, of_village(entry.village_id)]
    number = session.scalar(select(DiarySearch.number).where(DiarySearch.entry_id == entry.id))
    if session.get_bind().dialect.name == "postgresql":
        held = func.array_to_tsvector(cast(words, ARRAY(Text)))
    else:
        held = " ".join(words)
    if number is None:
        number = _insert(session, entry, held)
    else:
        _unlearn(session, number)
        session.execute(_search.update().where(_search.c.number == number).values(words=held))
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_LEARN, {"number": number, "its_words": held})


def _insert(session: Session, entry: DiaryEntry, held) -> int:
    number = number_of(entry.day, entry.id.int)
    while True:
        added = session.execute(
            dialect_insert(session, _search).values(number=number, entry_id=entry.id, words=held)
            .on_conflict_do_nothing(index_elements=["number"]).returning(_search.c.number)).first()
        if added is not None:
            return number
        number += 1


def leave_index(session: Session, entry_id: UUID) -> None:
    """Let nobody find an entry any more, since it was erased."""
    number = session.scalar(select(DiarySearch.number).where(DiarySearch.entry_id == entry_id))
    if number is not None:
        _unlearn(session, number)
        session.execute(delete(_search).where(_search.c.number == number))


def _unlearn(session: Session, number: int) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_UNLEARN, {"number": number})
