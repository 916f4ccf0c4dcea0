"""The end of a posting (压茬交接): what is open goes to the successor, with a list to print and sign."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.db import dialect_insert
from api.errors import Forbidden, IdReused, NotFound, Unprocessable
from api.postings.account_models import User
from api.postings.divisions_service import audit_chain, below, division_by_id
from api.postings.models import Division, Posting
from api.postings.proposal_models import Handover
from api.postings.roster_service import cadre_names, postings_of, villages_of

HANDS_OVER = ("supervisor", "admin")
MOST = 500


def make_handover(session: Session, *, identity: Identity, id: UUID, posting_id: int, successor_id: int | None,
                  handed_on: date, matters: list[dict], note: str | None, content_hash: bytes,
                  now: datetime) -> tuple[Handover, bool]:
    """Keep a handover exactly once per id; (record, False) when it is sent again.

    `matters`: {"what", "due_on", "note"} with ISO days. Raises NotFound for a posting out of reach, Forbidden
    (own_record), Unprocessable (successor_elsewhere) for somebody who is not posted to that village, and (period) a
    day before the posting began, IdReused.
    """
    posting = visible_posting(session, identity=identity, posting_id=posting_id)
    if posting.cadre_id == identity.cadre_id:
        raise Forbidden("own_record")
    if handed_on < posting.from_on:
        raise Unprocessable("period_reversed")
    if successor_id is not None:
        _check_successor(session, posting, successor_id, handed_on)
    added = session.execute(dialect_insert(session, Handover).values(
        id=id, posting_id=posting_id, successor_id=successor_id, handed_on=handed_on, matters=matters, note=note,
        made_by_id=identity.user_id, made_at=now, content_hash=content_hash, version=1,
    ).on_conflict_do_nothing().returning(Handover.id)).scalar()
    held = session.get(Handover, id)
    if (held.posting_id, held.made_by_id, held.content_hash) != (posting_id, identity.user_id, content_hash):
        raise IdReused()
    if added is not None:
        audit.append(session, chain=audit_chain(division_by_id(session, posting.village_id)), at=now,
                     user_id=identity.user_id, action="handover.made", subject=f"posting:{posting_id}",
                     details={"handover": str(id), "successor": successor_id, "handed_on": handed_on.isoformat(),
                              "matters": len(matters)})
    return held, added is not None


def visible_posting(session: Session, *, identity: Identity, posting_id: int) -> Posting:
    """A posting whose home village lies within the user's divisions; NotFound for all others."""
    posting = session.get(Posting, posting_id)
    if posting is None or not identity.may(division_by_id(session, posting.village_id).path, *HANDS_OVER):
        raise NotFound()
    return posting


def visible_handover(session: Session, *, identity: Identity, handover_id: UUID) -> tuple[Handover, Posting]:
    """A handover and its posting; NotFound for one out of reach."""
    handover = session.get(Handover, handover_id)
    if handover is None:
        raise NotFound()
    return handover, visible_posting(session, identity=identity, posting_id=handover.posting_id)


def handovers_of(session: Session, *, posting_id: int | None = None,
                 division: Division | None = None) -> list[Handover]:
    """The handovers of a posting, or of all postings below a division; the latest first, 500 at most."""
    query = select(Handover).join(Posting, Posting.id == Handover.posting_id)
    if posting_id is not None:
        query = query.where(Handover.posting_id == posting_id)
    if division is not None:
        query = query.join(Division, Division.id == Posting.village_id).where(below(division.path))
    return list(session.scalars(query.order_by(Handover.handed_on.desc(), Handover.made_at.desc()).limit(MOST)))


def handover_views(session: Session, handovers: list[Handover]) -> list[dict]:
    """Handovers as answers show them."""
    postings = {posting.id: posting for posting in session.scalars(
        select(Posting).where(Posting.id.in_({one.posting_id for one in handovers})))}
    names = cadre_names(session, {posting.cadre_id for posting in postings.values()}
                        | {one.successor_id for one in handovers if one.successor_id is not None})
    makers = dict(session.execute(
        select(User.id, User.name).where(User.id.in_({one.made_by_id for one in handovers}))).all())
    return [{
        "id": one.id, "posting_id": one.posting_id, "handed_on": one.handed_on, "note": one.note,
        "cadre": _person(names, postings[one.posting_id].cadre_id), "successor": _person(names, one.successor_id),
        "matters": [{**matter, "due_on": matter["due_on"] and date.fromisoformat(matter["due_on"])}
                    for matter in one.matters],
        "made_by": {"id": one.made_by_id, "name": makers[one.made_by_id]}, "made_at": one.made_at,
    } for one in handovers]


def _person(names: dict[int, str], cadre_id: int | None) -> dict | None:
    return None if cadre_id is None else {"id": cadre_id, "name": names[cadre_id]}


def _check_successor(session: Session, posting: Posting, successor_id: int, handed_on: date) -> None:
    """The successor is posted to the village, or is about to be: home or further village, not ended by the day."""
    postings = [one for one in postings_of(session, [successor_id])
                if one.id != posting.id and (one.to_on is None or one.to_on >= handed_on)]
    covered = villages_of(session, [one.id for one in postings])
    if successor_id == posting.cadre_id or not any(posting.village_id in villages for villages in covered.values()):
        raise Unprocessable("successor_elsewhere")
