"""Photos that records name: order, what has come, what was there before, who may see."""

from datetime import timedelta
from uuid import UUID, uuid4

import marshmallow as ma
import pytest

from api.photos import records_service, views
from api.photos.records_service import RecordPhotoView, attach, photos_of, records_naming
from api.shapes import photo_hashes
from tests.photos.pictures import jpeg, sha256

A, B, C = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def now(clock):
    return clock.now


def names(session, record_id) -> list[str]:
    return [photo.sha256 for photo in photos_of(session, [record_id])[record_id]]


def test_a_record_names_its_photos_in_order_and_each_once(db_session, now):
    record, other = uuid4(), uuid4()
    attach(db_session, kind="diary", record_id=record, hashes=[B, A, B], now=now)
    assert photos_of(db_session, [record, other]) == {
        record: [RecordPhotoView(B, False, False), RecordPhotoView(A, False, False)], other: []}
    assert records_service.is_incomplete(photos_of(db_session, [record])[record])
    assert not records_service.is_incomplete([])
    assert (records_naming(db_session, A), records_naming(db_session, C)) == ([("diary", record)], [])


def test_a_record_of_another_kind_under_the_same_id_takes_no_photo_away(db_session, now):
    record = uuid4()
    attach(db_session, kind="visit", record_id=record, hashes=[A], now=now)
    attach(db_session, kind="concern", record_id=record, hashes=[], now=now)
    attach(db_session, kind="diary", record_id=record, hashes=[B], now=now)
    assert records_naming(db_session, A) == [("visit", record)]


def test_an_edit_names_the_photos_anew(db_session, now):
    record = uuid4()
    attach(db_session, kind="diary", record_id=record, hashes=[A, B], now=now)
    attach(db_session, kind="diary", record_id=record, hashes=[C, A], now=now + timedelta(days=1))
    assert names(db_session, record) == [C, A]
    attach(db_session, kind="diary", record_id=record, hashes=[], now=now)
    assert names(db_session, record) == []


@pytest.mark.parametrize(("days", "expected"), [(0, True), (180, True), (181, False)])
def test_a_photo_under_a_second_record_is_marked_there_for_half_a_year(db_session, now, days, expected):
    first, second = sorted([uuid4(), uuid4()])
    attach(db_session, kind="diary", record_id=first, hashes=[A], now=now)
    attach(db_session, kind="reception", record_id=second, hashes=[A], now=now + timedelta(days=days))
    seen = {record: photos[0].seen_before for record, photos in photos_of(db_session, [first, second]).items()}
    assert seen == {first: False, second: expected}


def test_the_households_of_one_round_may_share_a_picture(db_session, now):
    one, other = uuid4(), uuid4()
    for record in (one, other):
        attach(db_session, kind="visit", record_id=record, hashes=[A], now=now)
    assert not any(photos[0].seen_before for photos in photos_of(db_session, [one, other]).values())


@pytest.mark.parametrize(("value", "expected"), [
    ([A, B, A], [A, B]), ([], []), (["A" * 64], None), ([A + "\n"], None), ([1], None), (A, None),
    ([f"{number:064x}" for number in range(10)], None)])
def test_a_body_names_nine_photos_at_most(value, expected):
    schema = ma.Schema.from_dict({"photos": photo_hashes()})()
    assert schema.validate({"photos": value}) == {} if expected is not None else schema.validate({"photos": value})
    if expected is not None:
        assert schema.load({"photos": value}) == {"photos": expected}
    assert schema.load({}) == {"photos": []}


def test_who_may_see_a_record_sees_its_photos(as_user, county, clock, monkeypatch):
    data, record = jpeg(), UUID(int=7)
    sender, reader, other = county.cadre("A1"), county.cadre("A1"), county.cadre("A1")
    sent = as_user(sender).put(f"/api/v1/photos/{sha256(data)}", data=data, content_type="image/jpeg")
    assert sent.status_code == 201
    attach(county.session, kind="diary", record_id=record, hashes=[sha256(data)], now=clock.now)
    county.session.commit()
    monkeypatch.setitem(views.MAY_SEE, "diary", lambda session, *, identity, record_id: (
        record_id == record and identity.user_id == reader.user.id))
    path = f"/api/v1/photos/{sha256(data)}/thumb"
    assert [as_user(person).get(path).status_code for person in (sender, reader, other)] == [200, 200, 404]
    assert photos_of(county.session, [record])[record][0].has_come
