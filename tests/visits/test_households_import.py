import io
from datetime import date, datetime

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.cli import cli
from api.sealing import Keyring
from api.visits import phones_service
from api.visits.models import Household, HouseholdAbsence, HouseholdLabel, Linkage
from tests.county import County

URL = "/api/v1/imports?kind=households"
RING = Keyring([("test", bytes(range(32)))])
HEADINGS = ["乡镇", "行政村", "户号", "组别", "户主姓名*", "家庭人口数", "户类型", "联系电话", "立户日期", "外出日期", "返回日期", "注销日期", "注销原因"]
GOOD = ["子营街道", "A1村", "0001", "一组", "张 三", "4人", "困难户、低保", "139 8520 1234", "2001年5月", "2026.3.1", None, None, None]


def workbook(*rows, headings=HEADINGS, above=()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (*above, headings, *rows):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def send(as_user, county):
    client = as_user(county.person("admin"))

    def send(data: bytes, dry_run: bool = False, client=client):
        return client.post(URL + ("&dry_run=true" if dry_run else ""), content_type="multipart/form-data",
                           data={"file": (io.BytesIO(data), "households.xlsx")})
    return send


def problems(answer) -> list[tuple]:
    assert (answer.status_code, answer.json["reason"]) == (422, "import_refused")
    return [(row["row"], row["column"], row["reason"]) for row in answer.json["errors"]["rows"]]


def test_a_register_is_brought_in_and_the_same_file_again_changes_nothing(send, county):
    data = workbook(
        GOOD, ["", county.villages["B1"].code, 2, "二组", "曾国强", None, None, None, None, None, None, None, None],
        ["合计", "2户", None, None, None], above=[["余庆县农户名册"], []])
    tried = send(data, dry_run=True)
    assert (tried.json["created"], tried.json["passed_over"], tried.json["problems"]) == (2, [6], [])
    assert county.session.scalar(select(func.count()).select_from(Household)) == 0
    first, again = send(data), send(data)
    assert [{name: answer.json[name] for name in ("rows", "created", "updated", "unchanged")}
            for answer in (first, again)] == [
        {"rows": 2, "created": 2, "updated": 0, "unchanged": 0},
        {"rows": 2, "created": 0, "updated": 0, "unchanged": 2}]
    zhang, zeng = county.session.scalars(select(Household).order_by(Household.number)).all()
    assert (zhang.number, zhang.householder, zhang.initials, zhang.members, zhang.alive_from) == (
        "0001", "张三", "zs", 4, date(2001, 5, 1))
    assert (zeng.number, zeng.initials, zeng.members, zeng.alive_from) == ("2", "zgq", None, date(2000, 1, 1))
    assert set(county.session.scalars(select(HouseholdLabel.label))) == {"needy", "minimum_living"}
    assert [(row.from_on, row.to_on) for row in county.session.scalars(select(HouseholdAbsence))] == [
        (date(2026, 3, 1), None)]
    assert RING.open(zhang.phone_sealed, zhang.phone_key, table="households", column="phone", row=zhang.id) == (
        "13985201234")
    entries = county.session.scalars(select(AuditEntry).where(
        AuditEntry.action.in_(("household.imported", "import.households")))).all()
    assert sorted((entry.chain, entry.details["created"]) for entry in entries) == [
        (0, 2), (county.townships["A"].id, 1), (county.townships["B"].id, 1)]
    # And by hand the next household gets a number of its own.
    assert county.household("A1").id > zeng.id


def test_an_empty_cell_says_nothing_and_none_takes_away(send, county):
    send(workbook(GOOD))
    held = county.session.scalar(select(Household))
    empty = ["", "A1", "0001", "一组", "张三", None, None, "139****1234", None, None, None, None, None]
    assert send(workbook(empty)).json["unchanged"] == 1
    changed = [*empty[:3], "二组", "张四", "5", "无", "无", None, "2026-03-01", "2026-11-01", None, None]
    assert send(workbook(changed)).json["updated"] == 1
    county.session.expire_all()
    assert (held.villagers_group, held.initials, held.members, held.phone_last4, held.version) == (
        "二组", "zs", 5, None, 2)
    assert county.session.scalars(select(HouseholdLabel)).all() == []
    assert county.session.scalar(select(HouseholdAbsence.to_on)) == date(2026, 11, 1)
    county.session.add(Linkage(cadre_id=county.cadre("A1").cadre.id, household_id=held.id, kind="key",
                               from_on=date(2026, 1, 1)))
    county.session.commit()
    ended = [*empty[:11], datetime(2026, 11, 2), "迁出"]
    assert send(workbook(ended)).json["updated"] == 1
    county.session.expire_all()
    assert (held.alive_to, held.ended_as, held.alive_from) == (date(2026, 11, 2), "moved", date(2001, 5, 1))
    assert county.session.scalar(select(Linkage.to_on)) == date(2026, 11, 2)


@pytest.mark.parametrize(("column", "value", "reason"), [
    (1, "天上村", "village_unknown"), (0, "天上镇", "township_unknown"), (1, "B1村", "village_unknown"),
    (2, None, "cell_empty"), (2, "1" * 21, "text_too_long"), (4, "张\x07三", "bad_text"), (5, "很多", "bad_members"),
    (5, "101", "bad_members"), (6, "富二代", "unknown_label"), (7, "12345", "bad_phone"), (8, "很早", "bad_date"),
    (8, "2024.1", "ambiguous_month"), (10, "2026-02-01", "period_reversed"), (11, "2026-01-01", "end_incomplete"),
    (12, "发财", "unknown_choice"), (12, "迁出", "end_incomplete"),
])
def test_every_bad_row_is_named_and_nothing_is_brought_in(send, county, column, value, reason):
    bad = list(GOOD)
    bad[column] = value
    if reason == "bad_text":
        data = ",".join(HEADINGS) + "\n" + ",".join(str(cell or "") for cell in bad)
        found = problems(send(data.encode()))
    else:
        found = problems(send(workbook([*GOOD[:2], "0009", *GOOD[3:]], bad)))
    assert (found[0][0], found[0][2]) == (2 if reason == "bad_text" else 3, reason)
    assert county.session.scalar(select(func.count()).select_from(Household)) == 0


def test_two_bad_rows_are_both_named_with_headings_as_in_the_file(send, county):
    twice = problems(send(workbook(GOOD, GOOD, [*GOOD[:5], "无数", *GOOD[6:]])))
    assert twice == [(3, "户号", "household_twice"), (4, "家庭人口数", "bad_members")]
    held = county.household("A1", number="7", away=((date(2026, 5, 1), None),))
    away = send(workbook(["", "A1村", "7", "一组", "某", None, None, None, None, "2026-06-01", None, None, None]))
    assert problems(away) == [(2, "外出日期", "away_overlaps")]
    assert held.version == 1


def test_a_column_of_id_numbers_is_refused_without_being_quoted(send, county):
    answer = send(workbook([*GOOD, "11010519491231002X"], headings=[*HEADINGS, "身份证号"]))
    assert problems(answer) == [(None, "身份证号", "id_numbers")]
    assert "11010519491231002X" not in answer.text
    assert problems(send(workbook([*GOOD[:7], "11010519491231002X", *GOOD[8:]])))[0][2] == "id_numbers"


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "empty_file"), (b"\x89PNG\r\n\x1a\n", "not_a_workbook"), (b"PK\x03\x04 broken", "not_a_workbook"),
    ("甲,乙,丙\n1,2,3\n".encode(), "no_households"), ("村,户号,户主\nA1村,1,张三\n".encode(), "columns_missing"),
    ((",".join(HEADINGS) + "\n").encode(), "empty_file"),
])
def test_a_file_that_is_no_register_is_refused_in_words(send, data, reason):
    assert [row[2] for row in problems(send(data))] == [reason]


def test_formulas_and_paths_stay_text(send, county):
    send(workbook([*GOOD[:4], '=HYPERLINK("http://x","../../x")', *GOOD[5:]]))
    # openpyxl writes a formula; its value was never computed, so the cell is empty and the row is refused.
    assert county.session.scalar(select(func.count()).select_from(Household)) == 0
    text = ",".join(HEADINGS) + '\n,A1村,../../x,一组,"=HYPERLINK(""http://x"")",,,,,,,,\n'
    assert send(text.encode()).json["created"] == 1
    held = county.session.scalar(select(Household))
    assert (held.number, held.householder) == ("../../x", '=HYPERLINK("http://x")')


def test_an_administrator_of_a_township_imports_its_villages_only(send, as_user, county):
    client = as_user(county.person("admin", county.townships["A"]))
    assert send(workbook(GOOD), client=client).json["created"] == 1
    other = send(workbook(["", "B1村", "1", "一组", "某", *[None] * 8]), client=client)
    assert problems(other) == [(2, "行政村", "not_yours")]
    assert as_user(county.person("supervisor")).post(URL).status_code == 403


def test_the_template_is_read_by_the_import_and_its_example_is_no_household(send, as_user, county):
    client = as_user(county.person("admin"))
    for language in ("zh", "en"):
        client.patch("/api/v1/me", json={"language": language})
        empty = client.get("/api/v1/imports/templates/households").data
        assert [row[2] for row in problems(send(empty))] == ["empty_file"]
        book = openpyxl.load_workbook(io.BytesIO(empty))
        book.active["B6"], book.active["C6"], book.active["D6"], book.active["E6"] = "A1村", language, "一组", "张三"
        file = io.BytesIO()
        book.save(file)
        assert send(file.getvalue()).json["created"] == 1


def test_the_command_line_brings_a_register_in(own_county, own_database, tmp_path, monkeypatch):
    own_county.session.commit()
    monkeypatch.setenv("ZHUCUN_COUNTY", County.CODE)
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("ZHUCUN_VAR", str(tmp_path))
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(GOOD))
    done = CliRunner().invoke(cli, ["import", "households", str(path)])
    assert (done.exit_code, "新增 1" in done.output) == (0, True), done.output
    found = own_county.session.scalar(select(Household).where(
        phones_service.has_phone(Keyring.of({"VAR": str(tmp_path)}), "13985201234")))
    assert found.householder == "张三"
    own_county.session.commit()
    path.write_bytes(workbook([*GOOD[:5], "很多", *GOOD[6:]]))
    bad = CliRunner().invoke(cli, ["import", "households", str(path), "--language", "en"])
    assert (bad.exit_code, "很多" in bad.output) == (1, True)
