"""One coordinate shown for a review: by the supervisor above, with a reason, logged, and the cadre sees it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from api.audit import AuditEntry
from api.checkin.models import Evidence
from api.checkin.privacy_models import CoordinateReveal
from tests.conftest import NOW
from tests.county import OFFICE

TODAY = NOW.date()
PATH = "/api/v1/coordinate-reveals"


def body(evidence, **changes) -> dict:
    return {"id": str(uuid4()), "evidence_id": str(evidence.id), "reason": "复核这天的定位", **changes}


def day_of(client, cadre) -> list[dict]:
    answer = client.get(f"/api/v1/stationed-days?cadre_id={cadre.cadre.id}&from={TODAY}&to={TODAY}")
    return answer.json["days"][0]["evidence"]


def test_the_supervisor_above_sees_it_once_and_the_cadre_sees_that(as_user, county):
    cadre, supervisor = county.cadre("A1"), county.person("supervisor", county.townships["A"], name="王镇长")
    evidence = county.check_in(cadre, TODAY, metres_north=300)
    client, sent = as_user(supervisor), body(evidence)
    first, again = client.post(PATH, json=sent), client.post(PATH, json=sent)
    assert (first.status_code, again.status_code, first.json) == (201, 200, again.json)
    by = {"id": supervisor.user.id, "name": "王镇长"}
    point = {"latitude": evidence.latitude, "longitude": OFFICE.longitude}
    assert first.json == {"id": sent["id"], "evidence_id": sent["evidence_id"], "by": by, "reason": sent["reason"],
                          "at": "2026-11-20T02:00:00Z", "wgs84": point,
                          "position": {**point, "accuracy_m": 20.0, "datum": "wgs84"}}
    assert county.session.scalar(select(func.count()).select_from(CoordinateReveal)) == 1
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "coordinate.revealed"))
    assert (entry.chain, entry.user_id, entry.subject, entry.details) == (
        county.townships["A"].id, supervisor.user.id, f"evidence:{evidence.id}",
        {"reason": sent["reason"], "day": str(TODAY), "cadre": cadre.cadre.id})
    seen = [{"by": by, "at": "2026-11-20T02:00:00Z", "reason": sent["reason"]}]
    for who in (cadre, supervisor):
        [shown] = day_of(as_user(who), cadre)
        assert (shown["has_coordinates"], shown["reveals"]) == (True, seen)
    village = county.person("village", county.villages["A1"])
    assert day_of(as_user(village), cadre)[0]["reveals"] == []
    [own] = as_user(cadre).get("/api/v1/me/data").json["reveals"]
    assert (own["day"], own["by"], own["reason"]) == (str(TODAY), by, sent["reason"])


@pytest.mark.parametrize(("role", "division", "status"), [
    ("supervisor", "county", 201), ("supervisor", "A", 201), ("supervisor", "B", 404), ("village", "A1", 403),
    ("admin", "county", 403), ("auditor", "county", 403)])
def test_who_may_look(as_user, county, role, division, status):
    evidence = county.check_in(county.cadre("A1"), TODAY)
    place = {"county": county.county, **county.townships, **county.villages}[division]
    assert as_user(county.person(role, place)).post(PATH, json=body(evidence)).status_code == status


def test_a_stranger_is_turned_away(client, county):
    assert client.post(PATH, json=body(county.check_in(county.cadre(), TODAY))).status_code == 401


def test_nobody_reveals_an_own_coordinate(as_user, county):
    cadre = county.cadre("A1")
    county.grant(cadre, "supervisor", county.county)
    answer = as_user(cadre).post(PATH, json=body(county.check_in(cadre, TODAY)))
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")


@pytest.mark.parametrize(("case", "expected"), [
    ("deleted", (410, "coordinates_deleted")), ("erased", (410, "erased")), ("no fix", (409, "no_coordinates")),
    ("unposted", (404, "not_found")), ("unknown", (404, "not_found")), ("short", (422, "invalid")),
    ("blank", (422, "reason_too_short"))])
def test_what_is_refused(as_user, county, case, expected):
    cadre = county.cadre("A1", from_on=TODAY if case == "unposted" else TODAY - timedelta(days=9))
    evidence = county.check_in(cadre, TODAY - timedelta(days=1), fix=case != "no fix")
    gone = {"latitude": None, "longitude": None, "wgs84_latitude": None, "wgs84_longitude": None}
    if case == "deleted":
        county.session.execute(update(Evidence).values(gone))
    if case == "erased":
        county.session.execute(update(Evidence).values(status="erased"))
    reason = {"short": "看看", "blank": "　 　 　 　"}.get(case, "复核这天的定位")
    changes = {"reason": reason, **({"evidence_id": str(uuid4())} if case == "unknown" else {})}
    answer = as_user(county.person("supervisor")).post(PATH, json=body(evidence, **changes))
    assert (answer.status_code, answer.json["reason"]) == expected
    assert county.session.scalar(select(func.count()).select_from(CoordinateReveal)) == 0


def test_an_id_that_was_used_is_refused_and_shows_nothing(as_user, county):
    evidence = county.check_in(county.cadre("A1"), TODAY)
    sent = body(evidence)
    assert as_user(county.person("supervisor")).post(PATH, json=sent).status_code == 201
    other = as_user(county.person("supervisor")).post(PATH, json=sent)
    assert (other.status_code, other.json["reason"]) == (409, "id_reused")
    assert "latitude" not in other.text
