"""Cadres, postings and places over HTTP: who may, what is refused, and that the figures follow."""

from datetime import date

import pytest
from sqlalchemy import select

from api.checkin import kept_service
from api.checkin.models import Evidence
from api.postings.models import Place, Posting
from api.postings.roster_rules import days_apart
from tests.county import OFFICE

POSITION = {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude}


@pytest.fixture
def admin(as_user, county):
    return as_user(county.person("admin"))


def posting_of(person, village, **more) -> dict:
    return {"cadre_id": person.cadre.id, "village_code": village.code, "from_on": "2026-11-01", **more}


def whole(county) -> bool:
    """Whether the kept figures are what the rule makes of all facts."""
    county.session.expire_all()
    return not list(kept_service.differences(county.session, cadre_ids=kept_service.all_cadre_ids(county.session)))


def test_a_user_becomes_a_cadre_and_is_posted(admin, county):
    user = county.person(name="王伟").user
    county.session.commit()
    made = admin.post("/api/v1/cadres", json={"user_id": user.id, "sending_unit": "县水务局", "rank": "section_level",
                                              "cadre_role": "first_secretary"})
    cadre = {"id": made.json["id"], "user_id": user.id, "username": user.username, "name": "王伟",
             "sending_unit": "县水务局", "rank": "section_level", "cadre_role": "first_secretary",
             "has_logged_in": True, "posting": None, "version": 1}
    assert (made.status_code, made.json, made.headers["ETag"]) == (201, cadre, '"1"')
    posted = admin.post("/api/v1/postings", json={
        "cadre_id": cadre["id"], "village_code": county.villages["A1"].code, "from_on": "2026-11-01",
        "further_village_codes": [county.villages["A2"].code, county.villages["A2"].code]})
    posting = {"id": posted.json["id"], "cadre": {"id": cadre["id"], "name": "王伟"},
               "village": {"code": "520329001201", "name": "A1村", "level": "village"},
               "township": {"code": "520329001000", "name": "子营街道", "level": "township"},
               "further_villages": [{"code": "520329001202", "name": "A2村", "level": "village"}],
               "from_on": "2026-11-01", "to_on": None, "version": 1}
    assert (posted.status_code, posted.json) == (201, posting)
    assert admin.get(f"/api/v1/cadres/{cadre['id']}").json == {**cadre, "posting": posting}
    assert admin.get(f"/api/v1/postings?cadre_id={cadre['id']}").json == {"postings": [posting]}
    assert admin.get(f"/api/v1/postings?division={county.townships['A'].code}").json == {"postings": [posting]}
    assert admin.get(f"/api/v1/cadres?division={county.townships['B'].code}").json == {"cadres": []}
    again = admin.post("/api/v1/cadres", json={"user_id": user.id, "sending_unit": "x", "rank": "staff",
                                               "cadre_role": "team_member"})
    assert (again.status_code, again.json["reason"]) == (409, "already_a_cadre")
    assert whole(county)


@pytest.mark.parametrize(("changes", "status", "reason"), [
    ({"from_on": "2026-11-10", "to_on": "2026-11-09"}, 422, "period_reversed"),
    ({"village_code": "520329001000"}, 422, "not_a_village"),
    ({"village_code": "520329009999"}, 404, "division_not_found"),
    ({"further_village_codes": ["520329001201"]}, 422, "village_twice"),
    ({"further_village_codes": ["520329102000"]}, 422, "not_a_village"),
    ({"from_on": "2026-01-01", "to_on": None}, 409, "posting_overlaps"),
    ({"from_on": "2025-06-01", "to_on": "2026-01-10"}, 409, "posting_overlaps"),
    ({"from_on": "2026-10-31"}, 409, "posting_overlaps"),
    ({"cadre_id": 2**31 - 1}, 404, "not_found"),
    ({"further_village_codes": ["520329001202"] * 21}, 422, "invalid"),
])
def test_a_posting_that_cannot_be_is_refused_and_nothing_changes(admin, county, changes, status, reason):
    person = county.cadre("A1", from_on=date(2026, 1, 10), to_on=date(2026, 10, 31))
    county.session.commit()
    answer = admin.post("/api/v1/postings", json={**posting_of(person, county.villages["A1"]), **changes})
    assert (answer.status_code, answer.json["reason"]) == (status, reason)
    assert len(admin.get(f"/api/v1/postings?cadre_id={person.cadre.id}").json["postings"]) == 1


def test_a_withdrawn_village_takes_no_new_posting(admin, county):
    county.villages["A2"].valid_to = date(2026, 6, 30)
    person = county.cadre(None)
    county.session.commit()
    answer = admin.post("/api/v1/postings", json=posting_of(person, county.villages["A2"]))
    assert (answer.status_code, answer.json["reason"]) == (422, "village_withdrawn")


def test_an_ended_posting_takes_its_later_evidence_along(admin, county):
    person = county.cadre("A1")
    for day in (17, 18, 19):
        county.check_in(person, date(2026, 11, day))
    county.session.commit()
    address = f"/api/v1/postings/{person.posting.id}"
    answer = admin.patch(address, json={"to_on": "2026-11-18"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["to_on"], answer.headers["ETag"]) == (200, "2026-11-18", '"2"')
    county.session.expire_all()
    found = county.session.execute(select(Evidence.day, Evidence.status).order_by(Evidence.day)).all()
    assert [status for _day, status in found] == ["counts", "counts", "no_posting"]
    assert whole(county)
    assert admin.patch(address, json={"to_on": None}, headers={"If-Match": '"1"'}).status_code == 412
    assert admin.patch(address, json={"to_on": None}, headers={"If-Match": '"2"'}).status_code == 200
    assert whole(county)


def test_a_posting_made_afterwards_judges_what_was_already_sent(admin, county):
    person = county.cadre(None)
    evidence = county.check_in(person, date(2026, 11, 18))
    county.session.commit()
    assert (evidence.status, evidence.verdict) == ("no_posting", "not_judged")
    admin.post("/api/v1/postings", json=posting_of(person, county.villages["A1"]))
    county.session.expire_all()
    assert (evidence.status, evidence.verdict) == ("counts", "inside")
    assert whole(county)


def test_a_township_admin_posts_own_and_new_cadres_but_takes_none_from_elsewhere(as_user, county):
    admin = as_user(county.person("admin", county.townships["A"]))
    own, new = county.cadre("A1", to_on=date(2026, 10, 31)), county.cadre(None)
    elsewhere = county.cadre("B1", to_on=date(2026, 10, 31))
    # A cadre role alone ties a user to a village; these two come without any.
    county.session.commit()
    assert admin.post("/api/v1/postings", json=posting_of(own, county.villages["A2"])).status_code == 201
    assert admin.post("/api/v1/postings", json=posting_of(new, county.villages["A2"])).status_code == 201
    assert admin.post("/api/v1/postings", json=posting_of(elsewhere, county.villages["A2"])).status_code == 404
    assert admin.post("/api/v1/postings", json=posting_of(own, county.villages["B1"], from_on="2027-01-01")
                      ).status_code == 404


def test_a_posting_elsewhere_does_not_exist_for_an_administrator(as_user, county):
    admin, person = as_user(county.person("admin", county.townships["A"])), county.cadre("B1")
    county.session.commit()
    for answer in (admin.get(f"/api/v1/postings/{person.posting.id}"),
                   admin.patch(f"/api/v1/postings/{person.posting.id}", json={"to_on": "2026-11-18"},
                               headers={"If-Match": '"1"'}),
                   admin.get(f"/api/v1/cadres/{person.cadre.id}"),
                   admin.patch(f"/api/v1/cadres/{person.cadre.id}", json={"rank": "staff"},
                               headers={"If-Match": '"1"'})):
        assert (answer.status_code, answer.json["reason"]) == (404, "not_found")


def test_a_township_that_a_cadre_has_left_does_not_change_the_next_ones_posting(as_user, county):
    admin = as_user(county.person("admin", county.townships["A"]))
    person = county.cadre("A1", to_on=date(2026, 10, 31))
    posting = county.post(person, "B1", from_on=date(2026, 11, 1))
    county.session.commit()
    answer = admin.patch(f"/api/v1/postings/{posting.id}", json={"to_on": "2026-11-18"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["reason"]) == (404, "not_found")
    assert admin.patch(f"/api/v1/postings/{person.posting.id}", json={"to_on": "2026-10-30"},
                       headers={"If-Match": '"1"'}).status_code == 200


def test_a_posting_is_not_moved_out_of_ones_own_divisions(as_user, county):
    admin, person = as_user(county.person("admin", county.townships["A"])), county.cadre("A1")
    county.session.commit()
    answer = admin.patch(f"/api/v1/postings/{person.posting.id}", json={"village_code": county.villages["B1"].code},
                         headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["reason"]) == (404, "division_not_found")


def test_a_cadre_is_corrected(admin, county):
    person = county.cadre("A1")
    county.session.commit()
    answer = admin.patch(f"/api/v1/cadres/{person.cadre.id}", json={"sending_unit": "县财政局"},
                         headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["sending_unit"], answer.json["rank"], answer.json["version"]) == (
        200, "县财政局", "staff", 2)


# who asks for the cadres of which division -> how many of one cadre in each village are shown, or the refusal
@pytest.mark.parametrize(("role", "where", "division", "expected"), [
    ("supervisor", "county", None, 4), ("supervisor", "A", None, 2), ("village", "A1", None, 1),
    ("supervisor", "A", "A1", 1), ("supervisor", "A", "B", 404), ("supervisor", "A", "county", 404),
    ("village", "A1", "A2", 404), ("village", "A1", "A", 404), ("village", "A1", "A1", 1), ("admin", "county", "B2", 1),
])
def test_the_roster_ends_where_the_grant_ends(as_user, county, role, where, division, expected):
    divisions = {**county.townships, **county.villages, "county": county.county}
    for village in county.villages:
        county.cadre(village)
    client = as_user(county.person(role, divisions[where]))
    answer = client.get("/api/v1/cadres" + (f"?division={divisions[division].code}" if division else ""))
    found = len(answer.json["cadres"]) if answer.status_code == 200 else answer.status_code
    assert found == expected


# from and to of the question -> whose posting (from, to) is answered; today is 2026-11-20
@pytest.mark.parametrize(("query", "expected"), [
    ("", {"在": "2026-01-01", "挪": "2026-11-01"}),
    # Who left in the spring is found by the days served, and nobody who had not come yet.
    ("from=2026-03-01&to=2026-03-31", {"在": "2026-01-01", "挪": "2026-02-01", "走": "2026-01-01"}),
    ("from=2026-04-30", {"在": "2026-01-01", "挪": "2026-02-01", "走": "2026-01-01"}),
    ("to=2026-05-01", {"在": "2026-01-01", "挪": "2026-02-01"}),
    # Today's posting goes before another one that touches the days too.
    ("from=2025-12-01&to=2026-11-30", {"在": "2026-01-01", "挪": "2026-11-01", "走": "2026-01-01"}),
    ("from=2026-11-21&to=2027-02-20", {"在": "2026-01-01", "挪": "2026-11-01", "来": "2027-01-04"}),
])
def test_the_roster_of_a_period_holds_who_has_left_and_who_is_to_come(as_user, county, query, expected):
    county.cadre("A1", name="在")
    moved = county.cadre("A1", name="挪", from_on=date(2026, 2, 1), to_on=date(2026, 9, 30))
    county.post(moved, "A2", from_on=date(2026, 11, 1))
    county.post(county.cadre("A1", name="走", to_on=date(2026, 4, 30)), "B1", from_on=date(2026, 5, 1))
    county.cadre("A2", name="来", from_on=date(2027, 1, 4))
    client = as_user(county.person("supervisor", county.townships["A"]))
    cadres = client.get(f"/api/v1/cadres?{query}").json["cadres"]
    assert {one["name"]: one["posting"]["from_on"] for one in cadres} == expected
    # Never a posting that the one who asks has nothing to do with.
    assert {one["posting"]["township"]["code"] for one in cadres} == {county.townships["A"].code}


@pytest.mark.parametrize("query", ["from=2026-11-21&to=2026-11-20", "from=2025-01-01&to=2026-11-20", "from=soon"])
def test_a_roster_of_no_days_or_too_many_is_refused(admin, query):
    answer = admin.get(f"/api/v1/cadres?{query}")
    assert (answer.status_code, answer.json["reason"]) == (422, "invalid")


@pytest.mark.parametrize(("from_on", "to_on", "apart"), [
    (date(2026, 11, 20), None, 0), (date(2026, 1, 1), date(2026, 11, 20), 0), (date(2026, 11, 22), None, 2),
    (date(2026, 1, 1), date(2026, 11, 17), 3),
])
def test_how_far_a_posting_lies_from_a_day(from_on, to_on, apart):
    assert days_apart(Posting(from_on=from_on, to_on=to_on), date(2026, 11, 20)) == apart


def test_a_village_user_sees_nothing_of_another_village(as_user, county):
    village, person = as_user(county.person("village", county.villages["A1"])), county.cadre("A2")
    evidence = county.check_in(person, date(2026, 11, 18), metres_north=5000)
    county.session.commit()
    period = "from=2026-11-01&to=2026-11-20"
    found = [village.get(path).status_code for path in (
        f"/api/v1/cadres/{person.cadre.id}", f"/api/v1/postings?cadre_id={person.cadre.id}",
        f"/api/v1/postings/{person.posting.id}", f"/api/v1/places?village={county.villages['A2'].code}",
        f"/api/v1/stationed-days?cadre_id={person.cadre.id}&{period}", f"/api/v1/leaves?cadre_id={person.cadre.id}",
        f"/api/v1/stationed-days?division={county.villages['A2'].code}&{period}",
        f"/api/v1/on-post-rates?month=2026-11&cadre_id={person.cadre.id}",
        f"/api/v1/on-post-rates?month=2026-11&division={county.townships['A'].code}")]
    found.append(village.post("/api/v1/decisions", json={
        "id": "0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d", "evidence_id": str(evidence.id), "outcome": "confirmed"}
    ).status_code)
    found.append(village.post("/api/v1/exports", json={
        "kind": "month_table", "month": "2026-11", "division_code": county.villages["A2"].code}).status_code)
    assert found == [404] * len(found)


def test_a_cadre_sees_oneself_and_nobody_else(as_user, county):
    own, other = county.cadre("A1"), county.cadre("A1")
    client, period = as_user(own), "from=2026-11-01&to=2026-11-20"
    for person, expected in ((own, 200), (other, 404)):
        found = [client.get(path).status_code for path in (
            f"/api/v1/cadres/{person.cadre.id}", f"/api/v1/postings?cadre_id={person.cadre.id}",
            f"/api/v1/stationed-days?cadre_id={person.cadre.id}&{period}", f"/api/v1/leaves?cadre_id={person.cadre.id}",
            f"/api/v1/on-post-rates?month=2026-11&cadre_id={person.cadre.id}")]
        assert found == [expected] * 5


# --- places ----------------------------------------------------------------------------------------------------------

def test_a_place_is_made_moved_and_taken_away_and_evidence_follows(as_user, county):
    supervisor = as_user(county.person("supervisor", county.townships["A"]))
    person = county.cadre("A1")
    evidence = county.check_in(person, date(2026, 11, 18), metres_north=5000)
    county.session.commit()
    north = {"latitude": OFFICE.latitude + 5000 / 110_800, "longitude": OFFICE.longitude}
    made = supervisor.post("/api/v1/places", json={"village_code": county.villages["A1"].code, "name": "外组",
                                                   "position": north, "radius_m": 500})
    place = {"id": made.json["id"], "village": {"code": "520329001201", "name": "A1村", "level": "village"},
             "name": "外组", "villagers_group": None, "radius_m": 500, "effective_radius_m": 500,
             "is_made_up": False, "version": 1}
    assert (made.status_code, made.json) == (201, place)

    def verdict():
        county.session.expire_all()
        assert whole(county)
        return evidence.verdict, evidence.status

    assert verdict() == ("inside", "counts")
    address = f"/api/v1/places/{place['id']}"
    moved = supervisor.patch(address, json={"position": POSITION}, headers={"If-Match": '"1"'})
    assert (moved.json, verdict()) == ({**place, "version": 2}, ("outside", "waiting"))
    resized = supervisor.patch(address, json={"radius_m": None}, headers={"If-Match": '"2"'})
    assert resized.json == {**place, "radius_m": None, "effective_radius_m": 1000, "version": 3}
    assert supervisor.patch(address, json={"position": north}, headers={"If-Match": '"3"'}).status_code == 200
    assert verdict() == ("inside", "counts")
    assert supervisor.delete(address, headers={"If-Match": '"1"'}).status_code == 412
    assert supervisor.delete(address, headers={"If-Match": '"4"'}).status_code == 204
    assert verdict() == ("outside", "waiting")
    assert supervisor.get(address).status_code == 404


def test_places_show_no_coordinates(as_user, county):
    answer = as_user(county.person("supervisor")).get(f"/api/v1/places?village={county.villages['A1'].code}")
    assert [sorted(place) for place in answer.json["places"]] == [
        ["effective_radius_m", "id", "is_made_up", "name", "radius_m", "version", "village", "villagers_group"]]


def test_a_village_reads_its_places_and_changes_none(as_user, county):
    village = as_user(county.person("village", county.villages["A1"]))
    place_id = county.places["A1"].id
    assert village.get(f"/api/v1/places/{place_id}").status_code == 200
    assert village.patch(f"/api/v1/places/{place_id}", json={"name": "x"}, headers={"If-Match": '"1"'}
                         ).status_code == 403
    assert village.get(f"/api/v1/places/{county.places['A2'].id}").status_code == 404


@pytest.mark.parametrize(("change", "status"), [
    ({"village_code": "520329001000"}, 422),            # a township has no places
    ({"village_code": "520329102201"}, 404),            # another township's village
    ({"radius_m": 9}, 422), ({"radius_m": 50_001}, 422), ({"radius_m": 99.5}, 422), ({"name": ""}, 422),
    ({"position": {**POSITION, "datum": "nad27"}}, 422), ({"position": None}, 422), ({"position": {}}, 422),
])
def test_a_place_that_cannot_be_is_refused(as_user, county, change, status):
    supervisor = as_user(county.person("supervisor", county.townships["A"]))
    answer = supervisor.post("/api/v1/places", json={"village_code": county.villages["A1"].code, "name": "外组",
                                                     "position": POSITION, **change})
    assert answer.status_code == status
    assert county.session.query(Place).count() == 4


def test_a_place_given_in_another_datum_is_the_same_place(as_user, county):
    supervisor = as_user(county.person("supervisor"))
    made = supervisor.post("/api/v1/places", json={
        "village_code": county.villages["A1"].code, "name": "地图上点的",
        "position": {"latitude": 27.2218371, "longitude": 107.8919576, "datum": "gcj02"}})
    place = county.session.get(Place, made.json["id"])
    assert (place.latitude, place.datum) == (27.2218371, "gcj02")
    assert abs(place.wgs84_latitude - 27.2254) < 1e-6 and abs(place.wgs84_longitude - 107.8879) < 1e-6
