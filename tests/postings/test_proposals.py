"""Places proposed by the village and approved by the township: by standing there, or where a confirmed record was."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.checkin import judging_service, kept_service
from api.checkin.models import Evidence
from api.postings.models import Place
from api.postings.proposal_models import PlaceProposal
from tests.county import OFFICE
from tests.parallel import in_parallel

DAY = date(2026, 11, 18)
THERE = {"latitude": OFFICE.latitude + 5000 / 110_800, "longitude": OFFICE.longitude, "accuracy_m": 20}
ADDRESS = "/api/v1/place-proposals"
COLUMNS = ("latitude", "longitude", "datum")
# What a proposal holds until it is decided, and its position could be found out from.
TRACES = (*COLUMNS, "accuracy_m", "source_evidence_id", "content_hash")


def proposal(county, **changes) -> dict:
    return {"id": str(uuid4()), "village_code": county.villages["A1"].code, "name": "三组晒坝",
            "villagers_group": "三组", "position": THERE, **changes}


def from_record(county, evidence, **changes) -> dict:
    return proposal(county, position=None, evidence_id=str(evidence.id), **changes)


def decide(client, made, state="approved", version=None, **more):
    return client.patch(f"{ADDRESS}/{made['id']}", json={"state": state, **more},
                        headers={"If-Match": f'"{version or made["version"]}"'})


def confirm(client, evidence, outcome="confirmed"):
    answer = client.post("/api/v1/decisions", json={"id": str(uuid4()), "evidence_id": str(evidence.id),
                                                    "outcome": outcome, "reason": "不在村"})
    assert answer.status_code == 201


def assert_whole(county) -> None:
    county.session.expire_all()
    ids = kept_service.all_cadre_ids(county.session)
    assert list(judging_service.misjudged(county.session, cadre_ids=ids)) == []
    assert list(kept_service.differences(county.session, cadre_ids=ids)) == []


@pytest.fixture
def secretary(county):
    return county.person("village", county.villages["A1"], name="王书记")


@pytest.fixture
def village(as_user, secretary):
    return as_user(secretary)


@pytest.fixture
def officer(county):
    return county.person("supervisor", county.townships["A"], name="赵六")


@pytest.fixture
def township(as_user, officer):
    return as_user(officer)


def test_a_place_is_proposed_by_standing_there_and_approved_with_one_tap(village, township, county, secretary, officer):
    cadre = county.cadre("A1")
    far = county.check_in(cadre, DAY, metres_north=5500)
    county.session.commit()
    made = village.post(ADDRESS, json=proposal(county))
    shown = {"id": made.json["id"], "village": {"code": "520329001201", "name": "A1村", "level": "village"},
             "name": "三组晒坝", "villagers_group": "三组", "state": "proposed",
             "proposed_by": {"id": secretary.user.id, "name": "王书记"}, "proposed_at": "2026-11-20T02:00:00Z",
             "from_evidence": False, "accuracy_m": 20.0, "distance_m": made.json["distance_m"], "decided_by": None,
             "decided_at": None, "reason": None, "place_id": None, "version": 1}
    assert (made.status_code, made.json, made.headers["ETag"]) == (201, shown, '"1"')
    assert 4990 <= made.json["distance_m"] <= 5010
    assert township.get(f"{ADDRESS}?state=proposed").json == {"proposals": [shown]}
    assert far.status == "waiting"
    approved = decide(township, made.json)
    place = county.session.scalar(select(Place).where(Place.name == "三组晒坝"))
    assert (approved.status_code, approved.json, approved.headers["ETag"]) == (200, {
        **shown, "state": "approved", "accuracy_m": None, "distance_m": None,
        "decided_by": {"id": officer.user.id, "name": "赵六"}, "decided_at": "2026-11-20T02:00:00Z",
        "place_id": place.id, "version": 2}, '"2"')
    assert (place.villagers_group, place.radius_m, place.latitude, place.village_id) == (
        "三组", None, THERE["latitude"], county.villages["A1"].id)
    assert_whole(county)
    assert (far.verdict, far.status, far.place_id) == ("inside", "counts", place.id)
    listed = village.get(f"/api/v1/places?village={county.villages['A1'].code}").json["places"]
    assert [(one["name"], one["villagers_group"], one["effective_radius_m"]) for one in listed] == [
        ("村委会", None, 1000), ("三组晒坝", "三组", 1000)]


def test_the_township_may_give_a_better_name_and_a_radius(village, township, county):
    made = village.post(ADDRESS, json=proposal(county)).json
    assert decide(township, made, name="三组", radius_m=300).json["name"] == "三组"
    assert county.session.execute(select(Place.name, Place.radius_m).where(Place.radius_m == 300)).all() == [
        ("三组", 300)]


def test_a_declined_proposal_says_why_and_keeps_no_position(village, township, county):
    made = village.post(ADDRESS, json=proposal(county)).json
    silent = decide(township, made, "declined", reason="  ")
    assert (silent.status_code, silent.json["reason"]) == (422, "reason_missing")
    declined = decide(township, made, "declined", reason="在邻村地界")
    assert (declined.status_code, declined.json["state"], declined.json["reason"]) == (200, "declined", "在邻村地界")
    assert village.get(ADDRESS).json["proposals"] == [declined.json]
    county.session.expire_all()
    row = county.session.scalar(select(PlaceProposal))
    assert [getattr(row, name) for name in TRACES] == [None] * 5 + [b""]
    assert len(county.session.scalars(select(Place).where(Place.village_id == row.village_id)).all()) == 1


def test_what_is_decided_is_not_decided_again(village, township, county):
    made = village.post(ADDRESS, json=proposal(county)).json
    assert decide(township, made).status_code == 200
    stale = decide(township, made)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    again = decide(township, made, "declined", version=2, reason="算了")
    assert (again.status_code, again.json["reason"]) == (409, "proposal_decided")
    missing = township.patch(f"{ADDRESS}/{made['id']}", json={"state": "approved"})
    assert missing.status_code == 428
    assert county.session.scalar(select(func.count()).select_from(Place).where(Place.name == "三组晒坝")) == 1


def test_the_same_proposal_again_changes_nothing_also_after_it_was_decided(village, township, as_user, county):
    body = proposal(county)
    first, again = (village.post(ADDRESS, json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    other = village.post(ADDRESS, json={**body, "name": "五组"})
    assert (other.status_code, other.json["reason"]) == (409, "id_reused")
    approved = decide(township, first.json).json
    later = village.post(ADDRESS, json=body)
    assert (later.status_code, later.json) == (200, approved)
    neighbour = as_user(county.person("village", county.villages["A1"])).post(ADDRESS, json=body)
    assert (neighbour.status_code, neighbour.json["reason"]) == (409, "id_reused")


# --- from a confirmed record -----------------------------------------------------------------------------------------

def test_a_confirmed_record_outside_becomes_a_place_without_anybody_seeing_where(village, township, county):
    cadre = county.cadre("A1")
    record, other = (county.check_in(cadre, day, metres_north=5000) for day in (DAY, date(2026, 11, 19)))
    county.session.commit()
    confirm(village, record)
    made = village.post(ADDRESS, json=from_record(county, record))
    assert (made.status_code, made.json["from_evidence"], made.json["accuracy_m"]) == (201, True, 20.0)
    assert 4990 <= made.json["distance_m"] <= 5010
    row = county.session.scalar(select(PlaceProposal))
    assert [getattr(row, name) for name in COLUMNS] == [None, None, None]
    assert decide(township, made.json).status_code == 200
    assert_whole(county)
    assert [(one.verdict, one.status) for one in (record, other)] == [("inside", "counts")] * 2
    # Sent again, although the record is no longer outside.
    assert village.post(ADDRESS, json=from_record(county, record, id=made.json["id"])).status_code == 200


def test_nothing_leads_from_a_place_back_to_the_record_that_it_was_made_from(village, township, as_user, county):
    cadre = county.cadre("A1")
    record = county.check_in(cadre, DAY, metres_north=5123)
    county.session.commit()
    fix = (record.latitude, record.longitude)
    confirm(village, record)
    made = village.post(ADDRESS, json=from_record(county, record)).json
    assert decide(township, made).json["from_evidence"] is False
    county.session.expire_all()
    row = county.session.scalar(select(PlaceProposal))
    assert [getattr(row, name) for name in TRACES] == [None] * 5 + [b""]
    place = county.session.get(Place, row.place_id)
    assert (place.latitude, place.longitude) == tuple(round(degrees, 3) for degrees in fix) != fix
    told = county.session.scalars(
        select(AuditEntry).where(AuditEntry.action.in_(("proposal.approved", "place.created"))))
    assert not [one for one in told if str(record.id) in str(one.details)]
    answer = as_user(cadre).put("/api/v1/me/location", json={"choice": "declined"})
    assert answer.status_code == 200
    county.session.expire_all()
    assert (record.latitude, record.place_id, record.distance_m == 0) == (None, place.id, False)
    assert_whole(county)


@pytest.mark.parametrize(("metres", "outcome", "reason"), [
    (5000, None, "evidence_not_outside"),  # nobody confirmed it
    (5000, "rejected", "evidence_not_outside"),
    (100, "confirmed", "evidence_not_outside"),
    (1000, "confirmed", "evidence_not_outside"),  # uncertain
    (None, "confirmed", "evidence_not_outside"),  # no fix
])
def test_a_record_that_is_no_confirmed_outside_makes_no_place(village, county, metres, outcome, reason):
    record = county.check_in(county.cadre("A1"), DAY, metres_north=metres or 0, fix=metres is not None)
    county.session.commit()
    if outcome is not None:
        confirm(village, record, outcome)
    answer = village.post(ADDRESS, json=from_record(county, record))
    assert (answer.status_code, answer.json["reason"]) == (422, reason)
    assert village.get(ADDRESS).json == {"proposals": []}


def forget(county, record) -> None:
    """Delete the coordinates, as the job does after their days."""
    for name in (*COLUMNS[:2], "wgs84_latitude", "wgs84_longitude"):
        setattr(record, name, None)
    county.session.commit()


def test_a_position_that_was_deleted_is_gone_before_and_after_the_proposal(village, township, county):
    cadre = county.cadre("A1")
    early, late = (county.check_in(cadre, day, metres_north=5000) for day in (DAY, date(2026, 11, 19)))
    county.session.commit()
    for record in (early, late):
        confirm(village, record)
    forget(county, early)
    refused = village.post(ADDRESS, json=from_record(county, early))
    assert (refused.status_code, refused.json["reason"]) == (422, "position_gone")
    made = village.post(ADDRESS, json=from_record(county, late)).json
    forget(county, late)
    gone = decide(township, made)
    assert (gone.status_code, gone.json["reason"]) == (422, "position_gone")
    assert decide(township, made, "declined", reason="坐标已删").status_code == 200


def test_the_record_must_be_of_a_cadre_who_covers_the_village(village, as_user, county):
    records = [county.check_in(person, DAY, metres_north=5000)
               for person in (county.cadre("B1"), county.cadre(None), county.cadre("A2", further=("A1",)))]
    county.session.commit()
    supervisor = as_user(county.person("supervisor"))
    for record in (records[0], records[2]):
        confirm(supervisor, record)
    answers = [village.post(ADDRESS, json=from_record(county, record)) for record in records]
    assert [answer.status_code for answer in answers] == [404, 404, 201]
    unknown = village.post(ADDRESS, json=proposal(county, position=None, evidence_id=str(uuid4())))
    assert unknown.status_code == 404


# --- who may ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("role", "place", "post", "get", "patch"), [
    ("village", "A2", 404, 200, 403), ("supervisor", "B", 403, 200, 404), ("cadre", "A1", 403, 403, 403),
    ("admin", None, 403, 403, 403), ("auditor", None, 403, 403, 403), ("supervisor", "A1", 403, 200, 404)])
def test_strangers_neither_propose_nor_see_nor_decide(village, as_user, county, role, place, post, get, patch):
    made = village.post(ADDRESS, json=proposal(county)).json
    client = as_user(county.person(role, county.villages.get(place) or county.townships.get(place)))
    assert client.post(ADDRESS, json=proposal(county)).status_code == post
    listed = client.get(ADDRESS)
    assert (listed.status_code, len((listed.json or {}).get("proposals", []))) == (get, 1 if place == "A1" and
                                                                                   role == "supervisor" else 0)
    assert decide(client, made).status_code == patch


def test_nobody_anonymous_proposes_or_reads(client):
    assert [client.post(ADDRESS, json={}).status_code, client.get(ADDRESS).status_code,
            client.patch(f"{ADDRESS}/{uuid4()}", json={}).status_code] == [401] * 3


def test_nobody_decides_on_an_own_proposal_or_one_made_from_an_own_record(village, as_user, county, secretary):
    county.grant(secretary, "supervisor", county.townships["A"])
    made = village.post(ADDRESS, json=proposal(county)).json
    for answer in (decide(village, made), decide(village, made, "declined", reason="算了")):
        assert (answer.status_code, answer.json["reason"]) == (403, "own_record")
    cadre = county.cadre("A1")
    county.grant(cadre, "supervisor", county.townships["A"])
    record = county.check_in(cadre, DAY, metres_north=5000)
    county.session.commit()
    confirm(village, record)
    made = village.post(ADDRESS, json=from_record(county, record)).json
    own = decide(as_user(cadre), made)
    assert (own.status_code, own.json["reason"]) == (403, "own_record")


@pytest.mark.parametrize("changes", [
    {"position": None}, {"evidence_id": str(uuid4())}, {"name": ""}, {"name": "村" * 61},
    {"villagers_group": "组" * 61}, {"position": {"latitude": 91, "longitude": 0}}, {"village_code": "1"}])
def test_a_proposal_that_makes_no_sense_is_refused(village, county, changes):
    answer = village.post(ADDRESS, json=proposal(county, **changes))
    assert (answer.status_code, answer.json["reason"]) == (422, "invalid")


def test_only_a_village_has_places(as_user, county):
    township = as_user(county.person("village", county.townships["A"]))
    answer = township.post(ADDRESS, json=proposal(county, village_code=county.townships["A"].code))
    assert (answer.status_code, answer.json["reason"]) == (422, "not_a_village")


# --- in flight -------------------------------------------------------------------------------------------------------

def test_a_proposal_twice_in_flight_is_one_and_approvals_at_once_make_one_place(own_county, make_app, own_database):
    people = (own_county.person("village", own_county.villages["A1"]),
              own_county.person("supervisor", own_county.townships["A"]))
    own_county.check_in(own_county.cadre("A1"), DAY, metres_north=5000)
    headers = [{"Authorization": f"Bearer {own_county.token(person)}"} for person in people]
    own_county.session.commit()
    app, body = make_app(own_database), proposal(own_county)

    def send():
        answer = app.test_client().post(ADDRESS, json=body, headers=headers[0])
        return answer.status_code, answer.json

    def approve():
        return app.test_client().patch(f"{ADDRESS}/{body['id']}", json={"state": "approved"},
                                       headers={**headers[1], "If-Match": '"1"'}).status_code

    results = in_parallel([send] * 4)
    assert sorted(status for status, _json in results) == [200, 200, 200, 201]
    assert all(json == results[0][1] for _status, json in results)
    assert sorted(in_parallel([approve] * 4)) == [200, 412, 412, 412]
    own_county.session.rollback()
    assert own_county.session.scalar(select(func.count()).select_from(Place).where(Place.name == "三组晒坝")) == 1
    assert own_county.session.scalar(select(Evidence.status)) == "counts"
    assert_whole(own_county)


def test_who_does_without_positions_proposes_none_and_what_waits_loses_its_own(as_user, township, county):
    person = county.cadre("A1")
    county.grant(person, "village", county.villages["A1"])
    client, sent = as_user(person), proposal(county)
    made = client.post(ADDRESS, json=sent)
    assert client.put("/api/v1/me/location", json={"choice": "declined"}).status_code == 200
    kept = county.session.get(PlaceProposal, UUID(sent["id"]), populate_existing=True)
    assert [getattr(kept, name) for name in (*COLUMNS, "accuracy_m", "content_hash")] == [None] * 4 + [b""]
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "retention.coordinates"))
    assert [(one.chain, one.details, one.user_id) for one in entries] == [
        (county.townships["A"].id, {"count": 1, "why": "withdrawn"}, person.user.id)]
    # The same sent again is the same, whose answer was lost.
    assert client.post(ADDRESS, json=sent).status_code == 200
    refused = client.post(ADDRESS, json=proposal(county))
    assert (refused.status_code, refused.json["reason"]) == (422, "location_declined")
    # The township is told that nobody knows where it would be, and may still decline.
    late = decide(township, made.json, version=2)
    assert (late.status_code, late.json["reason"]) == (422, "position_gone")
    assert decide(township, made.json, "declined", version=2, reason="请重新报").status_code == 200


def test_a_record_may_become_a_place_for_who_does_without_positions(as_user, county):
    person, other = county.cadre("A1"), county.cadre("A1")
    county.grant(person, "village", county.villages["A1"])
    person.user.location_choice = "declined"
    record = county.check_in(other, DAY, metres_north=5000)
    client = as_user(person)
    confirm(client, record)
    assert client.post(ADDRESS, json=from_record(county, record)).status_code == 201
