"""Own data: seen, exported, corrected and erased; a tombstone stays, and every figure is right afterwards."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api import audit
from api.audit import AuditEntry
from api.checkin import judging_service, kept_service, requests_service
from api.checkin.models import Decision, Evidence, StationedDay
from api.checkin.month_models import Errand, MonthClose
from api.postings.proposal_models import PlaceProposal
from tests.conftest import NOW
from tests.county import OFFICE

TODAY = NOW.date()
REQUESTS = "/api/v1/data-requests"
POSITION = {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20.0}


def check_in(client) -> dict:
    sent = {"id": str(uuid4()), "captured_at": "2026-11-20T09:00:00+08:00", "position": POSITION, "note": "有病人",
            "device_id": "phone"}
    assert client.post("/api/v1/check-ins", json=sent).status_code == 201
    return sent


def ask(client, evidence_id=None, **changes):
    return client.post(REQUESTS, json={"id": str(uuid4()), "kind": "erasure", "evidence_id": evidence_id,
                                       "text": "请删掉", **changes})


def answer(client, request, **changes):
    return client.patch(f"{REQUESTS}/{request['id']}", json={"state": "done", "answer": None, **changes},
                        headers={"If-Match": f'"{request["version"]}"'})


def test_one_sees_how_much_is_kept_of_oneself_and_of_nobody_else(as_user, county):
    cadre, other = county.cadre(), county.cadre()
    for who, count in ((cadre, 2), (other, 5)):
        for days_ago in range(count):
            county.check_in(who, TODAY - timedelta(days=days_ago))
    county.check_in(cadre, TODAY, fix=False)
    data = as_user(cadre).get("/api/v1/me/data").json
    counts = {one["key"]: one["count"] for one in data["categories"]}
    assert (counts["presence"], counts["position"], counts["decisions"], counts["account"]) == (3, 2, 0, 2)
    assert (data["reveals"], data["requests"]) == ([], [])
    [position] = [one for one in data["categories"] if one["key"] == "position"]
    assert "90 天" in position["kept"]
    assert all(one["name"] and one["kept"] and one["seen"] and "about." not in str(one) for one in data["categories"])


def test_the_export_holds_every_own_row_in_two_formats_and_no_secret(as_user, county):
    cadre, other = county.cadre(name="=张三"), county.cadre()
    cadre.user.password_hash = "argon2-secret"
    for who in (cadre, other):
        county.check_in(who, TODAY)
    client = as_user(cadre)
    response = client.post("/api/v1/me/exports", buffered=True)
    assert (response.status_code, response.mimetype) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(response.data))
    names = set(archive.namelist())
    assert {"README.txt", "presence/evidence.csv", "presence/evidence.json", "sessions/user_sessions.csv"} <= names
    assert {name[:-4] for name in names if name.endswith(".csv")} == {
        name[:-5] for name in names if name.endswith(".json")}
    for name in (one for one in names if one.endswith(".json")):
        rows = json.loads(archive.read(name))
        table = list(csv.DictReader(io.StringIO(archive.read(name[:-4] + "csv").decode("utf-8-sig"))))
        assert len(rows) == len(table)
    [evidence] = json.loads(archive.read("presence/evidence.json"))
    assert (evidence["cadre_id"], evidence["latitude"]) == (cadre.cadre.id, OFFICE.latitude)
    [user] = json.loads(archive.read("account/users.json"))
    assert user["name"] == "=张三"
    assert "'=张三" in archive.read("account/users.csv").decode("utf-8-sig")
    everything = b"".join(archive.read(name) for name in names)
    assert b"argon2-secret" not in everything and b"token_hash" not in everything
    assert "关于您的全部数据" in archive.read("README.txt").decode()
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "data.exported"))
    assert entry.user_id == cadre.user.id


def test_a_request_is_kept_once_and_seen_by_its_owner_and_the_administrator_above(as_user, county):
    cadre = county.cadre("A1", name="张三")
    client = as_user(cadre)
    sent = {"id": str(uuid4()), "kind": "correction", "text": "单位写错了"}
    first, again = client.post(REQUESTS, json=sent), client.post(REQUESTS, json=sent)
    assert (first.status_code, again.status_code, first.json) == (201, 200, again.json)
    assert (first.json["state"], first.json["evidence"], first.json["is_own"]) == ("asked", None, True)
    seen = {
        "owner": client, "admin above": as_user(county.person("admin", county.townships["A"])),
        "other admin": as_user(county.person("admin", county.townships["B"])),
        "supervisor": as_user(county.person("supervisor")), "other cadre": as_user(county.cadre("A1")),
    }
    assert {who: len(one.get(REQUESTS).json["requests"]) for who, one in seen.items()} == {
        "owner": 1, "admin above": 1, "other admin": 0, "supervisor": 0, "other cadre": 0}
    assert seen["owner"].get(f"{REQUESTS}?state=done").json["requests"] == []
    assert seen["other cadre"].post(REQUESTS, json=sent).json["reason"] == "id_reused"


@pytest.mark.parametrize("role", ["cadre", "village", "supervisor", "admin", "auditor"])
def test_everybody_may_suggest_something_and_is_answered(as_user, county, role):
    client = as_user(county.cadre("A1") if role == "cadre" else county.person(role))
    made = ask(client, kind="suggestion", text="字再大一点")
    assert (made.status_code, made.json["kind"], made.json["state"]) == (201, "suggestion", "asked")
    done = answer(as_user(county.person("admin")), made.json, answer="下个版本改")
    assert (done.status_code, done.json["answer"]) == (200, "下个版本改")
    assert [one["answer"] for one in client.get("/api/v1/me/data").json["requests"]] == ["下个版本改"]


def test_a_suggestion_names_no_record(as_user, county):
    client = as_user(county.cadre())
    refused = ask(client, check_in(client)["id"], kind="suggestion")
    assert (refused.status_code, refused.json["reason"]) == (422, "invalid")
    assert client.get(REQUESTS).json["requests"] == []


def test_what_one_did_for_others_is_ones_own_too_without_what_it_says_of_them(as_user, county):
    officer, cadre = county.person("supervisor", county.townships["A"]), county.cadre("A1", name="别人")
    village = county.villages["A1"]
    county.session.add_all((
        PlaceProposal(id=uuid4(), village_id=village.id, name="三组晒坝", state="proposed", content_hash=b"1",
                      proposed_by_id=officer.user.id, proposed_at=NOW),
        Errand(id=uuid4(), division_id=village.id, kind="errand", title="开会", from_on=TODAY, to_on=TODAY,
               entered_by_id=officer.user.id, entered_at=NOW, content_hash=b"1"),
        MonthClose(id=uuid4(), village_id=village.id, month_on=TODAY.replace(month=10, day=1),
                   closed_by_id=officer.user.id, closed_at=NOW, sheet={"rows": [cadre.user.name]}, hash=b"1",
                   content_hash=b"1")))
    county.session.flush()

    def counts(person):
        kept = as_user(person).get("/api/v1/me/data").json["categories"]
        return [one["count"] for one in kept if one["key"] in ("decisions", "leave", "months")]

    assert (counts(officer), counts(cadre)) == ([1, 1, 1], [0, 0, 0])
    archive = zipfile.ZipFile(io.BytesIO(as_user(officer).post("/api/v1/me/exports", buffered=True).data))
    assert all(len(json.loads(archive.read(f"{name}.json"))) == 1
               for name in ("decisions/place_proposals", "leave/errands", "months/month_closes"))
    assert "别人" not in "".join(archive.read(name).decode() for name in archive.namelist())


def test_what_waits_is_never_pushed_off_the_list(as_user, county, monkeypatch, clock):
    monkeypatch.setattr(requests_service, "MOST", 3)
    cadre, admin = county.cadre("A1"), as_user(county.person("admin"))
    client = as_user(cadre)
    asked = []
    for minute in range(5):
        clock.now = NOW + timedelta(minutes=minute)
        asked.append(ask(client, kind="correction").json)
    for minute, one in enumerate(asked[:3]):
        clock.now = NOW + timedelta(minutes=5 + minute)
        answer(admin, one)
    listed = [one["id"] for one in admin.get(REQUESTS).json["requests"]]
    assert listed == [asked[3]["id"], asked[4]["id"], asked[2]["id"]]


def test_who_has_no_rights_left_is_still_answered(as_user, county):
    person = county.person()
    request = ask(as_user(person), kind="correction").json
    admin = as_user(county.person("admin", county.townships["A"]))
    assert [one["id"] for one in admin.get(REQUESTS).json["requests"]] == [request["id"]]
    assert answer(admin, request, answer="改好了").json["state"] == "done"
    assert as_user(county.person("supervisor")).get(REQUESTS).json["requests"] == []


def test_nobody_asks_about_somebody_elses_record(as_user, county):
    theirs = county.check_in(county.cadre(), TODAY)
    assert ask(as_user(county.cadre()), str(theirs.id)).status_code == 404
    assert ask(as_user(county.cadre()), str(uuid4())).status_code == 404
    assert ask(as_user(county.cadre()), text="　").json["reason"] == "reason_missing"


def test_an_erased_record_is_a_tombstone(as_user, county):
    cadre = county.cadre("A1")
    client, admin = as_user(cadre), as_user(county.person("admin"))
    sent = check_in(client)
    supervisor = as_user(county.person("supervisor"))
    decision = {"id": str(uuid4()), "evidence_id": sent["id"], "outcome": "confirmed", "reason": "看见他了"}
    assert supervisor.post("/api/v1/decisions", json=decision).status_code == 201
    request = ask(client, sent["id"]).json
    done = answer(admin, request, answer="已删除")
    assert (done.status_code, done.json["state"], done.json["answer"], done.json["version"]) == (
        200, "done", "已删除", 2)
    assert done.headers["ETag"] == '"2"'
    county.session.expire_all()
    [left] = county.session.scalars(select(Evidence))
    assert (left.status, left.verdict, left.day, left.cadre_id) == ("erased", "not_judged", TODAY, cadre.cadre.id)
    assert (left.latitude, left.longitude, left.datum, left.accuracy_m, left.wgs84_latitude, left.wgs84_longitude,
            left.distance_m, left.place_id, left.note, left.device_id, left.elapsed_ms, left.location_error) == (
        None,) * 12
    assert (left.flags, left.content_hash) == ("", b"")
    assert [one.reason for one in county.session.scalars(select(Decision))] == [None]
    assert county.session.scalars(select(StationedDay)).all() == []
    ids = [cadre.cadre.id]
    assert list(judging_service.misjudged(county.session, cadre_ids=ids)) == []
    assert list(kept_service.differences(county.session, cadre_ids=ids)) == []
    judging_service.cadres_changed(county.session, cadre_ids=ids)
    county.session.refresh(left)
    assert left.status == "erased"
    # Its id is refused for ever, in whatever way it comes back; another's id tells a stranger nothing.
    for refused in (client.post("/api/v1/check-ins", json=sent),
                    client.post("/api/v1/check-ins", json={**sent, "note": None}),
                    client.get(f"/api/v1/check-ins/{sent['id']}"),
                    supervisor.post("/api/v1/decisions", json={**decision, "id": str(uuid4())})):
        assert (refused.status_code, refused.json["reason"]) == (410, "erased")
    assert as_user(county.cadre()).post("/api/v1/check-ins", json=sent).json["reason"] == "id_reused"
    day = client.get(f"/api/v1/stationed-days?from={TODAY}&to={TODAY}").json["days"][0]
    assert (day["evidence"], day["state"]) == ([], None)
    actions = list(county.session.scalars(select(AuditEntry.action).where(
        AuditEntry.subject == f"request:{request['id']}").order_by(AuditEntry.id)))
    assert actions == ["data.erasure_asked", "data.erasure_done"]
    assert list(audit.verify(county.session)) == []


def test_a_correction_that_is_done_erases_nothing(as_user, county):
    client = as_user(county.cadre("A1"))
    sent = check_in(client)
    request = ask(client, sent["id"], kind="correction").json
    assert answer(as_user(county.person("admin")), request).status_code == 200
    assert client.post("/api/v1/check-ins", json=sent).status_code == 200


def test_what_an_answer_may_not_be(as_user, county):
    cadre = county.cadre("A1")
    county.grant(cadre, "admin", county.county)
    own = ask(as_user(cadre)).json
    admin = as_user(county.person("admin"))
    assert answer(as_user(cadre), own).json["reason"] == "own_record"
    assert answer(as_user(county.person("admin", county.townships["B"])), own).status_code == 404
    assert answer(as_user(county.person("supervisor")), own).status_code == 403
    assert answer(admin, own, state="declined").json["reason"] == "reason_missing"
    assert answer(admin, own, state="asked").status_code == 422
    assert answer(admin, {**own, "version": 7}).status_code == 412
    assert admin.patch(f"{REQUESTS}/{own['id']}", json={"state": "done"}).status_code == 428
    assert answer(admin, own, state="declined", answer="要留档").json["state"] == "declined"
    again = admin.patch(f"{REQUESTS}/{own['id']}", json={"state": "done"}, headers={"If-Match": "*"})
    assert (again.status_code, again.json["reason"]) == (409, "request_answered")
    assert answer(admin, own, id=str(uuid4())).status_code == 422


@pytest.mark.parametrize(("method", "path"), [("get", "/api/v1/me/data"), ("post", "/api/v1/me/exports"),
                                              ("get", REQUESTS), ("post", REQUESTS)])
def test_a_stranger_sees_nothing(client, method, path):
    assert getattr(client, method)(path).status_code == 401
