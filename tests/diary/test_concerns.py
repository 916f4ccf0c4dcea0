"""Concerns through the API: raised once, taken step by step, seen by whom they concern."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.diary.models import Concern, ConcernStep
from tests.checkin.test_figures import statements_of
from tests.conftest import NOW
from tests.parallel import in_parallel
from tests.photos.pictures import from_a_camera, sha256

NOON = "2026-11-20T09:30:00+08:00"


def raised(village="520329001201", **changes) -> dict:
    return {"id": str(uuid4()), "kind": "policy", "text": "低保怎么申请", "village_code": village,
            "captured_at": NOON, **changes}


def step(name: str, **changes) -> dict:
    return {"id": str(uuid4()), "step": name, "captured_at": NOON, **changes}


@pytest.fixture
def cadre(county):
    return county.cadre("A1", name="张三")


@pytest.fixture
def people(county, cadre):
    """Everybody that a concern of village A1 may have to do with."""
    return {
        "cadre": cadre, "committee": county.person("village", county.villages["A1"], name="李支书"),
        "township": county.person("supervisor", county.townships["A"], name="赵镇长"),
        "county": county.person("supervisor", name="钱主任"),
        "neighbour": county.cadre("A2"), "other_township": county.person("supervisor", county.townships["B"]),
        "other_committee": county.person("village", county.villages["A2"]),
    }


@pytest.fixture
def take(as_user, people):
    """Take a step as somebody and answer (status, state or reason)."""
    def send(who, concern_id, name, **given):
        answer = as_user(people[who]).post(f"/api/v1/concerns/{concern_id}/steps", json=step(name, **given))
        return answer.status_code, answer.json.get("state") or answer.json["reason"]
    return send


def test_a_concern_is_raised_in_one_go_and_due_by_its_kind(as_user, county, cadre):
    body = raised()
    answer = as_user(cadre).post("/api/v1/concerns", json=body)
    village = {"code": county.villages["A1"].code, "name": "A1村", "level": "village"}
    by = {"id": cadre.user.id, "name": "张三"}
    assert (answer.status_code, answer.json) == (201, {
        "id": body["id"], "kind": "policy", "text": "低保怎么申请", "village": village, "household": None,
        "source_kind": "direct", "source_id": None, "raised_by": by, "raised_at": "2026-11-20T01:30:00Z",
        "raised_on": "2026-11-20", "state": "raised", "owner": village, "due_on": "2026-11-23", "done_on": None,
        "age_days": 0, "is_overdue": False, "merged_into_id": None, "duplicate_ids": [],
        "steps": [{"id": body["id"], "step": "raised", "at": "2026-11-20T01:30:00Z", "by": by, "note": None,
                   "to_division": None, "into_id": None, "photos": []}],
        "next_steps": [{"step": "accepted", "needs": None}, {"step": "in_village", "needs": None},
                       {"step": "joint_consultation", "needs": "note"}, {"step": "escalated", "needs": "division"},
                       {"step": "resolved", "needs": "note"}, {"step": "explained", "needs": "note"},
                       {"step": "merged", "needs": "concern"}], "is_incomplete": False,
        "escalates_to": [{"code": county.townships["A"].code, "name": "子营街道", "level": "township"},
                         {"code": county.CODE, "name": "余庆县", "level": "county"}],
        "changed_at": "2026-11-20T02:00:00Z"})


def test_the_same_again_is_the_same_and_other_content_is_refused(as_user, county, cadre, people):
    body, client = raised(), as_user(cadre)
    first = client.post("/api/v1/concerns", json=body)
    again = client.post("/api/v1/concerns", json={**body, "captured_at": "2026-11-20T01:30:00Z", "elapsed_ms": 5})
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    for who, changed in ((cadre, {"text": "别的"}), (people["committee"], {})):
        refused = as_user(who).post("/api/v1/concerns", json={**body, **changed})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    taken = step("accepted")
    path = f"/api/v1/concerns/{body['id']}/steps"
    assert [client.post(path, json=taken).status_code for _ in range(2)] == [201, 200]
    assert client.post(path, json={**taken, "note": "别的"}).json["reason"] == "id_reused"
    assert county.session.scalar(select(func.count()).select_from(ConcernStep)) == 2


def test_the_whole_course_from_the_village_up_and_back_again(as_user, county, cadre, people, take):
    id, township = as_user(cadre).post("/api/v1/concerns", json=raised()).json["id"], county.townships["A"].code
    assert take("cadre", id, "in_village") == (201, "in_village")
    assert take("committee", id, "joint_consultation", note="两委商定找镇里") == (201, "joint_consultation")
    assert take("committee", id, "escalated") == (422, "concern_division_missing")
    assert take("committee", id, "escalated", to_division_code=county.townships["B"].code) == (
        422, "concern_division_not_above")
    assert take("committee", id, "escalated", to_division_code=township) == (201, "escalated")
    assert take("cadre", id, "resolved", note="办了") == (403, "concern_held_elsewhere")
    assert take("township", id, "resolved") == (422, "concern_note_missing")
    assert take("township", id, "resolved", note="已报民政办") == (201, "resolved")
    assert take("cadre", id, "closed") == (409, "concern_step")
    assert take("cadre", id, "followed_up", note="还没收到钱") == (201, "followed_up")
    assert take("cadre", id, "escalated", to_division_code=township) == (201, "escalated")
    assert take("township", id, "explained", note="下月发放") == (201, "explained")
    assert take("cadre", id, "followed_up", note="知道了") == (201, "followed_up")
    assert take("cadre", id, "closed") == (201, "closed")
    course = as_user(people["county"]).get(f"/api/v1/concerns/{id}").json
    assert [(one["step"], one["by"]["name"]) for one in course["steps"]] == [
        ("raised", "张三"), ("accepted", "张三"), ("in_village", "张三"), ("joint_consultation", "李支书"),
        ("escalated", "李支书"), ("resolved", "赵镇长"), ("followed_up", "张三"), ("escalated", "张三"),
        ("explained", "赵镇长"), ("followed_up", "张三"), ("closed", "张三")]
    assert (course["done_on"], course["next_steps"]) == ("2026-11-20", [])
    told = county.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("concern"))
                                  .order_by(AuditEntry.id)).all()
    assert len(told) == 9 and told[0] == "concern.in_village"


def test_who_sent_a_concern_up_and_lost_the_answer_is_answered_again(as_user, county, cadre, people, take):
    id = as_user(cadre).post("/api/v1/concerns", json=raised()).json["id"]
    take("cadre", id, "in_village")
    body = step("escalated", to_division_code=county.townships["A"].code)
    path, committee = f"/api/v1/concerns/{id}/steps", as_user(people["committee"])
    assert [committee.post(path, json=body).status_code for _ in range(2)] == [201, 200]
    assert committee.post(path, json={**body, "note": "别的"}).status_code == 404
    assert committee.get(f"/api/v1/concerns/{id}").status_code == 404


@pytest.mark.parametrize(("to_on", "status"), [(date(2026, 11, 15), 201), (date(2026, 10, 15), 404)])
def test_what_was_taken_down_after_a_posting_that_ended_unknown_to_the_phone_is_kept(as_user, county, to_on, status):
    client = as_user(county.cadre("A1", to_on=to_on))
    reception = {"id": str(uuid4()), "village_code": county.villages["A1"].code, "question": "低保怎么申请",
                 "captured_at": NOON}
    assert client.post("/api/v1/concerns", json=raised()).status_code == status
    assert client.post("/api/v1/receptions", json=reception).status_code == status


def test_a_step_that_the_state_does_not_allow_names_those_that_it_does(as_user, cadre, people):
    id = as_user(cadre).post("/api/v1/concerns", json=raised()).json["id"]
    refused = as_user(cadre).post(f"/api/v1/concerns/{id}/steps", json=step("followed_up", note="好"))
    assert (refused.status_code, refused.json["reason"]) == (409, "concern_step")
    assert "accepted, in_village, joint_consultation" in refused.json["errors"]["step"][0]


@pytest.mark.parametrize(("who", "before", "handled", "escalated"), [
    ("cadre", 200, 200, 200), ("county", 200, 200, 200), ("township", 200, 200, 200),
    # The committee sees what it was given, not what was only told to the cadre or sent up past it.
    ("committee", 404, 200, 404),
    ("neighbour", 404, 404, 404), ("other_township", 404, 404, 404), ("other_committee", 404, 404, 404)])
def test_who_sees_a_concern(as_user, county, people, take, who, before, handled, escalated):
    body = raised()
    as_user(people["cadre"]).post("/api/v1/concerns", json=body)

    def seen():
        client = as_user(people[who])
        one = client.get(f"/api/v1/concerns/{body['id']}").status_code
        listed = [row["id"] for row in client.get("/api/v1/concerns").json["concerns"]]
        assert listed == ([body["id"]] if one == 200 else [])
        if one == 404:
            assert take(who, body["id"], "closed") == (404, "not_found")
        return one

    assert seen() == before
    take("cadre", body["id"], "in_village")
    assert seen() == handled
    take("cadre", body["id"], "escalated", to_division_code=county.townships["A"].code)
    assert seen() == escalated


def test_what_a_cadre_explained_on_the_spot_may_be_about_the_committee(as_user, county, people, take):
    told = as_user(people["cadre"]).post("/api/v1/concerns", json=raised(kind="village_affairs")).json["id"]
    own = as_user(people["committee"]).post("/api/v1/concerns", json=raised()).json["id"]
    assert take("cadre", told, "explained", note="账目公开过") == (201, "explained")
    colleague = county.person("village", county.villages["A1"])
    for person in (people["committee"], colleague):
        assert [row["id"] for row in as_user(person).get("/api/v1/concerns").json["concerns"]] == [own]


def test_a_stranger_and_an_administrator_neither_raise_nor_read(client, as_user, county):
    for who, status in ((client, 401), (as_user(county.person("admin")), 403)):
        assert who.get("/api/v1/concerns").status_code == status
        assert who.post("/api/v1/concerns", json=raised()).status_code == status
        assert who.post(f"/api/v1/concerns/{uuid4()}/steps", json=step("closed")).status_code == status
        assert who.get("/api/v1/concern-figures").status_code == status


@pytest.mark.parametrize(("who", "village", "status"), [
    ("committee", "A1", 201), ("county", "A1", 201), ("neighbour", "A1", 404), ("other_committee", "A1", 404),
    ("other_township", "A1", 404)])
def test_it_is_raised_where_one_has_to_do(as_user, county, people, who, village, status):
    answer = as_user(people[who]).post("/api/v1/concerns", json=raised(county.villages[village].code))
    assert answer.status_code == status


def test_it_is_not_raised_for_a_township(as_user, county, people):
    body = raised(county.townships["A"].code)
    assert as_user(people["county"]).post("/api/v1/concerns", json=body).status_code == 404


def test_the_successor_takes_the_villages_concerns_over(as_user, county, clock):
    gone, id = county.cadre("A1", to_on=date(2026, 11, 15)), uuid4()
    county.concern(gone, id=id, day=date(2026, 11, 10))
    successor = county.cadre("A1", from_on=date(2026, 11, 16))
    assert [row["id"] for row in as_user(successor).get("/api/v1/concerns").json["concerns"]] == [str(id)]
    # Who raised it still sees what becomes of it, but it is no longer in those hands.
    assert as_user(gone).get(f"/api/v1/concerns/{id}").json["next_steps"] == []
    assert as_user(gone).post(f"/api/v1/concerns/{id}/steps", json=step("accepted")).status_code == 403


def test_a_new_rule_for_a_kind_holds_from_its_day_and_moves_nothing(as_user, county, cadre):
    county.session.flush()
    as_user(county.person("admin")).post("/api/v1/policies", json={
        "division_code": county.townships["A"].code, "key": "concern_days_policy", "value": 10,
        "effective_from": "2026-11-20", "source": "镇里规定"})
    due = [as_user(cadre).post("/api/v1/concerns", json=raised(captured_at=f"2026-11-{day}T09:00:00+08:00")).json
           for day in (19, 20)]
    assert [one["due_on"] for one in due] == ["2026-11-22", "2026-11-30"]


def test_what_is_due_first_comes_first_and_what_is_overdue_is_found(as_user, county, cadre, take, clock):
    old, new = (county.concern(cadre, day=date(2026, 11, day), kind="dispute").id for day in (1, 20))
    done = county.concern(cadre, day=date(2026, 10, 1), kind="dispute").id
    assert take("cadre", done, "explained", note="讲清楚了") == (201, "explained")

    def ids(query=""):
        answer = as_user(cadre).get(f"/api/v1/concerns{query}")
        assert '"total":' in answer.headers["X-Pagination"]
        return [row["id"] for row in answer.json["concerns"]]

    assert ids() == [str(old), str(new), str(done)]
    assert ids("?overdue=true") == ids("?age=to_30") == [str(old)]
    assert ids("?state=undone") == [str(old), str(new)]
    assert ids("?state=explained") == [str(done)]
    assert ids("?state=over") == ids("?kind=land") == []
    assert ids("?page=2&page_size=2") == [str(done)]
    assert as_user(cadre).get(f"/api/v1/concerns?division={county.townships['B'].code}").status_code == 404


def test_figures_add_up_from_villages_and_open_by_state_and_age(as_user, county, people, cadre, take):
    neighbour = people["neighbour"]
    county.concern(cadre, day=date(2026, 11, 1), kind="dispute")                   # overdue for 12 days
    late = county.concern(cadre, day=date(2026, 10, 1), kind="dispute").id         # 50 days old, overdue
    fresh = county.concern(cadre, day=date(2026, 11, 19), kind="dispute").id
    county.concern(neighbour, "A2", day=date(2026, 11, 18), kind="land")
    repeated = county.concern(cadre, day=date(2026, 11, 20)).id
    take("cadre", fresh, "explained", note="讲清楚了")
    take("cadre", late, "escalated", to_division_code=county.townships["A"].code)
    take("cadre", repeated, "merged", into_id=str(late))
    answer = as_user(people["county"]).get("/api/v1/concern-figures").json
    total = answer["total"]
    assert (answer["from_on"], answer["to_on"], total["division"]["code"]) == ("2026-01-01", "2026-11-20", county.CODE)
    assert {state: count for state, count in total["states"].items() if count} == {
        "raised": 2, "escalated": 1, "explained": 1}
    assert total["ages"] == {"to_7": 1, "to_15": 0, "to_30": 1, "over_30": 1}
    assert [total[key] for key in ("undone", "overdue", "raised", "judged", "in_time")] == [3, 2, 4, 3, 1]
    assert total["timely_rate"] == pytest.approx(1 / 3)
    by_name = {row["division"]["name"]: row for row in answer["rows"]}
    county_rule = {"kind": "policy", "days": 3, "effective_from": "2000-01-01", "division": total["division"]}
    [rule] = [one for one in answer["deadlines"] if one["kind"] == "policy"]
    assert {key: rule[key] for key in county_rule} == county_rule and "3天" in rule["source"]
    assert (by_name["子营街道"]["raised"], by_name["龙溪镇"]["timely_rate"]) == (4, None)
    villages = as_user(people["township"]).get("/api/v1/concern-figures?from=2026-11-01&to=2026-11-30").json["rows"]
    assert [(row["division"]["name"], row["raised"], row["judged"]) for row in villages] == [
        ("A1村", 2, 2), ("A2村", 1, 0)]
    assert as_user(people["committee"]).get("/api/v1/concern-figures").status_code == 403


def test_a_repeated_concern_is_merged_and_the_earlier_deadline_stays(as_user, county, cadre, take):
    first = county.concern(cadre, day=date(2026, 11, 1), kind="dispute").id
    again = county.concern(cadre, day=date(2026, 11, 19), kind="land").id
    elsewhere = county.concern(cadre, "A2").id
    assert take("cadre", first, "merged", into_id=str(first)) == (422, "merge_elsewhere")
    assert take("cadre", first, "merged", into_id=str(elsewhere)) == (422, "merge_elsewhere")
    assert take("cadre", first, "merged", into_id=str(uuid4())) == (404, "not_found")
    assert take("cadre", first, "merged", into_id=str(again)) == (201, "merged")
    kept = as_user(cadre).get(f"/api/v1/concerns/{again}").json
    assert (kept["due_on"], kept["duplicate_ids"]) == ("2026-11-08", [str(first)])
    assert take("cadre", again, "merged", into_id=str(first)) == (409, "merge_over")
    assert take("cadre", first, "separated") == (201, "accepted")
    assert as_user(cadre).get(f"/api/v1/concerns/{again}").json["duplicate_ids"] == []


def test_a_step_that_was_told_late_counts_on_its_own_day(as_user, county, cadre):
    id = county.concern(cadre, day=date(2026, 11, 10), kind="dispute").id
    told = as_user(cadre).post(f"/api/v1/concerns/{id}/steps", json=step(
        "resolved", note="修好了", captured_at="2026-11-17T08:00:00+08:00")).json
    assert (told["done_on"], told["due_on"], told["steps"][-1]["at"]) == (
        "2026-11-17", "2026-11-17", "2026-11-17T00:00:00Z")


def test_a_step_by_two_people_at_once_is_taken_once(own_county, make_app, own_database):
    cadre = own_county.cadre("A1")
    id = own_county.concern(cadre).id
    headers = {"Authorization": f"Bearer {own_county.token(cadre)}"}
    own_county.session.commit()
    app = make_app(own_database)

    def send(body):
        return app.test_client().post(f"/api/v1/concerns/{id}/steps", json=body, headers=headers).status_code

    same, bodies = step("accepted"), [step("resolved", note="办了") for _ in range(2)]
    assert sorted(in_parallel([lambda: send(same)] * 3)) == [200, 200, 201]
    assert sorted(in_parallel([lambda: send(bodies[0]), lambda: send(bodies[1])])) == [201, 409]
    own_county.session.rollback()
    numbers = own_county.session.scalars(select(ConcernStep.number).where(ConcernStep.concern_id == id)
                                         .order_by(ConcernStep.number)).all()
    assert numbers == [1, 2, 3, 4]


def test_a_list_asks_the_same_few_questions_whatever_its_length(as_user, county, cadre, connection):
    client, counts = as_user(cadre), []
    for _ in range(2):
        for _ in range(4):
            county.concern(cadre)
        county.session.commit()
        counts.append(statements_of(connection, lambda: client.get("/api/v1/concerns")))
    assert counts[0] == counts[1] <= 16


def test_a_step_names_its_photos_and_who_sees_the_concern_sees_them(as_user, county, cadre, people, take):
    sent = from_a_camera()
    hashed = sha256(sent)
    id = county.concern(cadre).id
    take("cadre", id, "in_village")
    assert take("cadre", id, "resolved", note="换了水泵", photos=[hashed, hashed]) == (201, "resolved")
    course = as_user(cadre).get(f"/api/v1/concerns/{id}").json
    assert (course["is_incomplete"], course["steps"][-1]["photos"]) == (
        True, [{"sha256": hashed, "has_come": False, "seen_before": False}])
    as_user(cadre).put(f"/api/v1/photos/{hashed}", data=sent, content_type="image/jpeg")
    assert as_user(cadre).get(f"/api/v1/concerns/{id}").json["is_incomplete"] is False
    statuses = {who: as_user(people[who]).get(f"/api/v1/photos/{hashed}/thumb").status_code for who in people}
    assert {who for who, status in statuses.items() if status == 200} == {"cadre", "committee", "township", "county"}


def test_a_wrong_clock_is_put_right(as_user, cadre, county):
    body = raised(captured_at=(NOW + timedelta(days=30)).isoformat(), elapsed_ms=3_600_000)
    assert as_user(cadre).post("/api/v1/concerns", json=body).json["raised_on"] == "2026-11-20"
    assert county.session.scalar(select(func.count()).select_from(Concern)) == 1
