"""Handovers: what is open goes to the successor, once, and only where the successor really is posted."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry


def body(person, **changes):
    return {"id": str(uuid4()), "posting_id": person.posting.id, "handed_on": "2026-11-20",
            "matters": [{"what": "三组水池没修完", "due_on": "2026-12-01", "note": "找县水务局"}], **changes}


@pytest.fixture
def two(county):
    """The one who goes, and the one who is posted to the same village from next month on."""
    return county.cadre("A1", name="走的人"), county.cadre("A1", name="来的人", from_on=date(2026, 12, 1))


def test_a_township_hands_open_matters_to_the_successor(as_user, county, two):
    goes, comes = two
    county.check_in(goes, date(2026, 11, 18), fix=False)
    township = as_user(county.person("supervisor", county.townships["A"]))
    sent = body(goes, successor_id=comes.cadre.id, note="钥匙在村部")
    made, again = township.post("/api/v1/handovers", json=sent), township.post("/api/v1/handovers", json=sent)
    assert (made.status_code, again.status_code, again.json) == (201, 200, made.json)
    assert (made.json["cadre"]["name"], made.json["successor"]["name"], made.json["matters"]) == (
        "走的人", "来的人", [{"what": "三组水池没修完", "due_on": "2026-12-01", "note": "找县水务局"}])
    held = township.get(f"/api/v1/handovers?posting_id={goes.posting.id}").json
    assert [one["id"] for one in held["handovers"]] == [sent["id"]]
    assert held["open"]["waiting_days"] == ["2026-11-18"]
    # Posted since January; November is not over yet.
    assert held["open"]["months_open"] == [f"2026-{month:02}" for month in range(1, 11)]
    assert [one["id"] for one in township.get("/api/v1/handovers").json["handovers"]] == [sent["id"]]
    assert county.session.scalars(select(AuditEntry).where(AuditEntry.action == "handover.made")).one().chain == (
        county.townships["A"].id)


def test_other_content_under_the_same_id_is_refused(as_user, county, two):
    township, sent = as_user(county.person("supervisor", county.townships["A"])), body(two[0])
    township.post("/api/v1/handovers", json=sent)
    other = township.post("/api/v1/handovers", json={**sent, "note": "别的"})
    assert (other.status_code, other.json["reason"]) == (409, "id_reused")


def test_a_successor_is_posted_to_the_village(as_user, county, two):
    elsewhere, next_door = county.cadre("A2"), county.cadre("A2", further=("A1",))
    gone = county.cadre("A1", to_on=date(2026, 6, 30))
    township = as_user(county.person("supervisor", county.townships["A"]))
    answers = [township.post("/api/v1/handovers", json=body(two[0], successor_id=one.cadre.id)).status_code
               for one in (elsewhere, gone, two[0], next_door)]
    assert answers == [422, 422, 422, 201]


@pytest.mark.parametrize("role, place, status", [
    ("supervisor", "B", 404), ("village", "A1", 403), ("auditor", None, 403), ("admin", None, 201),
    ("supervisor", None, 201)])
def test_who_may_hand_a_posting_over(as_user, county, two, role, place, status):
    division = county.villages.get(place) or county.townships.get(place)
    client = as_user(county.person(role, division))
    assert client.post("/api/v1/handovers", json=body(two[0])).status_code == status
    asked = client.get(f"/api/v1/handovers?posting_id={two[0].posting.id}").status_code
    assert asked == (200 if status == 201 else status)


def test_nobody_hands_over_the_own_posting(as_user, county, two):
    county.grant(two[0], "supervisor", county.townships["A"])
    answer = as_user(two[0]).post("/api/v1/handovers", json=body(two[0]))
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")
