"""What the one look tells of contracts opens into the contracts and the villages that made it, as of the same day."""

from datetime import date, timedelta

import pytest

from tests.dashboards.figures_county import at
from tests.dashboards.test_table_exports import rows_of, take

DAYS = {"2026-08": "2026-08-31", "2026-09": "2026-09-30", "2026-10": "2026-10-31", "2026-11": "2026-11-20"}
API = "/api/v1"


@pytest.fixture
def promised(county):
    """Contracts on their way from September to November; a village without any is gone since October."""
    now, gone = county.now, county.villages[county.new_village("B")]
    county.now = at(date(2026, 9, 3))
    first, second = county.contract("A1", state="measures"), county.contract("A2", state="submitted")
    county.now = at(date(2026, 10, 31), 23)
    county.walk_contract(first, "approved")
    county.contract_step(second, "returned", role="town", note="目标偏低")
    county.contract("B1", state="framework")
    county.contract("B2", state="framework", kind="term")
    county.contract("B2", state="framework", year=2025)
    gone.valid_to = date(2026, 10, 31) - timedelta(days=1)
    county.now = at(date(2026, 11, 5))
    county.revise_contract(first)
    county.walk_contract(second, "published")
    county.now = now
    county.session.flush()
    return county


def parts_of(client, division, month):
    answer = client.get(f"{API}/month-figures?division={division.code}&month={month}&topic=contracts").json
    assert answer["counted_on"] == DAYS[month]
    return {one["key"]: one["value"] for one in answer["parts"]}


def listed(client, key, division, on):
    """How many records the list behind a part shows."""
    if key == "without":
        answer = client.get(f"{API}/villages-without-contracts?division={division.code}&on={on}")
        return len(answer.json["villages"])
    answer = client.get(f"{API}/contracts?division={division.code}&kind=yearly&year={on[:4]}&on={on}"
                        f"&state={key.removeprefix('state.')}")
    assert {one["revision"]["state"] for one in answer.json["contracts"]} == {key.removeprefix("state.")}
    return len(answer.json["contracts"])


@pytest.mark.parametrize("month", DAYS)
def test_parts_open_into_as_many_contracts_and_villages(as_user, promised, month):
    client, told = as_user(promised.person("supervisor")), {}
    for division in (promised.county, promised.townships["B"], promised.villages["A1"]):
        told = parts_of(client, division, month) | told
        for key, number in parts_of(client, division, month).items():
            assert (key, listed(client, key, division, DAYS[month]) if number else 0) == (key, number)
    assert told == {
        "2026-08": {"without": 5}, "2026-09": {"without": 3, "state.measures": 1, "state.submitted": 1},
        "2026-10": {"without": 1, "state.approved": 1, "state.framework": 1, "state.returned": 1},
        "2026-11": {"without": 1, "state.framework": 2, "state.published": 1}}[month]


def test_a_contract_of_a_past_day_is_told_as_it_was(as_user, promised):
    client = as_user(promised.person("supervisor"))

    def told(on, stage):
        found = client.get(f"{API}/contracts?kind=yearly&year=2026&on={on}&stage={stage}").json["contracts"]
        return [(one["village"]["name"], one["revision"]["number"], one["revision"]["state"],
                 one["revision"]["changed_at"][:10], one["published_number"]) for one in found]

    assert told("2026-09-30", "village") == [("A1村", 1, "measures", "2026-09-03", None)]
    assert told("2026-10-31", "agreed") == [("A1村", 1, "approved", "2026-10-31", None)]
    assert told("2026-11-04", "village") == [("A2村", 1, "returned", "2026-10-31", None)]
    assert told("2026-11-20", "published") == [("A2村", 1, "published", "2026-11-05", 1)]
    assert told("2026-11-20", "framework") == [
        ("A1村", 2, "framework", "2026-11-05", None), ("B1村", 1, "framework", "2026-10-31", None)]


def test_villages_without_a_contract_are_those_of_today_unless_a_day_is_said(as_user, promised):
    client = as_user(promised.person("supervisor"))

    def names(**query):
        answer = client.get(f"{API}/villages-without-contracts", query_string=query)
        return [one["name"] for one in answer.json["villages"]], answer.headers["X-Pagination"]

    today, pages = names()
    assert today == ["B2村"] and '"total": 1' in pages
    assert names(on="2026-09-30", page_size=2, page=2)[0] == ["B05村"]
    assert names(year=2025)[0] == ["A1村", "A2村", "B1村"]


def test_who_sees_a_village_alone_is_told_of_that_village(as_user, promised):
    village = promised.villages["B2"]
    client = as_user(promised.person("village", village))
    path = f"{API}/villages-without-contracts?division="
    assert [one["code"] for one in client.get(path + village.code).json["villages"]] == [village.code]
    assert client.get(path + promised.townships["B"].code).status_code == 404
    assert as_user(promised.cadre("B2")).get(path + village.code).status_code == 403


def test_what_a_part_opens_into_can_be_taken_along(as_user, promised):
    client = as_user(promised.person("supervisor"))
    rows = rows_of(take(client, "villages_without_contracts", promised.CODE, filters={"on": "2026-09-30"}))
    assert [row[1] for row in rows] == ["B1村", "B2村", "B05村"]
    [row] = rows_of(take(client, "contracts", promised.CODE, filters={
        "kind": "yearly", "year": "2026", "on": "2026-09-30", "state": "submitted"}))
    assert row[0] == "A2村"
