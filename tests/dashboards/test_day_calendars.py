"""Days of a village or a cadre by kind of evidence, over HTTP, on both databases."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from api.dates import shanghai_day
from tests.checkin.test_figures import statements_of
from tests.conftest import NOW

MONTH = "2026-11"
TODAY = shanghai_day(NOW)


def ask(client, query=""):
    answer = client.get(f"/api/v1/day-calendars?month={MONTH}{query}")
    assert answer.status_code == 200, answer.json
    return answer.json


def of_village(client, county, name="A1"):
    return ask(client, f"&village={county.villages[name].code}")


def day_of(row, day):
    return next(one for one in row["days"] if one["day"] == day.isoformat())


def row_of(calendar, person):
    return next(row for row in calendar["cadres"] if row["cadre"]["id"] == person.cadre.id)


def away(as_user, county, person, kind, first, last):
    """Leave or an errand, entered by the county and so approved."""
    entered = as_user(county.person("supervisor")).post("/api/v1/leaves", json={
        "id": str(uuid4()), "cadre_id": person.cadre.id, "kind": kind, "from_on": first.isoformat(),
        "to_on": last.isoformat(), "reason": "事由"})
    assert (entered.status_code, entered.json["state"]) == (201, "approved"), entered.json


def test_a_day_tells_state_kinds_and_verdicts(as_user, county):
    cadre = county.cadre("A1", name="王开芬")
    monday = date(2026, 11, 2)
    county.check_in(cadre, monday)
    county.check_in(cadre, monday, hour=11)
    county.check_in(cadre, monday + timedelta(days=1), metres_north=5_000)
    calendar = of_village(as_user(county.person("supervisor")), county)
    assert calendar["month"] == MONTH
    assert calendar["village"] == {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}
    [row] = calendar["cadres"]
    assert row["cadre"] == {"id": cadre.cadre.id, "name": "王开芬"}
    assert row["posting"] == {"from": "2026-01-01", "to": None}
    assert row["village"]["name"] == "A1村"
    assert day_of(row, monday) == {
        "day": "2026-11-02", "in_posting": True, "state": "stationed", "leave": None, "errand": None,
        "kinds": [{"kind": "check_in", "verdict": "inside", "count": 2}]}
    waits = day_of(row, monday + timedelta(days=1))
    assert (waits["state"], waits["kinds"]) == ("waiting", [{"kind": "check_in", "verdict": "outside", "count": 1}])
    assert day_of(row, monday + timedelta(days=2))["kinds"] == []
    assert [len(row["days"]), len(calendar["days"])] == [30, 30]


def test_holidays_have_their_names_and_makeup_days_are_told_apart(as_user, county):
    client = as_user(county.person("supervisor"))
    answer = client.get(f"/api/v1/day-calendars?month=2026-10&village={county.villages['A1'].code}").json
    days = {one["day"]: one["calendar"] for one in answer["days"]}
    assert days["2026-10-01"] == {"kind": "holiday", "label": "国庆节"}
    assert days["2026-10-24"] == {"kind": "rest", "label": None}
    assert days["2026-10-26"] == {"kind": "workday", "label": None}
    assert "makeup" in {one["kind"] for one in days.values()}


def test_leave_and_errands_are_told_apart_also_ahead_of_today(as_user, county):
    cadre = county.cadre("A1")
    away(as_user, county, cadre, "annual", TODAY + timedelta(days=2), TODAY + timedelta(days=3))
    away(as_user, county, cadre, "errand", date(2026, 11, 5), date(2026, 11, 5))
    row = row_of(of_village(as_user(county.person("village", county.villages["A1"])), county), cadre)
    ahead, errand = day_of(row, TODAY + timedelta(days=2)), day_of(row, date(2026, 11, 5))
    assert (ahead["leave"], ahead["errand"], ahead["state"]) == ("annual", None, None)
    assert (errand["leave"], errand["errand"], errand["state"]) == (None, "errand", "errand")


def test_days_outside_the_posting_say_nothing_and_a_handover_has_two_rows(as_user, county):
    old = county.cadre("A1", to_on=date(2026, 11, 10))
    county.check_in(old, date(2026, 11, 9))
    county.post(old, "B1", from_on=date(2026, 11, 11))
    county.check_in(old, date(2026, 11, 12))
    client = as_user(county.person("supervisor"))
    [first] = of_village(client, county, "A1")["cadres"]
    assert first["posting"] == {"from": "2026-01-01", "to": "2026-11-10"}
    assert day_of(first, date(2026, 11, 9))["state"] == "stationed"
    assert day_of(first, date(2026, 11, 12)) == {
        "day": "2026-11-12", "in_posting": False, "state": None, "leave": None, "errand": None, "kinds": []}
    both = ask(client, f"&cadre_id={old.cadre.id}")
    assert both["village"] is None
    assert [row["village"]["name"] for row in both["cadres"]] == ["A1村", "B1村"]
    assert day_of(both["cadres"][1], date(2026, 11, 12))["state"] == "stationed"


def test_who_covers_the_village_from_next_door_comes_last(as_user, county):
    neighbour, own = county.cadre("A1", further=("A2",)), county.cadre("A2")
    rows = of_village(as_user(county.person("village", county.villages["A2"])), county, "A2")["cadres"]
    assert [(row["cadre"]["id"], row["village"]["name"]) for row in rows] == [
        (own.cadre.id, "A2村"), (neighbour.cadre.id, "A1村")]


def test_a_cadre_sees_the_own_calendar(as_user, county):
    cadre, other = county.cadre("A1"), county.cadre("A1")
    client = as_user(cadre)
    assert [row["cadre"]["id"] for row in ask(client)["cadres"]] == [cadre.cadre.id]
    for query in (f"&cadre_id={other.cadre.id}", f"&village={county.villages['A1'].code}"):
        assert client.get(f"/api/v1/day-calendars?month={MONTH}{query}").status_code == 404


@pytest.mark.parametrize(("role", "place", "status"), [
    ("supervisor", None, 200), ("supervisor", "A", 200), ("supervisor", "B", 404), ("village", "A1", 200),
    ("village", "A2", 404), ("admin", None, 403), ("discipline", None, 403), (None, None, 401)])
def test_only_those_over_the_village_see_it(as_user, app, county, role, place, status):
    division = {**county.townships, **county.villages}.get(place, county.county)
    client = as_user(county.person(role, division)) if role else app.test_client()
    answer = client.get(f"/api/v1/day-calendars?month={MONTH}&village={county.villages['A1'].code}")
    assert answer.status_code == status


def test_a_township_is_no_village(as_user, county):
    answer = as_user(county.person("supervisor")).get(
        f"/api/v1/day-calendars?month={MONTH}&village={county.townships['A'].code}")
    assert (answer.status_code, answer.json["reason"]) == (422, "not_a_village")


def test_a_month_ahead_and_an_empty_village_have_their_days(as_user, county):
    answer = as_user(county.person("supervisor")).get(
        f"/api/v1/day-calendars?month=2027-02&village={county.villages['B2'].code}").json
    assert (len(answer["days"]), answer["cadres"]) == (28, [])


def test_more_cadres_cost_no_more_questions(as_user, county, connection):
    client = as_user(county.person("supervisor"))
    county.check_in(county.cadre("A1"), date(2026, 11, 3))
    path = f"/api/v1/day-calendars?month={MONTH}&village={county.villages['A1'].code}"
    few = statements_of(connection, lambda: client.get(path))
    for _n in range(4):
        cadre = county.cadre("A1", further=("A2",))
        for day in (3, 4, 5):
            county.check_in(cadre, date(2026, 11, day))
        away(as_user, county, cadre, "sick", date(2026, 11, 10), date(2026, 11, 11))
    county.session.commit()
    assert statements_of(connection, lambda: client.get(path)) == few <= 10
