"""The same picture in two records: marked, shown to those above, closed by a person with a reason."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.photos.models import Photo, RecordPhoto
from tests.photos.pictures import encoded, jpeg, scene, sha256

ORIGINAL, SMALLER = jpeg(1, (1600, 1200)), encoded(scene(1, (1600, 1200)).resize((800, 600)), quality=60)


@pytest.fixture
def keeps(as_user, clock):
    """Let somebody keep a submitted report with photos, which come afterwards."""
    def keep(person, *photos: bytes, sends: bool = True, submitted: bool = True, kind="good_practice") -> str:
        client, id = as_user(person), str(uuid4())
        clock.now += timedelta(minutes=1)
        answer = client.post("/api/v1/special-reports", json={
            "id": id, "kind": kind, "title": "做法", "text": "院坝会", "is_submitted": submitted,
            "captured_at": clock.now.isoformat(), "photos": [sha256(photo) for photo in photos]})
        assert answer.status_code == 201, answer.json
        for photo in photos if sends else ():
            assert client.put(f"/api/v1/photos/{sha256(photo)}", data=photo).status_code in (200, 201)
        return id
    return keep


@pytest.fixture
def repeats(as_user, county):
    """What a supervisor over a division is shown."""
    def ask(division=None, state="open"):
        client = as_user(county.person("supervisor", division))
        answer = client.get(f"/api/v1/photo-repeats?state={state}")
        assert answer.status_code == 200, answer.json
        return answer.json["repeats"]
    return ask


def test_a_picture_used_again_is_shown_with_who_when_and_where(county, keeps, repeats):
    one, other = county.cadre("A1"), county.cadre("B1")
    first, second = keeps(one, ORIGINAL), keeps(other, SMALLER)
    [repeat] = repeats()
    assert repeat["sha256"] == sha256(SMALLER) and repeat["has_come"] and not repeat["elsewhere"]
    assert (repeat["use"]["record_id"], repeat["use"]["by"]["id"], repeat["use"]["village"]["name"]) == (
        second, other.user.id, "B1村")
    assert [(use["record_id"], use["by"]["id"]) for use in repeat["earlier"]] == [(first, one.user.id)]
    # Outside the own township there is only that it was used elsewhere.
    assert repeats(county.townships["A"]) == []
    [seen] = repeats(county.townships["B"])
    assert (seen["earlier"], seen["elsewhere"]) == ([], True)


def test_the_very_same_photo_needs_no_second_upload_to_be_found(county, keeps, repeats):
    cadre = county.cadre("A1")
    keeps(cadre, ORIGINAL)
    again = keeps(cadre, ORIGINAL, sends=False)
    assert [repeat["use"]["record_id"] for repeat in repeats()] == [again]


def test_a_stability_clue_is_shown_to_the_township_and_above_only(as_user, county, keeps, repeats):
    keeps(county.cadre("A1"), ORIGINAL)
    clue = keeps(county.cadre("A1"), SMALLER, kind="stability_clue")
    assert [one["use"]["record_id"] for one in repeats(county.townships["A"])] == [clue]
    assert repeats(county.villages["A1"]) == []
    body = {"record_id": clue, "picture": sha256(SMALLER), "reason": "看一下是什么"}
    below = as_user(county.person("supervisor", county.villages["A1"]))
    assert below.post("/api/v1/photo-reviews", json=body).status_code == 404


def test_what_is_no_use_of_another_picture_is_not_marked(county, keeps, repeats):
    cadre = county.cadre("A1")
    # Twice in one record, in two sizes in one record, and a draft that nobody above may see.
    keeps(cadre, ORIGINAL, ORIGINAL)
    keeps(county.cadre("A2"), jpeg(2), encoded(scene(2).resize((320, 240))))
    keeps(county.cadre("B1"), SMALLER, submitted=False)
    assert repeats() == []


@pytest.mark.parametrize(("days", "expected"), [(179, 1), (181, 0)])
def test_after_half_a_year_a_picture_may_come_again(county, keeps, repeats, days, expected):
    keeps(county.cadre("A1"), ORIGINAL)
    back = timedelta(days=days)
    [photo] = county.session.scalars(select(Photo))
    photo.stored_at -= back
    county.session.commit()
    keeps(county.cadre("A2"), SMALLER)
    assert len(repeats()) == expected


def test_a_person_closes_the_matter_with_a_reason_once(as_user, county, keeps, repeats):
    one, other = county.cadre("A1"), county.cadre("A1")
    keeps(one, ORIGINAL)
    record = keeps(other, ORIGINAL)
    officer = county.person("supervisor", county.townships["A"])
    body = {"record_id": record, "picture": sha256(ORIGINAL), "reason": "合影，各人都发了"}
    answers = [as_user(officer).post("/api/v1/photo-reviews", json=body) for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert answers[0].json["review"]["reason"] == body["reason"]
    assert (repeats(), [one["review"]["by"]["id"] for one in repeats(state="closed")]) == ([], [officer.user.id])
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "photo.reviewed"))
    assert (entry.subject, entry.details["reason"]) == (f"special_report:{record}", body["reason"])
    another = as_user(county.person("supervisor")).post("/api/v1/photo-reviews", json={**body, "reason": "另一句"})
    assert (another.status_code, another.json["reason"]) == (409, "photo_reviewed")


def test_only_those_above_look_and_nobody_at_the_own(as_user, county, keeps):
    cadre = county.cadre("A1")
    keeps(county.cadre("A2"), ORIGINAL)
    record = keeps(cadre, ORIGINAL)
    county.grant(cadre, "supervisor", county.county)
    body = {"record_id": record, "picture": sha256(ORIGINAL), "reason": "看过"}
    people = [cadre, county.person("supervisor", county.townships["B"]),
              county.person("admin"),
              county.person("village", county.villages["A1"])]
    assert [as_user(person).post("/api/v1/photo-reviews", json=body).status_code for person in people] == [
        403, 404, 403, 403]
    unmarked = {**body, "picture": "0" * 64}
    assert as_user(county.person("supervisor")).post("/api/v1/photo-reviews", json=unmarked).status_code == 404
    county.session.rollback()
    assert county.session.scalars(select(RecordPhoto.reviewed_at)).all() == [None, None]
