"""Supervision notices through the API: drafted, issued with a number, answered by the village, decided from above."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.audit import AuditEntry
from api.contracts.notice_models import NoticeStep, SupervisionNotice
from tests.checkin.test_figures import statements_of
from tests.conftest import NOW
from tests.county_notices import CONTENT
from tests.photos.pictures import from_a_camera, sha256

PATH = "/api/v1/supervision-notices"
NOON = "2026-11-20T09:30:00+08:00"


def draft(village="520329001201", **changes) -> dict:
    return {"id": str(uuid4()), "village_code": village, "source_kind": "by_hand", **CONTENT, **changes}


def step(name: str, **given) -> dict:
    return {"id": str(uuid4()), "step": name, "captured_at": NOON, **given}


@pytest.fixture
def people(county):
    """Everybody that a notice to village A1 may have to do with."""
    both = county.person("supervisor", county.townships["A"], name="两头跑")
    county.grant(both, "village", county.villages["A1"])
    return {
        "drafter": county.person("supervisor", county.townships["A"], name="赵镇长"),
        "township": county.person("supervisor", county.townships["A"], name="钱镇长"),
        "county": county.person("supervisor", name="孙主任"), "committee": county.person(
            "village", county.villages["A1"], name="李支书"),
        "cadre": county.cadre("A1", name="张三"), "both": both, "neighbour": county.cadre("A2"),
        "other_committee": county.person("village", county.villages["A2"]),
        "other_township": county.person("supervisor", county.townships["B"]),
        "discipline": county.person("discipline"), "admin": county.person("admin"),
    }


@pytest.fixture
def take(as_user, people):
    """Take a step as somebody and answer (status, state or reason)."""
    def send(who, notice_id, name, **given):
        answer = as_user(people[who]).post(f"{PATH}/{notice_id}/steps", json=step(name, **given))
        return answer.status_code, answer.json.get("state") or answer.json["reason"]
    return send


@pytest.fixture
def later(county, clock):
    """Let so many days pass for the application and for the log-ins of whoever comes then."""
    def pass_days(days):
        clock.now = county.now = NOW + timedelta(days=days)
    return pass_days


def test_a_draft_is_kept_whole_and_due_in_a_week(as_user, county, people):
    body = draft()
    answer = as_user(people["drafter"]).post(PATH, json=body)
    ref = {name: {"code": one.code, "name": one.name, "level": one.level} for name, one in (
        ("village", county.villages["A1"]), ("issuer", county.townships["A"]), ("owner", county.townships["A"]))}
    by = {"id": people["drafter"].user.id, "name": "赵镇长"}
    expected = {
        **CONTENT, **ref, "id": body["id"], "label": None, "year": None, "number": None, "source_kind": "by_hand",
        "source_id": None, "source_check_id": None, "due_on": "2026-11-27", "asked_due_on": None, "state": "drafted",
        "reissues": 0,
        "has_passed": None, "is_overdue": False, "days_left": None, "is_incomplete": False, "version": 1,
        "steps": [{"id": body["id"], "step": "drafted", "at": "2026-11-20T02:00:00Z", "by": by, "note": None,
                   "new_due_on": None, "signer": None, "has_passed": None, "photos": []}],
        "next_steps": [{"step": "cancelled", "needs": ["note"]}], "changed_at": "2026-11-20T02:00:00Z"}
    assert (answer.status_code, answer.json, answer.headers["ETag"]) == (201, expected, '"1"')
    again = as_user(people["drafter"]).post(PATH, json=body)
    assert (again.status_code, again.json) == (200, expected)
    for who, changes in (("drafter", {"title": "别的"}), ("township", {})):
        refused = as_user(people[who]).post(PATH, json={**body, **changes})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")


def test_the_whole_course_with_its_number_and_its_log(as_user, county, people, take):
    id = as_user(people["drafter"]).post(PATH, json=draft()).json["id"]
    assert take("drafter", id, "reviewed") == (403, "own_record")
    assert take("township", id, "issued") == (409, "notice_step")
    assert take("township", id, "reviewed") == (201, "reviewed")
    assert take("township", id, "issued") == (201, "issued")
    assert take("committee", id, "reported", note="早") == (409, "notice_step")
    assert take("cadre", id, "served") == (201, "served")
    assert take("committee", id, "extension_asked", note="连日下雨", new_due_on="2026-12-04") == (201, "served")
    assert take("committee", id, "extension_asked", note="再来", new_due_on="2026-12-05") == (
        409, "notice_asked_already")
    assert take("cadre", id, "extension_granted") == (403, "notice_held_elsewhere")
    assert take("township", id, "extension_granted") == (201, "served")
    assert take("committee", id, "reported") == (422, "notice_note_missing")
    assert take("committee", id, "reported", note="清理完毕") == (201, "reported")
    assert take("township", id, "returned", note="桥下还有", new_due_on="2026-12-06") == (201, "returned")
    assert take("cadre", id, "reported", note="桥下也清了") == (201, "reported")
    assert take("township", id, "reinspected", note="干净了") == (422, "notice_has_passed_missing")
    assert take("township", id, "reinspected", note="干净了", has_passed=True) == (201, "reinspected")
    assert take("county", id, "struck_off", has_passed=False, signer="谁") == (201, "struck_off")
    assert take("township", id, "archived") == (201, "archived")
    notice = as_user(people["committee"]).get(f"{PATH}/{id}").json
    # What a step knows nothing of is not kept with it.
    assert [(one["has_passed"], one["signer"]) for one in notice["steps"][-3:]] == [
        (True, None), (None, None), (None, None)]
    assert (notice["label"], notice["due_on"], notice["next_steps"]) == (
        "余庆县子营街道督字〔2026〕1号", "2026-12-06", [])
    assert [(one["step"], one["by"]["name"]) for one in notice["steps"]] == [
        ("drafted", "赵镇长"), ("reviewed", "钱镇长"), ("issued", "钱镇长"), ("served", "张三"),
        ("extension_asked", "李支书"), ("extension_granted", "钱镇长"), ("reported", "李支书"), ("returned", "钱镇长"),
        ("reported", "张三"), ("reinspected", "钱镇长"), ("struck_off", "孙主任"), ("archived", "钱镇长")]
    told = county.session.execute(select(AuditEntry.action, AuditEntry.user_id).where(
        AuditEntry.subject == f"notice:{id}").order_by(AuditEntry.id)).all()
    assert [tuple(one) for one in told] == [
        (f"supervision.{one['step']}", one["by"]["id"]) for one in notice["steps"]]


def test_a_refusal_names_what_is_allowed(as_user, county, people):
    id = county.notice(state="served").id
    refused = as_user(people["cadre"]).post(f"{PATH}/{id}/steps", json=step("struck_off"))
    assert (refused.status_code, refused.json["reason"], refused.json["errors"]) == (
        409, "notice_step", {"allowed": ["extension_asked", "reported"]})


def test_the_same_step_again_is_the_same_and_other_content_is_refused(as_user, county, people):
    notice, other = county.notice(state="served"), county.notice(state="served")
    client, body = as_user(people["cadre"]), step("reported", note="清理完毕")
    first, again = (client.post(f"{PATH}/{notice.id}/steps", json=body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    for who, id, changes in (("cadre", notice.id, {"note": "别的"}), ("committee", notice.id, {}),
                             ("cadre", other.id, {})):
        refused = as_user(people[who]).post(f"{PATH}/{id}/steps", json={**body, **changes})
        assert (refused.status_code, refused.json["reason"]) == (409, "id_reused")
    # A step must not take the id of the notice's own first step.
    assert client.post(f"{PATH}/{other.id}/steps", json={**body, "id": str(notice.id)}).json["reason"] == "id_reused"
    assert county.session.scalar(select(func.count()).select_from(NoticeStep).where(
        NoticeStep.step == "reported")) == 1


def test_who_was_posted_elsewhere_meanwhile_is_answered_again(as_user, county, later):
    cadre, notice = county.cadre("A1", to_on=NOW.date()), county.notice(state="served")
    client, body = as_user(cadre), step("reported", note="清理完毕")
    assert client.post(f"{PATH}/{notice.id}/steps", json=body).status_code == 201
    later(1)
    assert client.post(f"{PATH}/{notice.id}/steps", json=body).status_code == 200
    assert client.get(f"{PATH}/{notice.id}").status_code == 404


@pytest.mark.parametrize(("who", "drafted", "issued"), [
    ("drafter", 200, 200), ("township", 200, 200), ("county", 200, 200), ("both", 200, 200),
    ("committee", 404, 200), ("cadre", 404, 200), ("neighbour", 404, 404), ("other_committee", 404, 404),
    ("other_township", 404, 404), ("discipline", 403, 403), ("admin", 403, 403)])
def test_who_sees_a_notice(as_user, county, people, who, drafted, issued):
    client = as_user(people[who])
    for state, status in (("reviewed", drafted), ("issued", issued)):
        id = str(county.notice(state=state).id)
        county.session.commit()
        assert client.get(f"{PATH}/{id}").status_code == status
        listed = client.get(PATH)
        if status == 403:
            assert listed.status_code == 403
        else:
            assert (id in {one["id"] for one in listed.json["notices"]}) == (status == 200)
        if status == 404:
            assert client.post(f"{PATH}/{id}/steps", json=step("served")).status_code == 404
            assert client.patch(f"{PATH}/{id}", json={"title": "x"}).status_code in (403, 404)


def test_a_township_does_not_see_what_the_county_drafts(as_user, county, people):
    id = county.notice(state="reviewed", by_county=True).id
    county.session.commit()
    assert [as_user(people[who]).get(f"{PATH}/{id}").status_code for who in ("county", "township")] == [200, 404]
    issued = as_user(people["county"]).post(f"{PATH}/{id}/steps", json=step("issued")).json
    assert issued["label"] == "余庆县督字〔2026〕1号"
    seen = as_user(people["township"]).get(f"{PATH}/{id}").json
    # Its own superior's notice is not the township's to decide on.
    assert (seen["issuer"]["level"], seen["next_steps"]) == ("county", [])


def test_the_log_of_a_township_tells_nothing_of_what_the_county_drafts(as_user, county, people, take):
    id = as_user(people["county"]).post(PATH, json=draft()).json["id"]
    client, reader = as_user(people["county"]), as_user(county.person("auditor", county.townships["A"]))
    client.patch(f"{PATH}/{id}", json={"title": "清理河道与桥下"}, headers={"If-Match": '"1"'})
    second = county.person("supervisor")
    as_user(second).post(f"{PATH}/{id}/steps", json=step("reviewed"))

    def told(who):
        return [one["action"] for one in who.get("/api/v1/audit-entries").json["entries"]
                if one["action"].startswith("supervision.")]

    assert told(reader) == []
    assert sorted(told(as_user(county.person("auditor")))) == [
        "supervision.drafted", "supervision.edited", "supervision.reviewed"]
    as_user(second).post(f"{PATH}/{id}/steps", json=step("issued"))
    assert told(reader) == ["supervision.issued"]


def test_a_stranger_gets_nowhere(client):
    id = uuid4()
    assert {client.get(PATH).status_code, client.post(PATH, json=draft()).status_code,
            client.get(f"{PATH}/{id}").status_code, client.patch(f"{PATH}/{id}", json={}).status_code,
            client.post(f"{PATH}/{id}/steps", json=step("served")).status_code,
            client.get("/api/v1/notice-figures").status_code,
            client.get("/api/v1/notice-drafts").status_code} == {401}


@pytest.mark.parametrize(("who", "village", "status", "issuer"), [
    ("township", "A1", 201, "township"), ("county", "A1", 201, "county"), ("township", "B1", 404, None),
    ("other_township", "A1", 404, None), ("committee", "A1", 403, None), ("cadre", "A1", 403, None),
    ("both", "A1", 403, None), ("both", "A2", 201, "township")])
def test_who_drafts_for_whom(as_user, county, people, who, village, status, issuer):
    answer = as_user(people[who]).post(PATH, json=draft(county.villages[village].code))
    assert answer.status_code == status
    assert (answer.json["issuer"]["level"] if status == 201 else None) == issuer


@pytest.mark.parametrize("changes", [
    {"village_code": "520329001000"}, {"due_on": "2026-11-19"}, {"source_kind": "spot_check"}, {"title": ""},
    {"source_id": str(uuid4())}, {"source_kind": "whim"}, {"assisting_units": [""]}, {"copies_to": ["x" * 61]},
    {"number": 7}])
def test_what_no_draft_may_say(as_user, people, changes):
    assert as_user(people["drafter"]).post(PATH, json=draft(**changes)).status_code in (404, 422)


def test_nobody_decides_for_the_village_and_on_it(as_user, county, people, take):
    county.grant(people["cadre"], "supervisor", county.townships["A"])
    id = county.notice(state="issued").id
    for who in ("both", "cadre"):
        assert [one["step"] for one in as_user(people[who]).get(f"{PATH}/{id}").json["next_steps"]] == ["served"]
    assert take("both", id, "served") == (201, "served")
    county.notice(state="reported", id=(reported := uuid4()))
    assert take("cadre", reported, "reinspected", note="好", has_passed=True) == (403, "own_record")
    # Who answered for the village once and is with the township only now.
    assert take("committee", id, "reported", note="办了") == (201, "reported")
    county.grant(people["committee"], "supervisor", county.townships["A"])
    county.session.execute(SupervisionNotice.__table__.update().where(SupervisionNotice.id == id).values(
        village_id=county.villages["A2"].id))
    county.session.commit()
    assert take("committee", id, "reinspected", note="好", has_passed=True) == (403, "own_record")
    assert take("township", id, "reinspected", note="好", has_passed=True) == (201, "reinspected")


def test_a_draft_is_corrected_until_it_is_reviewed(as_user, county, people, take):
    id = as_user(people["drafter"]).post(PATH, json=draft()).json["id"]
    client = as_user(people["township"])
    assert client.patch(f"{PATH}/{id}", json={"title": "改"}).status_code == 428
    answer = client.patch(f"{PATH}/{id}", json={"title": "改", "copies_to": []}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["title"], answer.json["copies_to"], answer.headers["ETag"]) == (
        200, "改", [], '"2"')
    assert client.patch(f"{PATH}/{id}", json={"title": "又"}, headers={"If-Match": '"1"'}).status_code == 412
    assert client.patch(f"{PATH}/{id}", json={"due_on": "2026-11-19"},
                        headers={"If-Match": '"2"'}).json["reason"] == "notice_due_on_past"
    refused = as_user(people["both"]).patch(f"{PATH}/{id}", json={"title": "又"}, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json["reason"]) == (403, "own_record")
    take("township", id, "reviewed")
    late = client.patch(f"{PATH}/{id}", json={"title": "又"}, headers={"If-Match": '"3"'})
    assert (late.status_code, late.json["reason"]) == (409, "notice_not_drafted")


def test_a_paper_copy_is_signed_for_on_the_spot(as_user, county, people, take):
    id = county.notice(state="issued").id
    next_steps = as_user(people["township"]).get(f"{PATH}/{id}").json["next_steps"]
    assert {"step": "served", "needs": ["signer"]} in next_steps
    assert take("township", id, "served") == (422, "notice_signer_missing")
    assert take("township", id, "served", signer="李支书") == (201, "served")
    # The town's hand-over is no answer of the village: who handed it over may go on.
    county.notice(state="reported", id=(other := uuid4()))
    assert take("township", other, "reinspected", note="好", has_passed=True)[0] == 201


def test_reissued_as_often_as_the_policy_says_then_escalated(as_user, county, people, take, later):
    id = county.notice(state="served").id
    assert take("township", id, "reissued", new_due_on="2026-12-05") == (409, "notice_not_missed")
    later(8)
    assert take("township", id, "reminded") == (201, "served")
    assert take("township", id, "escalated") == (409, "notice_reissues_left")
    assert take("township", id, "reissued") == (422, "notice_new_due_on_missing")
    assert take("township", id, "reissued", new_due_on="2026-12-05") == (201, "issued")
    assert take("committee", id, "served") == (201, "served")
    assert take("committee", id, "reported", note="清了") == (201, "reported")
    assert take("township", id, "reinspected", note="没清", has_passed=False) == (201, "reinspected")
    assert take("township", id, "reissued", new_due_on="2026-12-09") == (409, "notice_reissues_used")
    assert take("township", id, "returned", note="再来", new_due_on="2026-12-09") == (409, "notice_reissue_first")
    assert take("township", id, "escalated") == (201, "escalated")
    assert take("township", id, "returned", note="再来", new_due_on="2026-12-09") == (403, "notice_held_elsewhere")
    assert take("county", id, "returned", note="县里限期", new_due_on="2026-12-09") == (201, "returned")
    assert take("committee", id, "reported", note="这回清了") == (201, "reported")
    assert take("county", id, "reinspected", note="清了", has_passed=True) == (201, "reinspected")
    assert take("county", id, "struck_off") == (201, "struck_off")
    notice = as_user(people["township"]).get(f"{PATH}/{id}").json
    assert (notice["reissues"], notice["owner"]["level"], notice["issuer"]["level"]) == (1, "county", "township")
    # The number stays: it is the same notice.
    assert notice["number"] == 1


def test_a_township_of_its_own_rule(as_user, county, people, take, later):
    as_user(county.person("admin")).post("/api/v1/policies", json={
        "division_code": county.townships["A"].code, "key": "notice_reissues", "value": 0,
        "effective_from": "2026-11-20", "source": "镇里规定"})
    id = county.notice(state="served").id
    county.session.commit()
    later(8)
    assert take("township", id, "reissued", new_due_on="2026-12-05") == (409, "notice_reissues_used")
    assert take("township", id, "escalated") == (201, "escalated")


def test_more_time_is_asked_for_before_the_deadline_though_it_is_heard_of_later(as_user, county, people, later):
    id, client = county.notice(state="served").id, as_user(people["cadre"])
    later(8)
    asked = step("extension_asked", note="下雨", new_due_on="2026-12-06")
    late = client.post(f"{PATH}/{id}/steps", json={**asked, "captured_at": "2026-11-28T09:00:00+08:00"})
    assert (late.status_code, late.json["reason"]) == (409, "notice_asked_late")
    # On the last evening, without a network.
    heard = client.post(f"{PATH}/{id}/steps", json={**asked, "captured_at": "2026-11-27T21:00:00+08:00"})
    assert (heard.status_code, heard.json["asked_due_on"], heard.json["is_overdue"]) == (201, "2026-12-06", True)


def test_numbers_follow_each_other_by_township_and_year(as_user, county, people, take, later):
    numbers = [county.notice(village, "issued").number for village in ("A1", "B1", "A2", "A1", "B2")]
    assert numbers == [1, 1, 2, 3, 2]
    county.notice(state="reviewed", id=(id := uuid4()))
    county.session.commit()
    later(60)
    # Its deadline is past meanwhile, so it is issued with another.
    assert take("township", id, "issued") == (422, "notice_new_due_on_missing")
    answer = as_user(people["township"]).post(f"{PATH}/{id}/steps", json=step("issued", new_due_on="2027-01-25"))
    assert (answer.json["label"], answer.json["due_on"]) == ("余庆县子营街道督字〔2027〕1号", "2027-01-25")


def test_lists_and_figures(as_user, county, people):
    day = NOW.date()
    made = {
        "draft": county.notice(state="drafted"), "cancelled": county.notice(state="cancelled"),
        "soon": county.notice(state="served", due_on=day + timedelta(days=3)),
        "overdue": county.notice("A2", "served", due_on=day - timedelta(days=1)),
        "today": county.notice(state="issued", due_on=day), "reported": county.notice(state="reported"),
        "reissued": county.notice("A2", due_on=day - timedelta(days=1),
                                  steps=("reviewed", "issued", ("reissued", {}))),
        "escalated": county.notice(steps=("reviewed", "issued", "served", "reported", (
            "reinspected", {"has_passed": False}), "reissued", "served", "reported", (
                "reinspected", {"has_passed": False}), "escalated", "returned")),
        "over": county.notice(state="struck_off"), "elsewhere": county.notice("B1", "served")}
    names = {str(one.id): name for name, one in made.items()}
    client = as_user(people["township"])

    def listed(**query):
        return [names[one["id"]] for one in client.get(PATH, query_string=query).json["notices"]]

    assert listed(state="overdue") == ["overdue"]
    assert listed(state="open") == ["overdue", "today", "soon", "reissued", "escalated", "reported"]
    assert listed(state="draft") == ["draft"]
    assert set(listed(state="reissued")) == {"reissued", "escalated"}
    assert listed(state="escalated") == ["escalated"]
    assert set(listed(state="over")) == {"cancelled", "over"}
    assert listed(state="struck_off") == ["over"]
    assert listed(division=county.villages["A2"].code) == ["overdue", "reissued"]
    assert client.get(PATH, query_string={"division": county.townships["B"].code}).status_code == 404
    page = client.get(PATH, query_string={"page_size": 2, "page": 2, "state": "open"})
    assert (len(page.json["notices"]), page.headers["X-Pagination"]) == (
        2, '{"total": 6, "total_pages": 3, "page": 2}')
    figures = client.get("/api/v1/notice-figures").json
    counted = {row["division"]["name"]: [row[key] for key in (
        "open", "overdue", "due_soon", "reissued", "escalated", "struck_off")] for row in (
            figures["total"], *figures["rows"])}
    assert counted == {"子营街道": [6, 1, 2, 2, 1, 1], "A1村": [4, 0, 2, 1, 1, 1], "A2村": [2, 1, 0, 1, 0, 0]}
    whole = as_user(people["county"]).get("/api/v1/notice-figures").json
    assert [row["division"]["name"] for row in whole["rows"]] == ["子营街道", "龙溪镇"]
    assert [row["open"] for row in (whole["total"], *whole["rows"])] == [7, 6, 1]
    own = as_user(people["committee"]).get("/api/v1/notice-figures").json
    assert (own["total"]["division"]["name"], own["total"]["open"], own["rows"]) == ("A1村", 4, [])
    assert as_user(people["committee"]).get("/api/v1/notice-figures", query_string={
        "division": county.villages["A2"].code}).status_code == 404


def test_a_list_costs_the_same_however_long_it_is(as_user, connection, county, people):
    client = as_user(people["township"])
    county.notice(state="reported")
    county.session.commit()
    few = statements_of(connection, lambda: client.get(PATH))
    for village in ("A1", "A2", "A1"):
        county.notice(village, "reported")
    county.session.commit()
    many = statements_of(connection, lambda: client.get(PATH))
    assert (len(client.get(PATH).json["notices"]), many) == (4, few)


def test_photos_of_a_report_are_seen_by_whoever_sees_the_notice(as_user, county, people):
    id, picture = county.notice(state="served").id, from_a_camera()
    name = sha256(picture)
    reported = as_user(people["cadre"]).post(f"{PATH}/{id}/steps", json=step("reported", note="清完", photos=[name]))
    assert (reported.json["is_incomplete"], reported.json["steps"][-1]["photos"]) == (
        True, [{"sha256": name, "has_come": False, "seen_before": False}])
    assert as_user(people["cadre"]).put(f"/api/v1/photos/{name}", data=picture).status_code == 201
    seen = {who: as_user(people[who]).get(f"/api/v1/photos/{name}/thumb").status_code for who in (
        "cadre", "committee", "township", "county", "neighbour", "other_township", "other_committee")}
    assert seen == {"cadre": 200, "committee": 200, "township": 200, "county": 200, "neighbour": 404,
                    "other_township": 404, "other_committee": 404}
