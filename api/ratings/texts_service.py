"""What was written on ballots of closed campaigns, in no order; what abuses somebody is held back, with the reason."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.errors import Forbidden, NotFound
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, refs
from api.ratings.ballot_models import RatingText
from api.ratings.results_service import Told, told


def list_texts(session: Session, *, identity: Identity, campaign_id: UUID, code: str | None, today: date,
               held_back: bool | None = None, page: int = 1, page_size: int = 50) -> tuple[list[dict], int]:
    """The texts of the villages that `told` names, in the order of their random ids, and how many there are.

    Who is asked about reads what is not held back; of the rest only that it is there, and why.
    """
    found = told(session, identity=identity, campaign_id=campaign_id, code=code, today=today)
    places = {one.id: one for one in found.villages}
    query = select(RatingText).where(RatingText.campaign_id == campaign_id, RatingText.village_id.in_(places))
    if held_back is not None:
        query = query.where(RatingText.held_back_at.is_not(None) if held_back else RatingText.held_back_at.is_(None))
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    rows = list(session.scalars(query.order_by(RatingText.id).offset((page - 1) * page_size).limit(page_size)))
    names = _names(session, rows)
    return [_view(row, places[row.village_id], names, found) for row in rows], count


def text_to_hold(session: Session, *, identity: Identity, text_id: UUID, today: date) -> tuple[RatingText, Told]:
    """A text that the user may hold back or release, locked.

    NotFound for who is not above the village, Forbidden (own_record) for who is asked about.
    """
    row = session.get(RatingText, text_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    found = told(session, identity=identity, campaign_id=row.campaign_id, code=None, today=today)
    if row.village_id not in {one.id for one in found.villages}:
        raise NotFound()
    if found.is_rated:
        raise Forbidden("own_record")
    if row.village_id not in found.from_above:
        raise Forbidden()
    return row, found


def hold_back(session: Session, *, identity: Identity, row: RatingText, found: Told, reason: str | None,
              now: datetime) -> dict:
    """Hold a text back for a reason, or release it without one; the log says that, and never what was written."""
    row.held_back_reason = reason
    row.held_back_by_id, row.held_back_at = (identity.user_id, now) if reason else (None, None)
    row.version += 1
    session.flush()
    village = refs(session, [row.village_id])[row.village_id]
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id,
                 action="rating_text.held_back" if reason else "rating_text.released",
                 subject=f"rating_text:{row.id}", details={
                     "division": village.code, "title": found.campaign.title, **({"reason": reason} if reason else {})})
    return _view(row, village, _names(session, [row]), found)


def _view(row: RatingText, village: DivisionRef, names: dict[int, str], found: Told) -> dict:
    held = row.held_back_at and {"by": {"id": row.held_back_by_id, "name": names[row.held_back_by_id]},
                                 "at": row.held_back_at, "reason": row.held_back_reason}
    may_read = held is None or (row.village_id in found.from_above and not found.is_rated)
    return {"id": row.id, "village": village, "way": row.way, "text": row.text if may_read else None,
            "held_back": held, "version": row.version}


def _names(session: Session, rows: list[RatingText]) -> dict[int, str]:
    ids = {row.held_back_by_id for row in rows} - {None}
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(ids))).all()) if ids else {}
