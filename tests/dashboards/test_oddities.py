"""Oddities: found once, told to the cadre first, explained, closed by those above with a reason; no figure changes."""

from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.checkin.models import Evidence, StationedDay
from api.dashboards.oddities_finding_service import find_oddities
from api.dashboards.oddity_models import Oddity, OddityLook, OddityStep
from api.db import Database
from api.photos.models import RecordPhoto
from api.postings import policies_service
from api.visits.models import Visit
from tests.conftest import NOW
from tests.dashboards.figures_county import at, visit
from tests.parallel import in_parallel
from tests.photos.pictures import encoded, jpeg, scene, sha256

DAYS = [date(2026, 11, 10), date(2026, 11, 12), date(2026, 11, 17)]
ORIGINAL, SMALLER = jpeg(1, (1600, 1200)), encoded(scene(1, (1600, 1200)).resize((800, 600)), quality=60)


@pytest.fixture
def find(county, clock):
    """Look for oddities as `zhucun roll` does; answers how many are new."""
    def look():
        county.session.commit()
        opening = lambda: nullcontext(county.session)  # noqa: E731 - what the command hands over opens a session
        found = find_oddities(opening, opening, now=clock.now)
        county.session.commit()
        return found
    return look


@pytest.fixture
def same_spot(county):
    """A cadre of a village whose phone gave the same position on three days."""
    def make(village="A1", **options):
        cadre = county.cadre(village, **options)
        for day in DAYS:
            county.check_in(cadre, day)
        return cadre
    return make


def kept(county):
    return list(county.session.scalars(select(Oddity).order_by(Oddity.cadre_id, Oddity.kind)))


def let_days_pass(county):
    """The days are over that only the cadres saw it; sessions do not last that long."""
    for oddity in kept(county):
        oddity.shown_on = county.now.date()
    county.session.commit()


def steps(client, oddity, step="explained", note="手机旧了", id=None):
    return client.post(f"/api/v1/oddities/{oddity}/steps", json={"id": str(id or uuid4()), "step": step, "note": note})


def listed(client, query=""):
    answer = client.get(f"/api/v1/oddities{query}")
    assert answer.status_code == 200, answer.json
    return answer.json["oddities"]


def test_the_same_position_on_three_days_is_found_once(county, find, same_spot):
    cadre = same_spot()
    for day in DAYS[:2]:
        county.check_in(county.cadre("A2"), day)
    assert (find(), find()) == (1, 0)
    [oddity] = kept(county)
    assert (oddity.kind, oddity.cadre_id, oddity.village_id, oddity.state) == (
        "same_position", cadre.cadre.id, county.villages["A1"].id, "found")
    assert (oddity.first_on, oddity.last_on, oddity.shown_on) == (DAYS[0], DAYS[2], date(2026, 11, 23))
    assert oddity.facts["days"] == [day.isoformat() for day in DAYS]
    assert (oddity.facts["rule"]["key"], oddity.facts["rule"]["value"]) == ("oddity_position_days", 3)


def test_what_goes_on_is_not_asked_about_again_before_a_month_is_over(county, clock, find, same_spot):
    cadre = same_spot()
    assert find() == 1
    clock.now += timedelta(days=1)
    county.check_in(cadre, date(2026, 11, 21))
    assert find() == 0
    clock.now += timedelta(days=33)
    for day in (18, 19, 21):
        county.check_in(cadre, date(2026, 12, day))
    assert find() == 1


def test_each_kind_with_its_facts(county, find):
    one, other = county.cadre("A1"), county.cadre("B1")
    county.check_in(one, DAYS[2])
    far = county.check_in(one, DAYS[2], metres_north=60_000, hour=9)
    far.captured_at += timedelta(minutes=10)
    far.received_at += timedelta(minutes=10)
    shared = [county.check_in(one, DAYS[1]), county.check_in(other, DAYS[2])]
    for piece in shared:
        piece.device_id = "phone-of-both"
    ahead = county.check_in(other, DAYS[2], metres_north=5)
    ahead.captured_at += timedelta(minutes=95)
    assert find() == 4
    found = {(row.cadre_id, row.kind): row for row in kept(county)}
    speed = found[one.cadre.id, "impossible_speed"].facts
    assert (speed["speed_kmh"], speed["minutes"], speed["places"]) == (pytest.approx(360, abs=3), 10, ["A1村 村委会", None])
    for cadre in (one, other):
        assert found[cadre.cadre.id, "shared_device"].facts["others"] == 1
    clock_jump = found[other.cadre.id, "clock_jump"].facts
    assert (clock_jump["clock"], clock_jump["minutes"]) == ("ahead", 95)
    told = repr([row.facts for row in found.values()])
    assert "27.2" not in told and "phone-of-both" not in told and other.user.name not in told


def test_whose_records_were_made_by_others_or_taken_back_is_not_asked(county, find):
    cadre = county.cadre("A1")
    pieces = [county.check_in(cadre, day) for day in DAYS]
    pieces[0].status = "withdrawn"
    assert find() == 0
    pieces[0].status, pieces[0].kind = "counts", "meeting"
    assert find() == 0


def test_what_came_late_is_seen_among_the_other_records_of_its_day(county, find):
    cadre = county.cadre("A1")
    county.check_in(cadre, DAYS[0])
    far = county.check_in(cadre, DAYS[0], metres_north=60_000)
    far.captured_at += timedelta(minutes=10)
    far.received_at, far.elapsed_ms = county.now, (county.now - far.captured_at) // timedelta(milliseconds=1)
    assert find() == 1
    assert (kept(county)[0].kind, kept(county)[0].first_on) == ("impossible_speed", DAYS[0])


def test_what_came_while_nobody_looked_is_found_later_and_once(county, clock, find):
    assert find() == 0
    cadre = county.cadre("A1")
    county.check_in(cadre, clock.now.date() + timedelta(days=1))
    far = county.check_in(cadre, clock.now.date() + timedelta(days=1), metres_north=60_000, hour=9)
    far.captured_at += timedelta(minutes=10)
    far.received_at += timedelta(minutes=10)
    clock.now += timedelta(days=11)
    assert find() == 1
    clock.now += timedelta(hours=6)
    assert find() == 0
    assert [row.kind for row in kept(county)] == ["impossible_speed"]


def test_a_look_notes_when_it_was_and_an_earlier_one_that_ends_later_takes_none_of_it_back(county, clock, find):
    find()
    clock.now -= timedelta(days=1)
    find()
    assert county.session.scalar(select(OddityLook.looked_at)) == clock.now + timedelta(days=1)


def test_the_rule_of_the_township_is_asked(county, find, same_spot):
    policies_service.set_policy(county.session, division=county.townships["A"], key="oddity_position_days", value=4,
                                effective_from=date(2026, 11, 1), source="镇里定", user_id=None, at=county.now,
                                today=county.now.date())
    same_spot("A1")
    other = same_spot("B1")
    assert find() == 1
    assert [row.cadre_id for row in kept(county)] == [other.cadre.id]


def test_the_cadre_sees_it_at_once_and_those_above_after_the_days_of_the_rule(as_user, county, find, same_spot):
    cadre = same_spot()
    find()
    [own] = listed(as_user(cadre))
    assert own["days"] == [day.isoformat() for day in DAYS] and own["next_steps"] == ["explained"]
    assert own["facts"] == {} and own["steps"] == [] and own["rule"]["division"]["name"] == "余庆县"
    above = {"county": as_user(county.person("supervisor")),
             "A": as_user(county.person("supervisor", county.townships["A"]))}
    others = [as_user(county.cadre("A1")), as_user(county.person("supervisor", county.townships["B"])),
              as_user(county.person("supervisor", county.villages["A1"]))]
    for client in (*above.values(), *others):
        assert listed(client) == []
        assert steps(client, own["id"], "closed").status_code == 404
    let_days_pass(county)
    for client in above.values():
        [seen] = listed(client)
        assert seen["cadre"]["id"] == cadre.cadre.id and seen["next_steps"] == ["closed"]
        assert client.get(f"/api/v1/oddities/{own['id']}").json == seen
    for client in others:
        assert listed(client) == []
        assert client.get(f"/api/v1/oddities/{own['id']}").status_code == 404
    assert as_user(county.person("village", county.villages["A1"])).get("/api/v1/oddities").status_code == 403
    assert as_user(county.person("discipline")).get("/api/v1/oddities").status_code == 403
    assert above["A"].application.test_client().get("/api/v1/oddities").status_code == 401


def test_explained_is_shown_at_once_and_closed_with_a_reason(as_user, county, clock, find, same_spot):
    cadre = same_spot()
    find()
    before = county.session.scalar(select(func.count()).select_from(StationedDay))
    phone, above = as_user(cadre), as_user(county.person("supervisor", county.townships["A"], name="镇里的人"))
    [own] = listed(phone)
    assert steps(phone, own["id"], note="").status_code == 422
    assert steps(phone, own["id"], "closed").json["reason"] == "own_record"
    id = uuid4()
    assert [steps(phone, own["id"], id=id).status_code for _ in range(2)] == [201, 200]
    # More may be said until it is closed.
    clock.now += timedelta(minutes=1)
    assert steps(phone, own["id"], note="那几天手机没有更新定位").status_code == 201
    [seen] = listed(above, "?state=open")
    assert (seen["state"], [step["note"] for step in seen["steps"]]) == ("explained", ["手机旧了", "那几天手机没有更新定位"])
    assert steps(above, own["id"], "explained").json["reason"] == "not_your_record"
    assert steps(above, own["id"], id=id).json["reason"] == "id_reused"
    close = uuid4()
    answers = [steps(above, own["id"], "closed", "看过，手机缓存", id=close) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert (answers[0].json["state"], answers[0].json["next_steps"]) == ("closed", [])
    assert steps(above, own["id"], "closed", "别的理由", id=close).json["reason"] == "id_reused"
    assert steps(above, own["id"], "closed", "再来").json["reason"] == "oddity_closed"
    assert steps(phone, own["id"]).json["reason"] == "oddity_closed"
    assert listed(above, "?state=open") == [] and len(listed(above, "?state=closed&kind=same_position")) == 1
    assert listed(above, "?kind=clock_jump") == []
    assert [one.action for one in county.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == f"oddity:{own['id']}").order_by(AuditEntry.id))] == [
            "oddity.explained", "oddity.explained", "oddity.closed"]
    assert county.session.scalar(select(func.count()).select_from(StationedDay)) == before


def test_an_explanation_comes_in_a_batch_and_once_by_whichever_way(as_user, county, find, same_spot):
    mine, anothers = same_spot(), same_spot("A2")
    find()
    phone = as_user(mine)
    [own], [other] = listed(phone), listed(as_user(anothers))
    step = {"id": str(uuid4()), "oddity_id": own["id"], "step": "explained", "note": "手机旧了"}
    foreign = {**step, "id": str(uuid4()), "oddity_id": other["id"]}
    for status in (201, 200):
        kept_one, refused = phone.post("/api/v1/sync", json={"items": [
            {"kind": "oddity_step", "record": record} for record in (step, foreign)]}).json["results"]
        assert (kept_one["status"], kept_one["record"]["state"]) == (status, "explained")
        assert (refused["status"], refused["reason"]) == (404, "not_found")
    assert steps(phone, own["id"], id=step["id"]).status_code == 200
    [seen] = listed(phone)
    assert [one["id"] for one in seen["steps"]] == [step["id"]]


def test_nobody_closes_an_own_one_whatever_the_grants(as_user, county, find, same_spot):
    cadre = same_spot()
    county.grant(cadre, "supervisor", county.county)
    find()
    client = as_user(cadre)
    [own] = listed(client, "?own=true")
    assert steps(client, own["id"], "closed").status_code == 403
    assert steps(client, own["id"]).status_code == 201
    assert [one["next_steps"] for one in listed(client)] == [["explained"]]


def test_lists_come_in_the_order_of_the_roster_page_by_page(as_user, county, find, same_spot):
    makers = {name: same_spot(name) for name in ("B1", "A2", "A1")}
    find()
    let_days_pass(county)
    client = as_user(county.person("supervisor"))
    first = client.get("/api/v1/oddities?page_size=2")
    assert [one["village"]["name"] for one in first.json["oddities"]] == ["A1村", "A2村"]
    assert '"total": 3' in first.headers["X-Pagination"]
    assert [one["cadre"]["id"] for one in listed(client, "?page_size=2&page=2")] == [makers["B1"].cadre.id]
    assert [one["village"]["name"] for one in listed(client, f"?division={county.townships['B'].code}")] == ["B1村"]
    assert as_user(county.person("supervisor", county.townships["A"])).get(
        f"/api/v1/oddities?division={county.townships['B'].code}").status_code == 404


def test_an_erased_record_takes_what_was_found_in_it_along(as_user, county, find):
    cadre = county.cadre("A1")
    county.check_in(cadre, DAYS[2])
    far = county.check_in(cadre, DAYS[2], metres_north=60_000)
    far.captured_at += timedelta(minutes=10)
    far.received_at += timedelta(minutes=10)
    find()
    admin, request = as_user(county.person("admin")), county.data_request(cadre, "erasure", far)
    answer = admin.patch(f"/api/v1/data-requests/{request}", json={"state": "done", "answer": None},
                         headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.json
    [own] = listed(as_user(cadre))
    assert (own["is_erased"], own["facts"], own["rule"], own["days"]) == (True, {}, None, [DAYS[2].isoformat()])
    [row] = kept(county)
    county.session.refresh(row)
    assert row.facts == {"days": [DAYS[2].isoformat()], "is_erased": True}
    assert find() == 0


def test_deleted_coordinates_leave_the_facts(as_user, county, find, same_spot):
    cadre = same_spot()
    find()
    for piece in county.session.scalars(select(Evidence)):
        piece.latitude = piece.longitude = piece.datum = piece.wgs84_latitude = piece.wgs84_longitude = None
    assert find() == 0
    [own] = listed(as_user(cadre))
    assert own["days"] == [day.isoformat() for day in DAYS] and not own["is_erased"]


def test_own_oddities_are_in_the_copy_of_own_data(as_user, county, find, same_spot):
    cadre = same_spot()
    find()
    kinds = {one["key"]: one["count"] for one in as_user(cadre).get("/api/v1/me/data").json["categories"]}
    assert kinds["oddities"] == 1
    kinds = {one["key"]: one["count"] for one in as_user(county.cadre("A1")).get("/api/v1/me/data").json["categories"]}
    assert kinds["oddities"] == 0


@pytest.fixture
def diary_with(as_user, clock):
    """Let a cadre submit a diary page with photos."""
    def keep(person, *photos):
        client, id = as_user(person), str(uuid4())
        clock.now += timedelta(minutes=1)
        answer = client.post("/api/v1/diary-entries", json={
            "id": id, "text": "走访", "captured_at": clock.now.isoformat(), "photos": [sha256(one) for one in photos]})
        assert answer.status_code == 201, answer.json
        for photo in photos:
            assert client.put(f"/api/v1/photos/{sha256(photo)}", data=photo).status_code in (200, 201)
        answer = client.post("/api/v1/diary-submissions", json={"id": str(uuid4()), "entry_id": id})
        assert answer.status_code == 201, answer.json
        return id
    return keep


def test_a_picture_used_again_is_told_to_the_cadre_and_one_closing_does_for_both(as_user, county, find, diary_with):
    first, second = county.cadre("A1"), county.cadre("A2")
    diary_with(first, ORIGINAL)
    diary_with(second, SMALLER)
    assert (find(), find()) == (1, 0)
    [own] = listed(as_user(second))
    assert own["kind"] == "same_picture" and own["facts"] == {
        "record_kind": "diary", "used_on": "2026-11-20", "earlier_on": None, "by_others": True}
    assert listed(as_user(first)) == []
    steps(as_user(second), own["id"], note="合影")
    above = as_user(county.person("supervisor"))
    assert steps(above, own["id"], "closed", "两人的合影").status_code == 201
    photo = county.session.scalar(select(RecordPhoto).where(RecordPhoto.same_as.is_not(None)))
    assert photo.review_reason == "两人的合影"


def test_closing_the_picture_closes_the_oddity(as_user, county, find, diary_with):
    cadre = county.cadre("A1")
    diary_with(cadre, ORIGINAL)
    entry = diary_with(cadre, SMALLER)
    find()
    [own] = listed(as_user(cadre))
    assert (own["facts"]["by_others"], own["facts"]["earlier_on"]) == (False, "2026-11-20")
    above = as_user(county.person("supervisor"))
    body = {"record_id": entry, "picture": sha256(SMALLER), "reason": "同一天的"}
    let_days_pass(county)
    assert above.post("/api/v1/photo-reviews", json=body).status_code == 200
    [own] = listed(as_user(cadre))
    assert (own["state"], own["steps"][-1]["note"]) == ("closed", "同一天的")
    assert county.session.scalar(select(func.count()).select_from(OddityStep)) == 1
    assert find() == 0


def test_a_step_with_the_oddity_s_own_id_does_not_keep_the_picture_open(as_user, county, find, diary_with):
    cadre = county.cadre("A1")
    diary_with(cadre, ORIGINAL)
    entry = diary_with(cadre, SMALLER)
    find()
    [own] = listed(as_user(cadre))
    steps(as_user(cadre), own["id"], id=own["id"])
    answer = as_user(county.person("supervisor")).post("/api/v1/photo-reviews", json={
        "record_id": entry, "picture": sha256(SMALLER), "reason": "同一天的"})
    assert answer.status_code == 200, answer.json


def pictures_of(client):
    """How many matters of pictures a supervisor is told of, in each of the ways there are."""
    answers = [client.get(f"/api/v1/{path}").json for path in (
        "matters?kind=oddity", "matters?kind=photo_repeat", "photo-repeats")]
    assert answers[1]["count"] == len(answers[1]["items"])
    return answers[0]["count"], answers[1]["count"], len(answers[2]["repeats"])


@pytest.mark.parametrize("is_found", [False, True])
def test_a_picture_is_told_to_its_cadre_first(as_user, county, clock, find, diary_with, is_found):
    cadre = county.cadre("A1")
    diary_with(cadre, ORIGINAL)
    entry = diary_with(cadre, SMALLER)
    if is_found:
        find()
    body = {"record_id": entry, "picture": sha256(SMALLER), "reason": "同一天的"}
    village_only = as_user(county.person("supervisor", county.villages["A1"]))
    above = {"county": county.person("supervisor"), "A": county.person("supervisor", county.townships["A"])}
    for client in (village_only, *map(as_user, above.values())):
        assert pictures_of(client) == (0, 0, 0)
        assert client.post("/api/v1/photo-reviews", json=body).status_code == 404
    if is_found:
        [own] = listed(as_user(cadre))
        assert own["state"] == "found" and steps(as_user(cadre), own["id"]).status_code == 201
    else:
        # Nobody rolled: after the days of the rule it is seen all the same.
        clock.now = county.now = clock.now + timedelta(days=2)
        assert pictures_of(as_user(above["A"])) == (0, 0, 0)
        clock.now = county.now = clock.now + timedelta(days=1)
    for person in above.values():
        assert pictures_of(as_user(person)) == (int(is_found), 1, 1)
    village_only = as_user(county.person("supervisor", county.villages["A1"]))
    assert pictures_of(village_only) == (0, 0, 0)
    assert village_only.post("/api/v1/photo-reviews", json=body).status_code == 404
    assert as_user(above["A"]).post("/api/v1/photo-reviews", json=body).status_code == 200
    assert pictures_of(as_user(above["A"])) == (0, 0, 0)
    assert as_user(above["A"]).post("/api/v1/photo-reviews", json=body).status_code == 200


def test_the_rule_for_a_picture_that_was_not_looked_for_yet_is_the_township_s(as_user, county, clock, diary_with):
    policies_service.set_policy(county.session, division=county.townships["A"], key="oddity_own_days", value=1,
                                effective_from=date(2026, 11, 1), source="镇里定", user_id=None, at=county.now,
                                today=county.now.date())
    diary_with(county.cadre("A1"), ORIGINAL, SMALLER)
    cadre = county.cadre("A1")
    diary_with(cadre, ORIGINAL)
    clock.now = county.now = clock.now + timedelta(days=1)
    assert pictures_of(as_user(county.person("supervisor", county.townships["A"])))[1:] == (1, 1)


@pytest.mark.parametrize("road", ["oddity", "picture"])
def test_whoever_used_the_picture_before_does_not_close_the_other_s_matter(as_user, county, find, diary_with, road):
    first, second = county.cadre("A1"), county.cadre("A1")
    county.grant(first, "supervisor", county.townships["A"])
    diary_with(first, ORIGINAL)
    entry = diary_with(second, SMALLER)
    find()
    [own] = listed(as_user(second))
    steps(as_user(second), own["id"])

    def close(person):
        client = as_user(person)
        if road == "oddity":
            return steps(client, own["id"], "closed", "看过")
        return client.post("/api/v1/photo-reviews", json={
            "record_id": entry, "picture": sha256(SMALLER), "reason": "看过"})
    answer = close(first)
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")
    assert close(county.person("supervisor", county.townships["A"])).status_code in (200, 201)


def test_whoever_used_the_same_phone_does_not_close_the_other_s_matter(as_user, county, find):
    one, other = county.cadre("A1"), county.cadre("A1")
    county.grant(one, "supervisor", county.townships["A"])
    for number, person in enumerate((one, other)):
        county.check_in(person, date(2026, 11, 17 + number), metres_north=number).device_id = "phone-of-both"
    find()
    [twin] = county.session.scalars(select(Oddity).where(Oddity.cadre_id == other.cadre.id))
    steps(as_user(other), twin.id)
    answer = steps(as_user(one), twin.id, "closed", "看过")
    assert (answer.status_code, answer.json["reason"]) == (403, "own_record")
    assert steps(as_user(county.person("supervisor")), twin.id, "closed", "看过").status_code == 201


@pytest.mark.parametrize("annulled", [0, 1])
def test_the_picture_of_an_annulled_visit_is_nobody_s_oddity(as_user, county, clock, find, annulled):
    cadre, home = county.cadre("A1"), county.household("A1")
    for day in (date(2026, 11, 18), date(2026, 11, 19)):
        visit(county, cadre, home, day)
    visits = list(county.session.scalars(select(Visit).order_by(Visit.day)))
    visits[annulled].annulled_at, visits[annulled].annulled_by_id = county.now, cadre.user.id
    for one, same_as in zip(visits, (None, "a" * 64), strict=True):
        county.session.add(RecordPhoto(record_id=one.id, kind="visit", sha256="a" * 64, position=0,
                                       added_at=at(one.day), same_as=same_as))
    county.session.flush()
    find()
    assert [one.kind for one in kept(county)] == []
    clock.now = county.now = clock.now + timedelta(days=10)
    assert as_user(county.person("supervisor")).get("/api/v1/photo-repeats").json["repeats"] == []


def test_two_that_look_at_the_same_time_find_it_once(own_county, own_database):
    cadres = [own_county.cadre("A1") for _ in range(3)]
    for cadre in cadres:
        for day in DAYS:
            own_county.check_in(cadre, day)
    own_county.session.commit()
    database = Database(own_database)

    @contextmanager
    def writing():
        with database.session() as session:
            yield session
            session.commit()

    found = in_parallel([lambda: find_oddities(lambda: database.session(reads=True), writing, now=NOW)] * 3)
    assert sum(found) == 3
    own_county.session.rollback()
    assert len(kept(own_county)) == 3
    database.engine.dispose()


def test_the_same_step_twice_in_flight_is_taken_once(own_county, own_database, make_app):
    cadre = own_county.cadre("A1")
    for day in DAYS:
        own_county.check_in(cadre, day)
    opening = lambda: nullcontext(own_county.session)  # noqa: E731 - what the command hands over opens a session
    find_oddities(opening, opening, now=NOW)
    headers = {"Authorization": f"Bearer {own_county.token(cadre)}"}
    own_county.session.commit()
    [oddity] = kept(own_county)
    own_county.session.commit()
    app, body = make_app(own_database), {"id": str(uuid4()), "step": "explained", "note": "手机旧了"}

    def send():
        answer = app.test_client().post(f"/api/v1/oddities/{oddity.id}/steps", json=body, headers=headers)
        return answer.status_code, answer.json

    results = in_parallel([send] * 4)
    assert sorted(status for status, _json in results) == [200, 200, 200, 201]
    assert all(json == results[0][1] for _status, json in results)
    own_county.session.rollback()
    assert own_county.session.scalar(select(func.count()).select_from(OddityStep)) == 1
