"""An edit that comes too late is kept beside the record until its owner says which version stands."""

from uuid import uuid4

import pytest

from tests.sync.test_batch import send


@pytest.fixture
def cadre(county):
    return county.cadre("A1")


@pytest.fixture
def phone(as_user, cadre):
    return as_user(cadre)


@pytest.fixture
def report(phone):
    """A draft of a special report, as a phone knows it."""
    return phone.post("/api/v1/special-reports", json={
        "id": str(uuid4()), "kind": "public_opinion", "title": "民意", "text": "井水浑",
        "captured_at": "2026-11-20T09:00:00+08:00"}).json


def edit(report, text, base_version):
    return {"kind": "special_report_edit", "record": {"id": str(uuid4()), "report_id": report["id"], "title": "民意",
                                                      "base_version": base_version, "text": text}}


@pytest.fixture
def late(phone, report):
    """An edit on a phone, based on what another phone had replaced meanwhile."""
    [first] = send(phone, edit(report, "路灯坏了", 1))
    assert (first["status"], first["conflict"]) == (201, None), first
    return edit(report, "水渠堵了", 1)


def read(phone, report):
    answer = phone.get(f"/api/v1/special-reports/{report['id']}").json
    return answer["text"], answer["version"]


def test_a_late_edit_is_kept_beside_the_record_once(phone, report, late):
    [result], [again] = send(phone, late), send(phone, late)
    assert (result["status"], result["reason"], result["record"]) == (409, "edit_conflict", None)
    assert again == result
    conflict = result["conflict"]
    assert (conflict["id"], conflict["record_id"], conflict["state"], conflict["base_version"]) == (
        late["record"]["id"], report["id"], "open", 1)
    assert (conflict["mine"]["text"], conflict["current"]["text"]) == ("水渠堵了", "路灯坏了")
    assert phone.get("/api/v1/conflicts?state=open").json == {"conflicts": [conflict]}
    assert read(phone, report) == ("路灯坏了", 2)


@pytest.mark.parametrize(("outcome", "stands", "version"), [("mine", "水渠堵了", 3), ("theirs", "路灯坏了", 2)])
def test_the_owner_says_which_version_stands(phone, report, late, outcome, stands, version):
    send(phone, late)
    address = f"/api/v1/conflicts/{late['record']['id']}/settlements"
    first, again = (phone.post(address, json={"outcome": outcome}) for _ in range(2))
    assert (first.status_code, first.json["state"], first.json["mine"]["text"]) == (200, outcome, "水渠堵了")
    assert again.json == first.json
    assert read(phone, report) == (stands, version)
    # A phone that never heard of it sends the edit once more and learns that it is done with.
    [result] = send(phone, late)
    assert (result["status"], read(phone, report)) == (200, (stands, version))
    other = phone.post(address, json={"outcome": {"mine": "theirs", "theirs": "mine"}[outcome]})
    assert (other.status_code, other.json["reason"]) == (409, "conflict_settled")
    assert phone.get("/api/v1/conflicts?state=open").json == {"conflicts": []}


def test_a_conflict_is_its_owners_alone(as_user, county, phone, late):
    send(phone, late)
    other = as_user(county.cadre("A1"))
    assert other.get("/api/v1/conflicts").json == {"conflicts": []}
    answer = other.post(f"/api/v1/conflicts/{late['record']['id']}/settlements", json={"outcome": "mine"})
    assert (answer.status_code, answer.json["reason"]) == (404, "not_found")
    # Neither can another cadre's phone edit the report, nor take the edit's id.
    assert [one["reason"] for one in send(other, late)] == ["not_found"]


def test_a_kept_edit_does_not_become_another_one_under_its_id(phone, late):
    send(phone, late)
    changed = {"kind": "special_report_edit", "record": {**late["record"], "text": "别的"}}
    assert [(one["status"], one["reason"]) for one in send(phone, changed)] == [(409, "id_reused")]


def test_an_entry_that_was_edited_on_two_phones_keeps_both_texts(phone):
    entry = {"id": str(uuid4()), "captured_at": "2026-11-20T09:00:00+08:00", "text": "初稿"}
    edits = [{"kind": "diary_edit", "record": {"id": str(uuid4()), "entry_id": entry["id"], "base_version": 1,
                                               "text": text}} for text in ("一号手机", "二号手机")]
    results = send(phone, *edits, {"kind": "diary_entry", "record": entry})
    assert [(one["status"], one["reason"]) for one in results] == [(201, None), (409, "edit_conflict"), (201, None)]
    assert results[1]["conflict"]["current"]["text"] == "一号手机"
    settled = phone.post(f"/api/v1/conflicts/{edits[1]['record']['id']}/settlements", json={"outcome": "mine"})
    assert settled.status_code == 200
    address = f"/api/v1/diary-entries/{entry['id']}"
    assert phone.get(address).json["text"] == "二号手机"
    assert [one["text"] for one in phone.get(f"{address}/versions").json["versions"]] == ["一号手机", "初稿"]
