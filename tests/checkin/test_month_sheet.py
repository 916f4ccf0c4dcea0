"""The month sheet and the list of closings over HTTP: what stands in them, and who sees how much."""

from datetime import date, timedelta

import pytest

from api.checkin import judging_service
from api.postings import calendar_service, policies_service
from tests.checkin.month import FIRST, MONTH, close, day_of, look, row_of, say, stay
from tests.checkin.test_figures import statements_of
from tests.checkin.test_leave import leave, step

CLOSINGS = f"/api/v1/month-closings?month={MONTH}&level=village"


@pytest.fixture
def pair(county):
    """Two cadres of A1 in October: one in the village four days a week, one three."""
    one, other = county.cadre("A1", name="张三"), county.cadre("A1", name="李四")
    stay(county, one)
    stay(county, other, weekdays=3)
    return one, other


def week(sheet, row, monday) -> list[str]:
    return [day_of(sheet, row, monday + timedelta(days=n)) for n in range(7)]


def test_a_row_has_a_sign_for_each_day_and_the_figures_of_the_counting_period(as_user, county, pair):
    sheet = look(as_user(county.person("supervisor")), county.villages["A1"])
    assert (sheet["month"], sheet["village"]["name"], sheet["township"], sheet["state"], sheet["over"]) == (
        MONTH, "A1村", "子营街道", "open", True)
    assert sheet["counting_period"] == {"from": "2026-09-28", "to": "2026-11-01"}
    assert (sheet["days"][0], len(sheet["days"])) == (
        {"day": "2026-09-28", "weekday": 1, "kind": "workday", "in_month": False}, 35)
    first, second = sheet["rows"]
    # 3 duty days before the holidays, 3 after them (a makeup Saturday), three whole weeks.
    assert (first["cadre"]["name"], first["duty_days"], first["required_days"], first["credited_days"],
            first["days_of_month"], first["rate"]) == ("张三", 21, 18, 18, 17, 1.0)
    assert (second["credited_days"], second["days_of_month"], second["days_of_year"]) == (15, 12, 15)
    assert week(sheet, second, FIRST) == ["stationed"] * 3 + ["rest"] * 4
    assert week(sheet, second, date(2026, 10, 5)) == ["stationed"] * 3 + ["none"] * 3 + ["rest"]
    assert sheet["total"] == {"required_days": 36, "credited_days": 33, "rate": 33 / 36}
    assert (sheet["confirmation"], sheet["close"], sheet["corrections"]) == (None, None, [])
    assert [(rule["key"], rule["value"]) for rule in sheet["rules"]] == [
        ("basis", "week"), ("days_per_week", 4), ("errand", "stationed"), ("allowance_yuan", 0),
        ("errand_allowance_yuan", 0)]


def test_the_figures_are_those_of_the_month_table(as_user, county, pair):
    client = as_user(county.person("supervisor"))
    sheet = look(client, county.villages["A1"])
    table = client.get(f"/api/v1/on-post-rates?month={MONTH}&level=cadre").json
    names = ("numerator", "denominator", "days_of_month", "days_of_year")
    assert [[row[name] for name in names] for row in table["rows"]] == [
        [row["credited_days"], row["required_days"], row["days_of_month"], row["days_of_year"]]
        for row in sheet["rows"]]


def test_leave_errands_and_what_waits_have_signs_of_their_own(as_user, county, pair):
    township, monday = as_user(county.person("supervisor")), date(2026, 10, 12)
    for n, kind in enumerate(("sick", "errand", "travel", "private")):
        on = (monday + timedelta(days=n)).isoformat()
        township.post("/api/v1/leaves", json=leave(cadre_id=pair[1].cadre.id, kind=kind, from_on=on, to_on=on))
    county.check_in(pair[1], monday + timedelta(days=4), metres_north=9_000)
    rejected = county.check_in(pair[1], monday + timedelta(days=5), metres_north=9_000)
    county.session.commit()
    township.post("/api/v1/decisions", json={"id": "0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d", "reason": "不在",
                                             "evidence_id": str(rejected.id), "outcome": "rejected"})
    sheet = look(township, county.villages["A1"])
    row = row_of(sheet, pair[1])
    # A record that counts says more than the leave beneath it; only Thursday's leave had none.
    assert week(sheet, row, monday) == ["stationed"] * 3 + ["private", "waiting", "rejected", "rest"]
    assert (row["leave_days"], row["errand_days"], row["travel_days"], row["waiting_days"]) == (1, 0, 0, 1)
    on = "2026-10-08"
    township.post("/api/v1/leaves", json=leave(cadre_id=pair[1].cadre.id, kind="travel", from_on=on, to_on=on))
    row = row_of(look(township, county.villages["A1"]), pair[1])
    assert (day_of(sheet, row, date(2026, 10, 8)), row["travel_days"], row["days_of_month"]) == ("travel", 1, 13)


def test_a_leave_that_was_not_approved_is_no_sign(as_user, county, pair):
    cadre = as_user(pair[1])
    asked = cadre.post("/api/v1/leaves", json=leave(kind="sick", from_on="2026-10-08", to_on="2026-10-08")).json
    sheet = look(cadre)
    assert day_of(sheet, sheet["rows"][0], date(2026, 10, 8)) == "none"
    step(as_user(county.person("supervisor")), asked["id"], "approved")
    sheet = look(cadre)
    assert day_of(sheet, sheet["rows"][0], date(2026, 10, 8)) == "sick"


def test_days_outside_the_posting_are_empty_and_days_to_come_are_not_missed(as_user, county):
    cadre = county.cadre("A1", from_on=date(2026, 11, 10))
    county.check_in(cadre, date(2026, 11, 18))
    county.session.commit()
    sheet = look(as_user(cadre), month="2026-11")
    row = sheet["rows"][0]
    assert week(sheet, row, date(2026, 11, 9)) == ["", *["none"] * 4, "rest", "rest"]
    assert week(sheet, row, date(2026, 11, 16)) == ["none", "none", "stationed", "none", *["to_come"] * 3]
    assert (sheet["over"], row["duty_days"], row["required_days"], row["days_of_month"]) == (False, 4, 4, 1)


def test_counted_by_the_month_the_counting_period_is_the_calendar_month(as_user, county, pair):
    policies_service.set_policy(
        county.session, division=county.townships["A"], key="basis", value="month", effective_from=date(2026, 9, 7),
        source="镇规定", user_id=None, at=county.now, today=county.now.date(), any_start=True)
    judging_service.cadres_changed(county.session, cadre_ids=[one.cadre.id for one in pair])
    gone = county.cadre("A1", from_on=date(2026, 9, 1), to_on=date(2026, 9, 29))
    sheet = look(as_user(county.person("supervisor")), county.villages["A1"])
    assert sheet["counting_period"] == {"from": "2026-10-01", "to": "2026-10-31"}
    assert (len(sheet["days"]), all(day["in_month"] for day in sheet["days"])) == (31, True)
    assert [(row["duty_days"], row["required_days"], row["credited_days"]) for row in sheet["rows"]] == [
        (18, 18, 17), (18, 18, 12)]
    assert gone.posting.id not in [row["posting_id"] for row in sheet["rows"]]
    assert sheet["rules"][1]["key"] == "days_per_month"


def test_a_posting_stands_in_its_home_villages_sheet_only(as_user, county):
    cadre = county.cadre("A1", further=("A2",))
    client = as_user(county.person("supervisor"))
    rows = {name: look(client, county.villages[name])["rows"] for name in ("A1", "A2")}
    assert ([row["posting_id"] for row in rows["A1"]], rows["A2"]) == ([cadre.posting.id], [])
    assert client.get(CLOSINGS).json["rows"][1]["cadres"] == 0


def test_a_cadre_sees_the_own_row_and_nobody_elses(as_user, county, pair):
    client = as_user(pair[1])
    sheet = look(client)
    assert [(row["cadre"]["name"], row["is_own"]) for row in sheet["rows"]] == [("李四", True)]
    assert sheet["total"] == {"required_days": 18, "credited_days": 15, "rate": 15 / 18}
    assert (sheet["may"]["check"], sheet["may"]["confirm"]) == (True, False)
    assert look(client, county.villages["A1"]) == sheet
    assert client.get(f"/api/v1/month-sheets?month={MONTH}&village={county.villages['A2'].code}").status_code == 404
    assert client.get(f"/api/v1/month-sheets?month={MONTH}&village={county.townships['A'].code}").status_code == 404


def test_who_changed_village_has_a_row_in_both_and_sees_them_one_after_the_other(as_user, county):
    cadre = county.cadre("A1", to_on=date(2026, 10, 14))
    county.post(cadre, "B1", from_on=date(2026, 10, 15))
    client = as_user(cadre)
    sheet = look(client)
    assert (sheet["village"]["name"], [one["name"] for one in sheet["villages"]]) == ("B1村", ["A1村", "B1村"])
    first = look(client, county.villages["A1"])
    assert [len(one["rows"]) for one in (first, sheet)] == [1, 1]
    assert first["rows"][0]["required_days"] + sheet["rows"][0]["required_days"] == 18


@pytest.mark.parametrize("role, place, status", [
    ("village", "A1", 200), ("village", "A2", 404), ("supervisor", "A", 200), ("supervisor", "B", 404),
    ("supervisor", None, 200), ("admin", None, 403), ("auditor", None, 403), ("cadre", "A1", 404)])
def test_everybody_sees_as_far_as_the_grant_reaches(as_user, county, pair, role, place, status):
    divisions = {**county.villages, **county.townships, None: county.county}
    client = as_user(county.person(role, divisions[place]))
    path = f"/api/v1/month-sheets?month={MONTH}&village={county.villages['A1'].code}"
    assert client.get(path).status_code == status
    if role == "village":
        assert look(client)["village"]["name"] == f"{place}村"
    if role == "supervisor":
        answer = client.get(f"/api/v1/month-sheets?month={MONTH}")
        assert (answer.status_code, answer.json["reason"]) == (422, "not_a_village")


def test_the_closings_of_a_division_stand_in_roster_order(as_user, county, pair):
    waiting = county.cadre("B1")
    county.check_in(waiting, date(2026, 10, 20), metres_north=9_000)
    village, township = as_user(county.person("village", county.villages["A1"])), as_user(
        county.person("supervisor", county.townships["A"]))
    for person in pair:
        say(as_user(person), "checked", look(as_user(person)), person=person)
    say(village, "confirmed", look(village))
    close(township, look(village))
    own = as_user(waiting)
    say(own, "disputed", look(own), person=waiting, note="20日在外组")
    answer = as_user(county.person("supervisor")).get(CLOSINGS).json
    names = ("cadres", "checked", "disputed", "waiting_days", "state", "corrections")
    assert (answer["month"], answer["over"]) == (MONTH, True)
    assert [(row["village"]["name"], row["township"]["name"], *(row[name] for name in names))
            for row in answer["rows"]] == [
        ("A1村", "子营街道", 2, 2, 0, 0, "closed", 0), ("A2村", "子营街道", 0, 0, 0, 0, "open", 0),
        ("B1村", "龙溪镇", 1, 0, 1, 1, "open", 0), ("B2村", "龙溪镇", 0, 0, 0, 0, "open", 0)]
    closed = answer["rows"][0]
    assert closed["hash"] == look(village)["sheet_hash"] and closed["confirmed_at"] <= closed["closed_at"]
    assert (answer["rows"][2]["confirmed_at"], answer["rows"][2]["hash"]) == (None, None)
    assert [row["village"]["name"] for row in village.get(CLOSINGS).json["rows"]] == ["A1村"]
    assert [len(township.get(f"{CLOSINGS}&division={county.townships[name].code}").json.get("rows", []))
            for name in "AB"] == [2, 0]


@pytest.mark.parametrize("basis", ["week", "month"])
@pytest.mark.parametrize("month, ends_on", [
    ("2026-10", "2026-11-01"),  # its last week reaches into November
    ("2026-09", "2026-09-30"),  # its last week ended on the 27th
])
def test_list_and_sheet_name_the_last_day_of_the_month_and_its_weeks(as_user, county, month, ends_on, basis):
    # A month that is counted by its days waits for its weeks as well: figures of both kinds are added up.
    policies_service.set_policy(
        county.session, division=county.townships["A"], key="basis", value=basis, effective_from=date(2026, 8, 31),
        source="镇规定", user_id=None, at=county.now, today=county.now.date(), any_start=True)
    client = as_user(county.person("supervisor"))
    assert client.get(f"/api/v1/month-closings?month={month}").json["ends_on"] == ends_on
    assert look(client, county.villages["A1"], month=month)["ends_on"] == ends_on


def test_a_month_asks_as_many_questions_for_many_rows_as_for_few(as_user, county, connection, pair):
    client = as_user(county.person("supervisor"))
    sheet = f"/api/v1/month-sheets?month={MONTH}&village={county.villages['A1'].code}"
    for person in pair:
        say(as_user(person), "checked", look(as_user(person)), person=person)
    say(as_user(county.person("village", county.villages["A1"])), "confirmed", look(client, county.villages["A1"]))
    assert close(client, look(client, county.villages["A1"])).status_code == 201
    for person in (pair[0], county.cadre("A1")):
        county.check_in(person, date(2026, 10, 23))
    county.session.commit()
    assert len(look(client, county.villages["A1"])["corrections"]) == 3
    few = [statements_of(connection, lambda path=path: client.get(path)) for path in (sheet, CLOSINGS)]
    for village in ("A1", "A1", "A1", "A2", "B1", "B1"):
        person = county.cadre(village)
        stay(county, person, weekdays=1)
        own = as_user(person)
        # Who came to A1 after it was closed is no row of the closed month.
        assert village == "A1" or say(own, "checked", look(own), person=person).status_code == 201
    county.session.commit()
    assert [statements_of(connection, lambda path=path: client.get(path)) for path in (sheet, CLOSINGS)] == few


def test_a_changed_calendar_changes_the_signs(as_user, county, pair):
    calendar_service.put_calendar_day(county.session, day=date(2026, 10, 23), kind="rest", label="县庆", source="文件",
                                      user_id=None, at=county.now)
    judging_service.cadres_changed(county.session, cadre_ids=[one.cadre.id for one in pair])
    county.session.commit()
    sheet = look(as_user(pair[0]))
    column = next(day for day in sheet["days"] if day["day"] == "2026-10-23")
    assert (column["kind"], day_of(sheet, sheet["rows"][0], date(2026, 10, 23))) == ("rest", "rest")
