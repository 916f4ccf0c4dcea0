"""The villages of a campaign as their readers see them, and the questions as villages say them."""

import struct
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.ratings.campaign_models import Recording
from api.ratings.recordings_rules import MOST_BYTES, audio_type
from tests.ratings.rating_county import open_campaign
from tests.ratings.test_batches import cast

CAMPAIGNS = "/api/v1/rating-campaigns"
OGG, WEBM = b"OggS" + b"\x00" * 60, b"\x1aE\xdf\xa3" + b"\x01" * 60


@pytest.fixture
def people(county):
    return {
        "asker": county.person("supervisor", name="钱主任"), "township": county.person(
            "supervisor", county.townships["A"]),
        "other_township": county.person("supervisor", county.townships["B"]),
        "committee": county.person("village", county.villages["A1"]), "cadre": county.cadre("A1"),
        "neighbour": county.person("village", county.villages["A2"]), "discipline": county.person("discipline")}


@pytest.fixture
def campaign(county, people):
    opened = open_campaign(county, "A1", asker=people["asker"])
    county.session.commit()
    return opened


def villages(client, campaign, **query):
    return client.get(f"{CAMPAIGNS}/{campaign.id}/villages", query_string=query)


def sound_of(campaign, county, village="A1", question="q1"):
    return f"{CAMPAIGNS}/{campaign.id}/villages/{county.villages[village].code}/recordings/{question}"


def test_a_village_with_its_cards_its_poster_and_its_part(as_user, county, people, campaign):
    village = county.villages["A1"]
    [found] = villages(as_user(people["asker"]), campaign, village=village.code).json["villages"]
    code = campaign.open_codes["A1"]
    assert found.pop("open_qr_svg_data_uri").startswith("data:image/svg+xml")
    assert found == {
        "village": {"code": village.code, "name": "A1村", "level": "village"}, "households": 8,
        "batch": {"id": str(campaign.batches["A1"]), "count": 8, "handed_to": "田大爷",
                  "handed_office": "supervision_committee", "printed_at": "2026-11-20T02:00:00Z",
                  "printed_by": {"id": people["asker"].user.id, "name": "钱主任"}},
        "open_address": f"http://localhost/r/#{code}",
        "open_code_groups": [code[start:start + 4] for start in range(0, 28, 4)],
        "participation": {"ballots": None, "households": 8, "share": None, "through_on": "2026-11-19"},
        "open_ballots": None, "recordings": [], "recording_ids": {}, "may_print": True, "may_record": True}


@pytest.mark.parametrize(("who", "names"), [
    ("asker", ["A1村", "A2村", "B1村", "B2村"]), ("township", ["A1村", "A2村"]), ("other_township", ["B1村", "B2村"]),
    ("committee", ["A1村"]), ("cadre", ["A1村"]), ("neighbour", ["A2村"])])
def test_who_sees_which_villages(as_user, people, campaign, who, names):
    found = villages(as_user(people[who]), campaign).json["villages"]
    assert [row["village"]["name"] for row in found] == names
    # Those who are rated never see a code.
    codes = [row[key] for row in found for key in (
        "open_address", "open_code_groups", "open_qr_svg_data_uri", "batch") if row[key] is not None]
    assert (codes == []) is (who == "cadre")
    assert {row["may_print"] for row in found} == {who in ("asker", "township", "other_township")}
    assert {row["may_record"] for row in found} == {who != "cadre"}


def test_of_the_villages_those_below_a_division(as_user, county, people, campaign):
    def names(who, code):
        found = villages(as_user(people[who]), campaign, division=code).json["villages"]
        return [row["village"]["name"] for row in found]

    assert names("asker", county.townships["B"].code) == ["B1村", "B2村"]
    assert names("asker", county.villages["A2"].code) == ["A2村"]
    # Naming a division shows nobody more than there is to see.
    assert names("township", county.townships["B"].code) == []
    assert villages(as_user(people["asker"]), campaign, division="520399000000").status_code == 404


def test_who_has_nothing_to_do_with_it_sees_no_villages(as_user, client, people, campaign):
    assert villages(client, campaign).status_code == 401
    assert villages(as_user(people["discipline"]), campaign).status_code == 403
    assert as_user(people["asker"]).get(f"{CAMPAIGNS}/{uuid4()}/villages").status_code == 404


def test_how_many_took_part_is_told_from_the_next_day_on_and_of_five_at_least(
        as_user, client, county, clock, people, campaign):
    for code in campaign.codes["A1"][:4]:
        assert cast(client, code).status_code == 201

    def told():
        # Somebody logs in anew: a desk that was left alone for a day is logged out.
        county.now = clock.now
        return villages(as_user(people["asker"]), campaign).json["villages"][0]["participation"]

    assert told()["ballots"] is None
    clock.now += timedelta(days=1)
    assert told() == {"ballots": None, "households": 8, "share": None, "through_on": "2026-11-20"}
    assert cast(client, campaign.codes["A1"][4]).status_code == 201
    assert told()["ballots"] is None
    clock.now += timedelta(days=1)
    assert told() == {"ballots": 5, "households": 8, "share": 0.625, "through_on": "2026-11-21"}


def test_a_question_is_recorded_heard_replaced_and_deleted(as_user, client, county, people, campaign):
    committee, path = as_user(people["committee"]), sound_of(campaign, county)
    kept = committee.put(path, data=OGG, content_type="audio/webm")
    assert (kept.status_code, kept.json["question"], kept.json["mimetype"], kept.json["size_bytes"]) == (
        201, "q1", "audio/ogg", len(OGG))
    again = committee.put(path, data=OGG, content_type="audio/ogg")
    assert (again.status_code, again.json) == (200, kept.json)
    heard = client.get(f"/api/v1/recordings/{kept.json['id']}")
    assert (heard.status_code, heard.data, heard.mimetype) == (200, OGG, "audio/ogg")
    assert heard.headers["X-Content-Type-Options"] == "nosniff" and "immutable" in heard.headers["Cache-Control"]
    other = committee.put(path, data=WEBM, content_type="audio/webm")
    assert other.status_code == 201 and other.json["id"] != kept.json["id"]
    assert client.get(f"/api/v1/recordings/{kept.json['id']}").status_code == 404
    [row] = villages(committee, campaign).json["villages"]
    assert (row["recordings"], row["recording_ids"]) == (["q1"], {"q1": other.json["id"]})
    paper = client.post("/api/v1/ballot-papers", json={"code": campaign.codes["A1"][0]}).json
    assert [one["recording_id"] for one in paper["questions"]] == [other.json["id"], None, None]
    assert [committee.delete(path).status_code for _ in range(2)] == [204, 204]
    assert county.session.scalars(select(Recording)).all() == []
    assert county.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("recording.%"))
                                  .order_by(AuditEntry.id)).all() == [
        "recording.kept", "recording.kept", "recording.deleted"]


def test_a_recording_is_heard_in_parts(as_user, client, county, people, campaign):
    id = as_user(people["committee"]).put(sound_of(campaign, county), data=OGG, content_type="audio/ogg").json["id"]
    part = client.get(f"/api/v1/recordings/{id}", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, b"OggS", f"bytes 0-3/{len(OGG)}")
    tag = client.get(f"/api/v1/recordings/{id}").headers["ETag"]
    assert client.get(f"/api/v1/recordings/{id}", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(("who", "status"), [
    ("asker", 201), ("township", 201), ("committee", 201), ("neighbour", 404), ("other_township", 404), ("cadre", 403),
    ("discipline", 403)])
def test_who_records(as_user, county, people, campaign, who, status):
    client, path = as_user(people[who]), sound_of(campaign, county)
    assert client.put(path, data=OGG, content_type="audio/ogg").status_code == status
    assert client.delete(path).status_code == (204 if status == 201 else status)


def test_the_rated_do_not_say_what_is_asked_about_them(as_user, county, people, campaign):
    county.grant(people["cadre"], "village", county.villages["A1"])
    county.session.commit()
    refused = as_user(people["cadre"]).put(sound_of(campaign, county), data=OGG, content_type="audio/ogg")
    assert (refused.status_code, refused.json["reason"]) == (403, "own_record")


@pytest.mark.parametrize(("data", "content_type", "status"), [
    (b"<html>", "audio/ogg", 422), (b"", "audio/ogg", 422), (b"GIF89a" + b"0" * 20, "image/gif", 422),
    (OGG, "multipart/form-data", 422), (b"OggS".ljust(MOST_BYTES, b"0"), "audio/ogg", 201),
    (b"OggS".ljust(MOST_BYTES + 1, b"0"), "audio/ogg", 413)])
def test_what_is_kept_as_a_recording(as_user, county, people, campaign, data, content_type, status):
    answer = as_user(people["committee"]).put(sound_of(campaign, county), data=data, content_type=content_type)
    assert answer.status_code == status


def test_only_questions_of_an_open_campaign_are_recorded(as_user, county, people, campaign):
    client = as_user(people["committee"])
    assert client.put(sound_of(campaign, county, question="q4"), data=OGG).status_code == 404
    as_user(people["asker"]).post(f"{CAMPAIGNS}/{campaign.id}/withdrawals", json={"reason": "错了"})
    assert client.put(sound_of(campaign, county), data=OGG).status_code == 404
    late = as_user(people["asker"]).put(sound_of(campaign, county), data=OGG)
    assert (late.status_code, late.json["reason"]) == (409, "campaign_not_open")


@pytest.mark.parametrize(("data", "expected"), [
    (b"ID3\x04" + b"0" * 20, "audio/mpeg"), (b"\xff\xfb\x90\x00", "audio/mpeg"), (b"\xff\xf3\x48\xc4", "audio/mpeg"),
    (b"\xff\xf1\x50\x80", None),                                    # AAC in a frame that browsers do not play alike
    (b"\xff\xfb\xf0\x00", None), (b"\xff\xfb", None),               # no such bit rate; cut off
    (struct.pack(">I", 28) + b"ftypM4A ", "audio/mp4"), (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
    (b"RIFF\x24\x00\x00\x00AVI LIST", None), (OGG, "audio/ogg"), (WEBM, "audio/webm"), (b"\x89PNG\r\n\x1a\n", None),
    (b"%PDF-1.7", None), (b"PK\x03\x04", None), (b"", None)])
def test_a_sound_is_known_by_its_first_bytes(data, expected):
    assert audio_type(data) == expected
