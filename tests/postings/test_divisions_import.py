"""Importing divisions: all or nothing, every bad row named, the same file twice changes nothing."""

import gzip
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from api import audit
from api.audit import AuditEntry
from api.db import Database
from api.postings.calendar_service import official_years
from api.postings.divisions_import_service import import_divisions
from api.postings.divisions_service import division_by_code
from api.postings.models import Division, Policy
from tests.conftest import NOW
from tests.county import County

TESTS = Path(__file__).resolve().parent.parent
YUQING = (TESTS.parent / "api" / "data" / "yuqing.csv").read_bytes()
HEADING = b"code,name,parent_code,level\n"
TOP = """520000000000,贵州省,,province
520300000000,遵义市,520000000000,prefecture
520329000000,余庆县,520300000000,county
"""
SMALL = TOP + """520329001000,子营街道,520329000000,township
520329001201,A1村,520329001000,village
520329001202,A2村,520329001000,village
520329102000,龙溪镇,520329000000,township
520329102201,B1村,520329102000,village
520329102202,B2村,520329102000,village
"""


@pytest.fixture
def bring(db_session):
    """Import a file given as bytes or as rows of text; answers the report."""
    def bring(data: bytes | str, **options):
        data = data if isinstance(data, bytes) else HEADING + data.encode()
        return import_divisions(db_session, **{"file": BytesIO(data), "county_code": County.CODE, "by_id": None,
                                               "now": NOW, **options})
    return bring


def numbers(report) -> tuple[int, ...]:
    return tuple(report.counts().values())


def reasons(report) -> list[tuple]:
    return [(one.row, one.column, one.reason) for one in report.problems]


def test_a_county_is_imported_with_paths_policies_and_calendar(db_session, bring):
    report = bring(YUQING)
    assert (numbers(report), report.problems, report.missing) == ((84, 84, 0, 0, 0), [], [])
    county, township, village = (division_by_code(db_session, code) for code in (
        "520329000000", "520329102000", "520329102201"))
    assert (village.name, village.valid_from, village.valid_to) == ("田坝村村民委员会", date(2000, 1, 1), None)
    assert village.path == f"{township.path}{village.id}/" and township.path == f"{county.path}{township.id}/"
    assert (county.township_id, township.township_id, village.township_id) == (None, township.id, township.id)
    assert db_session.scalar(select(func.count()).select_from(Policy).where(Policy.division_id == county.id)) > 0
    assert {2020, 2026} <= official_years(db_session)
    entry = db_session.scalars(select(AuditEntry)).one()
    assert (entry.chain, entry.action, entry.details["created"]) == (0, "import.divisions", 84)


def test_the_same_file_twice_changes_nothing(db_session, bring):
    bring(YUQING)
    before = everything(db_session)
    assert numbers(bring(gzip.compress(YUQING))) == (84, 0, 0, 84, 0)
    assert everything(db_session) == before


def everything(session) -> tuple[list, int]:
    rows = session.execute(select(Division.__table__).order_by(Division.id)).all()
    return [tuple(row) for row in rows], session.scalar(select(func.count()).select_from(AuditEntry))


def test_a_township_may_lie_directly_under_a_prefecture(db_session, bring):
    bring(TOP + "520300101000,直管镇,520300000000,township\n520300101201,甲村,520300101000,village\n")
    township, village = (division_by_code(db_session, code) for code in ("520300101000", "520300101201"))
    assert (township.township_id, village.township_id) == (township.id, township.id)
    assert village.path.count("/") == 5


def test_every_bad_row_is_named_and_nothing_is_kept(db_session, bring):
    report = bring((TESTS / "data" / "divisions_ugly.csv").read_bytes())
    assert reasons(report) == [
        (7, "code", "duplicate_code"), (8, "code", "bad_code"), (9, "name", "name_empty"),
        (10, "parent_code", "parent_missing"), (11, "parent_code", "parent_unknown"),
        (12, "parent_code", "parent_level"), (13, "level", "unknown_level"), (14, None, "cells_missing")]
    assert numbers(report) == (12, 0, 0, 0, 0)
    assert db_session.scalar(select(func.count()).select_from(Division)) == 0


def test_a_dry_run_answers_the_same_and_keeps_nothing(db_session, bring):
    report = bring(YUQING, dry_run=True)
    assert (numbers(report), report.dry_run) == ((84, 84, 0, 0, 0), True)
    assert everything(db_session) == ([], 0)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a spreadsheet", b"\x1f\x8b broken", b"\xff\xfe\x00"])
def test_what_is_no_such_file_is_one_problem(bring, data):
    report = bring(data)
    assert len(report.problems) == 1 and report.problems[0].row in (None, 1)


def test_a_renamed_division_keeps_its_row_and_tells_the_audit_log(db_session, bring):
    bring(SMALL)
    before = division_by_code(db_session, "520329001201")
    report = bring(SMALL.replace("A1村", "A1社区"))
    after = division_by_code(db_session, "520329001201")
    assert (numbers(report), after.id, after.name) == ((9, 0, 1, 8, 0), before.id, "A1社区")
    entry = db_session.scalars(select(AuditEntry).where(AuditEntry.action == "division.renamed")).one()
    assert (entry.chain, entry.details) == (after.township_id, {"code": after.code, "from": "A1村", "to": "A1社区"})
    assert list(audit.verify(db_session)) == []


def test_a_moved_village_gets_its_new_township_and_names_the_cadres_concerned(bring, county):
    posted = county.cadre("A1")
    county.cadre("B1")
    report = bring(SMALL.replace("A1村,520329001000", "A1村,520329102000"))
    village = division_by_code(county.session, "520329001201")
    assert village.township_id == village.parent_id == county.townships["B"].id
    assert village.path == f"{county.townships['B'].path}{village.id}/"
    assert (numbers(report), report.cadre_ids) == ((9, 0, 1, 8, 0), [posted.cadre.id])


def test_a_moved_township_takes_all_below_it_along_even_into_what_is_new(db_session, bring, county):
    posted = county.cadre("A2")
    moved = SMALL.replace("子营街道,520329000000", "子营街道,520330000000").replace(
        "520329001000,子", "520330000000,习水县,520300000000,county\n520329001000,子")
    report = bring(moved)
    township, village = (division_by_code(db_session, code) for code in ("520329001000", "520329001202"))
    new_county = division_by_code(db_session, "520330000000")
    assert township.path == f"{new_county.path}{township.id}/" and village.path == f"{township.path}{village.id}/"
    assert village.township_id == township.id
    assert (numbers(report), report.cadre_ids) == ((10, 1, 1, 8, 0), [posted.cadre.id])


def test_township_and_village_may_move_in_one_file(db_session, bring):
    bring(SMALL)
    moved = SMALL.replace("子营街道,520329000000", "子营街道,520300000000").replace(
        "B1村,520329102000", "B1村,520329001000")
    bring(moved)
    township, own, come = (division_by_code(db_session, code) for code in (
        "520329001000", "520329001201", "520329102201"))
    assert (own.path, come.path) == (f"{township.path}{own.id}/", f"{township.path}{come.id}/")
    assert come.township_id == township.id
    assert numbers(bring(moved)) == (9, 0, 0, 9, 0)


def test_a_code_cannot_change_its_level(bring):
    bring(SMALL)
    report = bring(TOP + "520329001000,子营街道,520329000000,village\n")
    assert ("level", "level_changed") in [(one.column, one.reason) for one in report.problems]


WITHOUT_A2 = SMALL.replace("520329001202,A2村,520329001000,village\n", "")


def test_what_the_file_misses_is_reported_and_stays(db_session, bring):
    bring(SMALL)
    report = bring(WITHOUT_A2)
    assert (numbers(report), report.missing) == ((8, 0, 0, 8, 0), [
        {"code": "520329001202", "name": "A2村", "level": "village", "parent_code": "520329001000"}])
    assert division_by_code(db_session, "520329001202").valid_to is None


def test_divisions_under_a_parent_that_the_file_does_not_list_are_not_missing(bring):
    bring(SMALL)
    assert bring("520329001201,A1村,520329001000,village\n").missing == []


def test_withdrawal_ends_the_day_before_and_is_said_again_by_nobody(db_session, bring):
    bring(SMALL)
    report = bring(WITHOUT_A2, withdraw=True, valid_from=date(2026, 7, 1))
    assert numbers(report) == (8, 0, 0, 8, 1)
    assert division_by_code(db_session, "520329001202").valid_to == date(2026, 6, 30)
    again = bring(WITHOUT_A2, withdraw=True, valid_from=date(2026, 7, 1))
    assert (numbers(again), again.missing) == ((8, 0, 0, 8, 0), [])


def test_without_a_date_withdrawn_divisions_end_yesterday(db_session, bring):
    bring(SMALL)
    bring(WITHOUT_A2, withdraw=True)
    assert division_by_code(db_session, "520329001202").valid_to == date(2026, 11, 19)


def test_a_withdrawn_township_takes_its_villages_along_but_not_those_that_moved(db_session, bring):
    bring(SMALL)
    left = "".join(line for line in SMALL.splitlines(keepends=True) if not line.startswith("520329102"))
    report = bring(left + "520329102201,B1村,520329001000,village\n", withdraw=True)
    assert numbers(report) == (7, 0, 1, 6, 2)
    ends = {code: division_by_code(db_session, code).valid_to for code in (
        "520329102000", "520329102201", "520329102202")}
    assert ends == {"520329102000": date(2026, 11, 19), "520329102201": None, "520329102202": date(2026, 11, 19)}


def test_a_withdrawn_code_that_comes_back_is_a_new_division(db_session, bring):
    bring(SMALL)
    first = division_by_code(db_session, "520329001202").id
    bring(WITHOUT_A2, withdraw=True, valid_from=date(2026, 7, 1))
    report = bring(SMALL.replace("A2村", "新A2村"), valid_from=date(2026, 9, 1))
    again = division_by_code(db_session, "520329001202")
    assert numbers(report) == (9, 1, 0, 8, 0)
    assert again.id != first and (again.name, again.valid_from) == ("新A2村", date(2026, 9, 1))


def test_a_code_cannot_come_back_before_it_ended(bring):
    bring(SMALL)
    bring(WITHOUT_A2, withdraw=True, valid_from=date(2026, 7, 1))
    assert reasons(bring(SMALL, valid_from=date(2026, 6, 30))) == [(7, "code", "code_still_valid")]


@pytest.mark.parametrize(("rows", "valid_from", "reason"), [
    # The day before would come before the first day.
    (WITHOUT_A2, date(2000, 1, 1), "withdrawn_before_start"),
    # The county of this database is missing under its prefecture.
    ("520000000000,贵州省,,province\n520300000000,遵义市,520000000000,prefecture\n", None, "withdraws_county"),
    # The township would go, and with it the parent of a row.
    (TOP + "520329001201,A1村,520329001000,village\n", None, "parent_withdrawn"),
])
def test_withdrawals_that_would_break_something_are_refused(bring, rows, valid_from, reason):
    bring(SMALL)
    report = bring(rows, withdraw=True, valid_from=valid_from)
    assert reason in [one.reason for one in report.problems] and report.withdrawn == 0


def test_an_administrator_changes_only_what_lies_below(bring, county):
    scope = (county.townships["A"].path,)
    fine = bring(SMALL.replace("A1村", "A1社区") + "520329001203,A3村,520329001000,village\n", scope=scope)
    assert (numbers(fine), fine.problems) == ((10, 1, 1, 8, 0), [])
    report = bring(SMALL.replace("B1村", "B1社区").replace("A2村,520329001000", "A2村,520329102000")
                   + "520329102203,B3村,520329102000,village\n", scope=scope)
    assert reasons(report) == [(7, "code", "division_not_yours"), (9, "code", "division_not_yours"),
                               (11, "code", "division_not_yours")]
    assert [one["code"] for one in bring(WITHOUT_A2.replace("520329102202,B2村,520329102000,village\n", ""),
                                         scope=scope).missing] == ["520329001202", "520329001203"]


def test_two_imports_at_once_make_every_division_once(own_database):
    database, barrier, reports = Database(own_database), Barrier(2), []

    def bring_in():
        barrier.wait()
        with database.session() as session:
            reports.append(import_divisions(session, file=BytesIO(YUQING), county_code=County.CODE, by_id=None,
                                            now=NOW))
            session.commit()

    threads = [Thread(target=bring_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.created for report in reports) == [0, 84]
    with database.session(reads=True) as session:
        assert session.scalar(select(func.count()).select_from(Division)) == 84
    database.engine.dispose()
