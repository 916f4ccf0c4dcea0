"""What notices come from, prefilled; and what phones send and hear of them."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from api.contracts.acceptance_models import Acceptance, AssessorRoster
from api.contracts.check_models import CheckedVillage, Finding, SpotCheck
from api.contracts.models import CommitmentItem
from tests.contracts.promised import publish
from tests.contracts.test_notices import PATH, draft, step

DRAFTS = "/api/v1/notice-drafts"
DAY = date(2026, 11, 18)


@pytest.fixture
def township(county):
    return county.person("supervisor", county.townships["A"], name="赵镇长")


def failed_item(county, final: str | None = "not_met") -> UUID:
    publish(county, "A1", {"text": "硬化通组路", "standard": "宽4.5米", "target_hundredths": 320, "unit": "公里",
                           "due_on": date(2026, 10, 31)})
    item = county.session.scalars(select(CommitmentItem)).one()
    by = county.person("supervisor", county.townships["A"]).user.id
    acceptance = Acceptance(
        id=uuid4(), line_id=item.line_id, item_id=item.id, village_id=county.villages["A1"].id, inspected_on=DAY,
        place="村部", verdict="not_met", measured_hundredths=150, findings="还差一段没硬化", survey=None,
        state="confirmed" if final else "inspected", final_verdict=final, entered_by_id=by, entered_at=county.now,
        changed_at=county.now, version=1, content_hash=b"test")
    county.session.add(acceptance)
    county.session.commit()
    return acceptance.id


def finding(county, *, by: str = "A", visited: date | None = DAY, is_problem: bool = True) -> UUID:
    place = county.townships.get(by, county.county)
    user = county.person("supervisor", place).user.id
    check = SpotCheck(id=uuid4(), division_id=place.id, kind="unannounced", title="第四季度暗访", first_on=DAY, last_on=DAY,
                      state="open", entered_by_id=user, entered_at=county.now, version=1, content_hash=b"test")
    county.session.add(check)
    county.session.flush()
    village = county.villages["A1"].id
    found = Finding(id=uuid4(), check_id=check.id, village_id=village, is_problem=is_problem, text="财务公开栏空白",
                    entered_by_id=user, entered_at=county.now, version=1, content_hash=b"test")
    county.session.add_all([found, CheckedVillage(check_id=check.id, village_id=village, position=1,
                                                  visited_on=visited)])
    county.session.commit()
    return found.id


def concern(county, *, told: bool = True, days: int = 60) -> UUID:
    one = county.concern(county.cadre("A1"), day=county.now.date() - timedelta(days=days), text="井水浑了")
    one.is_given_to_village = told
    county.session.commit()
    return one.id


def prefilled(client, kind, id):
    return client.get(DRAFTS, query_string={"source_kind": kind, "source_id": str(id)})


def test_a_failed_item_fills_the_notice_in_and_is_sent_as_it_is(as_user, county, township):
    county.session.add(AssessorRoster(township_id=county.townships["A"].id, hotline="0851-24620000", version=1))
    id, client = failed_item(county), as_user(township)
    said = prefilled(client, "failed_item", id).json
    assert said["facts"].split("\n") == [
        "A1村2026年目标承诺第1项：硬化通组路。", "标准要求：宽4.5米", "目标：3.2公里", "完成时限：2026-10-31", "2026-11-18在村部实地验收。",
        "实际完成：1.5公里", "发现的问题：还差一段没硬化", "考核办集体研究确认：没有达到要求。"]
    assert (said["title"], said["due_on"], said["lead_unit"], said["contact"]) == (
        "关于承诺事项“硬化通组路”未达到要求的督办通知", "2026-11-27", "A1村两委", "赵镇长 0851-24620000")
    body = {key: value for key, value in said.items() if key not in ("village", "issuer")}
    made = client.post(PATH, json={"id": str(uuid4()), **body})
    assert (made.status_code, made.json["source_id"], made.json["facts"]) == (201, str(id), said["facts"])
    for answer in (prefilled(client, "failed_item", id), client.post(PATH, json={"id": str(uuid4()), **body})):
        assert (answer.status_code, answer.json["reason"], answer.json["errors"]) == (
            409, "notice_exists", {"notice_id": [made.json["id"]]})
    # Once it is cancelled another may be drafted.
    assert client.post(f"{PATH}/{made.json['id']}/steps", json=step("cancelled", note="重写")).status_code == 201
    assert client.post(PATH, json={"id": str(uuid4()), **body}).status_code == 201


def test_a_notice_is_found_by_what_it_comes_from_and_leads_to_the_check(as_user, county, township):
    id, client = finding(county), as_user(township)
    made = client.post(PATH, json=draft(source_kind="spot_check", source_id=str(id))).json
    assert made["source_check_id"] == str(county.session.get(Finding, id).check_id)
    client.post(PATH, json=draft())
    found = client.get(PATH, query_string={"source_id": str(id)}).json["notices"]
    assert [one["id"] for one in found] == [made["id"]]
    # A draft is nobody's below.
    committee = as_user(county.person("village", county.villages["A1"]))
    assert committee.get(PATH, query_string={"source_id": str(id)}).json["notices"] == []


def test_a_finding_and_an_overdue_concern_fill_a_notice_in(as_user, county, township):
    client = as_user(township)
    said = prefilled(client, "spot_check", finding(county)).json
    assert said["facts"] == "2026-11-18，子营街道开展“第四季度暗访”，在A1村发现：\n财务公开栏空白"
    said = prefilled(client, "overdue_concern", concern(county)).json
    assert "井水浑了" in said["facts"] and "已逾期" in said["facts"] and said["village_code"] == county.villages["A1"].code
    # What the committee was not told may be about the committee.
    assert "井水浑了" not in str(prefilled(client, "overdue_concern", concern(county, told=False)).json)


@pytest.mark.parametrize(("kind", "make", "status"), [
    ("failed_item", lambda county: failed_item(county, None), 422), ("failed_item", lambda county: failed_item(
        county, "met"), 422), ("failed_item", lambda county: failed_item(county, "partly"), 200),
    ("spot_check", lambda county: finding(county, is_problem=False), 422),
    # The county's check before the village was visited: the township does not know of it.
    ("spot_check", lambda county: finding(county, by="county", visited=None), 404),
    ("spot_check", lambda county: finding(county, by="county"), 200),
    ("overdue_concern", lambda county: concern(county, days=0), 422), ("overdue_concern", lambda county: uuid4(), 404)])
def test_what_gives_a_reason_for_a_notice(as_user, county, township, kind, make, status):
    id = make(county)
    client = as_user(township)
    assert prefilled(client, kind, id).status_code == status
    assert client.post(PATH, json=draft(source_kind=kind, source_id=str(id))).status_code == (
        201 if status == 200 else status)


def test_only_those_above_the_village_draft_from_its_matters(as_user, county, township):
    id = concern(county)
    other = as_user(county.person("supervisor", county.townships["B"]))
    assert prefilled(other, "overdue_concern", id).status_code == 404
    for role, place in (("village", county.villages["A1"]), ("admin", county.county)):
        assert prefilled(as_user(county.person(role, place)), "overdue_concern", id).status_code == 403
    elsewhere = draft(county.villages["A2"].code, source_kind="overdue_concern", source_id=str(id))
    assert as_user(township).post(PATH, json=elsewhere).status_code == 404


def test_a_phone_hears_of_its_villages_notices_and_answers_them_in_a_batch(as_user, county):
    notice, drafted = county.notice(state="issued"), county.notice(state="reviewed")
    other, old = county.notice("A2", "issued"), county.notice(state="struck_off")
    old.changed_at -= timedelta(days=90)
    county.session.commit()
    phone = as_user(county.cadre("A1"))

    def heard(cursor=None):
        page = phone.get("/api/v1/sync", query_string={} if cursor is None else {"cursor": cursor}).json
        return {one["id"]: one["record"] for one in page["changes"] if one["kind"] == "supervision_notice"}, page

    first, page = heard()
    assert set(first) == {str(notice.id)} and {str(drafted.id), str(other.id)}.isdisjoint(first)
    assert first[str(notice.id)] == phone.get(f"{PATH}/{notice.id}").json
    served, reported = (step(name, notice_id=str(notice.id), **more) for name, more in (
        ("served", {}), ("reported", {"note": "清理完毕"})))
    items = [{"kind": "notice_step", "record": one} for one in (served, reported)]
    for status in (201, 200):
        results = phone.post("/api/v1/sync", json={"items": items}).json["results"]
        assert [one["status"] for one in results] == [status] * 2
    assert results[-1]["record"]["state"] == "reported"
    refused = phone.post("/api/v1/sync", json={"items": [{"kind": "notice_step", "record": step(
        "served", notice_id=str(other.id))}]}).json["results"]
    assert [(one["status"], one["reason"]) for one in refused] == [(404, "not_found")]
    again, _page = heard(page["cursor"])
    assert again[str(notice.id)]["state"] == "reported"
