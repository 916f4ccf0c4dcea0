"""Diary entries: kept once, private until submitted, edited with history; evidence by a fix; never the village's."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.checkin.models import Evidence, StationedDay
from api.diary import entries_service
from api.diary.models import Concern, DiaryEntry
from tests.conftest import NOW
from tests.county import OFFICE
from tests.photos.pictures import from_a_camera, sha256

PATH = "/api/v1/diary-entries"
TODAY = date(2026, 11, 20)


def entry(**changes) -> dict:
    return {"id": str(uuid4()), "text": "走访三户，修水渠。", "work_types": ["visit_households"],
            "captured_at": "2026-11-20T09:30:00+08:00", **changes}


def fix(metres_north: float = 0) -> dict:
    return {"latitude": OFFICE.latitude + metres_north / 110_800, "longitude": OFFICE.longitude, "accuracy_m": 20}


@pytest.fixture
def author(county):
    return county.cadre("A1", name="张三")


@pytest.fixture
def readers(county):
    """Whoever else might want to read: by name, with whether they may once it is submitted."""
    return {"township": (county.person("supervisor", county.townships["A"]), True),
            "county": (county.person("supervisor"), True),
            "other township": (county.person("supervisor", county.townships["B"]), False),
            "village": (county.person("village", county.villages["A1"]), False),
            "admin": (county.person("admin"), False),
            "colleague": (county.cadre("A1"), False)}


def test_an_entry_is_kept_and_answers_as_it_stands(as_user, county, author):
    body = entry(elapsed_ms=1000, captured_at="2026-11-20T09:59:59+08:00")
    client = as_user(author)
    first = client.post(PATH, json=body)
    assert (first.status_code, first.headers["ETag"], first.json) == (201, '"1"', {
        "id": body["id"], "cadre": {"id": author.cadre.id, "name": "张三"},
        "village": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}, "day": "2026-11-20",
        "text": "走访三户，修水渠。", "work_types": ["visit_households"], "captured_at": "2026-11-20T01:59:59Z",
        "received_at": "2026-11-20T02:00:00Z", "flags": [], "submitted_at": None, "version": 1, "photos": [],
        "is_incomplete": False, "concerns": [], "readings": []})
    again = client.post(PATH, json={**body, "elapsed_ms": 60_000})
    assert (again.status_code, again.json) == (200, first.json)
    assert client.get(f"{PATH}/{body['id']}").json == first.json
    for changed in ({"text": "别的"}, {"day": "2026-11-19"}, {"work_types": []}):
        refused = client.post(PATH, json={**body, **changed})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    other = as_user(county.cadre("A1")).post(PATH, json=body)
    assert (other.status_code, other.json["reason"]) == (409, "id_reused")
    assert county.session.scalar(select(func.count()).select_from(DiaryEntry)) == 1


@pytest.mark.parametrize(("changes", "day", "flags"), [
    ({}, "2026-11-20", []),
    ({"day": "2026-11-18"}, "2026-11-18", []),  # written down two days later
    ({"day": "2026-11-21"}, "2026-11-21", ["future_day"]),
    ({"captured_at": "2026-11-16T09:30:00+08:00"}, "2026-11-16", ["late"]),
    ({"captured_at": "2026-11-20T11:00:00+08:00"}, "2026-11-20", ["clock_skew"]),
    # While nobody posted the cadre, the page is the author's alone.
    ({"day": "2025-01-05"}, "2025-01-05", [])])
def test_the_page_belongs_to_the_day_said_or_to_that_of_writing(as_user, author, changes, day, flags):
    answer = as_user(author).post(PATH, json=entry(**changes))
    assert (answer.status_code, answer.json["day"], answer.json["flags"]) == (201, day, flags)


def test_a_draft_is_the_authors_alone_and_a_submitted_entry_for_those_above_but_never_the_village(
        as_user, county, author, readers):
    body = entry()
    client = as_user(author)
    client.post(PATH, json=body)
    url = f"{PATH}/{body['id']}"

    def seen(person) -> tuple:
        asker = as_user(person)
        listed = asker.get(PATH)
        return (asker.get(url).status_code == 200, asker.get(f"{url}/versions").status_code == 200,
                listed.status_code == 200 and [one["id"] for one in listed.json["entries"]] == [body["id"]])

    assert {name: seen(person) for name, (person, _may) in readers.items()} == dict.fromkeys(readers, (False,) * 3)
    submission = {"id": str(uuid4()), "entry_id": body["id"]}
    done = client.post("/api/v1/diary-submissions", json=submission)
    assert (done.status_code, done.json["submitted_at"], done.json["version"]) == (201, "2026-11-20T02:00:00Z", 2)
    again = client.post("/api/v1/diary-submissions", json=submission)
    assert (again.status_code, again.json) == (200, done.json)
    assert {name: seen(person) for name, (person, _may) in readers.items()} == {
        name: (may,) * 3 for name, (_person, may) in readers.items()}
    assert client.get(url).json == done.json


def test_an_entry_may_be_submitted_as_it_is_written(as_user, county, author):
    body = entry(is_submitted=True)
    client = as_user(author)
    made = [client.post(PATH, json=body) for _twice in range(2)]
    assert [(one.status_code, one.json["submitted_at"]) for one in made] == [
        (201, "2026-11-20T02:00:00Z"), (200, "2026-11-20T02:00:00Z")]
    assert as_user(county.person("supervisor")).get(f"{PATH}?q=水渠").json["entries"][0]["id"] == body["id"]


def test_nobody_submits_or_edits_what_others_wrote(as_user, county, author, readers):
    held = county.diary_entry(author)
    for person, _may in readers.values():
        asker = as_user(person)
        edit = asker.put(f"{PATH}/{held.id}", json={"text": "x"}, headers={"If-Match": "*"})
        submission = asker.post("/api/v1/diary-submissions", json={"id": str(uuid4()), "entry_id": str(held.id)})
        assert {edit.status_code, submission.status_code} <= {403, 404}


def test_an_edit_keeps_what_was_said_and_those_above_see_no_draft_of_it(as_user, county, author):
    held = county.diary_entry(author, "草稿：只给自己看")
    client, url = as_user(author), f"{PATH}/{held.id}"

    def edit(text: str, version: int):
        return client.put(url, json={"text": text, "work_types": ["a", "a"]}, headers={"If-Match": f'"{version}"'})

    assert (edit("走访三户", 1).json["version"], edit("走访三户", 2).json["version"]) == (2, 2)
    client.post("/api/v1/diary-submissions", json={"id": str(uuid4()), "entry_id": str(held.id)})
    assert client.get(url).json["version"] == 3
    last = edit("走访四户", 3)
    assert (last.json["text"], last.json["work_types"], last.headers["ETag"]) == ("走访四户", ["a"], '"4"')
    stale = edit("走访五户", 3)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"4"')
    assert client.put(url, json={"text": "x"}).status_code == 428
    own = client.get(f"{url}/versions").json["versions"]
    assert [(one["version"], one["text"]) for one in own] == [(3, "走访三户"), (1, "草稿：只给自己看")]
    above = as_user(county.person("supervisor", county.townships["A"])).get(f"{url}/versions").json["versions"]
    assert above == own[:1]


def test_an_edit_that_a_phone_sends_twice_is_made_once(county, author):
    session, held = county.session, county.diary_entry(author)
    edit = {"edit_id": uuid4(), "edit_hash": b"1", "base_version": 1, "text": "改过", "work_types": [], "photos": [],
            "now": NOW}
    assert entries_service.edit_once(session, entry=held, **edit)
    assert not entries_service.edit_once(session, entry=held, **edit)
    assert (held.text, held.version) == ("改过", 2)
    with pytest.raises(entries_service.IdReused):
        entries_service.edit_once(session, entry=held, **{**edit, "edit_hash": b"2"})
    with pytest.raises(entries_service.Stale):
        entries_service.edit_once(session, entry=held, **{**edit, "edit_id": uuid4()})


@pytest.mark.parametrize(("choice", "metres_north", "expected"), [
    ("given", 0, [("diary", "inside", "counts")]),
    ("given", 9000, [("diary", "outside", "waiting")]),
    ("declined", 0, [])])
def test_a_fix_makes_it_evidence_of_the_day_of_writing_if_positions_were_agreed_to(
        as_user, county, choice, metres_north, expected):
    author = county.cadre("A1", location=choice)
    body = entry(day="2026-11-19", position=fix(metres_north))
    assert as_user(author).post(PATH, json=body).status_code == 201
    session = county.session
    found = session.scalars(select(Evidence)).all()
    assert [(one.kind, one.verdict, one.status) for one in found] == expected
    assert {one.day for one in found} <= {TODAY}
    stationed = session.scalars(select(StationedDay.state).where(StationedDay.day == TODAY)).all()
    assert stationed == [{"counts": "stationed", "waiting": "waiting"}[status] for _kind, _verdict, status in expected]


def test_without_a_fix_an_entry_is_no_evidence_and_with_another_fix_it_is_the_same_entry(as_user, county, author):
    body = entry()
    client = as_user(author)
    assert [client.post(PATH, json=one).status_code for one in (body, {**body, "position": fix()})] == [201, 200]
    assert county.session.scalar(select(func.count()).select_from(Evidence)) == 0


def test_concerns_come_with_the_entry_once_for_the_village_of_its_day(as_user, county, author):
    concern = {"id": str(uuid4()), "kind": "facility", "text": "路灯坏了"}
    body = entry(concerns=[concern])
    client = as_user(author)
    made = [client.post(PATH, json=body) for _twice in range(2)]
    assert [answer.json["concerns"] for answer in made] == [[{**concern, "state": "raised"}]] * 2
    [kept] = county.session.scalars(select(Concern))
    assert (kept.village_id, kept.source_kind, str(kept.source_id)) == (
        county.villages["A1"].id, "diary", body["id"])
    nowhere = as_user(county.cadre(None)).post(PATH, json=entry(concerns=[{**concern, "id": str(uuid4())}]))
    assert (nowhere.status_code, nowhere.json["reason"]) == (409, "concern_without_village")


def test_photos_are_named_come_later_and_are_for_those_who_may_read(as_user, county, author, readers):
    data = from_a_camera()
    sha = sha256(data)
    body = entry(photos=[sha, sha])
    client, shown = as_user(author), {"sha256": sha, "has_come": False, "seen_before": False}
    made = client.post(PATH, json=body).json
    assert (made["photos"], made["is_incomplete"]) == ([shown], True)
    client.put(f"/api/v1/photos/{sha}", data=data, content_type="image/jpeg")
    made = client.get(f"{PATH}/{body['id']}").json
    assert (made["photos"], made["is_incomplete"]) == ([{**shown, "has_come": True}], False)
    photo = f"/api/v1/photos/{sha}/thumb"
    assert {name: as_user(person).get(photo).status_code for name, (person, _may) in readers.items()} == dict.fromkeys(
        readers, 404)
    client.post("/api/v1/diary-submissions", json={"id": str(uuid4()), "entry_id": body["id"]})
    assert {name: as_user(person).get(photo).status_code for name, (person, _may) in readers.items()} == {
        name: 200 if may else 404 for name, (_person, may) in readers.items()}
    edited = client.put(f"{PATH}/{body['id']}", json={"text": body["text"], "work_types": body["work_types"]},
                        headers={"If-Match": '"2"'})
    assert (edited.json["photos"], edited.json["version"]) == ([], 3)
    assert client.get(f"{PATH}/{body['id']}/versions").json["versions"][0]["photos"] == [sha]


def test_ten_thousand_characters_and_no_more(as_user, author):
    client = as_user(author)
    assert client.post(PATH, json=entry(text="村" * 10_000)).status_code == 201
    assert client.post(PATH, json=entry(text="村" * 10_001)).status_code == 422


def test_an_erased_entry_is_gone_for_its_author_and_was_never_there_for_others(as_user, county, author):
    held = county.diary_entry(author, "请删掉这一句", submitted=True)
    entries_service.edit_entry(county.session, entry=held, base_version=2, text="改过", work_types=[], photos=[],
                               now=NOW)
    entries_service.erase_entry(county.session, entry=held, now=NOW)
    client, url = as_user(author), f"{PATH}/{held.id}"
    assert client.get(url).status_code == 410
    assert client.get(f"{PATH}?q=改过").json["entries"] == client.get(PATH).json["entries"] == []
    assert client.post(PATH, json=entry(id=str(held.id))).status_code == 410
    assert as_user(county.person("supervisor")).get(url).status_code == 404
