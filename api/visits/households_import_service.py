"""Bringing a file of households into the register: all or nothing, and the same file twice changes nothing."""

from datetime import datetime
from functools import cache
from typing import BinaryIO

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from api import audit, i18n
from api.cells import BadFile, Problem, match_key
from api.postings.divisions_service import audit_chain, find_county, lock_villages, refs
from api.postings.imports_service import ImportReport, file_hash, take_turns
from api.postings.people_file_service import words_of
from api.postings.table_file_service import read_large_sheets
from api.sealing import Keyring
from api.visits import phones_service
from api.visits.households_import_rules import FIELDS, HouseholdFile, Words, read_households
from api.visits.households_plan_service import Change, HouseholdPlan, in_pieces, plan_households, row_of
from api.visits.households_service import end_links
from api.visits.models import Household, HouseholdAbsence, HouseholdLabel
from api.vocabulary import HOUSEHOLD_ENDS

_UPDATED = ("number", "villagers_group", "householder", "members", "alive_from", "alive_to", "ended_as", "initials")


@cache
def register_words() -> Words:
    """What headings and reasons may be called: the words of every dictionary, and other usual ones."""
    headings, ends, examples = {}, {}, []
    for language in i18n.LANGUAGES:
        examples.append(match_key(i18n.text(language, "import.example_mark")))
        for name in FIELDS:
            headings |= dict.fromkeys(words_of(language, f"import.household_heading.{name}"), name)
        for end in HOUSEHOLD_ENDS:
            ends |= dict.fromkeys(words_of(language, f"import.household_end.{end}"), end)
    return Words(headings=headings, ends=ends | {end: end for end in HOUSEHOLD_ENDS}, example=tuple(examples))


def read_file(file: BinaryIO) -> HouseholdFile:
    """What an .xlsx or .csv (seekable) says; takes up to a minute, so that no transaction should be open meanwhile."""
    try:
        return read_households(read_large_sheets(file), register_words())
    except BadFile as bad:
        return HouseholdFile(problems=[bad.problem])


def import_households(session: Session, ring: Keyring, *, file: BinaryIO, read: HouseholdFile, county_code: str,
                      by_id: int | None, now: datetime, dry_run: bool = False,
                      scope: tuple[str, ...] | None = None) -> tuple[ImportReport, list[int]]:
    """Add and change households as a file says that `read_file` has read; (report, villages that changed).

    Nothing is removed: a missing row and an empty cell say nothing. `scope` holds the paths under which the importer
    may act, None for all. With problems, or with `dry_run`, nothing is written. The caller brings the kept counts of
    the villages up to date, and commits.
    """
    report = ImportReport("households", dry_run, rows=read.count, passed_over=read.passed_over, problems=read.problems)
    county = find_county(session, county_code)
    if county is None and not report.problems:
        report.problems.append(Problem("county_missing", params={"code": county_code}))
    if county is None or not read.rows:
        return report, []
    take_turns(session)
    plan = plan_households(session, ring, file=read, county=county, scope=scope)
    report.problems = plan.problems
    if report.problems:
        return report, []
    report.created, report.updated, report.unchanged = plan.created, plan.updated, plan.unchanged
    if dry_run or not plan.changes:
        return report, []
    village_ids = plan.village_ids
    # Villages before their households, as rounds lock them.
    lock_villages(session, village_ids)
    _audit(session, plan, by_id=by_id, now=now)
    for is_new, changes in in_pieces(plan):
        _write(session, ring, changes, is_new=is_new, now=now)
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=by_id, action="import.households",
                 subject="households", details={"sha256": file_hash(file), **report.counts()})
    return report, village_ids


def _write(session: Session, ring: Keyring, changes: list[Change], *, is_new: bool, now: datetime) -> None:
    """Write one piece of the changes, many rows a statement."""
    if is_new:
        for change, id_ in zip(changes, _reserve_ids(session, len(changes)), strict=True):
            change.id = id_
    empty = phones_service.no_phone()
    phones = {change.id: phones_service.sealed_phone(ring, household_id=change.id, number=change.phone)
              if change.phone else empty for change in changes if is_new or change.phone is not None}
    if is_new:
        session.execute(insert(Household), [
            {"id": change.id, "changed_at": now, "version": 1, **row_of(change), **phones[change.id]}
            for change in changes])
    else:
        rows = [(change.id, row_of(change)) for change in changes]
        session.execute(update(Household), [
            {"id": id_, "changed_at": now, **{name: row[name] for name in _UPDATED}} for id_, row in rows])
        session.execute(update(Household).where(Household.id.in_([id_ for id_, _row in rows])).values(
            version=Household.version + 1).execution_options(synchronize_session=False))
        if phones:
            session.execute(update(Household), [{"id": id_, **columns} for id_, columns in phones.items()])
        for change in changes:
            if change.facts["alive_to"] is not None:
                end_links(session, household_id=change.id, on=change.facts["alive_to"])
    _write_labels(session, changes)
    _write_absences(session, changes)


def _write_labels(session: Session, changes: list[Change]) -> None:
    relabelled = [change for change in changes if change.labels is not None]
    session.execute(delete(HouseholdLabel).where(HouseholdLabel.household_id.in_([one.id for one in relabelled])))
    rows = [{"household_id": change.id, "label": label} for change in relabelled for label in change.labels]
    if rows:
        session.execute(insert(HouseholdLabel), rows)


def _write_absences(session: Session, changes: list[Change]) -> None:
    for change in changes:
        if change.absence is not None:
            session.execute(delete(HouseholdAbsence).where(
                HouseholdAbsence.household_id == change.id, HouseholdAbsence.from_on == change.absence[0]))
    rows = [{"household_id": change.id, "from_on": change.absence[0], "to_on": change.absence[1]}
            for change in changes if change.absence is not None]
    if rows:
        session.execute(insert(HouseholdAbsence), rows)


def _reserve_ids(session: Session, count: int) -> list[int]:
    """Ids that nobody else gets: what is sealed is bound to its row, so that the row's id must be known first."""
    if session.get_bind().dialect.name == "postgresql":
        return list(session.scalars(text(
            "SELECT nextval(pg_get_serial_sequence('households', 'id')) FROM generate_series(1, :count)"),
            {"count": count}))
    last = session.scalar(select(func.max(Household.id))) or 0
    return list(range(last + 1, last + count + 1))


def _audit(session: Session, plan: HouseholdPlan, *, by_id: int | None, now: datetime) -> None:
    """One entry in the chain of every township concerned: how many households of which village."""
    villages = refs(session, plan.village_ids)
    entries: dict[int, dict[str, list[int]]] = {}
    for change in plan.changes:
        village = villages[change.village_id]
        counts = entries.setdefault(audit_chain(village), {}).setdefault(village.code, [0, 0])
        counts[change.id is not None] += 1
    for chain, counts in sorted(entries.items()):
        audit.append(session, chain=chain, at=now, user_id=by_id, action="household.imported", subject="households",
                     details={"created": sum(new for new, _old in counts.values()),
                              "updated": sum(old for _new, old in counts.values()), "villages": sorted(counts)})
