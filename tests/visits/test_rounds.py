"""Rounds of visits: kept once whatever they look like, evidence of presence, companions' own word, taken back."""

from datetime import date
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.auth import Grant, Identity
from api.checkin import judging_service, kept_service
from api.checkin.models import Evidence, StationedDay
from api.db import NO_HASH, Database
from api.diary.models import Concern
from api.errors import IdReused
from api.visits import rounds_service, village_quarters_service
from api.visits.models import Companion, Household, Linkage, Round, VillageQuarter, Visit
from tests.conftest import NOW
from tests.county import OFFICE, County
from tests.parallel import in_parallel

AT_OFFICE = {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20.0}
FRIDAY = date(2026, 11, 20)


def visit(household, manner="in_person", **changes) -> dict:
    return {"id": str(uuid4()), "household_id": household.id, "manner": manner, **changes}


def round_of(*visits, **changes) -> dict:
    return {"id": str(uuid4()), "captured_at": "2026-11-20T09:59:00+08:00", "visits": list(visits), **changes}


def state_of(county: County, person) -> str | None:
    return county.session.scalar(select(StationedDay.state).where(
        StationedDay.posting_id == person.posting.id, StationedDay.day == FRIDAY))


def whole(county: County) -> bool:
    """Whether everything that is kept agrees with the rule."""
    session, ids = county.session, kept_service.all_cadre_ids(county.session)
    village_ids = village_quarters_service.all_village_ids(session)
    return not [*kept_service.differences(session, cadre_ids=ids), *judging_service.misjudged(session, cadre_ids=ids),
                *village_quarters_service.differences(session, village_ids=village_ids)]


def statuses(client, *rounds) -> list[int]:
    """What a batch answers to rounds."""
    answer = client.post("/api/v1/sync", json={"items": [{"kind": "round", "record": one} for one in rounds]})
    return [result["status"] for result in answer.json["results"]]


@pytest.fixture
def zhang(county):
    return county.cadre("A1", name="张三")


@pytest.fixture
def li(county):
    return county.cadre("A2", name="李四")


@pytest.fixture
def homes(county):
    """Three households of village A1."""
    return [county.household("A1", name) for name in ("周大", "吴二", "郑三")]


def test_a_round_keeps_who_was_visited_and_is_answered_whole(as_user, county, zhang, homes):
    body = round_of(visit(homes[0], summary="母猪病了"), visit(homes[1], "not_home"), position=AT_OFFICE,
                    purposes=["policy", "policy"], others="村支书")
    answer = as_user(zhang).post("/api/v1/rounds", json=body)
    village = {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}

    def shown(sent, household, summary=None):
        return {"id": sent["id"], "round_id": body["id"], "cadre": {"id": zhang.cadre.id, "name": "张三"},
                "day": "2026-11-20", "village": village, "manner": sent["manner"], "summary": summary, "photos": [],
                "household": {"id": household.id, "householder": household.householder, "villagers_group": "一组"},
                "is_incomplete": False, "annulled": None}

    assert (answer.status_code, answer.json) == (201, {
        "id": body["id"], "cadre": {"id": zhang.cadre.id, "name": "张三"}, "day": "2026-11-20",
        "captured_at": "2026-11-20T01:59:00Z", "received_at": "2026-11-20T02:00:00Z", "flags": [],
        "purposes": ["policy"], "others": "村支书", "companions": [],
        "visits": [shown(body["visits"][0], homes[0], "母猪病了"), shown(body["visits"][1], homes[1])],
        "place": {"verdict": "inside", "status": "counts", "distance_m": 0}})
    county.session.expire_all()
    assert [home.last_visited_on for home in homes] == [FRIDAY, None, None]
    assert whole(county)


def test_the_same_round_again_changes_nothing_and_another_under_its_id_is_refused(as_user, county, zhang, li, homes):
    client, body = as_user(zhang), round_of(visit(homes[0]), position=AT_OFFICE, elapsed_ms=0)
    first = client.post("/api/v1/rounds", json=body)
    # A position that came late, or none, is no other round: nothing of it is in the hash.
    again = client.post("/api/v1/rounds", json={**body, "position": None, "elapsed_ms": 9000})
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    for changed in ({"visits": [visit(homes[1])]}, {"purposes": ["policy"]}):
        refused = client.post("/api/v1/rounds", json={**body, **changed})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    stranger = as_user(county.cadre("A1")).post("/api/v1/rounds", json=body)
    assert (stranger.status_code, stranger.json["reason"]) == (409, "id_reused")
    taken = client.post("/api/v1/rounds", json=round_of({**visit(homes[1]), "id": body["visits"][0]["id"]}))
    assert (taken.status_code, taken.json["reason"]) == (409, "id_reused")
    assert county.session.scalar(select(func.count()).select_from(Visit)) == 1


def test_an_erased_round_is_gone_for_its_author(as_user, county, zhang, homes):
    client, body = as_user(zhang), round_of(visit(homes[0]))
    client.post("/api/v1/rounds", json=body)
    county.session.get(Round, UUID(body["id"])).is_erased = True
    county.session.commit()
    for answer in (client.post("/api/v1/rounds", json=body), client.get(f"/api/v1/rounds/{body['id']}")):
        assert (answer.status_code, answer.json["reason"]) == (410, "erased")


@pytest.mark.parametrize("manners, position, expected", [
    (["in_person"], AT_OFFICE, "stationed"),
    (["not_home"], AT_OFFICE, "stationed"),
    (["phone"], AT_OFFICE, None),  # a call comes from anywhere
    (["phone", "not_home"], AT_OFFICE, "stationed"),
    (["in_person"], None, None),  # without a fix it is no evidence
    (["in_person"], {**AT_OFFICE, "latitude": 28.0}, "waiting"),
])
def test_a_round_at_the_door_with_a_fix_is_evidence_of_presence(as_user, county, zhang, homes, manners, position,
                                                                expected):
    body = round_of(*(visit(home, manner) for home, manner in zip(homes, manners, strict=False)), position=position)
    assert as_user(zhang).post("/api/v1/rounds", json=body).status_code == 201
    assert (state_of(county, zhang), whole(county)) == (expected, True)


def test_a_position_that_nobody_agreed_to_is_thrown_away(as_user, county, homes):
    shy = county.cadre("A1", location="declined")
    answer = as_user(shy).post("/api/v1/rounds", json=round_of(visit(homes[0]), position=AT_OFFICE))
    assert (answer.status_code, answer.json["place"]) == (201, None)
    assert county.session.scalar(select(func.count()).select_from(Evidence)) == 0


def test_no_hash_is_kept_that_a_position_went_into(as_user, county, zhang, homes):
    as_user(zhang).post("/api/v1/rounds", json=round_of(visit(homes[0]), position=AT_OFFICE))
    assert county.session.scalar(select(Evidence.content_hash)) == NO_HASH


def test_only_households_of_ones_own_villages_and_links(as_user, county, zhang, homes):
    elsewhere = county.household("B1")
    refused = as_user(zhang).post("/api/v1/rounds", json=round_of(visit(homes[0]), visit(elsewhere)))
    unknown = as_user(zhang).post("/api/v1/rounds", json=round_of({**visit(homes[0]), "household_id": 999}))
    assert [(one.status_code, one.json["reason"]) for one in (refused, unknown)] == [(404, "household_not_found")] * 2
    assert county.session.scalar(select(func.count()).select_from(Round)) == 0
    neighbour = county.cadre("A1", further=("B1",))
    assert as_user(neighbour).post("/api/v1/rounds", json=round_of(visit(elsewhere))).status_code == 201


def test_a_round_after_a_posting_that_ended_unknown_to_the_phone_is_kept(as_user, county, homes):
    moved = county.cadre("A1", to_on=date(2026, 11, 15))
    some = [round_of(visit(homes[0]), captured_at=f"2026-11-{day}T09:00:00+08:00") for day in (17, 18, 19)]
    assert as_user(moved).post("/api/v1/rounds", json=some[0]).status_code == 201
    assert statuses(as_user(moved), *some[1:]) == [201, 201]
    gone = county.cadre("A1", to_on=date(2026, 10, 15))
    rest = [round_of(visit(homes[0])) for _ in range(3)]
    assert as_user(gone).post("/api/v1/rounds", json=rest[0]).status_code == 404
    assert statuses(as_user(gone), *rest[1:]) == [404, 404]
    assert whole(county)


def test_a_round_that_comes_after_the_posting_ended_is_kept(as_user, county, homes):
    moved = county.cadre("A1", to_on=date(2026, 11, 15))
    late = round_of(visit(homes[0]), captured_at="2026-11-10T09:00:00+08:00")
    answer = as_user(moved).post("/api/v1/rounds", json=late)
    assert (answer.status_code, answer.json["flags"], answer.json["day"]) == (201, ["late"], "2026-11-10")


def test_a_household_twice_in_one_round_is_refused(as_user, zhang, homes):
    answer = as_user(zhang).post("/api/v1/rounds", json=round_of(visit(homes[0]), visit(homes[0])))
    assert (answer.status_code, answer.json["errors"]) == (422, {"json": {"visits": ["每户只选一次。"]}})
    assert as_user(zhang).post("/api/v1/rounds", json=round_of()).status_code == 422


def test_a_concern_raised_on_a_visit_comes_with_it_once(as_user, county, zhang, homes):
    concern = {"id": str(uuid4()), "kind": "facility", "text": "水管坏了"}
    body = round_of(visit(homes[0], concerns=[concern]))
    client = as_user(zhang)
    assert [client.post("/api/v1/rounds", json=body).status_code for _ in range(2)] == [201, 200]
    [kept] = county.session.scalars(select(Concern))
    assert (str(kept.id), kept.household_id, kept.source_kind, str(kept.source_id), kept.state) == (
        concern["id"], homes[0].id, "visit", body["visits"][0]["id"], "raised")
    # All or nothing: a concern under an id that belongs to another keeps its round out.
    other = round_of(visit(homes[1], concerns=[{**concern, "text": "路烂了"}]))
    assert client.post("/api/v1/rounds", json=other).status_code == 409


def test_a_visit_names_photos_that_come_later(as_user, county, zhang, li, homes):
    body = round_of(visit(homes[0], photos=["a" * 64]))
    [shown] = as_user(zhang).post("/api/v1/rounds", json=body).json["visits"]
    assert (shown["photos"], shown["is_incomplete"]) == (
        [{"sha256": "a" * 64, "has_come": False, "seen_before": False}], True)


class TestCompanions:
    def test_it_counts_for_a_companion_from_the_own_word_on(self, as_user, county, zhang, li, homes):
        body = round_of(visit(homes[0]), position=AT_OFFICE, companion_ids=[li.cadre.id, zhang.cadre.id])
        made = as_user(zhang).post("/api/v1/rounds", json=body).json
        assert made["companions"] == [{"id": li.cadre.id, "name": "李四", "state": "named", "answered_at": None}]
        assert state_of(county, li) is None
        client = as_user(li)
        named = {"round_id": body["id"], "day": "2026-11-20", "captured_at": "2026-11-20T01:59:00Z",
                 "cadre": {"id": zhang.cadre.id, "name": "张三"}, "households": 1, "state": "named",
                 "answered_at": None}
        assert client.get("/api/v1/companions?state=named").json == {"companions": [named]}
        word = {"id": str(uuid4()), "round_id": body["id"], "state": "joined",
                "captured_at": "2026-11-20T18:00:00+08:00"}
        answers = [client.post("/api/v1/companion-answers", json=word) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 200]
        assert answers[1].json == {**named, "state": "joined", "answered_at": "2026-11-20T10:00:00Z"}
        assert (state_of(county, li), state_of(county, zhang)) == ("stationed", "stationed")
        [shared] = client.get("/api/v1/rounds?from=2026-11-20&to=2026-11-20").json["rounds"]
        assert (shared["id"], len(shared["visits"]), whole(county)) == (body["id"], 1, True)

    def test_of_two_answers_the_later_one_holds_in_whatever_order_they_come(self, as_user, county, zhang, li, homes):
        body = round_of(visit(homes[0]), position=AT_OFFICE, companion_ids=[li.cadre.id])
        as_user(zhang).post("/api/v1/rounds", json=body)
        client = as_user(li)
        for state, at, expected in (("joined", "18:00", "stationed"), ("declined", "19:00", None),
                                    ("joined", "18:30", None), ("joined", "20:00", "stationed")):
            client.post("/api/v1/companion-answers", json={
                "id": str(uuid4()), "round_id": body["id"], "state": state,
                "captured_at": f"2026-11-20T{at}:00+08:00"})
            assert (state_of(county, li), whole(county)) == (expected, True)

    def test_nobody_joins_a_round_unasked(self, as_user, county, zhang, li, homes):
        body = round_of(visit(homes[0]))
        as_user(zhang).post("/api/v1/rounds", json=body)
        word = {"id": str(uuid4()), "round_id": body["id"], "state": "joined",
                "captured_at": "2026-11-20T18:00:00+08:00"}
        assert as_user(li).post("/api/v1/companion-answers", json=word).status_code == 404

    def test_a_companion_comes_along_to_a_linked_household_of_another_township(self, as_user, county, zhang, li):
        far = county.household("B1")
        county.session.add(Linkage(cadre_id=zhang.cadre.id, household_id=far.id, kind="link", from_on=FRIDAY))
        county.session.commit()
        [alone, one, other] = [round_of(visit(far), companion_ids=[li.cadre.id]) for _ in range(3)]
        assert as_user(zhang).post("/api/v1/rounds", json=alone).status_code == 201
        assert statuses(as_user(zhang), one, other) == [201, 201]

    def test_a_companion_is_somebody_of_the_township(self, as_user, county, zhang, li, homes):
        far = county.cadre("B1")
        answer = as_user(zhang).post("/api/v1/rounds", json=round_of(visit(homes[0]), companion_ids=[far.cadre.id]))
        assert (answer.status_code, answer.json["reason"]) == (404, "companion_not_found")
        village = {"code": county.villages["A2"].code, "name": "A2村", "level": "village"}
        assert as_user(zhang).get("/api/v1/teammates").json == {
            "teammates": [{"id": li.cadre.id, "name": "李四", "village": village}]}

    def test_a_companion_who_keeps_positions_to_oneself_waits_for_the_village(self, as_user, county, zhang, homes):
        shy = county.cadre("A2", location="declined")
        body = round_of(visit(homes[0]), position=AT_OFFICE, companion_ids=[shy.cadre.id])
        as_user(zhang).post("/api/v1/rounds", json=body)
        as_user(shy).post("/api/v1/companion-answers", json={
            "id": str(uuid4()), "round_id": body["id"], "state": "joined",
            "captured_at": "2026-11-20T18:00:00+08:00"})
        own = county.session.scalar(select(Evidence).where(Evidence.cadre_id == shy.cadre.id))
        assert (own.latitude, own.location_error, state_of(county, shy)) == (None, "denied", "waiting")


class TestAnnulment:
    def test_a_visit_taken_back_stays_with_its_reason_and_counts_nowhere(self, as_user, county, zhang, li, homes):
        body = round_of(visit(homes[0]), visit(homes[1]), position=AT_OFFICE, companion_ids=[li.cadre.id])
        client = as_user(zhang)
        client.post("/api/v1/rounds", json=body)
        as_user(li).post("/api/v1/companion-answers", json={
            "id": str(uuid4()), "round_id": body["id"], "state": "joined",
            "captured_at": "2026-11-20T18:00:00+08:00"})
        first, second = ({"id": str(uuid4()), "visit_id": one["id"], "reason": "点错了"} for one in body["visits"])
        answers = [client.post("/api/v1/visit-annulments", json=first) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 200]
        assert answers[1].json["annulled"] == {
            "at": "2026-11-20T02:00:00Z", "by": {"id": zhang.user.id, "name": "张三"}, "reason": "点错了"}
        assert (state_of(county, zhang), whole(county)) == ("stationed", True)
        # With the last one at a door the round is no evidence any more, for nobody.
        assert client.post("/api/v1/visit-annulments", json=second).status_code == 201
        assert (state_of(county, zhang), state_of(county, li), whole(county)) == (None, None, True)
        county.session.expire_all()
        assert [home.last_visited_on for home in homes[:2]] == [None, None]
        assert county.session.scalar(select(func.count()).select_from(AuditEntry)
                                     .where(AuditEntry.action == "visit.annulled")) == 2

    def test_whoever_may_not_see_a_visit_may_not_take_it_back(self, as_user, county, zhang, li, homes):
        body = round_of(visit(homes[0]))
        as_user(zhang).post("/api/v1/rounds", json=body)
        annulment = {"id": str(uuid4()), "visit_id": body["visits"][0]["id"], "reason": "没去过"}
        outside = county.person("supervisor", county.townships["B"])
        for person in (li, outside):
            assert as_user(person).post("/api/v1/visit-annulments", json=annulment).status_code == 404
        above = as_user(county.person("supervisor", county.townships["A"]))
        assert above.post("/api/v1/visit-annulments", json=annulment).status_code == 201
        again = as_user(zhang).post("/api/v1/visit-annulments", json={**annulment, "id": str(uuid4())})
        assert (again.status_code, again.json["reason"]) == (409, "visit_annulled")


def test_who_sees_a_visit(as_user, county, zhang, li, homes):
    body = round_of(visit(homes[0], summary="病了"), companion_ids=[li.cadre.id])
    as_user(zhang).post("/api/v1/rounds", json=body)
    people = {"author": zhang, "companion": li, "stranger": county.cadre("A1"),
              "above": county.person("supervisor", county.townships["A"]),
              "beside": county.person("supervisor", county.townships["B"])}
    seen = {name: as_user(person).get(f"/api/v1/rounds/{body['id']}").status_code for name, person in people.items()}
    assert seen == {"author": 200, "companion": 200, "stranger": 404, "above": 200, "beside": 404}
    listed = {name: len(as_user(person).get(f"/api/v1/visits?household_id={homes[0].id}").json["visits"])
              for name, person in people.items()}
    assert listed == {"author": 1, "companion": 1, "stranger": 0, "above": 1, "beside": 0}
    committee = as_user(county.person("village", county.villages["A1"]))
    assert [committee.get(path).status_code for path in (f"/api/v1/rounds/{body['id']}", "/api/v1/visits")] == [403] * 2


def test_two_in_flight_make_one_round(own_county, own_database):
    zhang = own_county.cadre("A1")
    home = own_county.household("A1")
    own_county.session.commit()
    grant = Grant("cadre", own_county.county.id, own_county.county.path, "county")
    sender = Identity(zhang.user.id, "zh", zhang.cadre.id, 1, zhang.user.first_log_in_at, (grant,), locates=True)
    database, id, visit_id = Database(own_database), uuid4(), uuid4()

    def record():
        with database.session() as session:
            _view, created = rounds_service.record_round(
                session, identity=sender, now=NOW, content_hash=b"same", id=id, captured_at=NOW, position=AT_OFFICE,
                visits=[{"id": visit_id, "household_id": home.id, "manner": "in_person", "summary": None,
                         "photos": []}])
            session.commit()
            return created

    assert sorted(in_parallel([record] * 4)) == [False, False, False, True]
    database.engine.dispose()
    own_county.session.expire_all()
    assert whole(own_county)
    assert own_county.session.scalar(select(func.count()).select_from(Companion)) == 0
    with pytest.raises(IdReused):
        rounds_service.record_round(
            own_county.session, identity=sender, now=NOW, content_hash=b"other", id=id, captured_at=NOW, visits=[])
    assert own_county.session.get(Household, home.id).last_visited_on == FRIDAY
    assert rounds_service.evidence_id(id, zhang.cadre.id) == uuid5(id, str(zhang.cadre.id))


def test_cadres_who_visit_the_same_households_at_once_count_them_once(own_county, own_database):
    cadres = [own_county.cadre("A1") for _ in range(4)]
    homes = [own_county.household("A1") for _ in range(3)]
    own_county.session.commit()
    grant = Grant("cadre", own_county.county.id, own_county.county.path, "county")
    database = Database(own_database)

    def record(person, order):
        with database.session() as session:
            sender = Identity(person.user.id, "zh", person.cadre.id, 1, person.user.first_log_in_at, (grant,))
            rounds_service.record_round(
                session, identity=sender, now=NOW, content_hash=b"one", id=uuid4(), captured_at=NOW,
                visits=[{"id": uuid4(), "household_id": home.id, "manner": "in_person", "summary": None, "photos": []}
                        for home in homes[::order]])
            session.commit()

    assert in_parallel([lambda one=one, n=n: record(one, (-1) ** n) for n, one in enumerate(cadres)]) == [None] * 4
    database.engine.dispose()
    own_county.session.expire_all()
    assert whole(own_county)
    assert own_county.session.scalar(select(VillageQuarter.visited).where(
        VillageQuarter.village_id == own_county.villages["A1"].id, VillageQuarter.quarter_on == date(2026, 10, 1))) == 3
