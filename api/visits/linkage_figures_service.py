"""The two ratios of 3+X and that of key households, at every level; sums of villages, never of ratios."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from api.postings.account_models import Grant
from api.postings.divisions_service import DivisionRef, below, refs
from api.postings.models import Cadre, Division, Posting
from api.postings.policies_service import policy_book
from api.postings.roster_service import cadre_names
from api.visits.households_service import alive_on
from api.visits.linkage_rules import KEY_HOUSEHOLDS, MINIMUM_KEYS, CadreLinks, LinkFigures
from api.visits.linkages_service import runs_on
from api.visits.models import Household, Linkage

# A level shows the sums of the divisions of that level below the one asked for.
_LEVELS = ("county", "township", "village")


@dataclass(frozen=True, slots=True)
class _Linked:
    """A cadre counted at a division."""

    id: int
    home: DivisionRef
    links: CadreLinks


def linkage_figures(session: Session, *, division: Division, level: str, today: date) -> tuple[LinkFigures, list[dict]]:
    """(sums of a division, rows of a level below it); rows of the level `cadre` tell each one's own count."""
    cadres = _cadres(session, division, today)
    households = _households(session, division, today)
    total = _sum(cadres, households.values())
    if level == "cadre":
        names = cadre_names(session, [one.id for one in cadres])
        return total, [{"cadre": {"id": one.id, "name": names[one.id]}, "division": one.home, "links": one.links.links,
                        "minimum": one.links.minimum, "meets_minimum": one.links.meets_minimum, "key": one.links.key,
                        "key_target": one.links.key_target} for one in cadres]
    divisions = session.scalars(select(Division).where(
        below(division.path), Division.level == level, Division.valid_to.is_(None)).order_by(Division.code))
    return total, [
        {"division": DivisionRef.of(one), "figures": _sum(
            [cadre for cadre in cadres if cadre.home.path.startswith(one.path)],
            [counts for path, counts in households.items() if path.startswith(one.path)])}
        for one in divisions]


def _sum(cadres, households) -> LinkFigures:
    figures = LinkFigures()
    for cadre in cadres:
        figures.add_cadre(cadre.links)
    for alive, linked in households:
        figures.households += alive
        figures.households_linked += linked
    return figures


def _cadres(session: Session, division: Division, today: date) -> list[_Linked]:
    """The cadres counted below a division: by the home village of today's posting, else where the role is held."""
    homes = dict(session.execute(
        select(Cadre.id, Grant.division_id).join(Grant, Grant.user_id == Cadre.user_id)
        .where(Grant.role == "cadre", Grant.from_on <= today, or_(Grant.to_on.is_(None), Grant.to_on >= today))
        .order_by(Grant.from_on)).all())
    homes |= dict(session.execute(select(Posting.cadre_id, Posting.village_id).where(
        Posting.from_on <= today, or_(Posting.to_on.is_(None), Posting.to_on >= today))).all())
    places = refs(session, homes.values())
    mine = {id_: places[home] for id_, home in homes.items() if places[home].path.startswith(division.path)}
    links = _links(session, today)
    book = policy_book(session, *MINIMUM_KEYS.values(), KEY_HOUSEHOLDS)
    rows = session.execute(select(Cadre.id, Cadre.rank, Cadre.cadre_role).order_by(Cadre.id))
    found = [_Linked(id_, mine[id_], CadreLinks(
        links=links.get((id_, "link"), 0) + links.get((id_, "key"), 0),
        minimum=book.value(MINIMUM_KEYS[rank], mine[id_].path, today), key=links.get((id_, "key"), 0),
        key_target=book.value(KEY_HOUSEHOLDS, mine[id_].path, today) if cadre_role == "village_instructor" else 0))
        for id_, rank, cadre_role in rows if id_ in mine]
    return sorted(found, key=lambda one: (one.home.code, one.id))


def _links(session: Session, today: date) -> dict[tuple[int, str], int]:
    """How many households of each kind a cadre has today; one that is both is a key household."""
    key = set(map(tuple, session.execute(select(Linkage.cadre_id, Linkage.household_id).where(
        Linkage.kind == "key", runs_on(today)))))
    counts: dict[tuple[int, str], int] = {}
    for cadre_id, household_id, kind in session.execute(
            select(Linkage.cadre_id, Linkage.household_id, Linkage.kind).where(runs_on(today))):
        if kind == "key" or (cadre_id, household_id) not in key:
            counts[cadre_id, kind] = counts.get((cadre_id, kind), 0) + 1
    return counts


def _households(session: Session, division: Division, today: date) -> dict[str, tuple[int, int]]:
    """(households alive, those of them with a link) of each village by its path."""
    linked = select(Linkage.household_id).where(runs_on(today)).distinct().subquery()
    rows = session.execute(
        select(Division.path, func.count(), func.count(linked.c.household_id))
        .join(Household, Household.village_id == Division.id)
        .outerjoin(linked, linked.c.household_id == Household.id)
        .where(below(division.path), alive_on(today)).group_by(Division.path))
    return {path: (alive, having) for path, alive, having in rows}
