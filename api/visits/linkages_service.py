"""Who is linked to which household: 3+X links and key households, made, ended, and passed on at a handover."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.dates import shanghai_day
from api.errors import Conflict, Forbidden, NotFound, Unprocessable
from api.postings.access_service import reach_of
from api.postings.divisions_service import audit_chain, division_by_id, lock_villages, refs
from api.postings.models import Cadre, Division, Posting
from api.postings.roster_service import cadre_by_id, cadre_names, lock_cadres, villages_of
from api.visits.household_access_service import posted_villages
from api.visits.household_facts_service import villages_of_households
from api.visits.households_service import alive_on
from api.visits.linkage_counts_service import linkages_changed, runs_on
from api.visits.models import Household, Linkage

LINKS = ("supervisor", "admin")
SEES_LINKS = ("village", *LINKS)


def list_linkages(session: Session, *, identity: Identity, cadre_id: int | None, household_id: int | None,
                  kind: str | None, state: str, today: date, page: int, page_size: int) -> tuple[list[dict], int]:
    """Own links and those to households below a grant, by household; `state`: `running` or `all`."""
    reach = _in_grants(identity, *SEES_LINKS)
    if identity.cadre_id is not None:
        reach = or_(reach, Linkage.cadre_id == identity.cadre_id)
    query = select(Linkage).join(Household, Household.id == Linkage.household_id).where(reach)
    for column, value in ((Linkage.cadre_id, cadre_id), (Linkage.household_id, household_id), (Linkage.kind, kind)):
        if value is not None:
            query = query.where(column == value)
    if state == "running":
        query = query.where(runs_on(today))
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = session.scalars(query.order_by(Household.village_id, Household.number, Linkage.from_on, Linkage.id)
                            .offset((page - 1) * page_size).limit(page_size))
    return linkage_views(session, list(found)), count


def linkage_views(session: Session, linkages: list[Linkage]) -> list[dict]:
    """Links as answers show them, in three queries whatever their number."""
    households = {one.id: one for one in session.scalars(
        select(Household).where(Household.id.in_({linkage.household_id for linkage in linkages})))}
    villages = refs(session, [one.village_id for one in households.values()])
    names = cadre_names(session, {linkage.cadre_id for linkage in linkages})
    return [{"id": one.id, "kind": one.kind, "from_on": one.from_on, "to_on": one.to_on, "version": one.version,
             "cadre": {"id": one.cadre_id, "name": names[one.cadre_id]},
             "household": _household(households[one.household_id], villages)} for one in linkages]


def _household(household: Household, villages: dict) -> dict:
    return {"id": household.id, "number": household.number, "villagers_group": household.villagers_group,
            "householder": household.householder, "village": villages[household.village_id],
            "last_visited_on": household.last_visited_on}


def make_links(session: Session, *, identity: Identity, cadre_id: int, household_ids: Iterable[int], kind: str,
               from_on: date, today: date, now: datetime) -> list[Linkage]:
    """Link a cadre to households, all or nothing; one that runs already stays as it is.

    A supervisor or administrator links anybody of the roster to households of the own divisions; an instructor names
    the own key households in the posted villages. Raises NotFound, Forbidden (own_record), Unprocessable
    (household_not_alive).
    """
    ids = sorted(set(household_ids))
    cadre = cadre_by_id(session, cadre_id)
    _lock(session, [cadre_id], ids)
    for household in _reachable(session, identity, cadre, ids, kind, today=today):
        if household.alive_from > from_on or household.alive_to is not None and household.alive_to < from_on:
            raise Unprocessable("household_not_alive", householder=household.householder)
    held = {one.household_id: one for one in session.scalars(select(Linkage).where(
        Linkage.cadre_id == cadre_id, Linkage.kind == kind, Linkage.household_id.in_(ids),
        or_(Linkage.to_on.is_(None), Linkage.to_on >= from_on)))}
    made = [Linkage(cadre_id=cadre_id, household_id=id_, kind=kind, from_on=from_on) for id_ in ids if id_ not in held]
    session.add_all(made)
    session.flush()
    _follow(session, [cadre_id], [one.household_id for one in made], now)
    _audit(session, made, "linkage.made", identity.user_id, now)
    return [*held.values(), *made]


def _reachable(session: Session, identity: Identity, cadre: Cadre, ids: list[int], kind: str, *, today: date
               ) -> list[Household]:
    own = cadre.id == identity.cadre_id
    if own and kind == "link":
        raise Forbidden("own_record")
    condition = _in_grants(identity, *LINKS) if not own else Household.village_id.in_(
        posted_villages(cadre.id, today))
    found = list(session.scalars(select(Household).where(Household.id.in_(ids), condition)))
    if len(found) < len(ids):
        raise NotFound()
    return found


def _in_grants(identity: Identity, *roles: str) -> ColumnElement[bool]:
    return Household.village_id.in_(select(Division.id).where(reach_of(identity, *roles)))


def visible_linkage(session: Session, *, identity: Identity, linkage_id: int) -> Linkage:
    """A link that the user may end: to a household of the own divisions, or an own key household; else NotFound.

    Nobody else changes it before the transaction is over.
    """
    linkage = session.get(Linkage, linkage_id)
    household = session.get(Household, linkage.household_id) if linkage is not None else None
    own = linkage is not None and linkage.cadre_id == identity.cadre_id and linkage.kind == "key"
    if household is None or not own and not identity.may(division_by_id(session, household.village_id).path, *LINKS):
        raise NotFound()
    _lock(session, [linkage.cadre_id], [household.id])
    session.refresh(linkage)
    return linkage


def end_link(session: Session, *, identity: Identity, linkage: Linkage, to_on: date | None, now: datetime) -> None:
    """Set or take back a link's last day; Unprocessable (period_reversed), Conflict (linkage_overlaps)."""
    if linkage.cadre_id == identity.cadre_id and linkage.kind == "link":
        raise Forbidden("own_record")
    if to_on is not None and to_on < linkage.from_on:
        raise Unprocessable("period_reversed")
    later = session.scalar(select(Linkage.id).where(
        Linkage.cadre_id == linkage.cadre_id, Linkage.household_id == linkage.household_id,
        Linkage.kind == linkage.kind, Linkage.from_on > linkage.from_on, Linkage.from_on <= (to_on or date.max)))
    if later is not None:
        raise Conflict("linkage_overlaps")
    linkage.to_on, linkage.version = to_on, linkage.version + 1
    session.flush()
    _follow(session, [linkage.cadre_id], [linkage.household_id], now)
    _audit(session, [linkage], "linkage.ended", identity.user_id, now)


def key_households(session: Session, *, posting: Posting, day: date) -> list[Household]:
    """The key households that a posting's cadre has in its villages on a day, in the register's order."""
    villages = villages_of(session, [posting.id])[posting.id]
    return list(session.scalars(
        select(Household).join(Linkage, Linkage.household_id == Household.id)
        .where(Linkage.cadre_id == posting.cadre_id, Linkage.kind == "key", runs_on(day),
               Household.village_id.in_(villages))
        .order_by(Household.village_id, func.length(Household.number), Household.number)))


def pass_key_households(session: Session, *, posting: Posting, successor_id: int, handed_on: date, by_id: int,
                        now: datetime) -> int:
    """Give a posting's key households to the successor from the day after the handover; answers how many.

    The predecessor keeps them through that day. One that has ended as a household, or that the successor has already,
    is not given again.
    """
    ids = [one.id for one in key_households(session, posting=posting, day=handed_on)]
    starts = handed_on + timedelta(days=1)
    _lock(session, [posting.cadre_id, successor_id], ids)
    for link in session.scalars(select(Linkage).where(
            Linkage.cadre_id == posting.cadre_id, Linkage.kind == "key", Linkage.household_id.in_(ids),
            runs_on(handed_on))):
        link.to_on, link.version = handed_on, link.version + 1
    has = set(session.scalars(select(Linkage.household_id).where(
        Linkage.cadre_id == successor_id, Linkage.kind == "key", Linkage.household_id.in_(ids),
        or_(Linkage.to_on.is_(None), Linkage.to_on >= starts))))
    alive = set(session.scalars(select(Household.id).where(Household.id.in_(ids), alive_on(starts))))
    made = [Linkage(cadre_id=successor_id, household_id=id_, kind="key", from_on=starts)
            for id_ in ids if id_ in alive - has]
    session.add_all(made)
    session.flush()
    _follow(session, [posting.cadre_id, successor_id], ids, now)
    _audit(session, made, "linkage.passed_on", by_id, now)
    return len(made)


def _lock(session: Session, cadre_ids: list[int], household_ids: list[int]) -> None:
    """Make other writers of these cadres' and households' links wait, so that no household is linked twice.

    Villages before cadres, as rounds lock them.
    """
    lock_villages(session, villages_of_households(session, household_ids).values())
    lock_cadres(session, cadre_ids)


def _follow(session: Session, cadre_ids: list[int], household_ids: list[int], now: datetime) -> None:
    """After links changed: whom a household is linked to decides which phones keep it, and is counted."""
    villages = set()
    for household in session.scalars(select(Household).where(Household.id.in_(household_ids))):
        household.changed_at = now
        villages.add(household.village_id)
    linkages_changed(session, cadre_ids=cadre_ids, village_ids=villages, today=shanghai_day(now))


def _audit(session: Session, linkages: list[Linkage], action: str, by_id: int, now: datetime) -> None:
    """One entry in the chain of every township concerned."""
    villages = dict(session.execute(select(Household.id, Household.village_id).where(
        Household.id.in_([one.household_id for one in linkages]))).all())
    places, entries = refs(session, villages.values()), {}
    for one in linkages:
        entries.setdefault(audit_chain(places[villages[one.household_id]]), []).append(one)
    for chain, found in sorted(entries.items()):
        audit.append(session, chain=chain, at=now, user_id=by_id, action=action, subject=f"cadre:{found[0].cadre_id}",
                     details={"cadre": found[0].cadre_id, "kind": found[0].kind, "count": len(found),
                              "from_on": found[0].from_on.isoformat(),
                              "to_on": found[0].to_on and found[0].to_on.isoformat()})
