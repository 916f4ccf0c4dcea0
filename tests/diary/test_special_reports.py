"""Special reports: drafts are private, clues go to the township and above, what was read stays as it was read."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.diary.special_report_models import SpecialReport, SpecialReportVersion
from tests.photos.pictures import from_a_camera, sha256

NOON = "2026-11-20T09:30:00+08:00"


def report(kind="public_opinion", **changes) -> dict:
    return {"id": str(uuid4()), "kind": kind, "title": "群众盼修路", "text": "三组到镇里的路塌了半边。",
            "is_submitted": True, "captured_at": NOON, **changes}


@pytest.fixture
def cadre(county):
    return county.cadre("A1", name="张三")


@pytest.fixture
def people(county, cadre):
    return {
        "author": cadre, "township": county.person("supervisor", county.townships["A"], name="赵镇长"),
        "county": county.person("supervisor", name="钱主任"),
        "village_supervisor": county.person("supervisor", county.villages["A1"]),
        "committee": county.person("village", county.villages["A1"]), "colleague": county.cadre("A1"),
        "neighbour": county.cadre("A2"), "other_township": county.person("supervisor", county.townships["B"]),
        "far": county.cadre("B1"), "admin": county.person("admin"),
    }


@pytest.fixture
def seen_by(as_user, people):
    """Whose list holds a report, and who may open it: both the same people."""
    def ask(id):
        found = set()
        for name, person in people.items():
            client = as_user(person)
            listed = client.get("/api/v1/special-reports")
            opened = client.get(f"/api/v1/special-reports/{id}").status_code
            if listed.status_code == 403:
                assert opened == 403
                continue
            holds = id in [row["id"] for row in listed.json["reports"]]
            assert opened == (200 if holds else 404), name
            assert client.get(f"/api/v1/special-reports/{id}/versions").status_code == opened
            found |= {name} if holds else set()
        return found
    return ask


def test_a_report_is_kept_once_as_it_was_sent(as_user, county, cadre):
    body = report(is_submitted=False)
    answer = as_user(cadre).post("/api/v1/special-reports", json=body)
    assert (answer.status_code, answer.headers["ETag"], answer.json) == (201, '"1"', {
        "id": body["id"], "kind": "public_opinion", "title": "群众盼修路", "text": "三组到镇里的路塌了半边。",
        "village": {"code": "520329001201", "name": "A1村", "level": "village"},
        "author": {"id": cadre.user.id, "name": "张三"}, "day": "2026-11-20", "captured_at": "2026-11-20T01:30:00Z",
        "received_at": "2026-11-20T02:00:00Z", "submitted_at": None, "flags": [], "shared_with": None, "readings": [],
        "is_read": False, "photos": [], "is_incomplete": False, "changed_at": "2026-11-20T02:00:00Z", "version": 1})
    again = as_user(cadre).post("/api/v1/special-reports", json=body)
    assert (again.status_code, again.json) == (200, answer.json)
    assert as_user(cadre).post("/api/v1/special-reports", json={**body, "text": "别的"}).json["reason"] == "id_reused"
    assert as_user(county.cadre("A1")).post("/api/v1/special-reports", json=body).json["reason"] == "id_reused"
    assert county.session.scalar(select(func.count()).select_from(SpecialReport)) == 1


@pytest.mark.parametrize(("kind", "readers"), [
    ("committee_work", {"village_supervisor", "township", "county"}),
    ("public_opinion", {"village_supervisor", "township", "county"}),
    ("good_practice", {"village_supervisor", "township", "county"}),
    # A clue never stays in the village, whatever the grant is called.
    ("stability_clue", {"township", "county"})])
def test_a_draft_is_the_authors_and_what_is_submitted_goes_up(as_user, cadre, seen_by, kind, readers):
    id = as_user(cadre).post("/api/v1/special-reports", json=report(kind, is_submitted=False)).json["id"]
    assert seen_by(id) == {"author"}
    path = f"/api/v1/special-reports/{id}/submissions"
    submitted = {"id": str(uuid4())}
    assert [as_user(cadre).post(path, json=submitted).status_code for _ in range(2)] == [201, 200]
    assert seen_by(id) == {"author", *readers}


def test_only_the_author_edits_and_submits(as_user, cadre, people, client):
    id = as_user(cadre).post("/api/v1/special-reports", json=report()).json["id"]
    text = {"title": "改", "text": "改"}
    for name, status in (("colleague", 404), ("township", 403), ("committee", 403)):
        edited = as_user(people[name]).patch(f"/api/v1/special-reports/{id}", json=text, headers={"If-Match": '"1"'})
        handed = as_user(people[name]).post(f"/api/v1/special-reports/{id}/submissions", json={"id": str(uuid4())})
        assert (edited.status_code, handed.status_code) == (status, status)
    for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{id}"), ("PATCH", f"/{id}"), ("GET", f"/{id}/versions"),
                         ("POST", f"/{id}/submissions"), ("POST", f"/{id}/readings")):
        assert client.open(f"/api/v1/special-reports{path}", method=method, json={}).status_code == 401


def test_an_edit_keeps_what_stood_there_and_a_stale_one_is_refused(as_user, county, cadre, people, clock):
    client = as_user(cadre)
    id = client.post("/api/v1/special-reports", json=report(is_submitted=False)).json["id"]
    path, changed = f"/api/v1/special-reports/{id}", {"title": "新题", "text": "新的内容"}
    assert client.patch(path, json=changed).status_code == 428
    first = client.patch(path, json=changed, headers={"If-Match": '"1"'})
    assert (first.status_code, first.headers["ETag"], first.json["title"]) == (200, '"2"', "新题")
    stale = client.patch(path, json=changed, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    client.post(f"{path}/submissions", json={"id": str(uuid4())})
    clock.now += timedelta(minutes=1)
    client.patch(path, json={**changed, "text": "再改"}, headers={"If-Match": '"3"'})
    # What it said as a draft stays the author's.
    versions = [[row["text"] for row in as_user(person).get(f"{path}/versions").json["versions"]]
                for person in (cadre, people["township"])]
    assert versions == [["三组到镇里的路塌了半边。", "新的内容"], ["新的内容"]]
    assert county.session.scalar(select(func.count()).select_from(SpecialReportVersion)) == 2


def test_what_was_read_is_told_to_the_author_and_stays_as_it_was_read(as_user, cadre, people):
    id = as_user(cadre).post("/api/v1/special-reports", json=report()).json["id"]
    township = as_user(people["township"])
    assert [row["id"] for row in township.get("/api/v1/special-reports?unread=true").json["reports"]] == [id]
    read = {"id": str(uuid4()), "note": "周三去看"}
    assert [township.post(f"/api/v1/special-reports/{id}/readings", json=read).status_code for _ in range(2)] == [
        201, 200]
    assert township.post(f"/api/v1/special-reports/{id}/readings",
                         json={**read, "note": "别的"}).json["reason"] == "id_reused"
    assert township.get("/api/v1/special-reports?unread=true").json["reports"] == []
    # What one has read waits for the other still.
    assert len(as_user(people["county"]).get("/api/v1/special-reports?unread=true").json["reports"]) == 1
    own = as_user(cadre).get(f"/api/v1/special-reports/{id}").json
    assert [(one["by"]["name"], one["note"]) for one in own["readings"]] == [("赵镇长", "周三去看")]
    refused = as_user(cadre).patch(f"/api/v1/special-reports/{id}", json={"title": "改", "text": "改"},
                                   headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json["reason"]) == (409, "report_read")


def test_nobody_reads_off_an_own_report_or_one_out_of_reach(as_user, county, cadre, people):
    id = as_user(cadre).post("/api/v1/special-reports", json=report()).json["id"]
    clue = as_user(cadre).post("/api/v1/special-reports", json=report("stability_clue")).json["id"]
    read = {"id": str(uuid4())}
    assert as_user(people["other_township"]).post(f"/api/v1/special-reports/{id}/readings", json=read
                                                  ).status_code == 404
    assert as_user(people["village_supervisor"]).post(f"/api/v1/special-reports/{clue}/readings", json=read
                                                      ).status_code == 404
    county.grant(cadre, "supervisor", county.county)
    own = as_user(cadre).post(f"/api/v1/special-reports/{id}/readings", json=read)
    assert (own.status_code, own.json["reason"]) == (403, "own_record")


def test_a_good_practice_is_shared_with_the_cadres_of_a_division(as_user, cadre, people, seen_by):
    id = as_user(cadre).post("/api/v1/special-reports", json=report("good_practice")).json["id"]
    other = as_user(cadre).post("/api/v1/special-reports", json=report()).json["id"]
    township = as_user(people["township"])
    shared = {"id": str(uuid4()), "is_shared": True}
    answer = township.post(f"/api/v1/special-reports/{other}/readings", json=shared)
    assert (answer.status_code, answer.json["reason"]) == (422, "not_to_be_shared")
    answer = township.post(f"/api/v1/special-reports/{id}/readings", json=shared)
    assert answer.json["shared_with"]["name"] == "子营街道"
    readers = {"author", "village_supervisor", "township", "county"}
    assert seen_by(id) == {*readers, "colleague", "neighbour"}
    # Who wrote a line to the author is between those two and those above.
    assert as_user(people["colleague"]).get(f"/api/v1/special-reports/{id}").json["readings"] == []
    as_user(people["county"]).post(f"/api/v1/special-reports/{id}/readings",
                                   json={"id": str(uuid4()), "is_shared": True})
    assert seen_by(id) == {*readers, "colleague", "neighbour", "far"}


def test_lists_are_found_by_kind_and_place(as_user, county, cadre, people):
    ids = {kind: as_user(cadre).post("/api/v1/special-reports", json=report(kind)).json["id"]
           for kind in ("committee_work", "good_practice")}
    client = as_user(people["county"])
    for query, expected in (("kind=good_practice", [ids["good_practice"]]), ("kind=stability_clue", []),
                            (f"division={county.townships['B'].code}", []), ("mine=true", []),
                            (f"division={county.villages['A1'].code}&page_size=1&kind=committee_work",
                             [ids["committee_work"]])):
        assert [row["id"] for row in client.get(f"/api/v1/special-reports?{query}").json["reports"]] == expected
    assert as_user(people["township"]).get(
        f"/api/v1/special-reports?division={county.townships['B'].code}").status_code == 404


def test_somebody_who_was_never_posted_has_no_village_to_report_on(as_user, county):
    answer = as_user(county.cadre(None)).post("/api/v1/special-reports", json=report())
    assert (answer.status_code, answer.json["reason"]) == (422, "cadre_missing")


def test_a_photo_is_seen_by_whoever_may_read_its_report(as_user, cadre, people):
    sent = from_a_camera()
    hashed, client = sha256(sent), as_user(cadre)
    id = client.post("/api/v1/special-reports", json=report("stability_clue", is_submitted=False,
                                                            photos=[hashed])).json["id"]
    client.put(f"/api/v1/photos/{hashed}", data=sent, content_type="image/jpeg")

    def seen() -> set[str]:
        return {name for name, person in people.items()
                if as_user(person).get(f"/api/v1/photos/{hashed}/thumb").status_code == 200}

    assert client.get(f"/api/v1/special-reports/{id}").json["photos"] == [
        {"sha256": hashed, "has_come": True, "seen_before": False}]
    assert seen() == {"author"}
    client.post(f"/api/v1/special-reports/{id}/submissions", json={"id": str(uuid4())})
    assert seen() == {"author", "township", "county"}


def test_a_batch_writes_edits_and_submits_in_the_order_of_the_phone(as_user, county, cadre):
    body = report(is_submitted=False)
    items = [{"kind": kind, "record": record} for kind, record in (
        ("special_report_submission", {"id": str(uuid4()), "report_id": body["id"]}),
        ("special_report_edit", {"id": str(uuid4()), "report_id": body["id"], "base_version": 2, "title": "改过的题",
                                 "text": "改过的内容"}),
        ("special_report", body))]
    client = as_user(cadre)
    for statuses in ([201, 201, 201], [200, 200, 200]):
        results = client.post("/api/v1/sync", json={"items": items}).json["results"]
        assert [result["status"] for result in results] == statuses
    held = client.get(f"/api/v1/special-reports/{body['id']}").json
    assert (held["title"], held["submitted_at"] is None, held["version"]) == ("改过的题", False, 3)
    assert county.session.scalar(select(func.count()).select_from(SpecialReportVersion)) == 1
