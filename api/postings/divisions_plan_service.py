"""What a file of divisions would change in the tree. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from api.cells import Problem
from api.db import in_chunks
from api.postings.divisions_import_rules import LEVELS, DivisionFile, DivisionRow, tree_problems, unknown_parents
from api.postings.divisions_service import find_county
from api.postings.models import Division

_CHUNK = 500


class LiveDivision(NamedTuple):
    """A division that holds its code now."""

    id: int
    code: str
    name: str
    level: str
    path: str
    valid_from: date
    parent_code: str


@dataclass
class DivisionPlan:
    """The difference between a file and the tree.

    `missing` holds the tops only: what lies below one goes with it. `returning` are new rows whose code was
    withdrawn earlier.
    """

    new: dict[str, list[DivisionRow]] = field(default_factory=lambda: {level: [] for level in LEVELS})
    renamed: list[tuple[LiveDivision, DivisionRow]] = field(default_factory=list)
    moved: list[tuple[LiveDivision, DivisionRow]] = field(default_factory=list)
    missing: list[LiveDivision] = field(default_factory=list)
    returning: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    @property
    def created(self) -> int:
        return sum(map(len, self.new.values()))

    @property
    def updated(self) -> int:
        """Rows that change; one that is both renamed and moved counts once."""
        return len({live.id for live, _row in self.renamed + self.moved})


def plan_divisions(session: Session, *, file: DivisionFile, change_day: date, withdraw: bool, county_code: str,
                   scope: tuple[str, ...] | None) -> DivisionPlan:
    """Compare a file with the tree.

    `change_day`: the first day on which withdrawn divisions are gone and returning ones are back. `scope`: the paths
    under which the importer may change divisions, None for everywhere; what is missing elsewhere is not mentioned.
    """
    plan = DivisionPlan(problems=file.problems)
    outside = _live_by_code(session, unknown_parents(file))
    plan.problems += tree_problems(file, {code: live.level for code, live in outside.items()})
    seen: set[str] = set()
    paths = {code: live.path for code, live in outside.items()}
    for live in _live(session):
        row = file.rows.get(live.code)
        if row is None:
            if live.parent_code in file.rows and live.code not in file.refused and _within(live.path, scope):
                plan.missing.append(live)
            continue
        seen.add(row.code)
        if scope is not None:
            paths[row.code] = live.path
        _compare(plan, live, row)
    for row in file.rows.values():
        if row.code not in seen:
            plan.new[row.level].append(row)
    plan.problems += _returning_problems(session, plan, change_day)
    if scope is not None:
        plan.problems += _scope_problems(plan, file, paths, scope)
    if withdraw:
        plan.problems += _withdrawal_problems(session, plan, file, outside, change_day, county_code)
    plan.problems.sort(key=lambda problem: problem.row or 0)
    return plan


def _live_query():
    parent = aliased(Division)
    return select(Division.id, Division.code, Division.name, Division.level, Division.path, Division.valid_from,
                  func.coalesce(parent.code, "")
                  ).outerjoin(parent, parent.id == Division.parent_id).where(Division.valid_to.is_(None))


def _live(session: Session) -> Iterator[LiveDivision]:
    """Every division, a few at a time: a whole country would not fit twice."""
    for row in session.execute(_live_query().execution_options(yield_per=5000)):
        yield LiveDivision(*row)


def _live_by_code(session: Session, codes: set[str]) -> dict[str, LiveDivision]:
    found = {}
    for chunk in in_chunks(sorted(codes), _CHUNK):
        for row in session.execute(_live_query().where(Division.code.in_(chunk))):
            found[row.code] = LiveDivision(*row)
    return found


def _compare(plan: DivisionPlan, live: LiveDivision, row: DivisionRow) -> None:
    if row.level != live.level:
        # A level is part of what a code means; below such a change nothing would stand on its right level.
        plan.problems.append(Problem("level_changed", row=row.row, column="level",
                                     params={"code": row.code, "level": live.level}))
        return
    if row.name != live.name:
        plan.renamed.append((live, row))
    if row.parent_code != live.parent_code:
        plan.moved.append((live, row))


def _returning_problems(session: Session, plan: DivisionPlan, change_day: date) -> Iterator[Problem]:
    withdrawn = dict(session.execute(
        select(Division.code, func.max(Division.valid_to)).where(Division.valid_to.is_not(None))
        .group_by(Division.code)).all())
    if not withdrawn:
        return
    for row in (row for rows in plan.new.values() for row in rows if row.code in withdrawn):
        plan.returning.add(row.code)
        if withdrawn[row.code] >= change_day:
            yield Problem("code_still_valid", row=row.row, column="code",
                          params={"code": row.code, "to_on": withdrawn[row.code].isoformat()})


def _within(path: str | None, scope: tuple[str, ...] | None) -> bool:
    return scope is None or path is not None and path.startswith(scope)


def _scope_problems(plan: DivisionPlan, file: DivisionFile, paths: dict[str, str],
                    scope: tuple[str, ...]) -> Iterator[Problem]:
    def nearest(code: str) -> str | None:
        """The path of a division, or of the nearest one above it that exists already."""
        while code not in paths and code in file.rows and file.rows[code].parent_code != code:
            code = file.rows[code].parent_code
        return paths.get(code)

    touched = [(row, [nearest(row.parent_code)]) for rows in plan.new.values() for row in rows]
    touched += [(row, [live.path]) for live, row in plan.renamed]
    touched += [(row, [live.path, nearest(row.parent_code)]) for live, row in plan.moved]
    for row, places in touched:
        if not all(_within(path, scope) for path in places):
            yield Problem("division_not_yours", row=row.row, column="code", params={"code": row.code})


def _withdrawal_problems(session: Session, plan: DivisionPlan, file: DivisionFile, outside: dict[str, LiveDivision],
                         change_day: date, county_code: str) -> Iterator[Problem]:
    county = find_county(session, county_code)
    gone = {live.path for live in plan.missing}
    for live in plan.missing:
        if county is not None and county.path.startswith(live.path):
            yield Problem("withdraws_county", params={"code": live.code, "name": live.name})
        if live.valid_from >= change_day:
            yield Problem("withdrawn_before_start", params={"code": live.code, "name": live.name,
                                                            "from_on": live.valid_from.isoformat()})
    losing = {code for code, live in outside.items() if gone & set(_prefixes(live.path))}
    for row in file.rows.values():
        if row.parent_code in losing:
            yield Problem("parent_withdrawn", row=row.row, column="parent_code", params={"code": row.parent_code})


def _prefixes(path: str) -> list[str]:
    """The paths of a division and of all above it."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1)]
