"""The tree of divisions: finding one, what lies below it, the county that owns the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from api.audit import COUNTY_CHAIN
from api.errors import NotFound
from api.postings.models import Division


@dataclass(frozen=True, slots=True)
class DivisionRef:
    """A division as answers show it."""

    id: int
    code: str
    name: str
    level: str
    path: str
    township_id: int | None

    @classmethod
    def of(cls, division: Division) -> "DivisionRef":
        """The same of a division that is loaded."""
        return cls(*(getattr(division, column.key) for column in REF_COLUMNS))


REF_COLUMNS = (Division.id, Division.code, Division.name, Division.level, Division.path, Division.township_id)


def division_by_code(session: Session, code: str) -> Division:
    """The division that holds a code now, else its last holder; NotFound if nobody ever did."""
    found = session.scalars(
        select(Division).where(Division.code == code)
        .order_by(Division.valid_to.is_not(None), Division.valid_from.desc()).limit(1)).first()
    if found is None:
        raise NotFound("division_not_found", code=code)
    return found


def division_by_id(session: Session, division_id: int) -> Division:
    found = session.get(Division, division_id)
    if found is None:
        raise NotFound()
    return found


def find_county(session: Session, code: str) -> Division | None:
    """The division that owns this database (the setting ZHUCUN_COUNTY), or None before divisions are imported."""
    return session.scalars(
        select(Division).where(Division.code == code, Division.valid_to.is_(None)).limit(1)).first()


def lock_villages(session: Session, village_ids: Iterable[int]) -> None:
    """Make every other writer of these villages' households and visits wait, in one order for all."""
    session.execute(select(Division.id).where(Division.id.in_(sorted(set(village_ids)))).order_by(Division.id)
                    .with_for_update(key_share=True)).all()


def below(path: str | ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a division lies at `path` or below it. Paths hold digits and slashes only."""
    return Division.path.like(path + "%")


def children(session: Session, parent: Division) -> list[Division]:
    """The divisions directly under one that are valid now, in the order of their codes."""
    return list(session.scalars(
        select(Division).where(Division.parent_id == parent.id, Division.valid_to.is_(None)).order_by(Division.code)))


def refs(session: Session, ids) -> dict[int, DivisionRef]:
    """Divisions by id, as answers show them."""
    wanted = sorted({i for i in ids if i is not None})
    if not wanted:
        return {}
    rows = session.execute(select(*REF_COLUMNS).where(Division.id.in_(wanted)))
    return {row.id: DivisionRef(*row) for row in rows}


def audit_chain(division: Division | DivisionRef) -> int:
    """The audit chain of what concerns a division: its township's, or the county's above the townships."""
    return division.township_id or COUNTY_CHAIN


def valid_on(day: date) -> ColumnElement[bool]:
    """The condition that a division is valid on a day."""
    return and_(Division.valid_from <= day, or_(Division.valid_to.is_(None), Division.valid_to >= day))


def is_valid_on(division: Division, day: date) -> bool:
    return division.valid_from <= day and (division.valid_to is None or day <= division.valid_to)
