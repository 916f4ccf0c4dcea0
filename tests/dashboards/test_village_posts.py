"""What the one look tells of staffing opens into the villages with their posts, as of the same day."""

from datetime import date

import pytest

from api.postings.policies_service import set_policy
from tests.dashboards.test_table_exports import rows_of, take

URL = "/api/v1/village-posts"
DAYS = {"2026-09": "2026-09-30", "2026-10": "2026-10-31", "2026-11": "2026-11-20"}


@pytest.fixture
def staffed(county):
    """Two in A1, one of them only since October; one in A2 who left in October; B1 and B2 without anybody.

    Three are asked for in township A, two elsewhere; B2 ended with September.
    """
    set_policy(county.session, division=county.county, key="posted_minimum", value=2, effective_from=date(2026, 1, 1),
               source="县委办 1 号", user_id=None, at=county.now, today=date.max, any_start=True)
    set_policy(county.session, division=county.townships["A"], key="posted_minimum", value=3,
               effective_from=date(2026, 1, 1), source="子营 1 号", user_id=None, at=county.now, today=date.max,
               any_start=True)
    county.cadre("A1", further=("B1",))
    county.cadre("A1", from_on=date(2026, 10, 5))
    county.cadre("A2", to_on=date(2026, 10, 20))
    county.villages["B2"].valid_to = date(2026, 9, 30)
    county.session.flush()
    return county


def told(answer) -> list:
    return [(one["village"]["name"], one["cadres"], one["needed"], one["missing"]) for one in answer.json["villages"]]


def test_each_village_has_its_cadres_of_the_day_and_the_least_number_of_its_own_rule(as_user, staffed):
    client = as_user(staffed.person("supervisor"))
    assert told(client.get(f"{URL}?on=2026-09-30")) == [
        ("A1村", 1, 3, 2), ("A2村", 1, 3, 2), ("B1村", 0, 2, 2), ("B2村", 0, 2, 2)]
    today = client.get(URL)
    assert (today.json["on"], told(today)) == ("2026-11-20", [("A1村", 2, 3, 1), ("A2村", 0, 3, 3), ("B1村", 0, 2, 2)])
    assert told(client.get(f"{URL}?state=vacant")) == [("A2村", 0, 3, 3), ("B1村", 0, 2, 2)]
    staffed.cadre("B1"), staffed.cadre("B1"), staffed.cadre("B1")
    assert told(client.get(f"{URL}?state=missing")) == [("A1村", 2, 3, 1), ("A2村", 0, 3, 3)]


@pytest.mark.parametrize("month", DAYS)
def test_the_sums_are_the_numbers_of_the_one_look(as_user, staffed, month):
    staffed.cadre("B1"), staffed.cadre("B1"), staffed.cadre("B1")
    client = as_user(staffed.person("supervisor"))
    for division in (staffed.county, staffed.townships["A"], staffed.villages["B1"]):
        look = client.get(f"/api/v1/month-figures?division={division.code}&month={month}&topic=staffing").json
        total = client.get(f"{URL}?division={division.code}&on={DAYS[month]}").json["total"]
        parts = {one["key"]: one["value"] for one in look["parts"]}
        assert {name: parts[name] for name in ("cadres", "needed", "vacant")} == {
            name: total[name] for name in ("cadres", "needed", "vacant")}
        [filled] = [one for one in look["figures"] if one["measure"] == "posts_filled"]
        assert (filled["numerator"], filled["denominator"]) == (
            total["needed"] - total["missing"], total["needed"])


def test_villages_come_in_pages_with_the_sums_of_all(as_user, staffed):
    client = as_user(staffed.person("supervisor"))
    second = client.get(f"{URL}?page_size=2&page=2")
    assert (told(second), second.json["total"]["villages"], second.headers["X-Pagination"]) == (
        [("B1村", 0, 2, 2)], 3, '{"total": 3, "total_pages": 2, "page": 2}')


def test_each_sees_the_villages_of_the_own_divisions_alone(as_user, staffed, shared_app):
    supervisor = as_user(staffed.person("supervisor", staffed.townships["A"]))
    assert [one[0] for one in told(supervisor.get(URL))] == ["A1村", "A2村"]
    assert supervisor.get(f"{URL}?division={staffed.townships['B'].code}").status_code == 404
    committee = as_user(staffed.person("village", staffed.villages["A1"]))
    assert [one[0] for one in told(committee.get(URL))] == ["A1村"]
    assert as_user(staffed.cadre("A1")).get(URL).status_code == 403


def test_nobody_is_told_without_a_log_in(shared_app):
    assert shared_app.test_client().get(URL).status_code == 401


def test_its_file_holds_the_villages_of_the_list(as_user, staffed):
    client = as_user(staffed.person("supervisor"))
    rows = rows_of(take(client, "village_posts", staffed.CODE, filters={"state": "vacant", "on": "2026-09-30"}))
    assert [row[:4] for row in rows if row and row[0] in ("B1村", "B2村")] == [["B1村", 0, 2, 2], ["B2村", 0, 2, 2]]
