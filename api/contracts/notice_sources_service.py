"""What a supervision notice can come from: an item that failed, a finding, a concern that waits too long."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.contracts.acceptance_models import Acceptance
from api.contracts.check_models import CheckedVillage, Finding, SpotCheck
from api.db import Base
from api.diary.concerns_service import is_late
from api.diary.models import Concern
from api.errors import NotFound, Unprocessable
from api.postings.divisions_service import division_by_id
from api.postings.models import Division

MODELS: dict[str, type[Base]] = {"failed_item": Acceptance, "spot_check": Finding, "overdue_concern": Concern}


def check_source(session: Session, *, identity: Identity, kind: str, source_id: UUID, today: date,
                 village: Division | None = None, lock: bool = False) -> tuple[Base, Division]:
    """The record that a notice is to come from, and its village.

    Raises NotFound for what is not there, not the user's or another village's, Unprocessable (notice_source_unfit) for
    what gives no reason for a notice.
    """
    # A lock that lets others go on naming the record.
    source = session.get(MODELS[kind], source_id, with_for_update={"key_share": True} if lock else None,
                         populate_existing=lock)
    if source is None or village is not None and source.village_id != village.id:
        raise NotFound()
    place = village or division_by_id(session, source.village_id)
    if not identity.may(place.path, "supervisor") or not _is_shown(session, identity, source):
        raise NotFound()
    if not _is_reason(source, today):
        raise Unprocessable("notice_source_unfit")
    return source, place


def _is_shown(session: Session, identity: Identity, source: Base) -> bool:
    """A check is not known below the division that checks, until the village was visited or the check is closed."""
    if not isinstance(source, Finding):
        return True
    check = session.get(SpotCheck, source.check_id)
    if identity.may(division_by_id(session, check.division_id).path, "supervisor"):
        return True
    visited_on = session.scalar(select(CheckedVillage.visited_on).where(
        CheckedVillage.check_id == check.id, CheckedVillage.village_id == source.village_id))
    return check.state == "closed" or visited_on is not None


def _is_reason(source: Base, today: date) -> bool:
    if isinstance(source, Acceptance):
        # The office's verdict, not what the assessors found on the spot.
        return source.final_verdict in ("partly", "not_met")
    if isinstance(source, Finding):
        return source.is_problem
    # What was escalated is overdue with those above, not with the village.
    return is_late(source, today=today) and source.owner_id == source.village_id
