"""The month table, the days and the exports over HTTP."""

import csv
import io
import json
from datetime import date, timedelta

import openpyxl
import pytest
from sqlalchemy import event, literal, select

from api.checkin import judging_service, sums_service
from api.checkin.schemas import RateRowSchema
from api.checkin.why_rules import why_day
from api.dates import mondays_of_month
from api.http import Plain
from api.postings import policies_service

MONTH = "/api/v1/on-post-rates?month=2026-11"


@pytest.fixture
def people(county):
    """Three cadres in November: four days in each closed week; four and one; none. Then two days this week."""
    full, half, idle = county.cadre("A1", name="全勤"), county.cadre("A2", name="半数"), county.cadre("B1", name="未到")
    for monday in mondays_of_month(date(2026, 11, 1))[:2]:
        for n in range(4):
            county.check_in(full, monday + timedelta(days=n))
        for n in range(4 if monday.day == 2 else 1):
            county.check_in(half, monday + timedelta(days=n))
    for cadre in (full, half):
        county.check_in(cadre, date(2026, 11, 16))
        county.check_in(cadre, date(2026, 11, 17))
    county.check_in(half, date(2026, 11, 18), metres_north=5_000)
    return full, half, idle


def count_by_the_month(county, cadre):
    """Let the rule of the cadre's township B go by the month."""
    policies_service.set_policy(
        county.session, division=county.townships["B"], key="basis", value="month", effective_from=date(2026, 10, 5),
        source="镇规定", user_id=None, at=county.now, today=county.now.date(), any_start=True)
    judging_service.cadres_changed(county.session, cadre_ids=[cadre.cadre.id], first=date(2026, 10, 1))


def figures(row):
    return (row["numerator"], row["denominator"], row["rate"], row["days_of_month"], row["days_of_year"])


@pytest.mark.parametrize("level, expected", [
    ("county", [("余庆县", (13, 24, 13 / 24, 17, 17))]),
    ("township", [("子营街道", (13, 16, 13 / 16, 17, 17)), ("龙溪镇", (0, 8, 0.0, 0, 0))]),
    ("village", [("A1村", (8, 8, 1.0, 10, 10)), ("A2村", (5, 8, 5 / 8, 7, 7)), ("B1村", (0, 8, 0.0, 0, 0)),
                 ("B2村", (0, 0, None, 0, 0))]),
])
def test_every_level_is_the_ratio_of_sums_in_roster_order(as_user, county, people, level, expected):
    table = as_user(county.person("supervisor")).get(f"{MONTH}&level={level}").json
    assert [(row["division"]["name"], figures(row)) for row in table["rows"]] == expected
    assert figures(table["total"]) == (13, 24, 13 / 24, 17, 17)
    assert table["counting_period"] == {"from": "2026-11-02", "to": "2026-11-29"}
    assert [one["closed"] for one in table["months_weeks"]] == [True, True, False, False]


@pytest.mark.parametrize("week", [(7, 127, 127, 127, 0), (5, 124, 60, 4, 96), (0, 1, 0, 0, 0)])
def test_a_running_week_comes_back_from_the_one_number_that_stands_for_it(db_session, week):
    columns = dict(zip(sums_service.RunningWeek._fields, week, strict=True))
    packed = sums_service._packed(select(*(literal(value).label(name) for name, value in columns.items())).subquery())
    assert sums_service._unpacked(db_session.scalar(select(packed))) == week


def test_a_cadres_row_opens_into_weeks_and_the_running_weeks_state(as_user, county, people):
    rows = as_user(county.person("supervisor")).get(f"{MONTH}&level=cadre").json["rows"]
    assert [(row["cadre"]["name"], row["village"]["name"], figures(row)[:2]) for row in rows] == [
        ("全勤", "A1村", (8, 8)), ("半数", "A2村", (5, 8)), ("未到", "B1村", (0, 8))]
    assert [(week["monday"], week["required"], week["stationed"], week["credited"], week["closed"])
            for week in rows[1]["weeks"]] == [
        ("2026-11-02", 4, 4, 4, True), ("2026-11-09", 4, 1, 1, True), ("2026-11-16", 4, 2, 2, False),
        ("2026-11-23", 4, 0, 0, False)]
    assert rows[1]["running_week"] == {"state": "at_risk", "required": 4, "stationed": 2, "need": 2, "days_left": 3,
                                       "duty_days_left": 1}
    assert rows[1]["running"] == {"on_track": 0, "at_risk": 1, "met": 0, "missed": 0, "waiting_days": 1}
    assert rows[2]["running_week"]["state"] == "missed"


def test_what_a_row_holds_unchecked_is_what_its_schema_says(as_user, county, people):
    client = as_user(county.person("supervisor"))
    count_by_the_month(county, people[2])
    seen = {name: [] for name, field in RateRowSchema().fields.items() if isinstance(field, Plain)}
    for row in client.get(f"{MONTH}&level=cadre").json["rows"]:
        for name, parts in seen.items():
            parts += row[name] if isinstance(row[name], list) else [row[name]] if row[name] else []
    for name, parts in seen.items():
        schema = RateRowSchema().fields[name].schema
        assert parts and all(part.keys() == schema.fields.keys() for part in parts), name
        assert schema.load(parts, many=True), name


def test_as_of_only_cuts_weeks(as_user, county, people):
    client = as_user(county.person("supervisor"))
    totals = [client.get(f"{MONTH}&level=county&as_of={as_of}").json["total"]
              for as_of in ("2026-11-08", "2026-11-09", "2026-11-22", "2026-12-01")]
    assert [(row["numerator"], row["denominator"], row["closed_weeks"]) for row in totals] == [
        (0, 0, 0), (8, 12, 1), (13, 24, 2), (17, 48, 4)]


def test_a_township_by_the_month_stands_apart_until_the_month_has_ended(as_user, county, people):
    count_by_the_month(county, people[2])
    client = as_user(county.person("supervisor"))
    running = client.get(f"{MONTH}&level=cadre").json
    assert figures(running["rows"][2]) == (0, 0, None, 0, 0)
    assert running["rows"][2]["month_so_far"] == {"required": 20, "stationed": 0, "credited": 0}
    assert running["rows"][2]["running_week"] is None
    ended = client.get(f"{MONTH}&level=county&as_of=2026-12-01").json
    assert (ended["total"]["numerator"], ended["total"]["denominator"]) == (17, 16 + 16 + 20)
    shown = [(rule["key"], rule["value"], rule["division"]["name"], rule["source"]) for rule in running["rules"]]
    assert shown[:2] == [
        ("basis", "week", "余庆县", "按周计算到岗率（每周驻村天数）"), ("basis", "month", "龙溪镇", "镇规定")]


def test_a_month_past_the_horizon_is_computed_by_the_rule(as_user, county, people):
    table = as_user(county.person("supervisor")).get(
        "/api/v1/on-post-rates?month=2027-03&level=township&as_of=2027-04-05").json
    assert [figures(row)[:2] for row in table["rows"]] == [(0, 32), (0, 16)]
    assert table["calendar_official"] is False


@pytest.mark.parametrize("role, place, code, status, count", [
    ("supervisor", "A", None, 200, 2), ("village", "A1", None, 200, 1), ("supervisor", "A", "A2", 200, 1),
    ("supervisor", "A", "B", 404, None), ("village", "A1", "A", 404, None), ("auditor", None, None, 403, None),
    ("admin", None, None, 403, None)])
def test_everybody_sees_as_far_as_the_grant_reaches(as_user, county, people, role, place, code, status, count):
    divisions = {**county.villages, **county.townships, None: county.county}
    asked = f"&division={divisions[code].code}" if code else ""
    answer = as_user(county.person(role, divisions[place])).get(f"{MONTH}&level=cadre{asked}")
    assert answer.status_code == status
    assert count is None or len(answer.json["rows"]) == count


def test_a_cadre_sees_own_figures_and_nobody_elses(as_user, county, people):
    client = as_user(people[0])
    assert [row["cadre"]["name"] for row in client.get(MONTH).json["rows"]] == ["全勤"]
    assert client.get(f"{MONTH}&cadre_id={people[1].cadre.id}").status_code == 404
    assert client.get(f"{MONTH}&division={county.county.code}").status_code == 404
    assert client.get(f"/api/v1/stationed-days?cadre_id={people[1].cadre.id}&from=2026-11-01&to=2026-11-02"
                      ).status_code == 404


def statements_of(connection, ask) -> int:
    count = 0

    def note(*_args):
        nonlocal count
        count += 1

    event.listen(connection, "before_cursor_execute", note)
    ask()
    event.remove(connection, "before_cursor_execute", note)
    return count


@pytest.mark.parametrize("path", [
    f"{MONTH}&level=cadre", f"{MONTH}&level=village",
    "/api/v1/stationed-days?division=520329000000&from=2026-11-01&to=2026-11-30"])
def test_a_list_asks_as_many_questions_for_many_cadres_as_for_few(as_user, county, people, connection, path):
    client = as_user(county.person("supervisor"))
    few = statements_of(connection, lambda: client.get(path))
    for _ in range(5):
        county.check_in(county.cadre("B2"), date(2026, 11, 18), metres_north=5_000)
    county.session.commit()
    assert statements_of(connection, lambda: client.get(path)) == few


def test_pages_come_in_order_and_say_how_many_there_are(as_user, county, people):
    client = as_user(county.person("supervisor"))
    pages = [client.get(f"{MONTH}&level=cadre&page={page}&page_size=2") for page in (1, 2, 3)]
    assert [[row["cadre"]["name"] for row in page.json["rows"]] for page in pages] == [["全勤", "半数"], ["未到"], []]
    assert json.loads(pages[0].headers["X-Pagination"]) == {"page": 1, "total": 3, "total_pages": 2}


def test_a_page_of_one_cadres_postings_has_the_total_of_all(as_user, county, people):
    table = as_user(people[0]).get(f"{MONTH}&page=2&page_size=1").json
    assert (table["rows"], table["total"]["cadres"]) == ([], 1)


def test_the_days_of_a_cadre_say_why_they_count(as_user, county, people):
    days = as_user(people[1]).get("/api/v1/stationed-days?from=2026-11-16&to=2026-11-22").json["days"]
    assert [(one["day"][-2:], one["state"], one["why"], one["duty"], one["calendar"]["kind"]) for one in days] == [
        ("16", "stationed", "inside", True, "workday"), ("17", "stationed", "inside", True, "workday"),
        ("18", "waiting", "waiting_outside", True, "workday"), ("19", None, "no_record", True, "workday"),
        ("20", None, "not_yet", True, "workday"), ("21", None, "yet_to_come", False, "rest"),
        ("22", None, "yet_to_come", False, "rest")]


def test_what_waits_is_listed_for_those_who_may_confirm_it(as_user, county, people):
    query = f"/api/v1/stationed-days?division={county.county.code}&state=waiting&from=2026-11-01&to=2026-11-30"
    answer = as_user(county.person("supervisor")).get(query).json
    assert [(one["cadre"]["name"], one["day"], one["village"]["name"]) for one in answer["days"]] == [
        ("半数", "2026-11-18", "A2村")]
    assert (answer["more"], len(answer["days"][0]["evidence"])) == (False, 1)
    village = county.villages["A1"]
    nothing = as_user(county.person("village", village)).get(query.replace(county.county.code, village.code))
    assert nothing.json["days"] == []


@pytest.mark.parametrize("change, why", [
    ({"state": "stationed", "pieces": [("check_in", "outside", "counts", True)]}, "confirmed"),
    ({"state": "stationed", "pieces": [("check_in", "uncertain", "counts", False)]}, "uncertain"),
    ({"state": "stationed", "pieces": [("check_in", "uncertain", "counts", False),
                                       ("check_in", "inside", "counts", False)]}, "inside"),
    ({"state": "errand"}, "errand"),
    ({"state": "waiting", "pieces": [("declaration", "no_location", "waiting", False)]}, "waiting_declared"),
    ({"state": "waiting", "pieces": [("check_in", "no_location", "waiting", False)]}, "waiting_no_location"),
    ({"state": "waiting", "pieces": [("check_in", "not_judged", "waiting", False)]}, "waiting_not_judged"),
    ({"state": "rejected"}, "rejected"),
    ({"posted": False, "pieces": [("check_in", "not_judged", "no_posting", False)]}, "no_posting"),
    ({"on_leave": True}, "leave"),
    ({"days_ahead": 1}, "yet_to_come"),
    ({"days_ahead": 0, "worked": False}, "not_yet"),
    ({}, "no_record"),
    ({"worked": False}, "rest_day"),
])
def test_a_day_has_one_reason(change, why):
    facts = {"state": None, "posted": True, "worked": True, "on_leave": False, "days_ahead": -1, "pieces": []}
    assert why_day(**{**facts, **change}) == why


def export(client, **changes):
    answer = client.post("/api/v1/exports",
                         json={"kind": "month_table", "month": "2026-11", "level": "cadre", **changes})
    answer.get_data()
    answer.close()
    return answer


def test_the_workbook_holds_the_table_and_names_stay_text(as_user, county, people):
    people[0].user.name = "=cmd|' /C calc'!A0"
    answer = export(as_user(county.person("supervisor")), format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][:3] == ["乡镇", "村（社区）", "驻村干部"]
    assert [(row[2], row[5], row[6], row[7]) for row in rows[2:5]] == [
        ("=cmd|' /C calc'!A0", 8, 8, 1), ("半数", 8, 5, 0.625), ("未到", 8, 0, 0)]
    assert sheet.cell(3, 3).data_type == "s"
    assert rows[5][0] == "合计"


@pytest.mark.parametrize("name", ["=1+1", "+86", "-1", "@SUM(A1)", "\tx"])
def test_a_cell_of_the_text_file_that_looks_like_a_formula_is_disarmed(as_user, county, people, name):
    people[0].user.name = name
    answer = export(as_user(county.person("supervisor", county.townships["A"])), format="csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[2] for row in rows[2:4]] == ["'" + name, "半数"]


@pytest.mark.parametrize("role, place, code, status", [
    ("village", "A1", None, 200), ("village", "A1", "A", 404), ("cadre", None, None, 403), ("admin", None, None, 403)])
def test_who_may_not_see_may_not_export(as_user, county, people, role, place, code, status):
    divisions = {**county.villages, **county.townships, None: county.county}
    client = as_user(county.person(role, divisions[place]))
    assert export(client, division_code=divisions[code].code if code else None).status_code == status
