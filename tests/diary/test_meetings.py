"""Meetings: planned by the rule, entered by the officer, whose attendance makes the day of those present."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.checkin import kept_service
from api.checkin.models import Evidence, Leave, StationedDay
from api.diary.meeting_models import Attendance, Meeting
from api.diary.reports_rules import report_id
from api.postings.models import Policy
from tests.diary.report_data import make_meeting

MEETING_ON = date(2026, 11, 18)


@pytest.fixture
def officer(county):
    return county.person("supervisor", county.townships["A"], name="赵六")


@pytest.fixture
def people(county):
    """Two cadres of township A, in A1 and A2."""
    return county.cadre("A1", name="张三"), county.cadre("A2", name="李四")


def body(county, **changes) -> dict:
    return {"id": str(uuid4()), "division_code": county.townships["A"].code, "regular_on": "2026-11-18", **changes}


def day_states(county, *people, day=MEETING_ON) -> list:
    return [county.session.scalar(select(StationedDay.state).where(
        StationedDay.posting_id == person.posting.id, StationedDay.day == day)) for person in people]


def whole(county) -> bool:
    return not list(kept_service.differences(county.session, cadre_ids=kept_service.all_cadre_ids(county.session)))


def attend(client, meeting, *lines, version=1, **options):
    """Enter attendance as (person, state) pairs."""
    return client.put(f"/api/v1/meetings/{meeting.id}/attendances", headers={"If-Match": f'"{version}"'}, json={
        "attendances": [{"cadre_id": person.cadre.id, "state": state} for person, state in lines], **options})


def test_a_township_sees_what_the_rule_plans_and_a_rest_day_moves_it(as_user, county, officer):
    client = as_user(officer)
    listed = client.get("/api/v1/meetings?month=2026-10").json["meetings"]
    assert [(one["id"], one["regular_on"], one["held_on"], one["period"]) for one in listed] == [
        (None, "2026-10-18", "2026-10-19", {"first_on": "2026-10-03", "last_on": "2026-10-17"}),
        (None, "2026-10-03", "2026-10-08", {"first_on": "2026-09-18", "last_on": "2026-10-02"})]
    county.session.add(Policy(division_id=county.townships["A"].id, key="meeting_on_rest_day", value="stays",
                              effective_from=date(2026, 1, 5), source="镇里的规定", set_at=county.now))
    county.session.commit()
    assert [one["held_on"] for one in client.get("/api/v1/meetings?month=2026-10").json["meetings"]] == [
        "2026-10-18", "2026-10-03"]
    # The county sees each township's.
    both = as_user(county.person("supervisor")).get("/api/v1/meetings?month=2026-10").json["meetings"]
    assert [(one["division"]["name"], one["held_on"]) for one in both] == [
        ("龙溪镇", "2026-10-19"), ("子营街道", "2026-10-18"), ("龙溪镇", "2026-10-08"), ("子营街道", "2026-10-03")]
    assert county.session.query(Meeting).count() == 0


def test_a_meeting_is_entered_once_and_takes_the_place_of_the_planned_one(as_user, county, officer, people):
    client, sent = as_user(officer), body(county, starts="09:00", place="三楼会议室", agenda="学习政策")
    answers = [client.post("/api/v1/meetings", json=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json["notice"] == (
        "【例会通知】子营街道驻村干部例会定于11月18日（星期三）召开。时间：09:00。地点：三楼会议室。\n议程：学习政策\n"
        "请准备11月3日至11月17日的驻村情况、存在问题、建议和下一步打算，会前在手机上提交汇报。")
    assert [(one["cadre"]["name"], one["village"]["name"], one["state"], one["report_id"])
            for one in answers[0].json["people"]] == [("张三", "A1村", None, None), ("李四", "A2村", None, None)]
    [november] = [one for one in client.get("/api/v1/meetings?month=2026-11").json["meetings"]
                  if one["regular_on"] == "2026-11-18"]
    assert november["id"] == sent["id"]
    taken = client.post("/api/v1/meetings", json=body(county))
    assert (taken.status_code, taken.json["reason"]) == (409, "meeting_exists")
    assert client.post("/api/v1/meetings", json={**sent, "place": "别处"}).json["reason"] == "id_reused"


@pytest.mark.parametrize(("changes", "reason"), [
    ({"regular_on": "2026-11-17"}, "meeting_not_regular"), ({"regular_on": None}, "meeting_day_missing"),
    ({"village_code": "520329102201"}, "meeting_village"), ({"starts": "9点"}, "invalid"),
    ({"starts": "09:00\n"}, "invalid")])
def test_a_meeting_that_cannot_be_is_refused_in_words(as_user, county, officer, changes, reason):
    refused = as_user(officer).post("/api/v1/meetings", json=body(county, **changes))
    assert (refused.status_code, refused.json["reason"]) == (422, reason)


def test_minutes_are_written_on_the_version_that_was_read(as_user, county, officer, people):
    meeting, client = make_meeting(county, "A", MEETING_ON), as_user(officer)
    path = f"/api/v1/meetings/{meeting.id}"
    texts = {"minutes": "各村汇报", "comments": "李四的点子好", "decisions": "下月走遍困难户"}
    written = client.patch(path, json=texts, headers={"If-Match": '"1"'})
    assert (written.status_code, written.headers["ETag"]) == (200, '"2"')
    assert {key: written.json[key] for key in texts} == texts
    assert client.patch(path, json={"minutes": "改"}, headers={"If-Match": '"1"'}).status_code == 412
    # A cadre of the township reads them, without the others' lines.
    own = as_user(people[0]).get(path).json
    assert ({key: own[key] for key in texts}, own["people"]) == (texts, [])
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "meeting.changed"))
    assert (entry.chain, entry.details) == (county.townships["A"].id, {"changed": ["comments", "decisions", "minutes"]})


def test_who_was_at_the_township_gets_an_errand_and_a_correction_takes_it_back(as_user, county, officer, people):
    zhang, li = people
    meeting, client = make_meeting(county, "A", MEETING_ON), as_user(officer)
    entered = attend(client, meeting, (zhang, "present"), (li, "excused"))
    assert entered.status_code == 200
    assert [(one["state"], one["made"]) for one in entered.json["people"]] == [("present", "errand"), ("excused", None)]
    assert day_states(county, zhang, li) == ["errand", None]
    [leave] = as_user(zhang).get("/api/v1/leaves").json["leaves"]
    assert (leave["kind"], leave["state"], leave["reason"]) == ("errand", "approved", "11月18日例会")
    # It was the other one.
    attend(client, meeting, (zhang, "absent"), (li, "present"), version=2)
    assert day_states(county, zhang, li) == [None, "errand"]
    assert {leave.cadre_id: leave.state for leave in county.session.scalars(select(Leave))} == {
        zhang.cadre.id: "refused", li.cadre.id: "approved"}
    # And it was the first too, after all; the second's day is not to count.
    attend(client, meeting, (zhang, "present"), (li, "present"), version=3)
    assert day_states(county, zhang, li) == ["errand", "errand"]
    attend(client, meeting, (zhang, "present"), (li, "present"), version=4, counts=False)
    assert day_states(county, zhang, li) == [None, None]
    assert attend(client, meeting, version=5).json["people"][0]["state"] is None
    assert county.session.query(Attendance).count() == 0
    assert whole(county)


def test_a_meeting_in_a_village_is_evidence_for_those_posted_to_it_and_an_errand_for_the_others(
        as_user, county, officer, people):
    zhang, li = people
    meeting = make_meeting(county, "A", MEETING_ON, village_id=county.villages["A1"].id)
    client = as_user(officer)
    entered = attend(client, meeting, (zhang, "present"), (li, "present")).json
    assert [one["made"] for one in entered["people"]] == ["evidence", "errand"]
    assert day_states(county, zhang, li) == ["stationed", "errand"]
    piece = county.session.scalar(select(Evidence))
    assert (piece.kind, piece.status, piece.cadre_id) == ("meeting", "counts", zhang.cadre.id)
    refused = client.patch(f"/api/v1/meetings/{meeting.id}", json={"village_code": None}, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json["reason"]) == (409, "meeting_attended")
    attend(client, meeting, (zhang, "absent"), (li, "present"), version=2)
    assert day_states(county, zhang, li) == [None, "errand"]
    assert attend(client, meeting, (zhang, "present"), version=3).json["people"][0]["made"] == "evidence"
    assert day_states(county, zhang, li) == ["stationed", None]
    assert whole(county)


def test_attendance_is_of_the_past_and_never_ones_own(as_user, county, officer, people):
    zhang, li = people
    ahead = make_meeting(county, "A", date(2026, 12, 3))
    early = attend(as_user(officer), ahead, (zhang, "present"))
    assert (early.status_code, early.json["reason"]) == (409, "meeting_not_held")
    county.grant(zhang, "supervisor", county.townships["A"])
    meeting = make_meeting(county, "A", MEETING_ON)
    own = attend(as_user(zhang), meeting, (zhang, "present"), (li, "present"))
    assert (own.status_code, own.json["reason"]) == (403, "own_record")
    assert attend(as_user(zhang), meeting, (li, "present")).status_code == 200
    assert attend(as_user(officer), meeting, (zhang, "present"), (li, "present"), version=2).status_code == 200
    # What others entered of oneself may stand in the list as it is.
    assert attend(as_user(zhang), meeting, (zhang, "present"), (li, "absent"), version=3).status_code == 200


def test_only_who_supervises_the_division_enters_and_only_its_cadres_are_entered(as_user, county, officer, people):
    meeting, stranger = make_meeting(county, "A", MEETING_ON), county.cadre("B1")
    assert attend(as_user(officer), meeting, (stranger, "present")).status_code == 404
    path = f"/api/v1/meetings/{meeting.id}"
    other = as_user(county.person("supervisor", county.townships["B"]))
    assert [other.get(path).status_code, attend(other, meeting, (people[0], "present")).status_code,
            other.patch(path, json={"minutes": "x"}, headers={"If-Match": "*"}).status_code,
            other.post("/api/v1/meetings", json=body(county)).status_code] == [404] * 4
    for role, place in (("village", county.villages["A1"]), ("admin", None), ("auditor", None)):
        client = as_user(county.person(role, place))
        assert [client.get("/api/v1/meetings").status_code, client.get(path).status_code] == [403, 403]
    assert as_user(stranger).get(path).status_code == 404
    for cadre_call in (as_user(people[0]).post("/api/v1/meetings", json=body(county)),
                       attend(as_user(people[0]), meeting, (people[1], "present"))):
        assert cadre_call.status_code == 403


def test_a_stranger_learns_nothing(client):
    assert client.get("/api/v1/meetings").status_code == 401
    assert client.get(f"/api/v1/meetings/{uuid4()}").status_code == 401


def test_a_cadre_sees_the_last_meeting_and_the_next_ones_with_the_own_report(as_user, county, officer, people):
    zhang, li = people
    meeting = make_meeting(county, "A", MEETING_ON)
    attend(as_user(officer), meeting, (zhang, "present"), (li, "absent"))
    report = report_id(zhang.cadre.id, "meeting", MEETING_ON - timedelta(days=15))
    as_user(zhang).post(f"/api/v1/reports/{report}/submissions", json={"id": str(uuid4())})
    listed = as_user(zhang).get("/api/v1/meetings").json["meetings"]
    assert [(one["held_on"], one["attendance"], one["report"] and (one["report"]["state"], one["report"]["first_on"]))
            for one in listed] == [
        ("2026-12-18", None, None), ("2026-12-03", None, ("draft", "2026-11-18")),
        ("2026-11-18", "present", ("submitted", "2026-11-03"))]
    [of_officer] = [one["report_id"] for one in as_user(officer).get(f"/api/v1/meetings/{meeting.id}").json["people"]
                    if one["report_id"]]
    assert of_officer == str(report)


def test_a_cadre_who_supervises_elsewhere_sees_the_own_meeting_all_the_same(as_user, county, officer):
    cadre = county.cadre("A1")
    county.grant(cadre, "supervisor", county.villages["B1"])
    county.session.commit()
    made = as_user(officer).post("/api/v1/meetings", json=body(county)).json
    answer = as_user(cadre).get(f"/api/v1/meetings/{made['id']}")
    assert (answer.status_code, answer.json["people"]) == (200, [])


def test_a_meeting_called_besides_needs_no_regular_date(as_user, county, officer, people):
    made = as_user(officer).post("/api/v1/meetings", json=body(county, regular_on=None, held_on="2026-11-19"))
    assert (made.status_code, made.json["period"], "请准备" in made.json["notice"]) == (201, None, False)
    assert "2026-11-19" in [one["held_on"] for one in as_user(people[0]).get("/api/v1/meetings").json["meetings"]]
