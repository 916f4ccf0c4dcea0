"""The day's page and the reading queue: filled in, read off by level, never one's own, never counted by person."""

import hashlib
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.diary import reading_rules
from api.diary.meeting_models import Attendance, Meeting
from api.diary.models import Concern
from tests.conftest import NOW
from tests.test_openapi import operations

TODAY = "2026-11-20"


def reading(entry, outcome: str = "read", **changes) -> dict:
    return {"id": str(uuid4()), "entry_id": str(entry.id), "outcome": outcome, **changes}


@pytest.fixture
def author(county):
    return county.cadre("A1", name="张三")


@pytest.fixture
def officer(county):
    return county.person("supervisor", county.townships["A"], name="赵六")


def test_the_page_of_a_day_is_filled_in_from_its_records(as_user, county, author):
    household, mate = county.household("A1", "王五", group="三组"), county.cadre("A1", name="李四")
    client = as_user(author)
    county.check_in(author, date(2026, 11, 20))
    round_id = str(uuid4())
    visits = [{"id": str(uuid4()), "household_id": household.id, "manner": "in_person", "summary": "要修灶"}]
    made = client.post("/api/v1/rounds", json={
        "id": round_id, "captured_at": f"{TODAY}T09:10:00+08:00", "visits": visits, "purposes": ["policy"],
        "companion_ids": [mate.cadre.id]})
    assert made.status_code == 201
    concern = county.concern(author, text="井水浑")
    client.post("/api/v1/receptions", json={
        "id": str(uuid4()), "village_code": county.villages["A1"].code, "day": TODAY, "question": "低保怎么办",
        "answer": "带户口本", "policy_cited": "低保办法", "cadre_ids": [author.cadre.id],
        "captured_at": f"{TODAY}T09:30:00+08:00"})
    meeting = Meeting(id=uuid4(), division_id=county.townships["A"].id, regular_on=None, held_on=date(2026, 11, 20),
                      place="镇政府", decisions="月底前修好", entered_by_id=author.user.id, entered_at=NOW,
                      content_hash=b"test", version=1)
    county.session.add(meeting)
    county.session.flush()
    county.session.add(Attendance(meeting_id=meeting.id, cadre_id=author.cadre.id, state="present"))
    draft = county.diary_entry(author, "还没写完")
    page = client.get(f"/api/v1/diary-days/{TODAY}").json
    assert {name: page[name] for name in ("day", "weekday", "cadre")} == {
        "day": TODAY, "weekday": 5, "cadre": {"id": author.cadre.id, "name": "张三"}}
    assert [(one["kind"], one["place"], one["status"]) for one in page["where"]] == [
        ("check_in", "村委会", "counts")]
    assert page["rounds"] == [{
        "id": round_id, "at": f"{TODAY}T01:10:00Z", "purposes": ["policy"], "others": None, "team": ["张三"],
        "visits": [{"household": {"id": household.id, "householder": "王五", "villagers_group": "三组"},
                    "manner": "in_person", "summary": "要修灶"}]}]
    assert page["concerns"] == [{"id": str(concern.id), "kind": "facility", "text": "井水浑", "state": "raised",
                                 "householder": None}]
    assert [(one["question"], one["policy_cited"]) for one in page["receptions"]] == [("低保怎么办", "低保办法")]
    assert page["meetings"] == [{"id": str(meeting.id), "division": "子营街道", "place": "镇政府",
                                 "decisions": "月底前修好"}]
    assert [one["id"] for one in page["entries"]] == [str(draft.id)]
    # A companion who was named has the round on the own page only after saying so.
    assert as_user(mate).get(f"/api/v1/diary-days/{TODAY}").json["rounds"] == []


def test_a_day_is_for_its_cadre_and_without_drafts_for_those_above(as_user, county, author, officer):
    county.diary_entry(author, "草稿")
    sent = county.diary_entry(author, "交了", submitted=True)
    url = f"/api/v1/diary-days/{TODAY}?cadre_id={author.cadre.id}"
    assert [one["id"] for one in as_user(officer).get(url).json["entries"]] == [str(sent.id)]
    for person in (county.cadre("A1"), county.person("supervisor", county.townships["B"])):
        assert as_user(person).get(url).status_code == 404
    assert as_user(county.person("village", county.villages["A1"])).get(url).status_code == 403
    assert as_user(officer).get(f"/api/v1/diary-days/{TODAY}").status_code == 409


def test_the_queue_holds_what_was_submitted_and_nobody_of_the_level_has_read(as_user, county, author, officer):
    first = county.diary_entry(author, "第一篇", submitted=True)
    county.now += timedelta(minutes=1)
    second = county.diary_entry(author, "第二篇", submitted=True)
    county.diary_entry(author, "草稿")
    county.diary_entry(county.cadre("B1"), "别的镇", submitted=True)
    client, colleague, above = (as_user(one) for one in (
        officer, county.person("supervisor", county.townships["A"]), county.person("supervisor")))

    def queue(asker, **query) -> tuple:
        page = asker.get("/api/v1/unread-diary-entries", query_string=query).json
        return page["unread"], [one["text"] for one in page["entries"]]

    assert queue(client) == (2, ["第一篇", "第二篇"])
    assert queue(client, after=str(first.id)) == (2, ["第二篇"])
    body = reading(first)
    done = client.post("/api/v1/diary-readings", json=body)
    assert (done.status_code, done.json["by"]["name"], done.json["level"]) == (201, "赵六", "township")
    assert client.post("/api/v1/diary-readings", json=body).status_code == 200
    refused = colleague.post("/api/v1/diary-readings", json=body)
    assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    assert queue(client) == queue(colleague) == (1, ["第二篇"])
    # The county reads for itself; so does its reading of one township.
    assert queue(above)[0] == 3
    assert queue(above, division=county.townships["A"].code) == (2, ["第一篇", "第二篇"])
    above.post("/api/v1/diary-readings", json=reading(second))
    assert queue(above, division=county.townships["A"].code) == (1, ["第一篇"])
    assert queue(client) == (1, ["第二篇"])
    # The author sees who read it, and the entry is no other version for that.
    shown = as_user(author).get(f"/api/v1/diary-entries/{first.id}").json
    assert ([(one["by"]["name"], one["outcome"]) for one in shown["readings"]], shown["version"]) == (
        [("赵六", "read")], 2)
    assert client.get("/api/v1/unread-diary-entries", query_string={
        "division": county.townships["B"].code}).status_code == 404


def test_what_waited_for_more_than_a_quarter_is_no_longer_waited_for(as_user, county, author, officer):
    county.now -= timedelta(days=reading_rules.QUEUE_DAYS + 1)
    county.diary_entry(author, "旧的", submitted=True)
    county.now = NOW
    assert as_user(officer).get("/api/v1/unread-diary-entries").json["unread"] == 0


@pytest.mark.parametrize(("outcome", "changes", "reason"), [
    ("follow_up", {}, "follow_up_note_missing"), ("follow_up", {"note": " "}, "follow_up_note_missing"),
    ("concern", {}, "concern_missing"),
    ("read", {"concern": {"id": str(uuid4()), "kind": "facility", "text": "路灯"}}, "concern_missing")])
def test_a_reading_says_what_follows(as_user, county, author, officer, outcome, changes, reason):
    entry = county.diary_entry(author, submitted=True)
    refused = as_user(officer).post("/api/v1/diary-readings", json=reading(entry, outcome, **changes))
    assert (refused.status_code, refused.json["reason"]) == (422, reason)


def test_a_follow_up_reaches_the_author_and_a_concern_is_raised_once(as_user, county, author, officer):
    entry = county.diary_entry(author, submitted=True)
    client = as_user(officer)
    client.post("/api/v1/diary-readings", json=reading(entry, "follow_up", note="请再去看看"))
    concern = {"id": str(uuid4()), "kind": "facility", "text": "路灯坏了"}
    body = reading(entry, "concern", concern=concern)
    assert [client.post("/api/v1/diary-readings", json=body).status_code for _twice in range(2)] == [201, 200]
    shown = as_user(author).get(f"/api/v1/diary-entries/{entry.id}").json
    assert {(one["outcome"], one["note"], one["concern_id"]) for one in shown["readings"]} == {
        ("follow_up", "请再去看看", None), ("concern", None, concern["id"])}
    assert shown["concerns"] == [{**concern, "state": "raised"}]
    assert county.session.scalar(select(func.count()).select_from(Concern)) == 1


def test_nobody_reads_drafts_what_lies_elsewhere_or_the_own(as_user, county, author, officer):
    county.grant(author, "supervisor", county.townships["A"])
    own, draft = county.diary_entry(author, submitted=True), county.diary_entry(county.cadre("A2"))
    client = as_user(author)
    assert client.get("/api/v1/unread-diary-entries").json["unread"] == 0
    refused = client.post("/api/v1/diary-readings", json=reading(own))
    assert (refused.status_code, refused.json["reason"]) == (403, "own_record")
    elsewhere = as_user(county.person("supervisor", county.townships["B"]))
    for asker, entry in ((as_user(officer), draft), (elsewhere, own)):
        assert asker.post("/api/v1/diary-readings", json=reading(entry)).status_code == 404
    for role in ("cadre", "village", "admin"):
        person = county.person(role, county.villages["A1"])
        assert as_user(person).post("/api/v1/diary-readings", json=reading(own)).status_code == 403


def test_a_sample_is_drawn_by_chance_recorded_and_can_be_drawn_again(as_user, county, author, officer):
    ids = [str(county.diary_entry(author, f"第{n}篇", submitted=True).id) for n in range(12)]
    county.diary_entry(author, "草稿")
    county.diary_entry(author, "上月", day=date(2026, 10, 1), submitted=True)
    client = as_user(officer)
    body = {"id": str(uuid4()), "from_on": "2026-11-01", "to_on": "2026-11-30", "size": 5}
    sample = client.post("/api/v1/diary-samples", json=body)
    drawn = [one["id"] for one in sample.json["entries"]]
    assert (sample.status_code, sample.json["population"]) == (201, 12)
    assert drawn == sorted(ids, key=lambda one: hashlib.sha256((sample.json["seed"] + one).encode()).digest())[:5]
    again = client.post("/api/v1/diary-samples", json=body)
    assert (again.status_code, again.json) == (200, sample.json)
    assert client.get(f"/api/v1/diary-samples/{body['id']}").json == sample.json
    assert client.post("/api/v1/diary-samples", json={**body, "size": 4}).json["reason"] == "id_reused"
    other = as_user(county.person("supervisor", county.townships["B"]))
    assert other.get(f"/api/v1/diary-samples/{body['id']}").status_code == 404
    assert client.post("/api/v1/diary-samples", json={**body, "size": 51}).status_code == 422


def test_nothing_counts_entries_by_person(shared_app):
    document = shared_app.test_client().get("/openapi.json").json
    areas = {"diary-entries", "diary-days", "diary-readings", "diary-samples", "unread-diary-entries"}
    schemas = document["components"]["schemas"]
    counts = {name: [key for key, value in schema.get("properties", {}).items() if value.get("type") == "integer"]
              for name, schema in schemas.items() if name.startswith(("Diary", "FoundDiary"))}
    assert areas <= {tag for _name, operation in operations(document) for tag in operation["tags"]}
    assert {key for keys in counts.values() for key in keys} <= {
        "version", "base_version", "elapsed_ms", "weekday", "unread", "population", "size", "id"}
