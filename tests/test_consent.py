"""The notice and the consent to positions: said once, changed at any time, and no position is kept without it."""

import hashlib
import json
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from api import i18n
from api.audit import AuditEntry
from api.checkin.models import Evidence
from api.postings import policies_service
from api.postings.consent_service import NOTICE_VERSION, NOTICES
from tests.conftest import NOW
from tests.county import OFFICE

POSITION = {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20.0, "datum": "wgs84"}


def body(**changes) -> dict:
    return {"id": str(uuid4()), "captured_at": "2026-11-20T09:00:00+08:00", "position": POSITION, **changes}


def stored(county, check_in) -> Evidence:
    return county.session.scalar(select(Evidence).where(Evidence.id == UUID(check_in["id"]))
                                 .execution_options(populate_existing=True))


def noted(county, person) -> list[str]:
    return list(county.session.scalars(select(AuditEntry.action).where(
        AuditEntry.subject == f"user:{person.user.id}", AuditEntry.action != "grant.given").order_by(AuditEntry.id)))


def test_a_new_person_has_read_nothing_and_agreed_to_nothing(as_user, county):
    person = county.cadre(location=None, has_read=False)
    me = as_user(person).get("/api/v1/me").json
    assert (me["notice"], me["location"]) == (
        {"version": None, "read_at": None, "current": NOTICE_VERSION, "from_on": NOTICES[-1]["from"], "host": "",
         "hotline": "", "coordinates_days": 90},
        {"choice": None, "chosen_at": None})


def test_the_notice_is_read_once_and_noted_once(as_user, county):
    person = county.cadre(location=None, has_read=False)
    client = as_user(person)
    answers = [client.put("/api/v1/me/notice", json={"version": NOTICE_VERSION}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json["notice"] == answers[1].json["notice"] == {
        "version": NOTICE_VERSION, "read_at": "2026-11-20T02:00:00Z", "current": NOTICE_VERSION,
        "from_on": NOTICES[-1]["from"], "host": "", "hotline": "", "coordinates_days": 90}
    assert noted(county, person) == ["notice.read"]
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "notice.read"))
    assert entry.chain == county.townships["A"].id


def test_other_words_of_the_notice_are_a_new_version():
    words = {language: {key: text for key, text in i18n.dictionary(language).items()
                        if key.startswith(("phone.consent.", "notice."))} for language in ("zh", "en")}
    fingerprint = hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    assert NOTICES[-1]["words"] == fingerprint, (
        "The notice says something else than what people have read. Add a line to api/data/notices.json with a new "
        f"version, the day from which it holds and {fingerprint!r}; never change the lines that are there.")
    assert len({one["version"] for one in NOTICES}) == len({one["words"] for one in NOTICES}) == len(NOTICES)
    days = [date.fromisoformat(one["from"]) for one in NOTICES]
    assert days == sorted(days)


def test_the_notice_tells_the_days_of_the_countys_own_policy_and_who_answers(app, as_user, county):
    app.config.update(HOST_UNIT="余庆县农业农村局", HOTLINE="0851-12345")
    person = county.cadre()
    policies_service.set_policy(county.session, division=county.county, key="coordinates_days", value=30,
                                effective_from=NOW.date(), source="县里的规定", user_id=None, at=NOW, today=NOW.date(),
                                any_start=True)
    notice = as_user(person).get("/api/v1/me").json["notice"]
    assert (notice["coordinates_days"], notice["host"], notice["hotline"]) == (30, "余庆县农业农村局", "0851-12345")


def test_another_version_of_the_notice_is_not_the_one_that_was_read(as_user, county):
    answer = as_user(county.cadre(has_read=False)).put("/api/v1/me/notice", json={"version": "2020-01"})
    assert (answer.status_code, answer.json["reason"]) == (409, "notice_changed")


def test_consent_is_given_and_withdrawn_as_often_as_one_likes(as_user, county, clock):
    person = county.cadre(location=None)
    client = as_user(person)
    for choice in ("declined", "declined", "given", "declined", "given"):
        answer = client.put("/api/v1/me/location", json={"choice": choice})
        assert (answer.status_code, answer.json["location"]["choice"]) == (200, choice)
        assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    assert noted(county, person) == ["consent.declined", "consent.given", "consent.withdrawn", "consent.given"]


def test_a_consent_that_comes_late_does_not_undo_what_was_said_since(as_user, county, clock):
    hour = 3_600_000
    person = county.cadre(location=None)
    client = as_user(person)

    def say(choice, elapsed_ms):
        answer = client.put("/api/v1/me/location", json={"choice": choice, "elapsed_ms": elapsed_ms})
        return answer.json["location"]["choice"]

    assert say("declined", 0) == "declined"
    clock.now = NOW + timedelta(hours=2)
    # Said on another phone without a network an hour before the other choice; then by a clock that was reset.
    assert [say("given", 3 * hour), say("given", 10 ** 15)] == ["declined", "given"]
    assert say("declined", 5 * hour) == "declined"
    assert [say("given", 1500), say("given", None)] == ["given", "given"]


@pytest.mark.parametrize(("taken", "verdict"), [
    (NOW - timedelta(hours=1), "no_location"), (NOW + timedelta(minutes=50), "no_location"),
    # By the server's reckoning, which a thin line lets come late, it was said first.
    (NOW + timedelta(minutes=59, seconds=30), "inside"), (NOW + timedelta(minutes=61), "inside")])
def test_a_position_from_before_a_consent_given_anew_is_not_meant_by_it(as_user, county, clock, taken, verdict):
    client = as_user(county.cadre(location="given"))
    client.put("/api/v1/me/location", json={"choice": "declined"})
    # Said an hour later, told and sent by a phone that had no network for another.
    clock.now = NOW + timedelta(hours=2)
    client.put("/api/v1/me/location", json={"choice": "given", "elapsed_ms": 3_600_000})
    elapsed_ms = int((clock.now - taken).total_seconds() * 1000)
    sent = body(captured_at=taken.isoformat(), elapsed_ms=elapsed_ms)
    answer = client.post("/api/v1/check-ins", json=sent)
    assert (answer.status_code, answer.json["verdict"]) == (201, verdict)
    assert (stored(county, sent).latitude is None) == (verdict == "no_location")
    assert client.post("/api/v1/check-ins", json=sent).status_code == 200


def test_nobody_chooses_without_being_logged_in(client):
    for path, sent in (("notice", {"version": NOTICE_VERSION}), ("location", {"choice": "given"})):
        assert client.put(f"/api/v1/me/{path}", json=sent).status_code == 401


def test_a_user_who_is_no_cadre_may_say_it_too(as_user, county):
    client = as_user(county.person("supervisor", location="given"))
    answer = client.put("/api/v1/me/location", json={"choice": "declined"})
    assert (answer.status_code, answer.json["location"]["choice"]) == (200, "declined")


@pytest.mark.parametrize("location", ["declined", None])
def test_without_consent_a_position_is_thrown_away_unseen(as_user, county, location):
    person = county.cadre(location=location)
    client, sent = as_user(person), body()
    first, again = client.post("/api/v1/check-ins", json=sent), client.post("/api/v1/check-ins", json=sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert (first.json["verdict"], first.json["location_error"], first.json["accuracy_m"], first.json["status"]) == (
        "no_location", "denied", None, "waiting")
    kept = stored(county, sent)
    assert (kept.latitude, kept.longitude, kept.datum, kept.accuracy_m, kept.wgs84_latitude, kept.wgs84_longitude,
            kept.distance_m, kept.place_id) == (None,) * 8
    # No hash of the body either: it would give the position away to whoever tries them all.
    assert kept.content_hash == b""
    somebody = as_user(county.cadre()).post("/api/v1/check-ins", json=sent)
    assert (somebody.status_code, somebody.json["reason"]) == (409, "id_reused")


def test_a_record_whose_position_is_deleted_may_still_be_sent_again(as_user, county):
    client, sent = as_user(county.cadre()), body()
    assert client.post("/api/v1/check-ins", json=sent).status_code == 201
    client.put("/api/v1/me/location", json={"choice": "declined"})
    again = client.post("/api/v1/check-ins", json=sent)
    assert (again.status_code, again.json["verdict"]) == (200, "inside")
    assert stored(county, sent).latitude is None


def test_why_there_is_no_position_stays_as_it_was_said(as_user, county):
    sent = body(position=None, location_error="timeout")
    answer = as_user(county.cadre(location="declined")).post("/api/v1/check-ins", json=sent)
    assert answer.json["location_error"] == "timeout"


def test_consent_holds_from_the_next_record_on(as_user, county):
    client = as_user(county.cadre(location="declined"))
    assert client.post("/api/v1/check-ins", json=body()).json["verdict"] == "no_location"
    client.put("/api/v1/me/location", json={"choice": "given"})
    assert client.post("/api/v1/check-ins", json=body()).json["verdict"] == "inside"
    client.put("/api/v1/me/location", json={"choice": "declined"})
    assert client.post("/api/v1/check-ins", json=body()).json["verdict"] == "no_location"


def test_a_withdrawal_deletes_what_is_kept_at_once_and_the_days_stay(as_user, county):
    person, other = county.cadre(), county.cadre()
    pieces = [county.check_in(person, NOW.date(), metres_north=metres) for metres in (0, 380.4)]
    theirs = county.check_in(other, NOW.date())
    before = [(one.verdict, one.status, round(one.distance_m)) for one in pieces]
    as_user(person).put("/api/v1/me/location", json={"choice": "declined"})
    for one in (*pieces, theirs):
        county.session.refresh(one)
    assert [(one.latitude, one.wgs84_longitude, one.datum) for one in pieces] == [(None, None, None)] * 2
    # A hash of what was sent would give the position away to whoever tries them all.
    assert [one.content_hash for one in pieces] == [b"", b""]
    assert [(one.verdict, one.status, one.distance_m) for one in pieces] == before
    assert theirs.latitude is not None
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "retention.coordinates"))
    assert (entry.chain, entry.details, entry.user_id) == (
        county.townships["A"].id, {"count": 2, "why": "withdrawn"}, person.user.id)
