"""Cadres, their postings, and the places of villages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from api import audit
from api.errors import Conflict, NotFound, Unprocessable
from api.geo import to_wgs84
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, below, is_valid_on, refs
from api.postings.models import Cadre, Division, Place, Posting, PostingVillage
from api.postings.roster_rules import days_apart
from api.short_way import need_transaction


_cadres = Cadre.__table__
_postings = Posting.__table__
# Built once: writers of facts ask them all the time. The rows are locked in one order before they are changed.
_LOCK_CADRES = (select(_cadres.c.id).where(_cadres.c.id.in_(bindparam("cadre_ids", expanding=True)))
                .order_by(_cadres.c.id).with_for_update(key_share=True))
_RAISE_FACTS = (update(_cadres).where(_cadres.c.id.in_(bindparam("cadre_ids", expanding=True)))
                .values(facts_version=_cadres.c.facts_version + 1))


@dataclass(frozen=True)
class PostingView:
    """A posting with its people and villages, as answers show it."""

    id: int
    cadre: dict
    village: DivisionRef
    township: DivisionRef | None
    further_villages: list[DivisionRef]
    from_on: date
    to_on: date | None
    version: int


def lock_cadres(session: Session, cadre_ids: Iterable[int]) -> None:
    """Make every other writer of these cadres' facts wait for this transaction, in one order for all.

    FOR NO KEY UPDATE: it stands in no foreign key's way. SQLite has one writer at a time anyway.
    """
    need_transaction(session)
    ids = {"cadre_ids": sorted(set(cadre_ids))}
    session.connection().execute(_LOCK_CADRES, ids).all()
    session.connection().execute(_RAISE_FACTS, ids)


def cadre_by_id(session: Session, cadre_id: int) -> Cadre:
    cadre = session.get(Cadre, cadre_id)
    if cadre is None:
        raise NotFound()
    return cadre


def posting_by_id(session: Session, posting_id: int) -> Posting:
    posting = session.get(Posting, posting_id)
    if posting is None:
        raise NotFound()
    return posting


def create_cadre(session: Session, *, user: User, sending_unit: str, rank: str, cadre_role: str) -> Cadre:
    """Make a user a stationed cadre."""
    cadre = Cadre(user_id=user.id, sending_unit=sending_unit, rank=rank, cadre_role=cadre_role)
    session.add(cadre)
    session.flush()
    return cadre


def postings_of(session: Session, cadre_ids: Iterable[int]) -> list[Posting]:
    """All postings of cadres, by cadre and start."""
    return list(session.scalars(select(Posting).where(Posting.cadre_id.in_(sorted(set(cadre_ids))))
                                .order_by(Posting.cadre_id, Posting.from_on)))


def posted_between(first, last) -> ColumnElement[bool]:
    """The condition that a posting touches a range of days, both included; the same day twice: that it covers the day.

    The days may be columns or parameters of the query that asks, too.
    """
    return and_(_postings.c.from_on <= last, or_(_postings.c.to_on.is_(None), _postings.c.to_on >= first))


def running_postings(session: Session, *, division: Division, day: date) -> list[Posting]:
    """The postings below a division that cover a day, in roster order."""
    return list(session.scalars(
        select(Posting).join(Division, Division.id == Posting.village_id)
        .where(below(division.path), posted_between(day, day))
        .order_by(Division.code, Posting.id)))


def nearest_postings(session: Session, *, cadre_ids: Iterable[int], division: Division, first: date, last: date,
                     today: date) -> list[Posting]:
    """One posting below a division for each cadre who has one that touches a range of days: the nearest to today."""
    touching = session.scalars(
        select(Posting).join(Division, Division.id == Posting.village_id)
        .where(Posting.cadre_id.in_(sorted(set(cadre_ids))), below(division.path), posted_between(first, last))
        .order_by(Posting.cadre_id, Posting.from_on.desc()))
    nearest: dict[int, Posting] = {}
    for posting in touching:
        held = nearest.get(posting.cadre_id)
        if held is None or days_apart(posting, today) < days_apart(held, today):
            nearest[posting.cadre_id] = posting
    return list(nearest.values())


def posting_on(session: Session, *, cadre_id: int, day: date) -> Posting | None:
    """The one posting of a cadre that covers a day."""
    return session.scalar(select(Posting).where(
        Posting.cadre_id == cadre_id, posted_between(day, day)))


def create_posting(session: Session, *, cadre: Cadre, village: Division, further_villages: list[Division],
                   from_on: date, to_on: date | None, by_id: int | None, now: datetime) -> Posting:
    """Post a cadre to a village. Raises Conflict (posting_overlaps): a cadre has one posting at a time.

    The caller refreshes the cadre's kept figures.
    """
    lock_cadres(session, [cadre.id])
    _check_posting(session, cadre_id=cadre.id, village=village, further=further_villages, from_on=from_on, to_on=to_on)
    posting = Posting(cadre_id=cadre.id, village_id=village.id, from_on=from_on, to_on=to_on)
    session.add(posting)
    session.flush()
    session.add_all(PostingVillage(posting_id=posting.id, village_id=i) for i in {v.id for v in further_villages})
    session.flush()
    _audit_posting(session, posting, village, "posting.created", by_id=by_id, now=now)
    return posting


def change_posting(session: Session, *, posting: Posting, village: Division, further_villages: list[Division],
                   from_on: date, to_on: date | None, by_id: int | None, now: datetime) -> Posting:
    """Correct or end a posting; same refusals as `create_posting`. The caller refreshes the kept figures."""
    lock_cadres(session, [posting.cadre_id])
    _check_posting(session, cadre_id=posting.cadre_id, village=village, further=further_villages, from_on=from_on,
                   to_on=to_on, but=posting.id)
    posting.village_id, posting.from_on, posting.to_on = village.id, from_on, to_on
    posting.version += 1
    session.execute(delete(PostingVillage).where(PostingVillage.posting_id == posting.id))
    session.add_all(PostingVillage(posting_id=posting.id, village_id=i) for i in {v.id for v in further_villages})
    session.flush()
    _audit_posting(session, posting, village, "posting.changed", by_id=by_id, now=now)
    return posting


def _check_posting(session: Session, *, cadre_id: int, village: Division, further: list[Division], from_on: date,
                   to_on: date | None, but: int | None = None) -> None:
    if to_on is not None and to_on < from_on:
        raise Unprocessable("period_reversed")
    for division in (village, *further):
        if division.level != "village":
            raise Unprocessable("not_a_village", code=division.code)
    if not is_valid_on(village, from_on) and village.valid_to is not None:
        raise Unprocessable("village_withdrawn", code=village.code)
    if village.id in {division.id for division in further}:
        raise Unprocessable("village_twice")
    for other in postings_of(session, [cadre_id]):
        apart = (to_on is not None and to_on < other.from_on) or (other.to_on is not None and other.to_on < from_on)
        if other.id != but and not apart:
            raise Conflict("posting_overlaps")


def _audit_posting(session: Session, posting: Posting, village: Division, action: str, *, by_id, now) -> None:
    audit.append(session, chain=audit_chain(village), at=now, user_id=by_id, action=action,
                 subject=f"posting:{posting.id}",
                 details={"cadre": posting.cadre_id, "village": village.code, "from_on": posting.from_on.isoformat(),
                          "to_on": posting.to_on and posting.to_on.isoformat()})


def posting_views(session: Session, postings: list[Posting]) -> list[PostingView]:
    """Postings as answers show them, in three queries whatever their number."""
    further: dict[int, list[int]] = {posting.id: [] for posting in postings}
    for row in session.execute(select(PostingVillage.posting_id, PostingVillage.village_id)
                               .where(PostingVillage.posting_id.in_(further))):
        further[row.posting_id].append(row.village_id)
    villages = refs(session, [p.village_id for p in postings] + [i for ids in further.values() for i in ids])
    townships = refs(session, [village.township_id for village in villages.values()])
    names = cadre_names(session, [posting.cadre_id for posting in postings])
    return [
        PostingView(
            id=posting.id, cadre={"id": posting.cadre_id, "name": names[posting.cadre_id]},
            village=villages[posting.village_id],
            township=townships.get(villages[posting.village_id].township_id),
            further_villages=sorted((villages[i] for i in further[posting.id]), key=lambda v: v.code),
            from_on=posting.from_on, to_on=posting.to_on, version=posting.version)
        for posting in postings
    ]


def cadre_names(session: Session, cadre_ids: Iterable[int]) -> dict[int, str]:
    """The names of cadres, by id."""
    rows = session.execute(select(Cadre.id, User.name).join(User, User.id == Cadre.user_id)
                           .where(Cadre.id.in_(sorted(set(cadre_ids)))))
    return dict(rows.all())


def villages_of(session: Session, posting_ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids of all villages that postings cover, home village first."""
    ids = sorted(set(posting_ids))
    covered = {row.id: [row.village_id] for row in
               session.execute(select(Posting.id, Posting.village_id).where(Posting.id.in_(ids)))}
    for row in session.execute(select(PostingVillage.posting_id, PostingVillage.village_id)
                               .where(PostingVillage.posting_id.in_(ids)).order_by(PostingVillage.village_id)):
        covered[row.posting_id].append(row.village_id)
    return covered


def covering_postings(session: Session, village_id: int) -> list[Posting]:
    """Postings whose home or further villages include one: whom a change of its places concerns."""
    return list(session.scalars(
        select(Posting).outerjoin(PostingVillage, PostingVillage.posting_id == Posting.id)
        .where(or_(Posting.village_id == village_id, PostingVillage.village_id == village_id))
        .distinct().order_by(Posting.id)))


def places_of(session: Session, village_ids: Iterable[int]) -> list[Place]:
    return list(session.scalars(
        select(Place).where(Place.village_id.in_(sorted(set(village_ids)))).order_by(Place.village_id, Place.id)))


def place_by_id(session: Session, place_id: int) -> Place:
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound()
    return place


def put_place(session: Session, *, place: Place | None, village: Division, name: str, latitude: float,
              longitude: float, datum: str, radius_m: int | None, by_id: int | None, now: datetime,
              villagers_group: str | None = None) -> Place:
    """Make a place (`place` None) or move, rename, resize one. The caller judges the affected evidence anew."""
    if village.level != "village":
        raise Unprocessable("not_a_village", code=village.code)
    position = to_wgs84(latitude, longitude, datum)
    action = "place.changed" if place else "place.created"
    if place is None:
        place = Place(village_id=village.id, version=0, is_made_up=False)
        session.add(place)
    place.name, place.villagers_group, place.radius_m = name, villagers_group, radius_m
    place.latitude, place.longitude, place.datum = latitude, longitude, datum
    place.wgs84_latitude, place.wgs84_longitude = position.latitude, position.longitude
    place.version += 1
    session.flush()
    audit.append(session, chain=audit_chain(village), at=now, user_id=by_id, action=action,
                 subject=f"place:{place.id}", details={"village": village.code, "name": name, "radius_m": radius_m})
    return place


def remove_place(session: Session, *, place: Place, village: Division, by_id: int, now: datetime) -> None:
    """Take a place away. The caller judges the affected evidence anew."""
    audit.append(session, chain=audit_chain(village), at=now, user_id=by_id, action="place.removed",
                 subject=f"place:{place.id}", details={"village": village.code, "name": place.name})
    session.delete(place)
    session.flush()
