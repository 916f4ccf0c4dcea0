"""The two ratios of 3+X and that of key households, at every level; sums of villages, never of ratios."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, or_, select, true
from sqlalchemy.orm import Session

from api.dates import quarter_of
from api.postings.account_models import Grant
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below
from api.postings.models import Cadre, Division, Posting
from api.postings.policies_service import policy_book
from api.postings.roster_service import cadre_names, posted_between
from api.visits.counted_villages_service import counts_of_villages
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
    if level == "cadre":
        names = cadre_names(session, [one.id for one in cadres])
        total = _Sums([DivisionRef.of(division)], cadres, _households(session, division, today)).of(division)
        return total, [{"cadre": {"id": one.id, "name": names[one.id]}, "division": one.home, "links": one.links.links,
                        "minimum": one.links.minimum, "meets_minimum": one.links.meets_minimum, "key": one.links.key,
                        "key_target": one.links.key_target} for one in cadres]
    rows = [DivisionRef.of(one) for one in session.scalars(select(Division).where(
        below(division.path), Division.level == level, Division.valid_to.is_(None)).order_by(Division.code))]
    sums = _Sums([DivisionRef.of(division), *rows], cadres, _households(session, division, today))
    return sums.of(division), [{"division": one, "figures": sums.of(one)} for one in rows]


class _Sums:
    """The figures of some divisions: whatever lies at a path counts for each of them above it."""

    def __init__(self, divisions: list[DivisionRef], cadres: list[_Linked], households: dict[str, tuple[int, int]]):
        self._figures = {one.id: LinkFigures() for one in divisions}
        for cadre in cadres:
            for figures in self._above(cadre.home.path):
                figures.add_cadre(cadre.links)
        for path, (alive, linked) in households.items():
            for figures in self._above(path):
                figures.households += alive
                figures.households_linked += linked

    def of(self, division: Division | DivisionRef) -> LinkFigures:
        return self._figures[division.id]

    def _above(self, path: str) -> list[LinkFigures]:
        ids = map(int, path.strip("/").split("/"))
        return [self._figures[one] for one in ids if one in self._figures]


def _cadres(session: Session, division: Division, today: date) -> list[_Linked]:
    """The cadres counted below a division: by the home village of today's posting, else where the role is held."""
    homes = dict(session.execute(
        select(Cadre.id, Grant.division_id).join(Grant, Grant.user_id == Cadre.user_id)
        .where(Grant.role == "cadre", Grant.from_on <= today, or_(Grant.to_on.is_(None), Grant.to_on >= today))
        .order_by(Grant.from_on)).all())
    homes |= dict(session.execute(select(Posting.cadre_id, Posting.village_id).where(
        posted_between(today, today))).all())
    places = {row.id: DivisionRef(*row) for row in session.execute(select(*REF_COLUMNS).where(below(division.path)))}
    links = _links(session, today, [id_ for id_, place in homes.items() if place in places]
                   if _narrows(division) else None)
    book = policy_book(session, *MINIMUM_KEYS.values(), KEY_HOUSEHOLDS)
    rows = session.execute(select(Cadre.id, Cadre.rank, Cadre.cadre_role).order_by(Cadre.id))
    found = []
    for id_, rank, cadre_role in rows:
        home = places.get(homes.get(id_))
        if home is not None:
            link, key = links.get(id_, (0, 0))
            found.append(_Linked(id_, home, CadreLinks(
                links=link + key, minimum=book.value(MINIMUM_KEYS[rank], home.path, today), key=key,
                key_target=book.value(KEY_HOUSEHOLDS, home.path, today) if cadre_role == "village_instructor" else 0)))
    return sorted(found, key=lambda one: (one.home.code, one.id))


def _narrows(division: Division) -> bool:
    """Whether only a division's own are asked for; a county's thousands would make a longer question of the same."""
    return division.level in ("township", "village")


def _links(session: Session, today: date, cadre_ids: list[int] | None) -> dict[int, tuple[int, int]]:
    """(links, key households) that a cadre has today; a household that is both is a key one. None: of all cadres."""
    asked = true() if cadre_ids is None else Linkage.cadre_id.in_(cadre_ids)
    each = (select(Linkage.cadre_id, func.max(case((Linkage.kind == "key", 1), else_=0)).label("is_key"))
            .where(asked, runs_on(today)).group_by(Linkage.cadre_id, Linkage.household_id).subquery())
    return {cadre_id: (all_of_them - key, key) for cadre_id, all_of_them, key in session.execute(
        select(each.c.cadre_id, func.count(), func.sum(each.c.is_key)).group_by(each.c.cadre_id))}


def _households(session: Session, division: Division, today: date) -> dict[str, tuple[int, int]]:
    """(households alive, those of them with a link) of each village by its path.

    How many there are is kept; only those with a link, a fifth of a county's, are looked up.
    """
    paths = dict(session.execute(select(Division.id, Division.path).where(
        below(division.path), Division.level == "village")).all())
    # Each once before it is looked up: a household has several links.
    with_link = select(Linkage.household_id).where(runs_on(today)).distinct().subquery()
    within = Household.village_id.in_(paths) if _narrows(division) else true()
    linked = dict(session.execute(
        select(Household.village_id, func.count()).join(with_link, with_link.c.household_id == Household.id)
        .where(alive_on(today), within).group_by(Household.village_id)).all())
    counts = counts_of_villages(session, village_ids=paths, quarter_on=quarter_of(today), on=today)
    return {path: (counts[id_].households, linked.get(id_, 0)) for id_, path in paths.items()}
