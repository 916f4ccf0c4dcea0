"""Deletes coordinates when their time is over, or when nobody agrees to them any more; counted in the audit log.

What is deleted is where exactly the phone was. The verdict stays and is then itself the fact; so do the accuracy and,
in whole metres, the distance to the place, since they are what the verdict is explained by and lead to no spot. A
place that was proposed by standing there and that nobody has decided on is treated alike: somebody stood there.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select, update
from sqlalchemy.orm import Session

from api import audit
from api.checkin.models import Evidence
from api.dates import shanghai_day, start_of_day
from api.db import NO_HASH, in_chunks
from api.postings.account_models import User
from api.postings.models import Cadre, Division, Posting
from api.postings.policies_service import policy_book
from api.postings.proposal_models import PlaceProposal

CHUNK = 1000
# More than this is left to the daily job, so that the answer to a tap does not keep anybody waiting.
AT_ONCE = 5000

_holds = or_(Evidence.latitude.is_not(None), Evidence.wgs84_latitude.is_not(None))
_not_given = or_(User.location_choice.is_(None), User.location_choice != "given")
_chain = func.coalesce(Division.township_id, audit.COUNTY_CHAIN)
# No hash of what was sent stays either: it would give the position away to whoever tries them all.
_FORGOTTEN = {
    Evidence: {"latitude": None, "longitude": None, "datum": None, "wgs84_latitude": None, "wgs84_longitude": None,
               "distance_m": func.round(Evidence.distance_m), "content_hash": NO_HASH},
    PlaceProposal: {"latitude": None, "longitude": None, "datum": None, "accuracy_m": None, "content_hash": NO_HASH,
                    "version": PlaceProposal.version + 1},
}


def chains(session: Session) -> list[int]:
    """The audit chains under which there are coordinates at all: one for each township, 0 for what is in none."""
    found = session.scalars(select(Division.township_id).where(Division.township_id.is_not(None)).distinct())
    return [audit.COUNTY_CHAIN, *sorted(found)]


def forget_chunk(session: Session, *, chain: int, county: Division, now: datetime) -> int:
    """Delete up to 1,000 positions of one chain that are due, and note how many; 0 when none is left.

    Due is what is older than the policy's days where the cadre was posted (without a posting: the county's) or the
    proposed place lies, by today's rule or by that of its own day if that is shorter; everything of a cadre who does
    not agree to positions; and what somebody proposed who has refused them since.
    """
    due = _due_days(session, chain, county, shanghai_day(now))
    old = or_(false(), *(and_(_posted(villages), Evidence.day >= first, Evidence.day < end)
                         for villages, spans in due for first, end in spans))
    ids = session.scalars(
        select(Evidence.id).join(Cadre, Cadre.id == Evidence.cadre_id).join(User, User.id == Cadre.user_id)
        .outerjoin(Posting, Posting.id == Evidence.posting_id).outerjoin(Division, Division.id == Posting.village_id)
        .where(_holds, _chain == chain, or_(old, _not_given))
        .order_by(Evidence.day, Evidence.id).limit(CHUNK)).all()
    if ids:
        return _forget(session, Evidence, ids, chain=chain, why="retention", user_id=None, now=now)
    old = or_(false(), *(and_(PlaceProposal.village_id.in_(villages), PlaceProposal.proposed_at >= start_of_day(first),
                              PlaceProposal.proposed_at < start_of_day(end))
                         for villages, spans in due if villages is not None for first, end in spans))
    ids = session.scalars(
        select(PlaceProposal.id).join(User, User.id == PlaceProposal.proposed_by_id)
        .join(Division, Division.id == PlaceProposal.village_id)
        .where(PlaceProposal.latitude.is_not(None), _chain == chain, or_(old, User.location_choice == "declined"))
        .order_by(PlaceProposal.proposed_at, PlaceProposal.id).limit(CHUNK)).all()
    return _forget(session, PlaceProposal, ids, chain=chain, why="retention", user_id=None, now=now)


def forget_withdrawn(session: Session, *, cadre_id: int | None, user_id: int, now: datetime) -> int:
    """Delete every position of somebody who has just withdrawn consent; records are left to the job where many."""
    of_cadre = and_(Evidence.cadre_id == cadre_id, _holds)
    rows = {PlaceProposal: session.execute(
        select(PlaceProposal.id, _chain.label("chain")).join(Division, Division.id == PlaceProposal.village_id)
        .where(PlaceProposal.proposed_by_id == user_id, PlaceProposal.latitude.is_not(None))).all()}
    if session.scalar(select(func.count()).select_from(Evidence).where(of_cadre)) <= AT_ONCE:
        rows[Evidence] = session.execute(
            select(Evidence.id, _chain.label("chain")).outerjoin(Posting, Posting.id == Evidence.posting_id)
            .outerjoin(Division, Division.id == Posting.village_id).where(of_cadre)).all()
    for model, found in rows.items():
        for chain in sorted({row.chain for row in found}):
            for ids in in_chunks([row.id for row in found if row.chain == chain], CHUNK):
                _forget(session, model, ids, chain=chain, why="withdrawn", user_id=user_id, now=now)
    return sum(map(len, rows.values()))


def _posted(villages: list[int] | None) -> ColumnElement[bool]:
    return Evidence.posting_id.is_(None) if villages is None else Posting.village_id.in_(villages)


def _due_days(session: Session, chain: int, county: Division,
              today: date) -> list[tuple[list[int] | None, tuple[tuple[date, date], ...]]]:
    """(villages, spans of days whose coordinates are due there, first to end without the end) of a chain.

    None instead of villages stands for what was recorded without a posting, which is in the county's chain.
    """
    book = policy_book(session, "coordinates_days")

    def spans_of(path: str) -> tuple[tuple[date, date], ...]:
        held = book.shortest("coordinates_days", path, today)
        ends = [start for start, _days in held[1:]] + [today]
        spans = [(start, min(end, today - timedelta(days=days))) for (start, days), end in zip(held, ends, strict=True)]
        return tuple((start, end) for start, end in spans if start < end)

    township = Division.township_id.is_(None) if chain == audit.COUNTY_CHAIN else Division.township_id == chain
    villages: dict[tuple, list[int]] = {}
    for row in session.execute(select(Division.id, Division.path).where(Division.level == "village", township)):
        # A village outside the county's tree has only itself to ask; it falls back to the county as no posting does.
        path = row.path if row.path.startswith(county.path) else county.path
        villages.setdefault(spans_of(path), []).append(row.id)
    due = [(ids, spans) for spans, ids in villages.items()]
    if chain == audit.COUNTY_CHAIN:
        due.append((None, spans_of(county.path)))
    return due


def _forget(session: Session, model: type, ids, *, chain: int, why: str, user_id: int | None, now: datetime) -> int:
    if not ids:
        return 0
    session.execute(update(model).where(model.id.in_(ids)).values(_FORGOTTEN[model])
                    .execution_options(synchronize_session=False))
    audit.append(session, chain=chain, at=now, user_id=user_id, action="retention.coordinates",
                 subject=f"division:{chain}", details={"count": len(ids), "why": why})
    return len(ids)
