"""The two ratios of 3+X and that of key households, at every level; sums of villages, never of ratios."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Subquery, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from api.dates import quarter_of
from api.postings.account_models import Grant
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below, refs
from api.postings.models import Cadre, Division, Posting
from api.postings.policies_service import policy_book
from api.postings.roster_service import cadre_names, posted_between
from api.visits.counted_villages_service import counts_of_villages
from api.visits.linkage_counts_service import is_fresh, linked_in_villages, links_of_cadres
from api.visits.linkage_rules import KEY_HOUSEHOLDS, MINIMUM_KEYS, CadreLinks, LinkFigures
from api.visits.models import CadreLinkage

_RULES = (*MINIMUM_KEYS.values(), KEY_HOUSEHOLDS)


@dataclass(frozen=True, slots=True)
class _Linked:
    """So many cadres counted at one place, with the same links and asked for the same; of a single one the id."""

    home: DivisionRef
    links: CadreLinks
    cadres: int = 1
    id: int = 0


def linkage_figures(session: Session, *, division: Division, level: str, today: date) -> tuple[LinkFigures, list[dict]]:
    """(sums of a division, rows of a level below it); rows of the level `cadre` tell each one's own count."""
    if level == "cadre":
        cadres = sorted(_each_cadre(session, division, today), key=lambda one: (one.home.code, one.id))
        names = cadre_names(session, [one.id for one in cadres])
        total = _sums(session, division, [DivisionRef.of(division)], cadres, today)[division.id]
        return total, [{"cadre": {"id": one.id, "name": names[one.id]}, "division": one.home, "links": one.links.links,
                        "minimum": one.links.minimum, "meets_minimum": one.links.meets_minimum, "key": one.links.key,
                        "key_target": one.links.key_target} for one in cadres]
    rows = [DivisionRef.of(one) for one in session.scalars(select(Division).where(
        below(division.path), Division.level == level, Division.valid_to.is_(None)).order_by(Division.code))]
    cadres = _added_up(session, division, level, today)
    sums = _sums(session, division, [DivisionRef.of(division), *rows], cadres, today)
    return sums[division.id], [{"division": one, "figures": sums[one.id]} for one in rows]


def _sums(session: Session, division: Division, rows: list[DivisionRef], cadres: list[_Linked], today: date
          ) -> dict[int, LinkFigures]:
    """The figures of each row's division: whatever lies at a path counts for each of them above it."""
    places = _households(session, division, today)
    for one in cadres:
        places.setdefault(one.home.path, LinkFigures()).add_cadres(one.links, one.cadres)
    sums = {one.id: LinkFigures() for one in rows}
    for path, figures in places.items():
        for above in map(int, path.strip("/").split("/")):
            if above in sums:
                sums[above].add(figures)
    return sums


def _each_cadre(session: Session, division: Division, today: date) -> list[_Linked]:
    """The cadres counted below a division, one by one."""
    homes = _homes(today)
    found = session.execute(
        select(homes.c.id, homes.c.rank, homes.c.cadre_role, *REF_COLUMNS)
        .join(Division, Division.id == homes.c.home_id).where(below(division.path))).all()
    links = links_of_cadres(session, today=today, cadre_ids=[row[0] for row in found])
    book = policy_book(session, *_RULES)
    return [_linked(book, DivisionRef(*place), rank, cadre_role, *links[id_], today, id_=id_)
            for id_, rank, cadre_role, *place in found]


def _added_up(session: Session, division: Division, level: str, today: date) -> list[_Linked]:
    """The same added up by the database: by village where one is asked for or has a rule of its own, else by township.
    """
    book, homes = policy_book(session, *_RULES), _homes(today)
    own = [rule.division_id for key in _RULES for rule in book.below(key, division.path, today)]
    by_village = level == "village" or any(one.level == "village" for one in refs(session, own).values())
    home_id = Division.id if by_village else func.coalesce(Division.township_id, Division.id)
    groups = session.execute(
        select(home_id.label("at"), homes.c.rank, homes.c.cadre_role, CadreLinkage.households, CadreLinkage.key,
               func.count())
        .join(Division, Division.id == homes.c.home_id)
        .outerjoin(CadreLinkage, and_(CadreLinkage.cadre_id == homes.c.id, is_fresh(CadreLinkage, today)))
        .where(below(division.path))
        .group_by("at", homes.c.rank, homes.c.cadre_role, CadreLinkage.households, CadreLinkage.key)).all()
    if any(linked is None for _at, _rank, _role, linked, *_rest in groups):
        # Somebody's links are yet to be counted.
        return _each_cadre(session, division, today)
    places = refs(session, {row.at for row in groups})
    return [_linked(book, places[at], rank, cadre_role, linked, key, today, cadres=cadres)
            for at, rank, cadre_role, linked, key, cadres in groups]


def _linked(book, home: DivisionRef, rank: str, cadre_role: str | None, linked: int, key: int, today: date, *,
            cadres: int = 1, id_: int = 0) -> _Linked:
    return _Linked(home, CadreLinks(
        links=linked, minimum=book.value(MINIMUM_KEYS[rank], home.path, today), key=key,
        key_target=book.value(KEY_HOUSEHOLDS, home.path, today) if cadre_role == "village_instructor" else 0),
        cadres, id_)


def _homes(today: date) -> Subquery:
    """(id, rank, cadre_role, home_id) of every cadre on a day: the home village of the posting, else where the role is
    held, where it was given last."""
    posted = (select(Cadre.id, Cadre.rank, Cadre.cadre_role, Posting.village_id.label("home_id"))
              .join(Posting, Posting.cadre_id == Cadre.id).where(posted_between(today, today)))
    newest = func.row_number().over(partition_by=Cadre.id, order_by=(Grant.from_on.desc(), Grant.id.desc()))
    held = (select(Cadre.id, Cadre.rank, Cadre.cadre_role, Grant.division_id.label("home_id"), newest.label("place"))
            .join(Grant, Grant.user_id == Cadre.user_id)
            .where(Grant.role == "cadre", Grant.from_on <= today, or_(Grant.to_on.is_(None), Grant.to_on >= today),
                   ~exists().where(Posting.cadre_id == Cadre.id, posted_between(today, today)))).subquery()
    return union_all(posted, select(held.c.id, held.c.rank, held.c.cadre_role, held.c.home_id).where(
        held.c.place == 1)).subquery()


def _households(session: Session, division: Division, today: date) -> dict[str, LinkFigures]:
    """The households alive of each village by its path, and those of them with a link."""
    paths = dict(session.execute(select(Division.id, Division.path).where(
        below(division.path), Division.level == "village")).all())
    linked = linked_in_villages(session, village_ids=paths, today=today)
    counts = counts_of_villages(session, village_ids=paths, quarter_on=quarter_of(today), on=today)
    return {path: LinkFigures(households=counts[id_].households, households_linked=linked[id_])
            for id_, path in paths.items()}
