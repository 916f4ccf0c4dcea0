"""Schemes by which contracts are marked: rows with the day from which they hold, never constants."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.check_models import MarkScheme, MarkSheet
from api.contracts.marks_rules import half_of, has_numbers, scheme_problem
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, NotFound, Unprocessable
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, division_by_code, refs
from api.postings.models import Division

_PROPOSED = Path(__file__).resolve().parent.parent / "data" / "mark_scheme.json"


@dataclass(frozen=True)
class SchemeView:
    """A scheme with its division; `is_used` once a sheet goes by it, from when on it stays as it is."""

    scheme: MarkScheme
    division: DivisionRef
    entered_by: dict
    is_used: bool

    def __getattr__(self, name: str):
        return getattr(self.scheme, name)


def proposed(today: date) -> dict:
    """The scheme that a county may adopt as it is, from the half of today on."""
    return {**json.loads(_PROPOSED.read_text(encoding="utf-8")), "effective_from": half_of(today)}


def schemes_of(session: Session, division: Division) -> list[SchemeView]:
    """The schemes that bear on a division: its own, those above and those below, the latest first."""
    above = [int(part) for part in division.path.split("/") if part]
    found = session.scalars(
        select(MarkScheme).join(Division, Division.id == MarkScheme.division_id)
        .where(Division.id.in_(above) | Division.path.like(division.path + "%"))
        .order_by(Division.path, MarkScheme.effective_from.desc())).all()
    return _views(session, found)


def scheme_for(session: Session, *, path: str, half_on: date) -> MarkScheme | None:
    """The scheme by which a village at `path` is marked for a half: the nearest division's above it that has one by
    the half's first day, and of its schemes the latest.
    """
    above = [int(part) for part in path.split("/") if part]
    found = session.execute(
        select(MarkScheme, Division.path).join(Division, Division.id == MarkScheme.division_id)
        .where(MarkScheme.division_id.in_(above), MarkScheme.effective_from <= half_on)).all()
    return max(found, key=lambda row: (len(row.path), row.MarkScheme.effective_from)).MarkScheme if found else None


def enter_scheme(session: Session, *, identity: Identity, division_code: str, title: str, effective_from: date,
                 full_marks: int, criteria: list[dict], source: str, now: datetime) -> tuple[SchemeView, bool]:
    """Enter a division's scheme from a day on; the same again changes nothing.

    Raises NotFound for a division out of reach, Unprocessable (scheme_criteria, scheme_keys, scheme_sum,
    scheme_not_a_half, scheme_in_the_past, scheme_of_village, private_numbers), Conflict (scheme_exists).
    """
    division = division_by_code(session, division_code)
    if not identity.may(division.path, "supervisor"):
        raise NotFound("division_not_found", code=division_code)
    if division.level == "village":
        raise Unprocessable("scheme_of_village")
    _check(title=title, source=source, full_marks=full_marks, criteria=criteria, effective_from=effective_from, now=now)
    said = {"title": title, "full_marks": full_marks, "criteria": criteria, "source": source}
    created = session.execute(dialect_insert(session, MarkScheme).values(
        division_id=division.id, effective_from=effective_from, entered_by_id=identity.user_id, entered_at=now,
        version=1, **said).on_conflict_do_nothing().returning(MarkScheme.id)).scalar() is not None
    scheme = session.scalar(select(MarkScheme).where(
        MarkScheme.division_id == division.id, MarkScheme.effective_from == effective_from))
    if not created and any(getattr(scheme, name) != value for name, value in said.items()):
        raise Conflict("scheme_exists")
    if created:
        _audit(session, scheme, division, "mark_scheme.entered", identity=identity, now=now)
    return _views(session, [scheme])[0], created


def scheme_to_change(session: Session, *, identity: Identity, scheme_id: int) -> MarkScheme:
    """A scheme of a division within the supervisor's, locked; NotFound for all others."""
    scheme = session.get(MarkScheme, scheme_id, with_for_update=True, populate_existing=True)
    if scheme is None or not identity.may(session.get(Division, scheme.division_id).path, "supervisor"):
        raise NotFound()
    return scheme


def change_scheme(session: Session, *, identity: Identity, scheme: MarkScheme, title: str, full_marks: int,
                  criteria: list[dict], source: str, now: datetime) -> SchemeView:
    """Change a scheme by which nothing was marked yet; its first day stays. Raises Conflict (scheme_used) and the
    refusals of `enter_scheme`.
    """
    if _used(session, [scheme.id]):
        raise Conflict("scheme_used")
    # That it began long ago was decided when it was entered.
    _check(title=title, source=source, full_marks=full_marks, criteria=criteria,
           effective_from=half_of(shanghai_day(now)), now=now)
    scheme.title, scheme.full_marks, scheme.criteria, scheme.source = title, full_marks, criteria, source
    scheme.version += 1
    session.flush()
    _audit(session, scheme, session.get(Division, scheme.division_id), "mark_scheme.changed", identity=identity,
           now=now)
    return _views(session, [scheme])[0]


def _check(*, title: str, source: str, full_marks: int, criteria: list[dict], effective_from: date, now: datetime
           ) -> None:
    if has_numbers(title=title, source=source, criteria=criteria):
        raise Unprocessable("private_numbers")
    problem = scheme_problem(full_marks=full_marks, criteria=criteria, effective_from=effective_from,
                             today=shanghai_day(now))
    if problem is not None:
        raise Unprocessable(problem)


def _used(session: Session, scheme_ids: Iterable[int]) -> set[int]:
    return set(session.scalars(select(MarkScheme.id).where(
        MarkScheme.id.in_(scheme_ids), exists().where(MarkSheet.scheme_id == MarkScheme.id))))


def _views(session: Session, schemes: Iterable[MarkScheme]) -> list[SchemeView]:
    schemes = list(schemes)
    places = refs(session, [scheme.division_id for scheme in schemes])
    names = dict(session.execute(select(User.id, User.name).where(
        User.id.in_({scheme.entered_by_id for scheme in schemes}))).all())
    used = _used(session, [scheme.id for scheme in schemes])
    return [SchemeView(scheme, places[scheme.division_id],
                       {"id": scheme.entered_by_id, "name": names[scheme.entered_by_id]}, scheme.id in used)
            for scheme in schemes]


def _audit(session: Session, scheme: MarkScheme, division: Division, action: str, *, identity: Identity,
           now: datetime) -> None:
    audit.append(session, chain=audit_chain(division), at=now, user_id=identity.user_id, action=action,
                 subject=f"mark_scheme:{scheme.id}",
                 details={"division": division.code, "title": scheme.title, "source": scheme.source,
                          "effective_from": scheme.effective_from.isoformat(), "full_marks": scheme.full_marks,
                          "criteria": len(scheme.criteria)})
