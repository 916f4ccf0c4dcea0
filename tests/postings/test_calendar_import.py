"""Importing a year's official calendar: the notice's table, every bad row named, the year replaced as a whole."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from api import audit
from api.audit import AuditEntry
from api.checkin import kept_service
from api.errors import Forbidden
from api.postings import calendar_service
from api.postings.calendar_import_rules import read_calendar
from api.postings.calendar_import_service import calendar_words, import_calendar
from api.postings.calendar_template_service import calendar_template
from api.postings.imports_service import problem_in_words
from api.postings.models import CalendarDay, CalendarYear
from api.sheets import SheetCells
from tests.conftest import NOW
from tests.county import County
from tests.postings.ugly import CALENDAR, HOLIDAYS, MAKEUPS, SOURCE, calendar_text, calendar_workbook

TITLE = ["2027年放假安排"]
HEADINGS = ["日期", "类型", "名称", "年份", "来源"]
WHOLE = [["1月1日", "放假"], ["5月1日", "放假"], ["10月1日", "放假"]]


def read(rows, *, title=TITLE, headings=HEADINGS, source=SOURCE, name="Sheet1"):
    return read_calendar([SheetCells(name, [*([title] if title else []), headings, *rows])], calendar_words(),
                         source=source)


def days(file, row: int) -> list[str]:
    return [day.isoformat() for day, one in file.days.items() if one.row == row]


@pytest.mark.parametrize(("cell", "first", "last", "n"), [
    ("10月2日至8日", "2027-10-02", "2027-10-08", 7),
    ("10月2日（星期六）至8日（星期五）", "2027-10-02", "2027-10-08", 7),
    ("10月2日—10月8日", "2027-10-02", "2027-10-08", 7),
    ("8月30日至9月2日", "2027-08-30", "2027-09-02", 4),
    ("2027-02-05至2027-02-11", "2027-02-05", "2027-02-11", 7),
    ("2027/2/5-2027/2/11", "2027-02-05", "2027-02-11", 7),
    ("2027年2月5日～11日", "2027-02-05", "2027-02-11", 7),
    ("2.5-2.11", "2027-02-05", "2027-02-11", 7),
    ("2月15日(星期一)", "2027-02-15", "2027-02-15", 1),
    ("2 月 15 日 周一", "2027-02-15", "2027-02-15", 1),
    ("２月１５日", "2027-02-15", "2027-02-15", 1),
    ("6月9日、12日", "2027-06-09", "2027-06-12", 2),
    ("20270215", "2027-02-15", "2027-02-15", 1),
    (46433, "2027-02-15", "2027-02-15", 1),
    (date(2027, 2, 15), "2027-02-15", "2027-02-15", 1),
    (datetime(2027, 2, 15, 8), "2027-02-15", "2027-02-15", 1),
])
def test_days_as_a_notice_writes_them(cell, first, last, n):
    file = read([*WHOLE, [cell, "放假", "春节"]])
    assert file.problems == []
    found = days(file, 6)
    assert (found[0], found[-1], len(found)) == (first, last, n)
    assert file.days[date.fromisoformat(first)].label == "春节"


def test_a_year_comes_from_its_column_the_title_or_the_days_themselves():
    with_year = [row + [None, "2027年"] for row in WHOLE]
    full = [[f"2027年{row[0]}", row[1]] for row in WHOLE]
    for file in (read(with_year, title=None), read(full, title=None), read(WHOLE, title=None, name="2027年"),
                 read(WHOLE, title=["国务院办公厅2026年11月4日关于2027年部分节假日安排的通知"])):
        assert (file.problems, file.year, len(file.days)) == ([], 2027, 3)


@pytest.mark.parametrize(("row", "column", "reason"), [
    (["春节", "放假"], "日期", "bad_days"), (["2月30日", "放假"], "日期", "bad_days"), (["2027年2月", "放假"], "日期", "bad_days"),
    ([10.1, "放假"], "日期", "bad_days"), (["10.1", "放假"], "日期", "bad_days"),  # of 10.10 a spreadsheet leaves 10.1
    ([None, "放假"], "日期", "cell_empty"), (["2月15日", None, "春节"], "类型", "cell_empty"),
    (["2月15日", "开会"], "类型", "unknown_choice"), (["2月15日", "rest"], "类型", "unknown_choice"),
    (["10月8日至2日", "放假"], "日期", "days_reversed"),
    (["2026年12月31日至2027年1月2日", "放假"], "日期", "other_year"), (["2028-02-15", "放假"], "日期", "other_year"),
    (["2月15日", "放假", None, "2028"], "日期", "other_year"), (["2月15日", "放假", None, "明年"], "年份", "bad_year"),
    (["2月1日至16日", "放假"], "日期", "holiday_too_long"), (["2月至3月", "放假"], "日期", "bad_days"),
    (["10月1日", "放假"], "日期", "day_twice"), (["10月8日、10月8日", "放假"], "日期", "day_twice"),
    (["9月25日至10月4日", "放假"], "日期", "day_twice"),
    (["2月15日", "调休上班"], "日期", "makeup_on_workday"), (["2月20日至22日", "调休上班"], "日期", "makeup_on_workday"),
    (["2月15日", "放假", "春" * 61], "名称", "text_too_long"), (["2月15日", "放假", "a\0"], "名称", "bad_text"),
    (["2月15日", "放假", None, None, "另一个文号"], "来源", "source_differs"),
    (["1999-02-15", "放假"], "日期", "date_range"), (["2100年2月15日", "放假"], "日期", "date_range"),
])
def test_a_bad_row_is_named_with_its_column(row, column, reason):
    file = read([*WHOLE, row])
    assert {(one.row, one.column, one.reason) for one in file.problems} == {(6, column, reason)}
    for language in ("zh", "en"):
        words = problem_in_words(file.problems[0], language)
        assert "{" not in words["problem"] + words["expected"] and "import." not in words["problem"] + words["expected"]


def test_every_bad_row_is_named():
    assert [(one.row, one.reason) for one in read([["春节", "放假"], *WHOLE, ["2月15日", "上班"], ["x", "y"]]).problems] == [
        (3, "bad_days"), (7, "makeup_on_workday"), (8, "unknown_choice"), (8, "bad_days")]


@pytest.mark.parametrize(("options", "reason"), [
    ({"source": ""}, "source_missing"), ({"source": "文" * 201}, "text_too_long"), ({"source": "a\x07"}, "bad_text"),
    ({"title": None}, "calendar_year_missing"), ({"title": ["2026年、2027年放假安排"]}, "calendar_year_missing"),
    ({"headings": ["日期", "名称"]}, "columns_missing"), ({"headings": ["甲", "乙"]}, "no_calendar"),
    ({"rows": []}, "empty_file"), ({"rows": WHOLE[1:]}, "notice_incomplete"),
    ({"rows": [*WHOLE[:2], ["10月2日", "调休上班"]]}, "notice_incomplete"),
])
def test_what_is_no_notice_is_refused(options, reason):
    assert {one.reason for one in read(**{"rows": WHOLE, **options}).problems} == {reason}


@given(st.lists(st.lists(st.none() | st.text("0123456789年月日至-./、放假上班 ") | st.integers() | st.floats()
                         | st.dates(), max_size=5), max_size=5))
def test_any_cells_are_days_or_named_problems(rows):
    file = read(rows)
    assert file.problems or {day.year for day in file.days} == {file.year}


@pytest.fixture
def bring(county):
    def bring(file, **options):
        return import_calendar(county.session, **{
            "file": file, "county_code": County.CODE, "by_id": None, "now": NOW, **options})
    return bring


def numbers(report) -> tuple[int, ...]:
    return report.rows, report.created, report.updated, report.unchanged, report.withdrawn


def entries(session) -> list[dict]:
    return [one.details for one in session.scalars(
        select(AuditEntry).where(AuditEntry.action == "import.calendar").order_by(AuditEntry.id))]


@pytest.mark.parametrize(("file", "source"), [(calendar_workbook(), ""), (calendar_text(), SOURCE),
                                              (calendar_text(encoding="utf-8-sig"), SOURCE)],
                         ids=["xlsx", "gb18030", "bom"])
def test_a_year_becomes_official_by_its_notice(bring, county, file, source):
    report = bring(file, source=source)
    assert report.problems == []
    assert numbers(report) == (7, HOLIDAYS + MAKEUPS, 0, 0, 0)
    session = county.session
    assert session.get(CalendarYear, 2027).source == SOURCE
    row = session.get(CalendarDay, date(2027, 2, 20))
    assert (row.kind, row.label, row.source) == ("makeup", "春节", SOURCE)
    worked = calendar_service.workdays(session, date(2027, 2, 1), date(2027, 2, 21))
    assert sorted(day.day for day in worked) == [1, 2, 3, 4, 12, 15, 16, 17, 18, 19, 20]
    assert calendar_service.seed_calendar(session, first_year=2027, last_year=2027) == []


def test_the_same_table_twice_changes_nothing(bring, county):
    bring(calendar_workbook())
    report = bring(calendar_workbook())
    assert (numbers(report), report.days, len(entries(county.session))) == ((7, 0, 0, HOLIDAYS + MAKEUPS, 0), [], 1)


def test_a_later_notice_replaces_the_year_and_keeps_what_was(bring, county):
    session = county.session
    bring(calendar_workbook())
    calendar_service.put_calendar_day(session, day=date(2027, 11, 23), kind="holiday", label="县庆", source="余府发〔2027〕1号",
                                      user_id=None, at=NOW)
    rows = [("1月1日至4日", "放假", "元旦"), *CALENDAR[1:5], ("5月9日", "补班", "劳动节"), CALENDAR[6]]
    report = bring(calendar_workbook(rows, source="国办发明电〔2027〕1号"))
    assert report.problems == []
    # A day of New Year and the makeup day of May are new, another makeup day goes, all others follow the new notice.
    assert numbers(report) == (7, 2, HOLIDAYS + MAKEUPS - 1, 0, 1)
    assert report.days == [date(2027, 1, 4), date(2027, 5, 8), date(2027, 5, 9)]
    assert session.get(CalendarDay, date(2027, 5, 8)) is None
    assert session.get(CalendarDay, date(2027, 11, 23)).label == "县庆"
    details = entries(session)[-1]
    assert details["days"]["2027-05-08"] == [["makeup", "劳动节"], None]
    assert details["days"]["2027-01-04"] == [None, ["holiday", "元旦"]]
    assert (details["source_before"], details["source"]) == (SOURCE, "国办发明电〔2027〕1号")
    assert list(audit.verify(session)) == []


def test_a_seeded_year_is_replaced_too(bring, county):
    rows = [["1月1日", "放假"], ["5月1日", "放假"], ["10月1日", "放假"], ["2月17日", "放假"]]
    report = bring(calendar_workbook(rows, title="2026年", source=None), source="测试")
    assert (report.problems, report.created) == ([], 0)
    held = calendar_service.special_days(county.session, date(2026, 1, 1), date(2026, 12, 31))
    assert [day.isoformat() for day in held] == ["2026-01-01", "2026-02-17", "2026-05-01", "2026-10-01"]


def test_with_a_bad_row_or_on_trial_nothing_is_kept(bring, county):
    assert numbers(bring(calendar_workbook(), dry_run=True)) == (7, HOLIDAYS + MAKEUPS, 0, 0, 0)
    assert bring(calendar_workbook([*CALENDAR, ("5月10日", "上班", "")])).problems != []
    assert bring(BytesIO(b"%PDF\0")).problems[0].reason == "not_a_workbook"
    assert county.session.get(CalendarYear, 2027) is None
    assert county.session.scalars(select(CalendarDay).where(CalendarDay.day >= date(2027, 1, 1))).all() == []
    assert entries(county.session) == []


def test_a_day_typed_without_its_year_belongs_to_the_year_of_the_table(bring, county):
    """Of 5月3日 a spreadsheet makes the third of May of the year in which it is typed."""
    rows = [(datetime(2026, month, 1), "放假", "") for month in (1, 5, 10)]
    assert bring(calendar_workbook(rows)).problems == []
    assert county.session.get(CalendarDay, date(2027, 5, 1)).kind == "holiday"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_read_back_and_its_example_is_passed_over(bring, language):
    made = BytesIO(calendar_template(language=language, now=NOW))
    assert [one.reason for one in bring(made).problems] == ["empty_file"]
    book = openpyxl.load_workbook(made)
    kind = book.active["C4"].value
    for row in (["2027", "1月1日至3日", kind, "元旦", SOURCE], ["2027", "5月1日", kind], [2027, "2027-10-01", kind]):
        book.active.append(row)
    filled = BytesIO()
    book.save(filled)
    assert numbers(bring(filled)) == (3, 5, 0, 0, 0)


def test_the_calendar_is_the_countys(bring, county):
    for scope in ((county.townships["A"].path,), ()):
        with pytest.raises(Forbidden, match="county_admin_only"):
            bring(calendar_workbook(), scope=scope)
    assert bring(calendar_workbook(), scope=("/1/", county.county.path), dry_run=True).problems == []


def post(client, file: BytesIO, **query):
    return client.post("/api/v1/imports", query_string={"kind": "calendar", **query},
                       data={"file": (BytesIO(file.getvalue()), "calendar")})


@pytest.mark.parametrize(("role", "place", "status"), [
    (None, None, 401), ("cadre", "A1", 403), ("supervisor", "county", 403), ("admin", "A", 403),
    ("admin", "county", 200)])
def test_only_administrators_of_the_county_import_it(as_user, client, county, role, place, status):
    places = {"county": county.county, **county.townships, **county.villages}
    asking = client if role is None else as_user(county.person(role, places[place]))
    answer = post(asking, calendar_workbook())
    assert answer.status_code == status
    assert place != "A" or answer.json["reason"] == "county_admin_only"
    assert asking.get("/api/v1/calendar-days?year=2027").json.get("official") == (
        None if role is None else status == 200)


def test_figures_follow_the_calendar_over_http(as_user, county):
    admin, person = as_user(county.person("admin")), county.cadre("A1")
    county.session.commit()
    rows = [("1月1日", "放假", "元旦"), ("5月1日", "放假", "劳动节"), ("10月1日", "放假", "国庆节"),
            ("11月17日至18日", "放假", "县庆")]
    assert post(admin, calendar_workbook(rows, title="2026年"), dry_run="true").json["dry_run"] is True
    answer = post(admin, calendar_workbook(rows, title="2026年", source=None), source="测试文号")
    assert (answer.status_code, answer.json["problems"]) == (200, [])
    county.session.expire_all()
    assert list(kept_service.differences(county.session, cadre_ids=[person.cadre.id])) == []
    table = as_user(person).get("/api/v1/on-post-rates?month=2026-11").json
    required = {week["monday"]: week["required"] for week in table["rows"][0]["weeks"]}
    assert (required["2026-11-09"], required["2026-11-16"]) == (4, 3)


def test_a_refused_calendar_names_its_rows_over_http(as_user, county):
    answer = post(as_user(county.person("admin")), calendar_workbook([*CALENDAR, ("5月10日", "上班", "")]))
    assert (answer.status_code, answer.json["errors"]["rows"]) == (422, [{
        "sheet": "Sheet1", "row": 11, "column": "日期", "reason": "makeup_on_workday",
        "problem": "2027-05-10 本来就是工作日。", "expected": "调休上班的是星期六或星期日，请看看年份和日期。"}])
    assert post(as_user(county.person("admin")), calendar_workbook(), source="x" * 201).status_code == 422
