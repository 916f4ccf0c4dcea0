"""Rosters as townships send them: read in full, in any usual file; refused when they carry ID-card numbers."""

import json
import logging
from io import BytesIO

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.postings.account_models import User
from api.postings.imports_service import problem_in_words
from api.postings.models import Cadre, Division, Posting
from api.postings.people_import_service import import_people
from tests.conftest import NOW
from tests.county import County
from tests.postings.ugly import LAST, PEOPLE, roster_text, roster_workbook, townships_workbook

ID_NUMBERS = ("11010519491231002X", "440524188001010014")
VILLAGES = ("A1村", "A1村", "A2村", "B1村", "B2村")


@pytest.fixture
def bring(county):
    def bring(file, **options):
        return import_people(county.session, file=file, county_code=County.CODE, by_id=None, now=NOW, **options)
    return bring


def posted(session) -> list[tuple]:
    return [(name, village, from_on.isoformat(), to_on and to_on.isoformat()) for name, village, from_on, to_on in
            session.execute(select(User.name, Division.name, Posting.from_on, Posting.to_on)
                            .join(Cadre, Cadre.user_id == User.id).join(Posting, Posting.cadre_id == Cadre.id)
                            .join(Division, Division.id == Posting.village_id).order_by(Posting.id))]


EXPECTED = [(name.replace("\u3000", "").replace(" ", ""), village, "2024-05-01", LAST.get(name))
            for (_township, _village, name, *_dates), village in zip(PEOPLE, VILLAGES)]


@pytest.mark.parametrize("file", [
    roster_workbook(), roster_text(), roster_text(encoding="gbk", delimiter=";"), roster_text(encoding="utf-8"),
    roster_text(encoding="utf-8-sig", delimiter="\t"), roster_text(encoding="utf-16", delimiter="\t"),
], ids=["xlsx", "gb18030", "gbk semicolons", "utf-8", "bom tabs", "utf-16 tabs"])
def test_a_roster_is_read_in_full_from_any_usual_file(bring, county, file):
    report = bring(file)
    assert report.problems == []
    assert (report.rows, report.created) == (5, 5)
    assert posted(county.session) == EXPECTED
    assert bring(file).unchanged == 5


def test_sums_signatures_and_remarks_below_the_table_are_no_people_and_are_named(bring):
    report = bring(roster_workbook(), dry_run=True)
    assert (report.problems, report.rows, report.passed_over) == ([], 5, [10, 11, 12])
    # A person whose row begins with such a word is one, when the row says all that is needed.
    whole = roster_text(encoding="utf-8").getvalue().decode().replace("5,,B2村", "备注,,B2村")
    report = bring(BytesIO(whole.encode()), dry_run=True)
    assert (report.problems, report.rows, report.passed_over) == ([], 5, [])


def test_the_workbook_and_its_text_say_the_same(bring):
    bring(roster_workbook())
    report = bring(roster_text())
    assert (report.problems, report.unchanged) == ([], 5)


IN_A = ("子营街道", (("甲", "A1村"), ("乙", "新村"), ("丙", "新村")))
IN_B = ("龙溪镇", (("丁", "B1村"), ("戊", "新村")))


@pytest.fixture
def namesakes(county):
    """Each township has a village of the name 新村."""
    for name in ("A2", "B2"):
        county.villages[name].name = "新村"
    county.session.flush()


@pytest.mark.parametrize("groups", [(IN_A, IN_B), (IN_B, IN_A)], ids=["A first", "B first"])
def test_a_village_whose_name_two_townships_have_is_the_one_of_the_township_merged_beside_it(
        bring, county, namesakes, groups):
    report = bring(townships_workbook(*groups))
    assert (report.problems, report.created) == ([], 5)
    found = dict(county.session.execute(select(User.name, Division.code).join(Cadre, Cadre.user_id == User.id)
                                        .join(Posting, Posting.cadre_id == Cadre.id)
                                        .join(Division, Division.id == Posting.village_id)).all())
    assert found == {name: county.villages[village].code for name, village in (
        ("甲", "A1"), ("乙", "A2"), ("丙", "A2"), ("丁", "B1"), ("戊", "B2"))}


def test_a_township_that_is_blank_and_not_merged_is_not_guessed(bring, namesakes):
    report = bring(townships_workbook(IN_A, IN_B, merged=False))
    assert [(one.row, one.column, one.reason) for one in report.problems] == [
        (row, "驻村", "village_ambiguous") for row in (3, 4, 6)]


@pytest.mark.parametrize(("cell", "advice"), [
    ("2024.1", "写成 2024年1月 或 2024年10月。"),
    ("24.5", "四位数的年份，如 2026-03-01 或 2026年3月1日。"),
    ("2024", "写明月份或日期，如 2026年3月。"),
])
def test_a_date_that_can_be_two_is_refused_with_advice(bring, cell, advice):
    text = roster_text(encoding="utf-8").getvalue().decode().replace(",2024/5,", f",{cell},")
    report = bring(BytesIO(text.encode()))
    assert [(one.sheet, one.row, one.column) for one in report.problems] == [(None, 7, "派驻时间")]
    assert problem_in_words(report.problems[0], "zh")["expected"] == advice


@pytest.mark.parametrize("kind", ["heading", "content", "floats", "text"])
def test_a_column_of_id_numbers_is_refused_and_none_is_repeated(bring, county, caplog, kind):
    caplog.set_level(logging.DEBUG)
    file, sheet, column = {
        "heading": (roster_workbook(id_numbers=("无",)), "2026年花名册", "身份证号"),
        "content": (roster_workbook(id_numbers=ID_NUMBERS, id_heading="备注2"), "2026年花名册", "备注2"),
        "floats": (roster_workbook(id_numbers=(5.2032919000101e17,), id_heading="号"), "2026年花名册", "号"),
        # In a column that would be kept, one is too many; the same row has other faults, which would quote it.
        "text": (BytesIO(roster_text(encoding="utf-8").getvalue().replace("赵六".encode(), ID_NUMBERS[0].encode())
                         .replace(b",2024/5,", f",{ID_NUMBERS[1]},".encode())), None, "姓 名"),
    }[kind]
    report = bring(file)
    problem = report.problems[0]
    assert (problem.reason, problem.sheet, problem.column) == ("id_numbers", sheet, column)
    assert {one.reason for one in report.problems} == {"id_numbers"}
    assert problem_in_words(problem, "zh")["expected"] == f"请删掉“{column}”这一列再上传：系统不需要，也不保存。"
    said = json.dumps([problem_in_words(one, language) for one in report.problems for language in ("zh", "en")])
    for number in ("110105", "440524", "5.2032919", "520329190"):
        assert number not in said + caplog.text
    assert county.session.scalar(select(func.count()).select_from(User)) == 0
    assert county.session.scalar(select(func.count()).select_from(AuditEntry).where(
        AuditEntry.action == "import.people")) == 0


def test_mobile_numbers_are_passed_over(bring, county):
    assert bring(roster_workbook()).problems == []
    assert "1380000123" not in json.dumps([entry.details for entry in county.session.scalars(select(AuditEntry))])


def test_a_roster_as_text_comes_over_http(as_user, county):
    client = as_user(county.person("admin"))

    def post(file, **query):
        return client.post("/api/v1/imports", query_string={"kind": "people", **query},
                           data={"file": (BytesIO(file), "名册.csv")})
    answer = post(roster_text().getvalue(), dry_run="true")
    assert (answer.status_code, answer.json["created"], answer.json["problems"]) == (200, 5, [])
    refused = post(roster_workbook(id_numbers=ID_NUMBERS).getvalue())
    assert (refused.status_code, refused.json["reason"]) == (422, "import_refused")
    assert refused.json["errors"]["rows"] == [{
        "sheet": "2026年花名册", "row": None, "column": "身份证号", "reason": "id_numbers",
        "problem": "这一列像是身份证号码。", "expected": "请删掉“身份证号”这一列再上传：系统不需要，也不保存。"}]
    broken = post('姓名,"村\n'.encode())
    assert [one["reason"] for one in broken.json["errors"]["rows"]] == ["malformed_csv"]
