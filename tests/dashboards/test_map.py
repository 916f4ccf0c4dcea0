"""Villages on the map: at their first place, with a measure, for whom it may concern; drawn in the tiles' datum."""

import json
from pathlib import Path

import pytest

from api import geo
from api.geo import Position
from api.postings import roster_service
from api.visits import village_quarters_service
from tests.columns import as_rows
from tests.conftest import NOW
from tests.county import OFFICE

PATH = "/api/v1/map-villages"
CASES = json.loads((Path(__file__).parents[1] / "data" / "coordinates.json").read_text(encoding="utf-8"))
TILES = {"url": "https://tiles.example.cn/{z}/{x}/{y}.png", "datum": "gcj02", "approval_number": "GS（2024）0650号",
         "attribution": "某图", "max_zoom": 18}


@pytest.fixture
def leader(county):
    return county.person("supervisor")


def put_place(county, village: str, position: tuple[float, float], name: str = "外组"):
    return roster_service.put_place(
        county.session, place=None, village=county.villages[village], name=name, latitude=position[0],
        longitude=position[1], datum="wgs84", radius_m=500, by_id=None, now=NOW)


def test_a_measure_of_every_village_in_the_order_of_the_roster(as_user, county, leader):
    cadre = county.cadre("A2")
    # Monday to Thursday of the first week of November.
    for day in (2, 3, 4):
        county.check_in(cadre, NOW.date().replace(day=day))
    answer = as_user(leader).get(f"{PATH}?month=2026-11&measure=on_post_rate").json
    figures = as_user(leader).get("/api/v1/month-figures?month=2026-11&topic=presence").json
    whole = next(one for one in figures["figures"] if one["measure"] == "on_post_rate")
    villages = as_rows(answer.pop("villages"))
    assert answer == {"measure": "on_post_rate", "topic": "presence", "month": "2026-11", "counted_on": "2026-11-20",
                      "target": whole["target"], "more_is_better": True, "drawn": None, "without_place": 0,
                      "tiles": None}
    assert [one["name"] for one in villages] == ["A1村", "A2村", "B1村", "B2村"]
    assert villages[0] == {
        "code": county.villages["A1"].code, "name": "A1村", "latitude": OFFICE.latitude, "longitude": OFFICE.longitude,
        "households": 0, "numerator": 0, "denominator": 0}
    assert villages[1]["numerator"] == 3
    for part in ("numerator", "denominator"):
        assert sum(one[part] for one in villages) == whole[part]


def test_the_first_place_is_the_office_and_one_without_any_is_said(as_user, county, leader):
    put_place(county, "A1", (27.5, 107.5))
    roster_service.remove_place(county.session, place=county.places["B1"], village=county.villages["B1"], by_id=None,
                                now=NOW)
    county.session.commit()
    answer = as_user(leader).get(PATH).json
    by_name = {one["name"]: one for one in as_rows(answer["villages"])}
    assert (by_name["A1村"]["latitude"], answer["without_place"]) == (OFFICE.latitude, 1)
    assert [by_name["B1村"][key] for key in ("latitude", "longitude")] == [None] * 2
    below = as_user(leader).get(f"{PATH}?division={county.townships['A'].code}").json
    assert (below["villages"]["name"], below["without_place"]) == (["A1村", "A2村"], 0)


def test_households_are_those_of_the_kept_counts(as_user, county, leader):
    for _ in range(3):
        county.household("A1")
    village_quarters_service.households_changed(
        county.session, village_ids=[county.villages["A1"].id], now=NOW)
    county.session.commit()
    assert as_user(leader).get(PATH).json["villages"]["households"] == [3, 0, 0, 0]


@pytest.mark.parametrize("case", CASES, ids=[case["place"] for case in CASES])
def test_on_tiles_in_gcj_02_villages_are_drawn_where_these_have_them(app, as_user, county, leader, case):
    roster_service.put_place(
        county.session, place=county.places["A1"], village=county.villages["A1"], name="村委会",
        latitude=case["wgs84"][0], longitude=case["wgs84"][1], datum="wgs84", radius_m=500, by_id=None, now=NOW)
    county.session.commit()
    client = as_user(leader)
    app.config["TILES"] = TILES
    answer = client.get(PATH).json
    village, drawn = as_rows(answer["villages"])[0], as_rows(answer["drawn"])[0]
    assert answer["tiles"] == TILES
    assert geo.distance_m(Position(village["latitude"], village["longitude"]), Position(*case["wgs84"])) < 0.01
    assert geo.distance_m(Position(**drawn), Position(*case["gcj02"])) < 0.1
    # 天地图 is in CGCS2000: nothing is shifted.
    app.config["TILES"] = {**TILES, "datum": "wgs84"}
    assert client.get(PATH).json["drawn"] is None


def test_each_sees_the_villages_of_the_own_divisions(as_user, county):
    township = as_user(county.person("supervisor", county.townships["B"]))
    assert township.get(PATH).json["villages"]["name"] == ["B1村", "B2村"]
    assert township.get(f"{PATH}?division={county.townships['A'].code}").status_code == 404
    village = as_user(county.person("village", county.villages["A2"]))
    assert village.get(PATH).json["villages"]["name"] == ["A2村"]
    assert village.get(f"{PATH}?measure=concerns_overdue").status_code == 403
    assert village.get(f"{PATH}?measure=participation").status_code == 403
    assert township.get(f"{PATH}?measure=participation").status_code == 200


@pytest.mark.parametrize(("query", "status"), [
    ("?month=2026-12", 422), ("?month=2026-13", 422), ("?measure=steps_walked", 422), ("?division=1", 422),
    ("?division=110000000000", 404)])
def test_what_cannot_be_asked_is_refused(as_user, leader, query, status):
    assert as_user(leader).get(PATH + query).status_code == status


def test_strangers_cadres_and_administrators_see_no_map(client, as_user, county):
    assert client.get(PATH).status_code == 401
    for person in (county.cadre("A1"), county.person("admin"), county.person("auditor"), county.person("discipline")):
        assert as_user(person).get(PATH).status_code == 403
