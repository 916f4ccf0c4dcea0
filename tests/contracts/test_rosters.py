"""The roster of an assessment office through the API: begun, published, locked, its load."""

import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.contracts.acceptance_models import Assessor, AssessorRoster
from tests.contracts.promised import roster
from tests.contracts.test_deeds import parallel_clients
from tests.parallel import in_parallel


def person(name="周主任", post="director", **changes) -> dict:
    return {"name": name, "post": post, "from_on": "2026-01-01", **changes}


@pytest.fixture
def people(county):
    return {
        "cadre": county.cadre("A1"), "committee": county.person("village", county.villages["A1"]),
        "township": county.person("supervisor", county.townships["A"], name="赵镇长"),
        "county": county.person("supervisor"), "other_township": county.person("supervisor", county.townships["B"]),
        "other_committee": county.person("village", county.villages["B1"]), "admin": county.person("admin"),
    }


@pytest.fixture
def path(county):
    return f"/api/v1/assessor-rosters/{county.townships['A'].code}"


def test_a_roster_is_begun_published_and_then_changed_with_an_approval_alone(as_user, county, people, path):
    client = as_user(people["township"])

    def patch(body, match, tail=""):
        return client.patch(path + tail, json=body, headers={"If-Match": match} if match else {})

    empty = client.get(path)
    township = {"code": county.townships["A"].code, "name": "子营街道", "level": "township"}
    assert (empty.headers["ETag"], empty.json) == ('"1"', {
        "township": township, "hotline": None, "published_on": None, "assessors": [], "version": 1,
        "load": {"villages": 2, "assessors": 0, "villages_each": None}})
    assert patch({"is_published": True}, '"1"').json["reason"] == "roster_incomplete"
    assert client.post(f"{path}/assessors", json=person("吴一", "member")).status_code == 201
    assert client.post(f"{path}/assessors", json=person("吴一", "member")).json["reason"] == "assessor_exists"
    begun = client.post(f"{path}/assessors", json=person(unit="镇党委", user_id=people["township"].user.id))
    [director, member] = begun.json["assessors"]
    assert {**director, "id": 0} == {
        "id": 0, "name": "周主任", "post": "director", "unit": "镇党委", "from_on": "2026-01-01", "to_on": None,
        "is_current": True, "user": {"id": people["township"].user.id, "name": "赵镇长"}, "added_approval": None,
        "ended_approval": None, "version": 1}
    assert patch({"name": "吴小一"}, '"1"', f"/assessors/{member['id']}").status_code == 200
    assert patch({"hotline": "0851-24621234", "is_published": True}, '"1"').status_code == 412
    assert patch({"hotline": "0851-24621234"}, None).status_code == 428
    published = patch({"hotline": "0851-24621234", "is_published": True}, f'"{begun.json["version"] + 1}"')
    assert (published.json["published_on"], published.json["hotline"], published.json["load"]) == (
        "2026-11-20", "0851-24621234", {"villages": 2, "assessors": 2, "villages_each": 1.0})
    assert patch({"is_published": False}, published.headers["ETag"]).status_code == 422

    added = client.post(f"{path}/assessors", json=person("郑二", "member"))
    assert (added.status_code, added.json["reason"]) == (409, "approval_missing")
    assert client.post(f"{path}/assessors", json=person(
        "郑二", "member", added_approval="镇党委会纪要〔2026〕8号")).status_code == 201
    line = f"/assessors/{member['id']}"
    assert patch({"name": "吴一"}, '"2"', line).json["reason"] == "roster_locked"
    assert patch({"to_on": "2026-11-30"}, '"2"', line).json["reason"] == "approval_missing"
    assert patch({"to_on": "2025-11-30", "ended_approval": "同上"}, '"2"', line).json["reason"] == "period_reversed"
    ended = patch({"to_on": "2026-11-19", "ended_approval": "镇党委会纪要〔2026〕9号"}, '"2"', line)
    assert (ended.status_code, ended.headers["ETag"]) == (200, '"3"')
    assert [(one["name"], one["is_current"]) for one in ended.json["assessors"]] == [
        ("周主任", True), ("吴小一", False), ("郑二", True)]
    told = county.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("assessor"))
                                  .order_by(AuditEntry.id)).all()
    assert told == ["assessor.added", "assessor.added", "assessor.changed", "assessor.published",
                    "assessor.hotline", "assessor.added", "assessor.changed"]


@pytest.mark.parametrize(("who", "unpublished", "published", "changes"), [
    ("cadre", 404, 200, 403), ("committee", 404, 200, 403), ("township", 200, 200, 201), ("county", 200, 200, 201),
    ("other_township", 404, 404, 404), ("other_committee", 404, 404, 403), ("admin", 403, 403, 403)])
def test_who_sees_a_roster_and_who_keeps_it(as_user, county, people, path, who, unpublished, published, changes):
    client = as_user(people[who])
    assert client.get(path).status_code == unpublished
    [id, *_rest] = roster(county, users=(people["township"],))
    county.session.commit()
    seen = client.get(path)
    assert seen.status_code == published
    if published == 200:
        # Log-ins are for those above.
        assert (seen.json["assessors"][0]["user"] is not None) == (unpublished == 200)
    new = client.post(f"{path}/assessors", json=person("孙四", "member", added_approval="批文"))
    assert new.status_code == changes
    edits = [client.patch(path, json={"hotline": "1"}, headers={"If-Match": "*"}),
             client.patch(f"{path}/assessors/{id}", json={"to_on": "2026-12-01", "ended_approval": "批文"},
                          headers={"If-Match": "*"})]
    assert [one.status_code for one in edits] == [200 if changes == 201 else changes] * 2


def test_a_person_is_of_the_roster_that_the_address_names(as_user, county, people, path):
    roster(county)
    [elsewhere, *_rest] = roster(county, "B")
    county.session.commit()
    client = as_user(people["county"])
    for id in (elsewhere, 999_999):
        edit = client.patch(f"{path}/assessors/{id}", json={"to_on": None}, headers={"If-Match": "*"})
        assert edit.status_code == 404
    for code in (county.villages["A1"].code, county.CODE, "000000000000"):
        assert client.get(f"/api/v1/assessor-rosters/{code}").status_code == 404
    assert client.post(f"{path}/assessors", json=person(
        "孙四", "member", added_approval="批文", user_id=people["other_township"].user.id)).json["reason"] == (
        "assessor_user")


def test_two_people_added_to_a_new_roster_at_once_are_both_there(own_county, make_app, own_database):
    send = parallel_clients(own_county, make_app, own_database, own_county.person(
        "supervisor", own_county.townships["A"]))
    path = f"assessor-rosters/{own_county.townships['A'].code}/assessors"
    results = in_parallel([lambda name=name: send(0, path, person(name, "member")) for name in ("吴一", "郑二", "吴一")])
    assert sorted(status for status, _answer in results) == [201, 201, 409]
    own_county.session.rollback()
    assert own_county.session.query(Assessor).count() == 2
    assert own_county.session.scalar(select(AssessorRoster.version)) == 3
