"""Spot checks as their readers may see them: the whole of a check, or the part of a village once it is revealed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.contracts.check_models import CheckedVillage, Finding, SpotCheck
from api.contracts.checks_rules import CHECKERS, is_revealed, repeats, shows_its_plan
from api.diary.standing_service import VillageStanding
from api.errors import NotFound
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below, division_by_code, refs
from api.postings.models import Division


@dataclass(frozen=True)
class CheckView:
    """A check with the villages that the reader may know of; `is_whole` for the checkers, who see all of it."""

    check: SpotCheck
    division: DivisionRef
    entered_by: dict | None
    is_whole: bool
    villages: list[dict]
    draw: dict | None

    @property
    def focus(self) -> str | None:
        return self.check.focus if self._shows_plan else None

    @property
    def last_on(self) -> date | None:
        return self.check.last_on if self._shows_plan else None

    @property
    def version(self) -> int | None:
        """Not for those below: it moves with every visit elsewhere."""
        return self.check.version if self.is_whole else None

    @property
    def entered_at(self):
        return self.check.entered_at if self.is_whole else None

    @property
    def _shows_plan(self) -> bool:
        return self.is_whole or shows_its_plan(kind=self.check.kind, state=self.check.state)

    def __getattr__(self, name: str):
        return getattr(self.check, name)


class Reader(VillageStanding):
    """What a user is to checks today: a checker over a division, or one of those who are checked."""

    def sees_whole(self, division: DivisionRef | Division) -> bool:
        """Whether a check by a division is the user's own: as one who checks there or above."""
        return self.identity.may(division.path, *CHECKERS)

    def is_concerned(self, village: DivisionRef | Division) -> bool:
        return self.acts_for(village) or self.identity.may(village.path, *CHECKERS)

    def whole(self) -> ColumnElement[bool]:
        """The condition of `sees_whole` on a SpotCheck."""
        return SpotCheck.division_id.in_(select(Division.id).where(reach_of(self.identity, *CHECKERS)))

    def part(self) -> ColumnElement[bool]:
        """The condition that a CheckedVillage of a SpotCheck is one that the user is concerned with, and revealed."""
        concerned = or_(CheckedVillage.village_id.in_(self.posted), CheckedVillage.village_id.in_(
            select(Division.id).where(reach_of(self.identity, *CHECKERS, "village"))))
        return and_(concerned, or_(SpotCheck.kind != "unannounced", SpotCheck.state == "closed",
                                   CheckedVillage.visited_on.is_not(None)))


def list_checks(session: Session, *, identity: Identity, today: date, code: str | None = None,
                kind: str | None = None, state: str | None = None, page: int = 1, page_size: int = 50
                ) -> tuple[list[CheckView], int]:
    """The checks that a user may know of, the latest first, and how many there are.

    `code`: with a village there, or below it. Raises NotFound for a division out of reach.
    """
    reader = Reader(session, identity, today=today)
    of_check = select(CheckedVillage.check_id).where(CheckedVillage.check_id == SpotCheck.id)
    query = select(SpotCheck).where(or_(reader.whole(), of_check.where(reader.part()).exists()))
    if code is not None:
        division = division_by_code(session, code)
        if not reader.is_concerned(division):
            raise NotFound("division_not_found", code=code)
        there = of_check.where(CheckedVillage.village_id.in_(select(Division.id).where(below(division.path))))
        query = query.where(there.where(or_(reader.whole(), reader.part())).exists())
    if kind is not None:
        query = query.where(SpotCheck.kind == kind)
    if state is not None:
        query = query.where(SpotCheck.state == state)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = query.order_by(SpotCheck.first_on.desc(), SpotCheck.id).offset((page - 1) * page_size).limit(page_size)
    return check_views(session, list(session.scalars(found)), reader=reader), count


def visible_check(session: Session, *, reader: Reader, check_id: UUID) -> CheckView:
    """A check that the user may know of; NotFound for all others, which look as if they were not there."""
    check = session.get(SpotCheck, check_id)
    views = check_views(session, [check], reader=reader) if check is not None else []
    if not views or not (views[0].is_whole or views[0].villages):
        raise NotFound()
    return views[0]


def check_views(session: Session, checks: list[SpotCheck], *, reader: Reader) -> list[CheckView]:
    """Checks as answers show them to a user, in a handful of queries whatever their number."""
    ids = [check.id for check in checks]
    rows = session.scalars(select(CheckedVillage).where(CheckedVillage.check_id.in_(ids))
                           .order_by(CheckedVillage.check_id, CheckedVillage.position)).all()
    places = refs(session, [*(check.division_id for check in checks), *(row.village_id for row in rows)])
    townships = refs(session, [place.township_id for place in places.values()])
    found = {(row.check_id, row.village_id): row for row in session.execute(
        select(Finding.check_id, Finding.village_id, func.count().label("findings"),
               func.count().filter(Finding.is_problem).label("problems"))
        .where(Finding.check_id.in_(ids)).group_by(Finding.check_id, Finding.village_id))}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(
        {*(check.entered_by_id for check in checks), *(row.visited_by_id for row in rows)} - {None}))).all())
    of_check: dict[UUID, list[CheckedVillage]] = {id: [] for id in ids}
    for row in rows:
        of_check[row.check_id].append(row)

    def view(check: SpotCheck) -> CheckView:
        division, villages = places[check.division_id], of_check[check.id]
        is_whole = reader.sees_whole(division)
        shown = villages if is_whole else [
            row for row in villages if reader.is_concerned(places[row.village_id])
            and is_revealed(kind=check.kind, state=check.state, visited_on=row.visited_on)]
        codes = [places[row.village_id].code for row in villages]
        return CheckView(
            check=check, division=division, is_whole=is_whole,
            entered_by={"id": check.entered_by_id, "name": names[check.entered_by_id]} if is_whole else None,
            draw=_draw(check, codes) if is_whole and check.seed is not None else None,
            villages=[_village(row, place=places[row.village_id], names=names, is_own=is_whole, reader=reader,
                               township=townships.get(places[row.village_id].township_id),
                               found=found.get((check.id, row.village_id))) for row in shown])

    return [view(check) for check in checks]


def is_part_of(check_id: ColumnElement[UUID], village_id: ColumnElement[int], *, reader: Reader) -> ColumnElement[bool]:
    """The condition that what a check found in a village is for the user to see."""
    return exists().where(CheckedVillage.check_id == check_id, CheckedVillage.village_id == village_id,
                          SpotCheck.id == check_id, or_(reader.whole(), reader.part()))


def _draw(check: SpotCheck, codes: list[str]) -> dict:
    return {"seed": check.seed, "per_township": len(check.pool) > 1, "pool": check.pool,
            "is_repeatable": repeats(check.pool, seed=check.seed, villages=codes)}


def _village(row: CheckedVillage, *, place: DivisionRef, township: DivisionRef | None, names: dict[int, str], found,
             is_own: bool, reader: Reader) -> dict:
    by = row.visited_by_id and {"id": row.visited_by_id, "name": names[row.visited_by_id]}
    return {"village": place, "township": township, "position": row.position if is_own else None,
            "visited_on": row.visited_on, "visited_by": by, "findings": found.findings if found else 0,
            "problems": found.problems if found else 0, "is_enterable": is_own and not reader.acts_for(place)}
