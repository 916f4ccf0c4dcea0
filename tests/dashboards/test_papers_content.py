"""What stands in the papers of a closed month: signs, figures, counts, corrections, places to sign, sums of money.

Each is held against the API's month sheet, which the tests of the month hold against the rules.
"""

import io
from datetime import date, timedelta
from uuid import uuid4

import docx
import openpyxl
import pytest

from api.checkin import judging_service
from api.checkin.models import Decision, Leave
from api.postings import policies_service
from tests.checkin.month import close, look, say, stay
from tests.dashboards.test_forms import DOCX, export

SIGNS = {"stationed": "√", "errand": "公", "travel": "差", "private": "事", "sick": "病", "annual": "年", "family": "婚",
         "compensatory": "休", "waiting": "待", "rejected": "×", "": "—", "none": "", "rest": ""}
FIGURES = {"应出\n勤": "duty_days", "应驻": "required_days", "计入": "credited_days", "到岗\n率": "rate",
           "本月\n在村": "days_of_month", "本年\n在村": "days_of_year"}
# A day of the counting period that lies in another month has that month above it.
DAYS = ["9/\n28", "9/\n29", "9/\n30", *map(str, range(1, 32)), "11/\n1"]
# What 张三 has on working days of October besides days in the village.
AWAY = {"errand": (16, 19), "travel": (20,), "private": (21,), "sick": (22,), "annual": (23,), "family": (26,),
        "compensatory": (27,)}
WAITING, REJECTED = 28, 29
VILLAGE, TOWNSHIP, WRITERS, KEEPER = (
    "村党组织、村民委员会（盖章）负责人签字：年月日", "乡镇（街道）（盖章）负责人签字：年月日", "填表人：审核人：日期：年月日",
    "考勤簿保管人（签字）：年月日")
# What came after the closing: whose day or figures, what they were and are, who did what, and why.
ERRAND = "2026年11月20日 10:20 周督查 批准请假或公出：县里培训"
CORRECTIONS = [
    ("李四", "10月22日：空白 → 公出", ERRAND),
    ("李四", "计入 5 → 6，本月在村 5 → 6，公出 0 → 1，本年在村 5 → 6", ERRAND),
    ("后来的人", "定稿后补列（应出勤 21，应驻 18）", "2026年11月20日 10:20 系统 登记派驻"),
]


@pytest.fixture
def pair(county):
    """张三 has a day of every sign; 李四 came in the middle of the month, and travelled. Days are worth 40 and 20 yuan."""
    for key, value in (("allowance_yuan", 40), ("errand_allowance_yuan", 20)):
        policies_service.set_policy(
            county.session, division=county.county, key=key, value=value, effective_from=date(2026, 1, 1),
            source="余财〔2026〕3号", user_id=None, at=county.now, today=date(2026, 1, 1))
    zhang, li = county.cadre("A1", name="张三"), county.cadre("A1", name="李四", from_on=date(2026, 10, 12))
    # With a day of September, so that no two figures of the line are the same.
    stay(county, zhang, weekdays=3, first=date(2026, 9, 23), last=date(2026, 10, 15))
    stay(county, li, weekdays=2, first=date(2026, 10, 12), last=date(2026, 10, 15))
    for person, kind, days in (*((zhang, *one) for one in AWAY.items()), (li, "travel", (19, 20, 21))):
        county.session.add_all(
            Leave(id=uuid4(), cadre_id=person.cadre.id, kind=kind, from_on=date(2026, 10, day),
                  to_on=date(2026, 10, day), state="approved", content_hash=b"test") for day in days)
    for day in (WAITING, REJECTED):
        far = county.check_in(zhang, date(2026, 10, day), metres_north=9_000)
    county.session.add(Decision(id=uuid4(), evidence_id=far.id, user_id=county.person().user.id, level="township",
                                outcome="rejected", decided_at=county.now, content_hash=b"test"))
    judging_service.cadres_changed(county.session, cadre_ids=[zhang.cadre.id, li.cadre.id])
    return zhang, li


@pytest.fixture
def township(as_user, county):
    return as_user(county.person("supervisor", county.townships["A"], name="镇里的人"))


@pytest.fixture
def closed(as_user, county, clock, pair, township):
    """A1's October, closed as it stands; answers the sheet that the API tells."""
    # What was entered at the very instant of the closing would count as a cause of what came after it.
    clock.now = county.now + timedelta(minutes=10)
    village = county.villages["A1"]
    seen = look(township, village)
    clerk = as_user(county.person("village", village))
    assert say(clerk, "confirmed", seen, note="有一天还没有确认").status_code == 201
    assert close(township, seen).status_code == 201
    return look(township, village)


def tables_of(answer) -> list[list[list[str]]]:
    """Rows of the tables of a document or the sheets of a workbook, each cell as it is read."""
    file = io.BytesIO(answer.data)
    if answer.mimetype == DOCX:
        return [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(file).tables]
    return [[[shown(cell) for cell in row] for row in sheet.iter_rows()] for sheet in openpyxl.load_workbook(file)]


def shown(cell) -> str:
    if cell.value is None:
        return ""
    return f"{cell.value:.1%}" if cell.number_format == "0.0%" and cell.data_type == "n" else str(cell.value)


def paper(client, county, kind, **more):
    answer = export(client, kind, division_code=county.villages["A1"].code, **more)
    assert answer.status_code == 200
    return tables_of(answer)


def lines_of(tables, last_heading) -> list[dict]:
    """The numbered lines under a heading row, each by its headings."""
    rows = next(rows for rows in tables if any(last_heading in row for row in rows))
    heads = next(row for row in rows if last_heading in row)
    return [dict(zip(heads, row, strict=True)) for row in rows if row[0].isdigit()]


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_a_closed_sheet_has_a_line_a_cadre_a_column_a_day_and_the_figures_of_the_record(
        county, closed, township, format):
    tables = paper(township, county, "month_sheet", format=format)
    lines = lines_of(tables, "本人签字")
    assert {sign for row in closed["rows"] for sign in row["signs"]} == set(SIGNS)
    assert [list(line) for line in lines] == [["序号", "姓名", "岗位", *DAYS, *FIGURES, "本人签字"]] * 2
    for number, (line, row) in enumerate(zip(lines, closed["rows"], strict=True), start=1):
        assert (line["序号"], line["姓名"], line["岗位"], line["本人签字"]) == (
            str(number), row["cadre"]["name"], "驻村指导员", "")
        assert [line[day] for day in DAYS] == [SIGNS[sign] for sign in row["signs"]]
        assert {head: line[head] for head in FIGURES} == {
            head: f"{row[name]:.1%}" if name == "rate" else str(row[name]) for head, name in FIGURES.items()}
    assert len({lines[0][head] for head in FIGURES}) == len(FIGURES)
    [total] = [row for rows in tables for row in rows if row[0] == "合计"]
    sums = closed["total"]
    assert total[-len(FIGURES) - 1:] == [
        "", str(sums["required_days"]), str(sums["credited_days"]), f"{sums['rate']:.1%}", "", "", ""]


@pytest.mark.parametrize("kind, more, period, places", ids=["docx", "xlsx", "book"], argvalues=[
    ("month_sheet", {"format": "docx"}, True, [VILLAGE, TOWNSHIP, WRITERS]),
    ("month_sheet", {"format": "xlsx"}, True, [VILLAGE, TOWNSHIP, WRITERS]),
    # A book is of the calendar month; whoever keeps it signs first.
    ("register_book", {"filled": True}, False, [KEEPER, VILLAGE, TOWNSHIP]),
])
def test_a_paper_says_which_days_it_counts_and_has_a_place_for_everybody_who_signs(
        county, closed, township, kind, more, period, places):
    tables = paper(township, county, kind, **more)
    # Without the room that a place leaves for seal and name.
    squeezed = [["".join(text.split()) for text in row if text] for rows in tables for row in rows]
    assert places in squeezed
    assert any("统计周期：2026年9月28日至2026年11月1日" in row for row in squeezed) == period
    lines = lines_of(tables, "本人签字")
    assert [(line["姓名"], line["本人签字"]) for line in lines][:2] == [("张三", ""), ("李四", "")]


@pytest.mark.parametrize("kind, format, heading, before", ids=["docx", "xlsx", "allowance"], argvalues=[
    ("month_sheet", "docx", "姓名  更正内容  缘由（何时、何人、何事）", ""),
    ("month_sheet", "xlsx", "更正（定稿之后的变化，原表不改）", ""),
    # Of many villages, so each line names its own.
    ("allowance", "xlsx", "定稿之后的更正（仅列出，未计入上表）", "A1村  "),
])
def test_a_correction_on_paper_says_what_changed_who_did_it_and_why(
        as_user, county, clock, closed, pair, township, kind, format, heading, before):
    clock.now = county.now = county.now + timedelta(minutes=20)
    # 周督查 neither closed the month nor stands in it.
    assert as_user(county.person("supervisor", name="周督查")).post("/api/v1/errands", json={
        "id": str(uuid4()), "kind": "errand", "title": "县里培训", "from_on": "2026-10-22", "to_on": "2026-10-22",
        "cadre_ids": [pair[1].cadre.id], "notice_sha256": None}).status_code == 201
    county.cadre("A1", name="后来的人")
    county.session.commit()
    rows = ["  ".join(filter(None, row)) for row in paper(township, county, kind, format=format)[-1]]
    first = rows.index(heading) + 1
    assert rows[first:first + len(CORRECTIONS)] == [before + "  ".join(line) for line in CORRECTIONS]


def days_in_village(sheet, row) -> int:
    """Of the calendar month; the record's `days_of_month` holds errands too."""
    return sum(sign == "stationed" and day["in_month"] for sign, day in zip(row["signs"], sheet["days"], strict=True))


def test_a_notice_counts_the_days_of_the_calendar_month_as_the_record_does(county, closed, township):
    lines = lines_of(paper(township, county, "public_notice"), "请假\n天数")
    assert [list(line.values()) for line in lines] == [
        [str(number), row["cadre"]["name"], "驻村指导员", row["sending_unit"], str(days_in_village(closed, row)),
         str(row["errand_days"] + row["travel_days"]), str(row["leave_days"])]
        for number, row in enumerate(closed["rows"], start=1)]
    counts = ("在村\n天数", "公出\n天数", "请假\n天数")
    assert [[line[head] for head in counts] for line in lines] == [["6", "3", "5"], ["2", "3", "0"]]


def test_an_allowance_is_days_by_rate_in_every_line_and_takes_nothing_off(county, closed, township):
    """Each formula as it is written, and what it comes to: products and sums alone, travel beside them."""
    answer = export(township, "allowance", division_code=county.villages["A1"].code)
    written, worth = (openpyxl.load_workbook(io.BytesIO(answer.data), data_only=values).active
                      for values in (False, True))
    days = [[days_in_village(closed, row), row["errand_days"], row["travel_days"]] for row in closed["rows"]]
    assert days == [[6, 2, 1], [2, 0, 3]]
    assert [[cell.value for cell in row] for row in written["G3:O6"]] == [
        ["在村\n天数", "每天\n标准", "在村补助", "公出\n天数", "公出每天\n标准", "公出补助", "出差天数\n（不计）", "金额",
         "领款人签字"],
        [6, 40, "=G4*H4", 2, 20, "=J4*K4", 1, "=I4+L4", None],
        [2, 40, "=G5*H5", 0, 20, "=J5*K5", 3, "=I5+L5", None],
        ["=SUM(G4:G5)", None, "=SUM(I4:I5)", "=SUM(J4:J5)", None, "=SUM(L4:L5)", "=SUM(M4:M5)", "=SUM(N4:N5)", None]]
    assert [[cell.value for cell in row] for row in worth["D4:N6"]] == [
        ["张三", "驻村指导员", "县农业农村局", 6, 40, 240, 2, 20, 40, 1, 280],
        ["李四", "驻村指导员", "县农业农村局", 2, 40, 80, 0, 20, 0, 3, 80],
        ["合计", None, None, 8, None, 320, 2, None, 40, 4, 360]]
    # What stands below is told and not counted.
    assert [cell.coordinate for row in written.iter_rows(min_row=7) for cell in row if cell.data_type == "f"] == []
