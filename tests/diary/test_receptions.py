"""Reception hours: kept once, evidence for the cadres who sat there, concerns that are to be followed up."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.checkin import kept_service
from api.checkin.models import Decision, Evidence, StationedDay
from api.diary.models import Concern
from api.diary.reception_models import Reception

NOON = "2026-11-20T09:30:00+08:00"
TODAY = date(2026, 11, 20)


def reception(*people, village="520329001201", **changes) -> dict:
    return {"id": str(uuid4()), "village_code": village, "question": "医保怎么报", "answer": "带发票到镇里",
            "policy_cited": "县医保〔2026〕3号", "cadre_ids": [person.cadre.id for person in people],
            "captured_at": NOON, **changes}


def stationed(county, person, day=TODAY) -> str | None:
    return county.session.scalar(select(StationedDay.state).where(
        StationedDay.posting_id == person.posting.id, StationedDay.day == day))


@pytest.fixture
def cadre(county):
    return county.cadre("A1", name="张三")


@pytest.fixture
def committee(county):
    return county.person("village", county.villages["A1"], name="李支书")


def test_what_the_village_records_is_a_stationed_day_of_the_cadres_named(as_user, county, cadre, committee):
    body = reception(cadre, concerns=[{"id": str(uuid4()), "kind": "policy", "text": "给王大爷回话"}])
    answer = as_user(committee).post("/api/v1/receptions", json=body)
    assert (answer.status_code, answer.json) == (201, {
        "id": body["id"], "village": {"code": "520329001201", "name": "A1村", "level": "village"},
        "day": "2026-11-20", "household": None, "cadres": [{"id": cadre.cadre.id, "name": "张三"}],
        "question": "医保怎么报", "answer": "带发票到镇里", "policy_cited": "县医保〔2026〕3号", "photos": [],
        "is_incomplete": False, "concern_ids": [body["concerns"][0]["id"]],
        "recorded_by": {"id": committee.user.id, "name": "李支书"}, "captured_at": "2026-11-20T01:30:00Z",
        "received_at": "2026-11-20T02:00:00Z", "flags": []})
    assert stationed(county, cadre) == "stationed"
    again = as_user(committee).post("/api/v1/receptions", json=body)
    assert (again.status_code, again.json) == (200, answer.json)
    assert as_user(committee).post("/api/v1/receptions", json={**body, "answer": "别的"}).json["reason"] == "id_reused"
    assert [county.session.scalar(select(func.count()).select_from(table))
            for table in (Reception, Evidence, Decision, Concern)] == [1, 1, 1, 1]
    assert not list(kept_service.differences(county.session, cadre_ids=[cadre.cadre.id]))


def test_a_higher_level_may_decide_otherwise(as_user, county, cadre, committee):
    as_user(committee).post("/api/v1/receptions", json=reception(cadre))
    evidence = county.session.scalar(select(Evidence))
    assert (evidence.kind, evidence.status) == ("reception", "counts")
    as_user(county.person("supervisor", county.townships["A"])).post("/api/v1/decisions", json={
        "id": str(uuid4()), "evidence_id": str(evidence.id), "outcome": "rejected", "reason": "当天在县里"})
    assert stationed(county, cadre) == "rejected"


def test_what_a_cadre_records_is_no_evidence_of_the_own_day(as_user, county, cadre):
    answer = as_user(cadre).post("/api/v1/receptions", json=reception())
    assert (answer.status_code, answer.json["cadres"]) == (201, [{"id": cadre.cadre.id, "name": "张三"}])
    assert county.session.scalar(select(func.count()).select_from(Evidence)) == 0


def test_nobody_attests_to_oneself_but_may_to_others(as_user, county, cadre):
    county.grant(cadre, "village", county.villages["A1"])
    other = county.cadre("A1", name="王五")
    answer = as_user(cadre).post("/api/v1/receptions", json=reception(cadre, other))
    assert [one["name"] for one in answer.json["cadres"]] == ["张三", "王五"]
    assert (stationed(county, cadre), stationed(county, other)) == (None, "stationed")


@pytest.mark.parametrize(("changes", "status", "reason"), [
    ({"day": "2026-11-21"}, 422, "future_day"), ({"household_id": 999}, 422, "household_elsewhere"),
    ({"village_code": "520329001202"}, 404, "division_not_found"), ({"question": ""}, 422, "invalid"),
    ({"village_code": "520329001000"}, 404, "division_not_found")])
def test_what_makes_no_sense_is_refused_in_words(as_user, county, committee, changes, status, reason):
    answer = as_user(committee).post("/api/v1/receptions", json=reception(**changes))
    assert (answer.status_code, answer.json["reason"]) == (status, reason)


def test_somebody_posted_elsewhere_did_not_sit_there(as_user, county, cadre, committee):
    elsewhere = county.cadre("A2")
    for who in (committee, cadre):
        answer = as_user(who).post("/api/v1/receptions", json=reception(elsewhere))
        assert (answer.status_code, answer.json["reason"]) == (422, "cadre_elsewhere")
    assert county.session.scalar(select(func.count()).select_from(Reception)) == 0


def test_who_reads_and_who_does_not(as_user, client, county, cadre, committee):
    id = as_user(committee).post("/api/v1/receptions", json=reception()).json["id"]

    def ids(who, query=""):
        return [row["id"] for row in as_user(who).get(f"/api/v1/receptions{query}").json["receptions"]]

    for person in (cadre, committee, county.person("supervisor", county.townships["A"]), county.person("supervisor")):
        assert ids(person) == ids(person, f"?division={county.villages['A1'].code}") == [id]
        assert ids(person, "?from=2026-11-21") == ids(person, "?to=2026-11-19") == []
    for person in (county.cadre("A2"), county.person("village", county.villages["A2"]),
                   county.person("supervisor", county.townships["B"])):
        assert ids(person) == []
        assert as_user(person).get(f"/api/v1/receptions?division={county.villages['A1'].code}").status_code == 404
    assert (client.get("/api/v1/receptions").status_code, client.post("/api/v1/receptions", json={}).status_code) == (
        401, 401)
    assert as_user(county.person("admin")).get("/api/v1/receptions").status_code == 403


def test_a_batch_takes_a_reception_with_its_concern_and_the_steps_on_it(as_user, county, cadre):
    household, elsewhere = county.household("A1", "冉光福"), county.household("A2", "田小荷")
    raised = {"id": str(uuid4()), "kind": "livelihood", "text": "低保没到账"}
    body = reception(household_id=household.id, concerns=[raised])
    step = {"id": str(uuid4()), "concern_id": raised["id"], "step": "in_village", "captured_at": NOON}
    items = [{"kind": "concern_step", "record": step}, {"kind": "reception", "record": body},
             {"kind": "reception", "record": reception(household_id=elsewhere.id)}]
    client = as_user(cadre)
    for statuses in ([201, 201, 422], [200, 200, 422]):
        results = client.post("/api/v1/sync", json={"items": items}).json["results"]
        assert [result["status"] for result in results] == statuses
    [concern] = client.get(f"/api/v1/concerns?household_id={household.id}").json["concerns"]
    assert (concern["state"], concern["source_kind"], concern["source_id"], concern["household"]["householder"]) == (
        "in_village", "reception", body["id"], "冉光福")
    refused = client.post("/api/v1/concerns", json={
        "id": str(uuid4()), "kind": "land", "text": "x", "village_code": "520329001201", "household_id": elsewhere.id,
        "captured_at": NOON})
    assert (refused.status_code, refused.json["reason"]) == (422, "household_elsewhere")
