"""Bringing a file of divisions into the tree: all or nothing, and the same file twice changes nothing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from typing import BinaryIO, NamedTuple

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.schema import AddConstraint, DropConstraint

from api import audit
from api.cells import BadFile
from api.dates import shanghai_day
from api.db import in_chunks
from api.postings import calendar_service, policies_service
from api.postings.divisions_import_rules import LEVELS, DivisionRow, read_divisions
from api.postings.divisions_plan_service import DivisionPlan, LiveDivision, plan_divisions
from api.postings.divisions_service import below, find_county
from api.postings.imports_service import ImportReport, file_hash, take_turns
from api.postings.models import Division, Posting
from api.postings.policies_service import FOUNDED_ON

FIRST_CALENDAR_YEAR = 2020
_CHUNK = 500
_COLUMNS = "id, code, name, level, parent_id, township_id, path, valid_from"


class _Parent(NamedTuple):
    id: int
    path: str
    township_id: int | None


def import_divisions(session: Session, *, file: BinaryIO, county_code: str, by_id: int | None, now: datetime,
                     valid_from: date | None = None, withdraw: bool = False, dry_run: bool = False,
                     scope: tuple[str, ...] | None = None) -> ImportReport:
    """Add, rename and move divisions as a CSV file says (read from a seekable binary `file`).

    New divisions are valid from `valid_from`, without it from the founding day, 2000-01-01. What the file misses under
    a parent that it lists is reported, and with `withdraw` ends on the day before `valid_from` (without it: before
    today); a withdrawn code that appears again is a new division from that day. `scope` holds the paths under which
    the importer may change anything, None for all. With problems, or with `dry_run`, nothing is written.

    Seeds the policies and the calendar of the county once it is there. The caller refreshes the kept figures of the
    report's `cadre_ids` (their village moved, so other policies may hold) and commits.
    """
    report = ImportReport("divisions", dry_run)
    try:
        read = read_divisions(file)
    except BadFile as bad:
        report.problems.append(bad.problem)
        return report
    take_turns(session)
    change_day = valid_from or shanghai_day(now)
    plan = plan_divisions(session, file=read, change_day=change_day, withdraw=withdraw, county_code=county_code,
                          scope=scope)
    report.rows, report.problems = read.count, plan.problems
    report.missing = [{"code": live.code, "name": live.name, "level": live.level, "parent_code": live.parent_code}
                      for live in plan.missing]
    if report.problems:
        return report
    report.created, report.updated = plan.created, plan.updated
    report.unchanged = read.count - plan.created - plan.updated
    withdrawn = plan.missing if withdraw else []
    report.withdrawn = _count_withdrawn(session, withdrawn, {row.code for _live, row in plan.moved})
    if dry_run:
        return report
    if plan.created or plan.updated or withdrawn:
        report.cadre_ids = _apply(session, plan, first_day=valid_from or FOUNDED_ON, change_day=change_day)
        _withdraw(session, withdrawn, last_day=change_day - timedelta(days=1))
        _audit(session, report, plan, file=file, by_id=by_id, now=now)
    _seed_county(session, county_code, now)
    return report


def _apply(session: Session, plan: DivisionPlan, *, first_day: date, change_day: date) -> list[int]:
    """Write the plan from the top down, so that every parent has its final path; returns the cadres concerned."""
    session.execute(update(Division), [{"id": live.id, "name": row.name} for live, row in plan.renamed])
    last_id = session.scalar(select(func.max(Division.id)))
    next_id = (last_id or 0) + 1
    cadre_ids: set[int] = set()
    with _foreign_keys_checked_at_once(session, only_if=last_id is None):
        for level in LEVELS:
            moved = [(live, row) for live, row in plan.moved if row.level == level]
            new = plan.new[level]
            if not moved and not new:
                continue
            parents = _parents_above(session, level)
            cadre_ids |= _move(session, moved, parents)
            _load(session, _database_rows(new, parents, next_id, plan.returning, first_day, change_day))
            next_id += len(new)
    if plan.created and session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT setval(pg_get_serial_sequence('divisions', 'id'), max(id)) FROM divisions"))
    # The statements above went past the objects that the session may hold.
    session.expire_all()
    return sorted(cadre_ids)


def _parents_above(session: Session, level: str) -> dict[str, _Parent]:
    above = LEVELS[:LEVELS.index(level)]
    rows = session.execute(select(Division.code, Division.id, Division.path, Division.township_id)
                           .where(Division.level.in_(above), Division.valid_to.is_(None)))
    return {code: _Parent(*values) for code, *values in rows}


def _database_rows(new: list[DivisionRow], parents: dict[str, _Parent], next_id: int, returning: set[str],
                   first_day: date, change_day: date) -> Iterator[tuple]:
    for id_, row in enumerate(new, start=next_id):
        parent = parents.get(row.parent_code)
        valid_from = change_day if row.code in returning else first_day
        path = f"{parent.path if parent else '/'}{id_}/"
        yield (id_, row.code, row.name, row.level, parent and parent.id, _township(row, id_, parent), path,
               valid_from.isoformat())


def _township(row: DivisionRow, id_: int, parent: _Parent | None) -> int | None:
    return id_ if row.level == "township" else parent and parent.township_id


def _load(session: Session, rows: Iterable[tuple]) -> None:
    """Insert many rows by the fastest way that each database has; one by one a country takes many minutes."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = iter(rows)
        while chunk := list(islice(rows, 10_000)):
            connection.exec_driver_sql(f"INSERT INTO divisions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", chunk)
        return
    with (connection.connection.driver_connection.cursor() as cursor,
          cursor.copy(f"COPY divisions ({_COLUMNS}) FROM STDIN") as copy):
        for row in rows:
            copy.write_row(row)


@contextmanager
def _foreign_keys_checked_at_once(session: Session, *, only_if: bool) -> Iterator[None]:
    """Check an empty table's references to itself once, after a bulk load: on PostgreSQL that halves its time.

    The keys are gone for nobody else, since the table is locked until the transaction ends; so only where it was empty
    and has no readers. Only the table's owner may do this, others load the slower way.
    """
    owner = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'divisions'::regclass")
    if not only_if or session.get_bind().dialect.name != "postgresql" or not session.scalar(owner):
        yield
        return
    keys = Division.__table__.foreign_key_constraints
    for key in keys:
        session.execute(DropConstraint(key))
    yield
    for key in keys:
        # Isolated, the key would be missing from every table that this process makes from the models later on.
        session.execute(AddConstraint(key, isolate_from_table=False))


def _move(session: Session, moved: list[tuple[LiveDivision, DivisionRow]], parents: dict[str, _Parent]) -> set[int]:
    """Hang divisions of one level under their new parents, with all below them; returns the cadres posted there."""
    villages, conditions = [], []
    for live, row in moved:
        parent = parents[row.parent_code]
        path = f"{parent.path}{live.id}/"
        values = {"id": live.id, "parent_id": parent.id, "path": path, "township_id": _township(row, live.id, parent)}
        if row.level == "village":
            villages.append(values)
            continue
        # A move higher up in this file may have changed the path since it was read.
        old = session.scalar(select(Division.path).where(Division.id == live.id))
        session.execute(update(Division).where(below(old)).values(
            path=path + func.substr(Division.path, len(old) + 1)).execution_options(synchronize_session=False))
        session.execute(update(Division).where(Division.id == live.id).values(parent_id=parent.id)
                        .execution_options(synchronize_session=False))
        conditions.append(below(path))
    if villages:
        session.execute(update(Division), villages)
    conditions += [Division.id.in_(chunk) for chunk in in_chunks([values["id"] for values in villages], _CHUNK)]
    posted = select(Posting.cadre_id).join(Division, Division.id == Posting.village_id)
    return {cadre_id for condition in conditions for cadre_id in session.scalars(posted.where(condition))}


def _going(withdrawn: list[LiveDivision]) -> list:
    """Conditions that together hold for every division to withdraw: each top with all that is valid below it."""
    villages = [live.id for live in withdrawn if live.level == "village"]
    return [Division.id.in_(chunk) for chunk in in_chunks(villages, _CHUNK)] + [
        or_(*(below(live.path) for live in chunk))
        for chunk in in_chunks([live for live in withdrawn if live.level != "village"], 50)]


def _count_withdrawn(session: Session, withdrawn: list[LiveDivision], moved: set[str]) -> int:
    """How many divisions go; those that the file moves elsewhere stay."""
    total = 0
    for condition in _going(withdrawn):
        codes = session.scalars(select(Division.code).where(condition, Division.valid_to.is_(None)))
        total += sum(code not in moved for code in codes)
    return total


def _withdraw(session: Session, withdrawn: list[LiveDivision], *, last_day: date) -> None:
    for condition in _going(withdrawn):
        session.execute(update(Division).where(condition, Division.valid_to.is_(None)).values(valid_to=last_day)
                        .execution_options(synchronize_session=False))


def _audit(session: Session, report: ImportReport, plan: DivisionPlan, *, file: BinaryIO, by_id: int | None,
           now: datetime) -> None:
    """One entry per renamed or moved division in its township's chain, and one for the import."""
    changes = [("division.renamed", live, {"from": live.name, "to": row.name}) for live, row in plan.renamed]
    changes += [("division.moved", live, {"from": live.parent_code, "to": row.parent_code}) for live, row in plan.moved]
    for chunk in in_chunks(changes, _CHUNK):
        ids = [live.id for _action, live, _details in chunk]
        townships = dict(session.execute(select(Division.id, Division.township_id).where(Division.id.in_(ids))).all())
        for action, live, details in chunk:
            audit.append(session, chain=townships[live.id] or audit.COUNTY_CHAIN, at=now, user_id=by_id, action=action,
                         subject=f"division:{live.id}", details={"code": live.code, **details})
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=by_id, action="import.divisions",
                 subject="divisions", details={"sha256": file_hash(file), **report.counts(),
                                               "withdrawn_codes": [live.code for live in plan.missing[:200]]
                                               if report.withdrawn else []})


def _seed_county(session: Session, county_code: str, now: datetime) -> None:
    county = find_county(session, county_code)
    if county is not None:
        policies_service.seed_policies(session, county=county, at=now)
        calendar_service.seed_calendar(session, first_year=FIRST_CALENDAR_YEAR, last_year=shanghai_day(now).year + 1)
