"""Service pledges: a cadre's own, one at a time, public to village and township."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry


def pledge(**changes) -> dict:
    return {"id": str(uuid4()), "text": "每月走遍困难户", "from_on": "2026-11-20", **changes}


@pytest.fixture
def zhang(county):
    return county.cadre("A1", name="张三")


def test_a_cadre_pledges_once_and_everybody_concerned_reads_it(as_user, county, zhang):
    client, body = as_user(zhang), pledge()
    answers = [client.post("/api/v1/pledges", json=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json == {
        "id": body["id"], "cadre": {"id": zhang.cadre.id, "name": "张三"},
        "village": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}, "text": "每月走遍困难户",
        "from_on": "2026-11-20", "to_on": None, "entered_by": {"id": zhang.user.id, "name": "张三"},
        "entered_at": "2026-11-20T02:00:00Z", "version": 1}
    assert client.post("/api/v1/pledges", json={**body, "text": "别的"}).json["reason"] == "id_reused"
    for reader, place in (("village", county.villages["A1"]), ("supervisor", county.townships["A"]),
                          ("supervisor", None)):
        person = county.person(reader, place)
        division = (place or county.county).code
        assert as_user(person).get(f"/api/v1/pledges?division={division}").json["pledges"] == [answers[0].json]
    for reader, place in (("village", county.villages["A2"]), ("supervisor", county.townships["B"])):
        assert as_user(county.person(reader, place)).get(
            f"/api/v1/pledges?cadre_id={zhang.cadre.id}").status_code == 404
    assert as_user(county.person("admin")).get("/api/v1/pledges").status_code == 403


def test_pledges_follow_one_another_and_an_ended_one_is_kept(as_user, county, zhang):
    client, first = as_user(zhang), pledge(from_on="2026-01-01")
    client.post("/api/v1/pledges", json=first)
    overlapping = client.post("/api/v1/pledges", json=pledge())
    assert (overlapping.status_code, overlapping.json["reason"]) == (409, "pledge_overlaps")
    ended = client.patch(f"/api/v1/pledges/{first['id']}", json={"text": "走遍困难户", "to_on": "2026-11-19"},
                         headers={"If-Match": '"1"'})
    assert (ended.status_code, ended.headers["ETag"], ended.json["text"]) == (200, '"2"', "走遍困难户")
    assert client.post("/api/v1/pledges", json=pledge()).status_code == 201
    assert [(one["from_on"], one["to_on"]) for one in client.get("/api/v1/pledges").json["pledges"]] == [
        ("2026-11-20", None), ("2026-01-01", "2026-11-19")]
    today = as_user(county.person("supervisor")).get(f"/api/v1/pledges?division={county.CODE}").json["pledges"]
    assert [one["from_on"] for one in today] == ["2026-11-20"]
    stale = client.patch(f"/api/v1/pledges/{first['id']}", json={"text": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "pledge.changed"))
    assert (entry.details["before"], entry.details["text"]) == ("每月走遍困难户", "走遍困难户")


def test_a_supervisor_enters_one_from_paper_and_nobody_else_does(as_user, county, zhang):
    body = pledge(cadre_id=zhang.cadre.id)
    for person in (county.cadre("A1"), county.person("supervisor", county.townships["B"])):
        assert as_user(person).post("/api/v1/pledges", json=body).status_code == 404
    assert as_user(county.person("village", county.villages["A1"])).post(
        "/api/v1/pledges", json=body).status_code == 403
    officer = as_user(county.person("supervisor", county.townships["A"], name="赵六"))
    made = officer.post("/api/v1/pledges", json=body)
    assert (made.status_code, made.json["entered_by"]["name"]) == (201, "赵六")
    assert officer.patch(f"/api/v1/pledges/{body['id']}", json={"text": "改"},
                         headers={"If-Match": '"1"'}).status_code == 200
    stranger = as_user(county.cadre("A1"))
    assert stranger.patch(f"/api/v1/pledges/{body['id']}", json={"text": "x"},
                          headers={"If-Match": '"2"'}).status_code == 404


@pytest.mark.parametrize("changes", [{"to_on": "2026-11-19"}, {"text": ""}, {"text": "字" * 1001}])
def test_a_pledge_that_makes_no_sense_is_refused_in_words(as_user, zhang, changes):
    assert as_user(zhang).post("/api/v1/pledges", json=pledge(**changes)).status_code == 422


def test_a_stranger_reads_none_here(client):
    assert client.get("/api/v1/pledges").status_code == 401
