"""How much of last month's evidence each radius would have covered."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import event

from api.checkin.coverage_rules import RADII_M, MeasuredFix, RadiusCoverage, coverage, measured
from api.geo import Position
from api.postings.proposal_models import PlaceProposal
from tests.county import OFFICE

IN_OCTOBER, TODAY = date(2026, 10, 20), date(2026, 11, 20)


def north(metres: float) -> Position:
    return Position(OFFICE.latitude + metres / 110_800, OFFICE.longitude)


@pytest.mark.parametrize(("distance_m", "accuracy_m", "expected"), [
    (480, 20, {200: "outside", 300: "outside", 500: "inside", 800: "inside"}),
    (490, 20, {200: "outside", 300: "outside", 500: "uncertain", 800: "inside"}),
    (520, 20, {300: "outside", 500: "uncertain", 800: "inside"}),
    (521, 20, {500: "outside", 800: "inside"}),
    (3000, None, {200: "uncertain", 5000: "uncertain"}),  # unknown accuracy never lies inside
    (3600, 0, {200: "outside", 500: "outside", 800: "uncertain"}),
])
def test_each_radius_has_the_verdict_that_the_rule_gives(distance_m, accuracy_m, expected):
    found = {row.radius_m: row for row in coverage([MeasuredFix(distance_m, accuracy_m)], RADII_M)}
    assert {radius: next(name for name in ("inside", "uncertain", "outside") if getattr(found[radius], name))
            for radius in expected} == expected


def test_rows_are_by_radius_once_each_and_empty_without_a_place():
    assert coverage([MeasuredFix(None, 20)], [500, 200, 500]) == [
        RadiusCoverage(200, 0, 0, 0), RadiusCoverage(500, 0, 0, 0)]


def test_a_fix_is_measured_to_the_nearest_place():
    assert measured(north(900), 20, [north(0), north(1000), north(5000)]).distance_m == pytest.approx(100, abs=1)
    assert measured(north(900), 20, []) == MeasuredFix(None, 20)


def counts(answer) -> dict:
    return {row["radius_m"]: (row["inside"], row["uncertain"], row["outside"]) for row in answer.json["radii"]}


def ask(client, county, village="A1", **query):
    return client.get("/api/v1/place-coverage", query_string={"village": county.villages[village].code, **query})


def proposal_at(county, metres, village="A1", **changes) -> PlaceProposal:
    spot = north(metres)
    proposal = PlaceProposal(**{
        "id": uuid4(), "village_id": county.villages[village].id, "name": "三组", "latitude": spot.latitude,
        "longitude": spot.longitude, "datum": "wgs84", "state": "proposed",
        "proposed_by_id": county.person().user.id, "proposed_at": county.now, "content_hash": b"test", **changes})
    county.session.add(proposal)
    county.session.flush()
    return proposal


def test_last_months_fixes_are_counted_for_each_radius_and_the_default(as_user, county):
    cadre, neighbour = county.cadre("A1"), county.cadre("A2", further=("A1",))
    for metres in (100, 450, 2500):
        county.check_in(cadre, IN_OCTOBER, metres_north=metres)
    county.check_in(neighbour, IN_OCTOBER, metres_north=700)
    # None of these is among them: another month's, one without a fix, a rejected one, another village's.
    for day in (date(2026, 11, 1), date(2026, 9, 30)):
        county.check_in(cadre, day)
    county.check_in(cadre, IN_OCTOBER, fix=False)
    county.check_in(cadre, IN_OCTOBER, metres_north=4000).status = "rejected"
    county.check_in(county.cadre("B1"), IN_OCTOBER)
    answer = ask(as_user(county.person("village", county.villages["A1"])), county)
    assert answer.status_code == 200
    assert {key: answer.json[key] for key in ("from", "to", "fixes", "default_radius_m")} == {
        "from": "2026-10-01", "to": "2026-10-31", "fixes": 4, "default_radius_m": 1000}
    assert counts(answer) == {200: (1, 0, 3), 300: (1, 0, 3), 500: (2, 0, 2), 800: (3, 0, 1), 1000: (3, 0, 1),
                              1500: (3, 0, 1), 2000: (3, 0, 1), 3000: (4, 0, 0), 5000: (4, 0, 0)}
    assert all(set(row) == {"radius_m", "inside", "uncertain", "outside"} for row in answer.json["radii"])


def test_a_default_of_ones_own_is_among_the_radii(as_user, county):
    admin = as_user(county.person("admin"))
    assert admin.post("/api/v1/policies", json={
        "division_code": county.villages["A1"].code, "key": "radius_m", "value": 650,
        "effective_from": "2026-11-01", "source": "村里商定"}).status_code == 201
    client = as_user(county.person("supervisor"))
    assert (ask(client, county).json["default_radius_m"], 650 in counts(ask(client, county))) == (650, True)
    assert (ask(client, county, "A2").json["default_radius_m"], 650 in counts(ask(client, county, "A2"))) == (
        1000, False)


def test_a_proposal_is_taken_as_a_place_while_it_waits(as_user, county):
    cadre = county.cadre("A1")
    for metres in (100, 5000):
        county.check_in(cadre, IN_OCTOBER, metres_north=metres)
    waiting, stranger = proposal_at(county, 5100), proposal_at(county, 5100, "A2")
    decided = proposal_at(county, 0, latitude=None, longitude=None, datum=None, state="declined")
    client = as_user(county.person("supervisor"))
    assert counts(ask(client, county))[300] == (1, 0, 1)
    assert counts(ask(client, county, proposal=str(waiting.id)))[300] == (2, 0, 0)
    assert counts(ask(client, county, proposal=str(decided.id)))[300] == (1, 0, 1)
    for other in (stranger.id, uuid4()):
        assert ask(client, county, proposal=str(other)).status_code == 404


def test_a_proposal_from_a_record_is_where_the_record_was(as_user, county):
    cadre = county.cadre("A1")
    record = county.check_in(cadre, TODAY, metres_north=5000)
    county.check_in(cadre, IN_OCTOBER, metres_north=5050)
    made = proposal_at(county, 0, latitude=None, longitude=None, datum=None, source_evidence_id=record.id)
    client = as_user(county.person("supervisor"))
    assert counts(ask(client, county, proposal=str(made.id)))[200] == (1, 0, 0)
    record.latitude = record.longitude = record.wgs84_latitude = record.wgs84_longitude = None
    county.session.commit()
    assert counts(ask(client, county, proposal=str(made.id)))[200] == (0, 0, 1)


def test_a_village_without_a_place_or_a_fix_has_nothing_covered(as_user, county):
    client = as_user(county.person("supervisor"))
    assert set(counts(ask(client, county)).values()) == {(0, 0, 0)}
    county.check_in(county.cadre("A1"), IN_OCTOBER)
    county.session.delete(county.places["A1"])
    county.session.commit()
    answer = ask(client, county)
    assert (answer.json["fixes"], set(counts(answer).values())) == (1, {(0, 0, 0)})


@pytest.mark.parametrize(("role", "place", "status"), [
    ("village", "A1", 200), ("village", "A2", 404), ("supervisor", "A", 200), ("supervisor", "B", 404),
    ("cadre", "A1", 403), ("admin", None, 403)])
def test_who_sees_the_villages_presence_sees_its_coverage(as_user, county, role, place, status):
    person = county.person(role, county.villages.get(place) or county.townships.get(place))
    assert ask(as_user(person), county).status_code == status


def test_only_a_village_has_it(as_user, client, county):
    answer = as_user(county.person("supervisor")).get(f"/api/v1/place-coverage?village={county.CODE}")
    assert (answer.status_code, answer.json["reason"]) == (422, "not_a_village")
    assert ask(client, county).status_code == 401


def test_the_number_of_questions_does_not_grow_with_the_fixes(as_user, county, connection):
    asked, client = [], as_user(county.person("supervisor"))
    cadres = [county.cadre("A1") for _ in range(3)]

    def questions() -> int:
        asked.clear()
        county.session.commit()
        assert ask(client, county).status_code == 200
        return len(asked)

    event.listen(connection, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    before = questions()
    for day in range(1, 31):
        county.check_in(cadres[day % 3], date(2026, 10, day), metres_north=50 * day)
    assert questions() == before
