"""How many households a village has in a year, and the size band that follows (requirements A10.1)."""

from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.contracts.contracts_rules import band_of
from api.contracts.models import VillageSize
from api.db import dialect_insert
from api.errors import PreconditionMissing
from api.postings.divisions_service import DivisionRef, audit_chain
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.visits.models import Household

BOUNDS = ("village_size_1", "village_size_2", "village_size_3", "village_size_4")


def size_of(session: Session, *, village: Division | DivisionRef, year: int) -> dict | None:
    """The size that was entered for a year, with its band by the bounds of that year's first day; None without one."""
    held = session.get(VillageSize, (village.id, year))
    if held is None:
        return None
    book = policy_book(session, *BOUNDS)
    bounds = [book.value(key, village.path, date(year, 1, 1)) for key in BOUNDS]
    return {"year": year, "households": held.households, "band": band_of(held.households, bounds)}


def size_view(session: Session, *, village: Division, year: int, today: date) -> dict:
    """The same beside what the register counts on the year's last day, or today while it runs."""
    held = session.get(VillageSize, (village.id, year))
    day = min(date(year, 12, 31), today)
    counted = session.scalar(select(func.count()).where(
        Household.village_id == village.id, Household.alive_from <= day,
        or_(Household.alive_to.is_(None), Household.alive_to >= day)))
    size = size_of(session, village=village, year=year) or {"year": year, "households": None, "band": None}
    return {**size, "village": village, "from_register": counted, "version": held.version if held else None}


def locked_size(session: Session, *, village: Division, year: int) -> VillageSize | None:
    """What was entered, locked for an edit."""
    return session.get(VillageSize, (village.id, year), with_for_update=True, populate_existing=True)


def enter_size(session: Session, *, village: Division, year: int, households: int, user_id: int, now: datetime) -> None:
    """Enter or correct the size; the caller has compared the version where there is one.

    Raises PreconditionMissing where somebody else has entered one at the same moment.
    """
    held = locked_size(session, village=village, year=year)
    before = held.households if held else None
    if held is None:
        added = session.execute(dialect_insert(session, VillageSize).values(
            village_id=village.id, year=year, households=households, entered_by_id=user_id, entered_at=now, version=1,
        ).on_conflict_do_nothing().returning(VillageSize.year)).scalar()
        if added is None:
            raise PreconditionMissing()
    else:
        held.households, held.entered_by_id, held.entered_at = households, user_id, now
        held.version += 1
    audit.append(session, chain=audit_chain(village), at=now, user_id=user_id, action="village_size.entered",
                 subject=f"division:{village.code}",
                 details={"village": village.code, "year": year, "from": before, "to": households})
