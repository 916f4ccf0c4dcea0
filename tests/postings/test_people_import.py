"""Importing a roster: names, dates and villages as people write them; every bad cell named; nothing twice."""

import warnings
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import openpyxl
import pytest
from sqlalchemy import func, select

from api import audit
from api.audit import AuditEntry
from api.db import Database
from api.postings import accounts_service
from api.postings.account_models import Grant, User
from api.postings.divisions_import_service import import_divisions
from api.postings.imports_service import problem_in_words
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.people_import_service import import_people
from api.postings.people_template_service import people_template
from tests.conftest import NOW
from tests.county import County

DATA = Path(__file__).resolve().parent.parent / "data"
YUQING = (DATA.parent.parent / "api" / "data" / "yuqing.csv").read_bytes()
CADRES = ["乡镇", "派驻村", "联片村", "姓名", "登录名", "派出单位", "职级", "驻村职务", "派驻日期", "结束日期"]
STAFF = ["姓名", "登录名", "角色", "管辖区划"]
ZHANG = ["子营街道", "A1村", None, "张三", None, "县农业农村局", "一般干部", "驻村指导员", date(2026, 3, 1), None]


def changed(row: list, **cells) -> list:
    """A row of the first sheet with some cells changed, by heading."""
    return [cells.get(heading, value) for heading, value in zip(CADRES, row)]


def workbook(cadres: list[list] = (), staff: list[list] = (), *, above: int = 0, sheets=("驻村干部", "管理人员")) -> BytesIO:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, headings, rows in zip(sheets, (CADRES, STAFF), (cadres, staff)):
        sheet = book.create_sheet(name)
        for row in [["名册"]] * above + [headings, *rows]:
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file


@pytest.fixture
def bring(county):
    """Import a workbook, or rows of its first sheet; answers the report."""
    def bring(file, **options):
        file = workbook(file) if isinstance(file, list) else file
        return import_people(county.session, **{"file": file, "county_code": County.CODE, "by_id": None, "now": NOW,
                                                **options})
    return bring


def numbers(report) -> tuple[int, ...]:
    return report.rows, report.created, report.updated, report.unchanged


def reasons(report) -> list[tuple]:
    return [(one.row, one.column, one.reason) for one in report.problems]


def people(session) -> list[tuple]:
    """Everybody who is posted: login name, name, unit, rank, role, village, from, to."""
    return [tuple(row) for row in session.execute(
        select(User.username, User.name, Cadre.sending_unit, Cadre.rank, Cadre.cadre_role, Division.name,
               Posting.from_on, Posting.to_on).join(Cadre, Cadre.user_id == User.id)
        .join(Posting, Posting.cadre_id == Cadre.id).join(Division, Division.id == Posting.village_id)
        .order_by(User.username, Posting.from_on))]


def rights(session) -> list[tuple]:
    return [tuple(row) for row in session.execute(
        select(User.username, Grant.role, Division.name, Grant.from_on, Grant.to_on)
        .join(User, User.id == Grant.user_id).join(Division, Division.id == Grant.division_id)
        .order_by(User.username, Grant.role, Grant.from_on))]


def test_a_cadre_is_made_with_posting_villages_and_right(bring, county):
    report = bring([changed(ZHANG, 联片村="A2村、B1")])
    assert (numbers(report), report.problems) == ((1, 1, 0, 0), [])
    assert people(county.session) == [
        ("zhangsan", "张三", "县农业农村局", "staff", "village_instructor", "A1村", date(2026, 3, 1), None)]
    assert rights(county.session) == [("zhangsan", "cadre", "A1村", date(2026, 3, 1), None)]
    assert set(county.session.scalars(select(PostingVillage.village_id))) == {
        county.villages["A2"].id, county.villages["B1"].id}
    assert report.cadre_ids == list(county.session.scalars(select(Cadre.id)))
    assert county.session.scalar(select(AuditEntry.details).where(AuditEntry.action == "import.people"))["created"] == 1
    assert list(audit.verify(county.session)) == []


def test_the_same_file_twice_changes_nothing(bring, county):
    file = workbook([changed(ZHANG, 联片村="A2村"), changed(ZHANG, 姓名="李四", 派驻村="B1村", 乡镇=None)],
                    [["王五", None, "督查", "龙溪镇"], ["王五", None, "管理员", "龙溪镇"]])
    assert numbers(bring(file)) == (4, 3, 1, 0)
    before = people(county.session), rights(county.session), entries(county.session)
    report = bring(file)
    assert (numbers(report), report.cadre_ids) == ((4, 0, 0, 4), [])
    assert (people(county.session), rights(county.session), entries(county.session)) == before


def entries(session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry))


def test_the_ugly_sample_is_read_in_full(bring, county):
    """A title above, a township merged over its cadres, blanks in names, six ways to write a date, an unknown sheet."""
    report = bring(BytesIO((DATA / "people_ugly.xlsx").read_bytes()))
    assert report.problems == []
    assert [(row[1], row[5], row[6].isoformat(), row[7]) for row in people(county.session)] == [
        ("李四", "A1村", "2026-03-01", None), ("刘备", "B1村", "2026-03-01", None),
        ("王五", "A2村", "2026-03-01", date(2027, 2, 28)), ("王五", "B1村", "2026-03-01", None),
        ("张三", "A1村", "2026-03-01", None), ("赵六", "A2村", "2026-03-01", None)]


def test_names_alike_get_login_names_apart(bring, county):
    bring([ZHANG, changed(ZHANG, 派出单位="县财政局"), changed(ZHANG, 派出单位="县水务局", 姓名="章伞")])
    assert [row[0] for row in people(county.session)] == ["zhangsan", "zhangsan2", "zhangsan3"]


@pytest.mark.parametrize(("cells", "column", "reason"), [
    ({"派驻村": None}, "派驻村", "cell_empty"),
    ({"姓名": " \u3000"}, "姓名", "cell_empty"),
    ({"姓名": "三" * 65}, "姓名", "text_too_long"),
    ({"派驻村": "A3村"}, "派驻村", "village_unknown"),
    ({"派驻村": "B1村"}, "派驻村", "village_unknown"),  # it lies in the other township
    ({"派驻村": "子营街道"}, "派驻村", "village_unknown"),
    ({"派驻村": "520329001000"}, "派驻村", "not_a_village"),
    ({"乡镇": "敖溪镇"}, "乡镇", "township_unknown"),
    ({"联片村": "A2村、C9村"}, "联片村", "village_unknown"),
    ({"登录名": "张三"}, "登录名", "bad_username"),
    ({"登录名": "z"}, "登录名", "bad_username"),
    ({"职级": "省级"}, "职级", "unknown_choice"),
    ({"驻村职务": "厨师"}, "驻村职务", "unknown_choice"),
    ({"派驻日期": "2026-02-30"}, "派驻日期", "bad_date"),
    ({"派驻日期": "去年"}, "派驻日期", "bad_date"),
    ({"派驻日期": 20}, "派驻日期", "date_range"),
    ({"结束日期": date(2026, 2, 28)}, "结束日期", "period_reversed"),
])
def test_a_bad_cell_is_named_and_nothing_is_kept(bring, county, cells, column, reason):
    report = bring([changed(ZHANG, 姓名="李四"), changed(ZHANG, **cells)])
    assert reasons(report) == [(3, column, reason)]
    assert report.problems[0].sheet == "驻村干部"
    assert county.session.scalar(select(func.count()).select_from(User)) == 0


def test_every_bad_cell_is_named_in_both_languages(bring):
    report = bring(workbook([changed(ZHANG, 派驻村="A9村", 职级="省级", 派驻日期="去年"), changed(ZHANG, 派驻村="A9村")],
                            [["王五", None, "皇帝", "龙溪镇"], ["王五", None, "督查", "龙王镇"]]))
    assert [(one.sheet, one.row, one.column) for one in report.problems] == [
        ("管理人员", 2, "角色"), ("管理人员", 3, "管辖区划"),
        ("驻村干部", 2, "职级"), ("驻村干部", 2, "派驻日期"), ("驻村干部", 3, "派驻村")]
    for language in ("zh", "en"):
        for one in report.problems:
            words = problem_in_words(one, language)
            assert "{" not in words["problem"] + words["expected"]
            assert "import." not in words["problem"] + words["expected"]
    assert problem_in_words(report.problems[2], "zh") == {
        "sheet": "驻村干部", "row": 2, "column": "职级", "reason": "unknown_choice", "problem": "「省级」不在可选范围里。",
        "expected": "县级领导、科级、一般干部 之一。"}


def test_changed_facts_are_updated_in_place(bring, county):
    bring([ZHANG])
    report = bring([changed(ZHANG, 职级="副科级", 驻村职务="第一书记")])
    assert (numbers(report), report.cadre_ids) == ((1, 0, 1, 0), [])
    assert people(county.session)[0][3:5] == ("section_level", "first_secretary")
    entry = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "cadre.changed")).one()
    assert (entry.chain, entry.details["rank"]) == (county.townships["A"].id, ["staff", "section_level"])


def test_another_village_ends_the_running_posting_the_day_before(bring, county):
    bring([ZHANG])
    report = bring([changed(ZHANG, 乡镇="龙溪镇", 派驻村="B1村", 派驻日期=date(2026, 9, 1))])
    assert numbers(report) == (1, 0, 1, 0)
    assert [row[5:] for row in people(county.session)] == [
        ("A1村", date(2026, 3, 1), date(2026, 8, 31)), ("B1村", date(2026, 9, 1), None)]
    assert [row[2:] for row in rights(county.session)] == [
        ("A1村", date(2026, 3, 1), date(2026, 8, 31)), ("B1村", date(2026, 9, 1), None)]
    # The older file says nothing about the end, so it does not bring the first posting back.
    assert numbers(bring([ZHANG])) == (1, 0, 0, 1)


def test_one_login_name_may_have_several_postings(bring, county):
    rows = [changed(ZHANG, 登录名="zs", 派驻日期=date(2026, 9, 1), 派驻村="A2村"), changed(ZHANG, 登录名="zs")]
    assert numbers(bring(rows)) == (2, 2, 0, 0)
    assert [row[5:] for row in people(county.session)] == [
        ("A1村", date(2026, 3, 1), date(2026, 8, 31)), ("A2村", date(2026, 9, 1), None)]
    assert numbers(bring(rows)) == (2, 0, 0, 2)


def test_postings_that_overlap_are_refused(bring):
    bring([changed(ZHANG, 结束日期=date(2026, 12, 31))])
    report = bring([changed(ZHANG, 派驻村="A2村", 派驻日期=date(2026, 5, 1), 结束日期=date(2026, 6, 30))])
    assert reasons(report) == [(2, "派驻日期", "posting_overlaps")]


@pytest.mark.parametrize(("rows", "problem"), [
    # Nobody can tell whether this is one person or two.
    ([ZHANG, changed(ZHANG, 派驻村="A2村")], (3, "登录名", "person_twice")),
    ([changed(ZHANG, 登录名="zs"), changed(ZHANG, 派驻村="A2村")], (3, "登录名", "person_twice")),
    ([changed(ZHANG, 登录名="zs"), changed(ZHANG, 登录名="zs", 派出单位="县财政局", 派驻日期=date(2026, 9, 1))],
     (3, "派出单位", "person_differs")),
    ([changed(ZHANG, 登录名="user1")], (2, "登录名", "login_of_another")),
])
def test_persons_who_cannot_be_told_apart_are_refused(bring, county, rows, problem):
    county.person(name="李四")
    assert reasons(bring(rows)) == [problem]


def test_two_of_one_name_and_unit_are_two_persons_with_login_names(bring, county):
    bring([changed(ZHANG, 登录名="zs1"), changed(ZHANG, 登录名="zs2", 派驻村="A2村")])
    assert [row[0] for row in people(county.session)] == ["zs1", "zs2"]
    assert reasons(bring([ZHANG])) == [(2, "登录名", "person_ambiguous")]


def test_a_new_login_name_for_somebody_on_record_is_asked_about(bring):
    bring([ZHANG])
    assert reasons(bring([changed(ZHANG, 登录名="zs")])) == [(2, "登录名", "known_by_other_login")]
    both = [changed(ZHANG, 登录名="zhangsan"), changed(ZHANG, 登录名="zs", 派驻村="A2村")]
    assert numbers(bring(both)) == (2, 1, 0, 1)


def test_staff_get_roles_over_divisions_of_the_right_level(bring, county):
    rows = [["王 五", "wangwu", "督查", "龙溪镇"], ["王五", "wangwu", "村委", "龙溪镇/B1村"], ["赵六", None, "管理员", County.CODE],
            ["孙七", None, "纪检", "余庆县"]]
    assert numbers(bring(workbook([ZHANG], rows))) == (5, 4, 1, 0)
    today = date(2026, 11, 20)
    assert rights(county.session) == [
        ("sunqi", "discipline", "余庆县", today, None), ("wangwu", "supervisor", "龙溪镇", today, None),
        ("wangwu", "village", "B1村", today, None), ("zhangsan", "cadre", "A1村", date(2026, 3, 1), None),
        ("zhaoliu", "admin", "余庆县", today, None)]


@pytest.mark.parametrize(("row", "column", "reason"), [
    (["王五", None, "村委", "龙溪镇"], "管辖区划", "role_level"),
    (["王五", None, "督查", "B1村"], "管辖区划", "role_level"),
    (["王五", None, "督查", "敖溪镇"], "管辖区划", "division_unknown"),
    (["王五", None, "驻村干部", "龙溪镇"], "角色", "unknown_choice"),  # cadres belong in the first sheet
    (["赵六", None, "督查", "余庆县"], "角色", "role_twice"),
])
def test_bad_roles_are_named(bring, row, column, reason):
    assert reasons(bring(workbook([], [["赵六", None, "督查", "余庆县"], row]))) == [(3, column, reason)]


def test_a_cadre_may_also_hold_a_role(bring, county):
    report = bring(workbook([changed(ZHANG, 登录名="zs")], [["张三", "zs", "村委", "A1村"]]))
    assert numbers(report) == (2, 1, 1, 0)
    assert [row[:3] for row in rights(county.session)] == [("zs", "cadre", "A1村"), ("zs", "village", "A1村")]


def test_an_administrator_acts_within_the_own_division_only(bring, county):
    scope = (county.townships["A"].path,)
    elsewhere = [changed(ZHANG, 乡镇=None, 派驻村="B1村"), changed(ZHANG, 姓名="李四", 联片村="B2村")]
    assert reasons(bring(workbook(elsewhere, [["王五", None, "督查", "余庆县"]]), scope=scope)) == [
        (2, "管辖区划", "not_yours"), (2, "派驻村", "not_yours"), (3, "联片村", "not_yours")]
    bring([changed(ZHANG, 乡镇=None, 派驻村="B1村")])
    taken = bring([changed(ZHANG, 派驻日期=date(2026, 9, 1))], scope=scope)
    assert reasons(taken) == [(2, "姓名", "person_not_yours")]
    assert numbers(bring([changed(ZHANG, 姓名="李四")], scope=scope)) == (1, 1, 0, 0)


def test_a_dry_run_answers_the_same_and_keeps_nothing(bring, county):
    assert numbers(bring([ZHANG], dry_run=True)) == (1, 1, 0, 0)
    assert county.session.scalar(select(func.count()).select_from(User)) == 0


def test_before_the_divisions_nothing_can_be_imported(db_session):
    report = import_people(db_session, file=workbook([ZHANG]), county_code=County.CODE, by_id=None, now=NOW)
    assert reasons(report) == [(None, None, "county_missing")]


def test_headings_are_found_below_a_title_and_in_english_under_any_sheet_name(bring):
    file = workbook([ZHANG], above=3, sheets=("Sheet1", "Sheet2"))
    book = openpyxl.load_workbook(file)
    english = ["Township", "Village*", "Further villages", "NAME", "Login name (optional)", "Sending unit", "Rank",
               "Cadre role", "Posted from", "Posted to"]
    for cell, heading in zip(book["Sheet1"][4], english):
        cell.value = heading
    book.save(file)
    assert numbers(bring(file)) == (1, 1, 0, 0)


def test_a_missing_column_is_named(bring):
    book = openpyxl.Workbook()
    book.active.title = "驻村干部"
    book.active.append(["乡镇", "派驻村", "姓名"])
    file = BytesIO()
    book.save(file)
    report = bring(file)
    assert reasons(report) == [(1, None, "columns_missing")]
    assert problem_in_words(report.problems[0], "zh")["problem"] == "缺少列：派出单位、职级、驻村职务、派驻日期。"


def zipped(**parts: str) -> BytesIO:
    """The first sheet of a good workbook with some parts replaced, named by the end of their path."""
    file, made = workbook([ZHANG]), BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            stem = member.filename.rsplit("/", 1)[-1].split(".")[0]
            target.writestr(member.filename, parts.get(stem, source.read(member)))
    return made


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'
LAUGHS = ('<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
          + SHEET.format('<row><c t="inlineStr"><is><t>&c;</t></is></c></row>'))


@pytest.mark.parametrize(("file", "reason"), [
    (BytesIO(b""), "empty_file"),
    (BytesIO(b"a,b\n1,2\n"), "no_sheet"),
    (BytesIO(b"PK\x03\x04" + b"\0" * 100), "not_a_workbook"),
    (BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "old_or_encrypted"),
    (BytesIO(b"\0" * (20 * 2**20 + 1)), "file_too_large"),
    (workbook(), "empty_file"),
    (zipped(sheet1=SHEET.format("<row><c><v>1</v></c></row>"), sheet2=SHEET.format("")), "no_sheet"),
    (zipped(sheet1="<worksheet"), "broken_workbook"),
    (zipped(sheet1=LAUGHS), "forbidden_xml"),
    (zipped(workbook='<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), "forbidden_xml"),
    (zipped(sheet1=SHEET.format('<row r="999999999"><c><v>1</v></c></row>')), "too_many_rows"),
    (zipped(sheet1=SHEET.format("<row><c><v>1</v></c></row>" * 50_001)), "too_many_rows"),
    (zipped(sheet1=SHEET.format("<row>" + "<c/>" * 2001 + "</row>")), "too_many_cells"),
    (zipped(sheet1=SHEET.format("<row/>" * 20_000_000)), "file_too_large"),
], ids=["empty", "csv", "cut off", "old", "large", "no rows", "no headings", "broken xml", "entities", "outside",
        "last row", "rows", "columns", "bomb"])
def test_what_is_no_roster_is_one_clear_problem(bring, file, reason):
    assert [one.reason for one in bring(file).problems] == [reason]


def test_a_merge_of_billions_of_cells_is_harmless(bring):
    with zipfile.ZipFile(workbook([ZHANG])) as source:
        sheet = source.read("xl/worksheets/sheet1.xml").decode()
    merged = sheet.replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    assert bring(zipped(sheet1=merged)).problems != []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_read_back_and_its_example_is_passed_over(county, bring, language):
    made = people_template(county.session, county_code=County.CODE, language=language, now=NOW)
    assert [one.reason for one in bring(BytesIO(made)).problems] == ["empty_file"]
    with warnings.catch_warnings(action="ignore"):
        book = openpyxl.load_workbook(BytesIO(made))
    cadres, staff, lists = book.worksheets
    assert lists.sheet_state == "hidden"
    assert [len(sheet.data_validations.dataValidation) for sheet in (cadres, staff)] == [4, 2]
    cadres.append(ZHANG)
    staff.append(["王五", None, lists["G1"].value, "子营街道/A1村"])
    filled = BytesIO()
    book.save(filled)
    report = bring(filled)
    assert report.problems == []
    assert numbers(report) == (2, 2, 0, 0)


def test_a_template_without_divisions_still_has_its_headings(db_session):
    made = people_template(db_session, county_code=County.CODE, language="zh", now=NOW)
    book = openpyxl.load_workbook(BytesIO(made))
    assert [cell.value for cell in book["驻村干部"][3]] == [
        "乡镇", "派驻村*", "联片村", "姓名*", "登录名", "派出单位*", "职级*", "驻村职务*", "派驻日期*", "结束日期"]


def test_two_imports_at_once_make_everybody_once(own_database):
    database, barrier, reports = Database(own_database), Barrier(2), []
    row = changed(ZHANG, 乡镇="龙溪镇", 派驻村="田坝村")
    with database.session() as session:
        import_divisions(session, file=BytesIO(YUQING), county_code=County.CODE, by_id=None, now=NOW)
        session.commit()

    def bring_in():
        barrier.wait()
        with database.session() as session:
            reports.append(import_people(session, file=workbook([row, changed(row, 姓名="李四")]), by_id=None, now=NOW,
                                         county_code=County.CODE))
            session.commit()

    threads = [Thread(target=bring_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.created for report in reports) == [0, 2]
    with database.session(reads=True) as session:
        assert [row[0] for row in people(session)] == ["lisi", "zhangsan"]
    database.engine.dispose()


def post(client, file: bytes, **query):
    return client.post("/api/v1/imports", query_string=query, data={"file": (BytesIO(file), "file")})


def test_an_administrator_imports_over_http(as_user, county):
    client = as_user(county.person("admin"))
    file = workbook([ZHANG]).getvalue()
    trial = post(client, file, kind="people", dry_run="true")
    assert (trial.status_code, trial.json) == (200, {
        "kind": "people", "dry_run": True, "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "withdrawn": 0,
        "missing": [], "passed_over": [], "problems": []})
    assert post(client, file, kind="people").json["created"] == 1
    assert post(client, file, kind="people").json["unchanged"] == 1
    divisions = b"".join(YUQING.splitlines(keepends=True)[:4])
    assert post(client, divisions, kind="divisions", dry_run="true").json["rows"] == 3


def test_a_refused_import_names_the_rows_over_http(as_user, county):
    client = as_user(county.person("admin", county.townships["B"]))
    answer = post(client, workbook([ZHANG]).getvalue(), kind="people")
    row = {"sheet": "驻村干部", "row": 2, "column": "派驻村", "reason": "not_yours", "problem": "A1村 不在您管辖范围里。",
           "expected": "您管辖范围内的区划。"}
    assert (answer.status_code, answer.json["reason"]) == (422, "import_refused")
    assert answer.json["errors"] == {"rows": [row]}
    trial = post(client, workbook([ZHANG]).getvalue(), kind="people", dry_run="true")
    assert (trial.status_code, trial.json["problems"], trial.json["created"]) == (200, [row], 0)


@pytest.mark.parametrize(("data", "query", "status"), [
    ({}, {"kind": "people"}, 422),
    ({"file": (b"x", "x.xlsx")}, {}, 422),
    ({"file": (b"x", "x.xlsx")}, {"kind": "cats"}, 422),
    ({"file": (b"x", "x.xlsx")}, {"kind": "people"}, 422),
    ({"file": "no file"}, {"kind": "people"}, 422),
])
def test_bad_uploads_get_a_clear_answer(as_user, county, data, query, status):
    client = as_user(county.person("admin"))
    form = {name: (BytesIO(one[0]), one[1]) if isinstance(one, tuple) else one for name, one in data.items()}
    assert client.post("/api/v1/imports", query_string=query, data=form).status_code == status


def test_a_file_beyond_the_limit_is_refused_by_its_size(as_user, county):
    answer = as_user(county.person("admin")).post(
        "/api/v1/imports?kind=people", data=b"\0" * (21 * 2**20), content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, answer.json["reason"]) == (413, "too_large")


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("cadre", 403), ("supervisor", 403), ("admin", 200)])
def test_only_administrators_import(as_user, client, county, role, status):
    asking = client if role is None else as_user(county.person(role))
    assert post(asking, workbook([ZHANG]).getvalue(), kind="people").status_code == status
    template = asking.get("/api/v1/imports/templates/people")
    assert template.status_code == status
    assert status != 200 or openpyxl.load_workbook(BytesIO(template.data)).sheetnames == ["驻村干部", "管理人员", "清单"]


def test_a_file_gives_nobody_what_the_page_would_refuse(as_user, county):
    """Nobody gives oneself a role, and who has one elsewhere is changed by who stands over both."""
    admin, own = county.person("admin"), county.townships["A"]
    local, outsider = county.person("admin", own), county.person("supervisor", county.townships["B"])
    past = county.person()
    accounts_service.give_grant(county.session, user=past.user, role="supervisor", division=county.townships["B"],
                                from_on=date(2025, 1, 1), to_on=date(2025, 2, 1), by_id=None, now=NOW)

    def brought(importer, person, **cells) -> tuple:
        row = [person.user.name, person.user.username, "督查", own.name]
        file = workbook(staff=[row]) if not cells else workbook([changed(ZHANG, 姓名=person.user.name, **cells)])
        answer = as_user(importer).post("/api/v1/imports?kind=people", data={
            "file": (BytesIO(file.getvalue()), "people.xlsx")})
        return tuple(row["reason"] for row in answer.json["errors"]["rows"]) if answer.status_code == 422 else ()

    for importer, person, reasons in ((admin, admin, ("own_role",)), (local, local, ("own_role",)),
                                      (local, outsider, ("person_not_yours",)), (local, past, ("person_not_yours",)),
                                      (admin, outsider, ())):
        before = county.session.scalar(select(func.count()).select_from(Grant))
        assert brought(importer, person) == reasons
        assert county.session.scalar(select(func.count()).select_from(Grant)) == before + (not reasons)
    # Nor does a posting in one's own township make a cadre of them.
    assert brought(local, outsider, 登录名=outsider.user.username) == ("person_not_yours",)
