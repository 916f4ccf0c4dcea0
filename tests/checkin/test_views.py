"""Check-ins, declarations and decisions over HTTP: status, body, roles."""

from datetime import date
from uuid import uuid4

import pytest

from tests.county import OFFICE

NINE = "2026-11-20T09:00:00+08:00"


def check_in(**changes):
    body = {"id": str(uuid4()), "captured_at": NINE, "elapsed_ms": 3_600_000,
            "position": {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20}}
    return {key: value for key, value in {**body, **changes}.items() if value is not ...}


def test_a_check_in_is_answered_with_its_verdict_and_day(as_user, county):
    cadre = county.cadre("A1")
    body = check_in(note="到村委会", device_id="phone-1")
    answer = as_user(cadre).post("/api/v1/check-ins", json=body)
    assert (answer.status_code, answer.json) == (201, {
        "id": body["id"], "kind": "check_in", "cadre_id": cadre.cadre.id, "day": "2026-11-20",
        "captured_at": "2026-11-20T01:00:00Z", "received_at": "2026-11-20T02:00:00Z", "verdict": "inside",
        "distance_m": 0, "place": {"id": county.places["A1"].id, "name": "村委会"}, "flags": [],
        "location_error": None, "accuracy_m": 20.0, "note": "到村委会", "status": "counts"})


def test_the_same_record_again_is_200_and_the_record_as_it_stands(as_user, county):
    client, body = as_user(county.cadre("A1")), check_in()
    first = client.post("/api/v1/check-ins", json=body)
    # The phone counts on between two sendings; everything else is the same record, however it is written.
    again = client.post("/api/v1/check-ins", json={**body, "elapsed_ms": 7_200_000, "note": None,
                                                   "captured_at": "2026-11-20T01:00:00Z"})
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)


@pytest.mark.parametrize("change", [
    {"note": "别的"}, {"captured_at": "2026-11-20T09:00:01+08:00"}, {"position": ...}, {"device_id": "other"}])
def test_the_same_id_with_other_content_is_refused_and_shows_nothing(as_user, county, change):
    client, body = as_user(county.cadre("A1")), check_in()
    client.post("/api/v1/check-ins", json=body)
    answer = client.post("/api/v1/check-ins", json=check_in(**{"id": body["id"], **change}))
    assert (answer.status_code, answer.json["reason"], answer.json["errors"]) == (409, "id_reused", {})


def test_somebody_elses_id_is_refused(as_user, county):
    body = check_in()
    as_user(county.cadre("A1")).post("/api/v1/check-ins", json=body)
    answer = as_user(county.cadre("A1")).post("/api/v1/check-ins", json=body)
    assert (answer.status_code, answer.json["reason"]) == (409, "id_reused")


@pytest.mark.parametrize("changes, verdict, status, flags", [
    ({"position": {"latitude": 27.25, "longitude": 107.8879, "accuracy_m": 20}}, "outside", "waiting", []),
    ({"position": {"latitude": 27.2254, "longitude": 107.8879}}, "uncertain", "counts", []),  # accuracy not said
    ({"position": {"latitude": 27.2218371, "longitude": 107.8919576, "accuracy_m": 20, "datum": "gcj02"}},
     "inside", "counts", []),
    ({"position": {"latitude": 27.2280954, "longitude": 107.8983756, "accuracy_m": 20, "datum": "bd09"}},
     "inside", "counts", []),
    ({"position": ..., "location_error": "denied"}, "no_location", "waiting", []),
    ({"position": ..., "elapsed_ms": ...}, "no_location", "waiting", []),
    ({"captured_at": "2027-05-01T09:00:00+08:00"}, "inside", "counts", ["clock_skew"]),
    ({"captured_at": "2026-11-10T09:00:00+08:00", "elapsed_ms": 867_600_000}, "inside", "counts", ["late"]),
])
def test_whatever_it_looks_like_a_record_is_kept(as_user, county, changes, verdict, status, flags):
    answer = as_user(county.cadre("A1")).post("/api/v1/check-ins", json=check_in(**changes))
    assert (answer.status_code, answer.json["verdict"], answer.json["status"], answer.json["flags"]) == (
        201, verdict, status, flags)


@pytest.mark.parametrize("village, to_on", [(None, None), ("A1", date(2026, 11, 19))])
def test_a_record_without_a_posting_is_kept_and_counts_nowhere(as_user, county, village, to_on):
    answer = as_user(county.cadre(village, to_on=to_on)).post("/api/v1/check-ins", json=check_in())
    assert (answer.status_code, answer.json["verdict"], answer.json["status"]) == (201, "not_judged", "no_posting")


def test_a_village_without_a_place_leaves_the_verdict_open(as_user, county):
    county.session.delete(county.places["A2"])
    answer = as_user(county.cadre("A2")).post("/api/v1/check-ins", json=check_in())
    assert (answer.status_code, answer.json["verdict"], answer.json["status"]) == (201, "not_judged", "waiting")


def test_a_neighbouring_village_of_the_posting_is_inside_too(as_user, county):
    office = county.places["B1"]
    office.latitude = office.wgs84_latitude = 27.4
    cadre = county.cadre("A1", further=("B1",))
    answer = as_user(cadre).post("/api/v1/check-ins", json=check_in(position={
        "latitude": 27.4, "longitude": 107.8879, "accuracy_m": 20}))
    assert (answer.json["verdict"], answer.json["place"]["id"]) == ("inside", office.id)


def test_own_records_are_shown_and_others_are_not_there(as_user, county):
    owner, body = as_user(county.cadre("A1")), check_in()
    kept = owner.post("/api/v1/check-ins", json=body)
    path = f"/api/v1/check-ins/{body['id']}"
    assert (owner.get(path).status_code, owner.get(path).json) == (200, kept.json)
    assert as_user(county.cadre("A1")).get(path).status_code == 404


def test_a_declaration_waits_for_the_village(as_user, county):
    cadre = county.cadre("A1")
    body = {"id": str(uuid4()), "day": "2026-11-19", "captured_at": NINE, "note": "手机没电"}
    answer = as_user(cadre).post("/api/v1/declarations", json=body)
    again = as_user(cadre).post("/api/v1/declarations", json=body)
    assert (answer.status_code, answer.json["status"], answer.json["kind"], answer.json["day"]) == (
        201, "waiting", "declaration", "2026-11-19")
    assert (again.status_code, again.json) == (200, answer.json)


def test_a_declaration_of_a_day_ahead_is_kept_but_never_counts(as_user, county):
    client = as_user(county.cadre("A1"))
    answer = client.post("/api/v1/declarations", json={"id": str(uuid4()), "day": "2026-11-21", "captured_at": NINE})
    assert (answer.status_code, answer.json["status"], answer.json["flags"]) == (201, "future_day", ["future_day"])
    day, = client.get("/api/v1/stationed-days?from=2026-11-21&to=2026-11-21").json["days"]
    assert (day["counts"], day["state"], day["why"]) == (False, None, "future_day")


def decision(evidence, outcome="confirmed", **changes):
    return {"id": str(uuid4()), "evidence_id": str(evidence.id), "outcome": outcome, **changes}


def status_of(county, evidence):
    county.session.refresh(evidence)
    return evidence.status


def outside(county, **where):
    return county.check_in(county.cadre("A1", **where), date(2026, 11, 19), metres_north=5_000)


@pytest.mark.parametrize("role, place, level", [
    ("village", "A1", "village"), ("supervisor", "A", "township"), ("supervisor", None, "county"),
    ("village", "B1", "village")])  # B1 is covered too (联片): its committee may confirm
def test_village_and_supervisors_above_confirm(as_user, county, role, place, level):
    evidence = outside(county, further=("B1",))
    division = county.villages.get(place) or county.townships.get(place)
    client = as_user(county.person(role, division, name="李主任"))
    body = decision(evidence)
    answer = client.post("/api/v1/decisions", json=body)
    assert (answer.status_code, answer.json) == (201, {
        "id": body["id"], "evidence_id": str(evidence.id), "outcome": "confirmed", "reason": None, "level": level,
        "decided_at": "2026-11-20T02:00:00Z", "decided_by": {"id": answer.json["decided_by"]["id"], "name": "李主任"}})
    assert status_of(county, evidence) == "counts"
    assert client.post("/api/v1/decisions", json=body).status_code == 200


@pytest.mark.parametrize("role, place, status", [
    ("village", "A2", 404), ("supervisor", "B", 404), ("admin", None, 403), ("auditor", None, 403),
    ("cadre", None, 403)])
def test_nobody_else_decides(as_user, county, role, place, status):
    evidence = outside(county)
    division = county.villages.get(place) or county.townships.get(place)
    answer = as_user(county.person(role, division)).post("/api/v1/decisions", json=decision(evidence))
    assert (answer.status_code, status_of(county, evidence)) == (status, "waiting")


def test_nobody_decides_on_own_records_whatever_the_grants(as_user, county):
    cadre = county.cadre("A1")
    evidence = county.check_in(cadre, date(2026, 11, 19), metres_north=5_000)
    for role, division in (("village", county.villages["A1"]), ("supervisor", county.county)):
        county.grant(cadre, role, division)
    answer = as_user(cadre).post("/api/v1/decisions", json=decision(evidence))
    assert (answer.status_code, answer.json["reason"], status_of(county, evidence)) == (403, "own_record", "waiting")


def test_a_rejection_needs_a_reason_and_the_day_follows(as_user, county):
    cadre = county.cadre("A1")
    evidence = county.check_in(cadre, date(2026, 11, 19))
    client = as_user(county.person("supervisor", county.townships["A"]))
    refused = client.post("/api/v1/decisions", json=decision(evidence, "rejected", reason="  "))
    assert (refused.status_code, refused.json["reason"]) == (422, "reason_missing")
    assert client.post("/api/v1/decisions", json=decision(evidence, "rejected", reason="当天在县里")).status_code == 201
    day, = client.get(f"/api/v1/stationed-days?cadre_id={cadre.cadre.id}&from=2026-11-19&to=2026-11-19").json["days"]
    assert (day["state"], day["counts"], day["why"]) == ("rejected", False, "rejected")
    assert [(one["outcome"], one["reason"]) for one in day["evidence"][0]["decisions"]] == [("rejected", "当天在县里")]


def test_a_decision_can_be_made_anew_and_the_highest_level_prevails(as_user, county):
    evidence = outside(county)
    village, township = (as_user(county.person("village", county.villages["A1"])),
                         as_user(county.person("supervisor", county.townships["A"])))
    township.post("/api/v1/decisions", json=decision(evidence, "rejected", reason="误"))
    village.post("/api/v1/decisions", json=decision(evidence))
    assert status_of(county, evidence) == "rejected"
    township.post("/api/v1/decisions", json=decision(evidence))
    assert status_of(county, evidence) == "counts"


def test_a_record_that_no_posting_covers_cannot_be_confirmed(as_user, county):
    evidence = county.check_in(county.cadre(None), date(2026, 11, 19))
    answer = as_user(county.person("supervisor")).post("/api/v1/decisions", json=decision(evidence))
    assert (answer.status_code, answer.json["reason"]) == (409, "nothing_to_decide")


def test_the_same_decision_id_for_another_record_is_refused(as_user, county):
    one, other = outside(county), outside(county)
    client, body = as_user(county.person("supervisor")), decision(one)
    client.post("/api/v1/decisions", json=body)
    answer = client.post("/api/v1/decisions", json={**body, "evidence_id": str(other.id)})
    assert (answer.status_code, answer.json["reason"], status_of(county, other)) == (409, "id_reused", "waiting")
