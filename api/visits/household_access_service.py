"""Which households a user may see, and which change: the one place that turns postings, links and grants into rows."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.errors import NotFound
from api.postings.divisions_service import below, division_by_id, lock_villages
from api.postings.models import Division, Posting, PostingVillage
from api.postings.roster_service import posted_between
from api.visits.models import Household, Linkage

SEES = ("village", "supervisor", "admin")
# A phone that was without a network does not know that a posting or a link has ended meanwhile, with effect from
# before: for so long what it records there is kept.
KEPT_AFTER = timedelta(days=31)


def posted_villages(cadre_id: int, day: date):
    """The query for the ids of all villages that a cadre's posting of a day covers."""
    running = and_(Posting.cadre_id == cadre_id, posted_between(day, day))
    return select(Posting.village_id).where(running).union(
        select(PostingVillage.village_id).join(Posting, Posting.id == PostingVillage.posting_id).where(running))


def lately_posted_villages(cadre_id: int, day: date):
    """The query for the ids of all villages that a cadre's postings cover on a day, or did until shortly before."""
    lately = and_(Posting.cadre_id == cadre_id, posted_between(day - KEPT_AFTER, day))
    return select(Posting.village_id).where(lately).union(
        select(PostingVillage.village_id).join(Posting, Posting.id == PostingVillage.posting_id).where(lately))


def recordable(cadre_id: int, day: date) -> ColumnElement[bool]:
    """The condition that a cadre may record a visit of a day to a household: posted to its village or linked to it on
    that day, or until shortly before."""
    return or_(
        Household.village_id.in_(lately_posted_villages(cadre_id, day)),
        Household.id.in_(select(Linkage.household_id).where(
            Linkage.cadre_id == cadre_id, Linkage.from_on <= day,
            or_(Linkage.to_on.is_(None), Linkage.to_on >= day - KEPT_AFTER))))


def linked_households(cadre_id: int, day: date):
    """The query for the ids of the households that a cadre is linked to on a day, as a link or a key household."""
    return select(Linkage.household_id).where(
        Linkage.cadre_id == cadre_id, Linkage.from_on <= day, or_(Linkage.to_on.is_(None), Linkage.to_on >= day))


def in_reach(identity: Identity, today: date, roles: tuple[str, ...] = SEES) -> ColumnElement[bool]:
    """The condition that a household is one that the user may see.

    For a cadre these are those of the posted villages and the linked ones; for others those below a grant in `roles`.
    """
    reach = [below(grant.path) for grant in identity.grants if grant.role in roles]
    conditions = [Household.village_id.in_(select(Division.id).where(or_(*reach)))] if reach else []
    if identity.cadre_id is not None and identity.has_role("cadre"):
        conditions += [Household.village_id.in_(posted_villages(identity.cadre_id, today)),
                       Household.id.in_(linked_households(identity.cadre_id, today))]
    return or_(false(), *conditions)


def visible_household(session: Session, *, identity: Identity, household_id: int, today: date,
                      roles: tuple[str, ...] = SEES) -> Household:
    """A household within reach; NotFound for all others."""
    found = session.scalar(select(Household).where(Household.id == household_id, in_reach(identity, today, roles)))
    if found is None:
        raise NotFound()
    return found


def kept_household(session: Session, *, identity: Identity, household_id: int) -> tuple[Household, Division]:
    """A household whose entry in the register the user keeps, with its village; NotFound for all others.

    Locked until the end of the transaction, so that of two edits of one version only one is taken; its village first,
    as rounds do.

    The register is kept by the village, those above it and administrators; a cadre's own coverage depends on it, so a
    cadre tells the village what has changed.
    """
    village_id = session.scalar(select(Household.village_id).where(Household.id == household_id))
    village = None if village_id is None else division_by_id(session, village_id)
    if village is None or not identity.may(village.path, *SEES):
        raise NotFound()
    lock_villages(session, [village.id])
    household = session.get(Household, household_id, with_for_update=True, populate_existing=True)
    return household, village


def may_see_village(session: Session, *, identity: Identity, village: Division, today: date) -> bool:
    """Whether the user may see all households of a village: by a grant, or posted there."""
    if identity.may(village.path, *SEES):
        return True
    return identity.cadre_id is not None and identity.has_role("cadre") and village.id in set(
        session.scalars(posted_villages(identity.cadre_id, today)))
