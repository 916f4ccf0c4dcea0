import io
from datetime import date
from uuid import uuid4

import docx
import pytest
from sqlalchemy import select

from api.audit import AuditEntry
from api.visits.models import Linkage

URL, FIGURES = "/api/v1/linkages", "/api/v1/linkage-figures"


@pytest.fixture
def officer(as_user, county):
    return as_user(county.person("supervisor", county.townships["A"]))


def link(client, person, *households, kind="link", from_on="2026-11-01"):
    return client.post(URL, json={"cadre_id": person.cadre.id, "kind": kind, "from_on": from_on,
                                  "household_ids": [household.id for household in households]})


def test_an_officer_links_a_cadre_and_again_changes_nothing(officer, county):
    cadre, first, second = county.cadre("B1", name="张三"), county.household("A1", "李四"), county.household("A2")
    made = link(officer, cadre, first)
    [row] = made.json["linkages"]
    assert (made.status_code, row) == (201, {
        "id": row["id"], "kind": "link", "from_on": "2026-11-01", "to_on": None, "version": 1,
        "cadre": {"id": cadre.cadre.id, "name": "张三"}, "household": {
            "id": first.id, "number": first.number, "villagers_group": "一组", "householder": "李四",
            "village": {"code": county.villages["A1"].code, "name": "A1村", "level": "village"},
            "last_visited_on": None}})
    both = link(officer, cadre, first, second)
    assert [one["household"]["id"] for one in both.json["linkages"]] == [first.id, second.id]
    assert len(county.session.scalars(select(Linkage)).all()) == 2
    details = [entry.details for entry in county.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "linkage.made").order_by(AuditEntry.id))]
    assert [one["count"] for one in details] == [1, 1]
    assert len(officer.get(URL).json["linkages"]) == 2
    assert len(officer.get(f"{URL}?household_id={first.id}").json["linkages"]) == 1


def test_who_may_link_whom(as_user, officer, county):
    cadre, mine, other = county.cadre("A1"), county.household("A1"), county.household("B1")
    gone = county.household("A1", "已搬走", alive_to=date(2026, 10, 1))
    client = as_user(cadre)
    assert link(officer, cadre, mine, other).status_code == 404  # all or nothing
    refused = link(officer, cadre, gone)
    assert (refused.json["reason"], "已搬走" in refused.json["message"]) == ("household_not_alive", True)
    # An instructor names the own key households in the own village, and no other links.
    assert link(client, cadre, mine, kind="key").status_code == 201
    assert link(client, cadre, other, kind="key").status_code == 404
    assert link(client, cadre, mine).json["reason"] == "own_record"
    assert link(client, county.cadre("A1"), mine, kind="key").status_code == 404
    assert link(as_user(county.person("village", county.villages["A1"])), cadre, mine).status_code == 403
    assert county.session.scalars(select(Linkage.kind)).all() == ["key"]
    assert len(client.get(URL).json["linkages"]) == 1
    assert as_user(county.cadre("A1")).get(URL).json == {"linkages": []}


def test_a_link_ends_on_a_day_and_may_go_on(as_user, officer, county):
    cadre, household = county.cadre("A1"), county.household("A1")
    [row] = link(officer, cadre, household).json["linkages"]
    url = f"{URL}/{row['id']}"
    assert officer.patch(url, json={"to_on": "2026-10-31"}, headers={"If-Match": '"1"'}).json["reason"] == (
        "period_reversed")
    ended = officer.patch(url, json={"to_on": "2026-11-10"}, headers={"If-Match": '"1"'})
    assert (ended.json["to_on"], ended.headers["ETag"]) == ("2026-11-10", '"2"')
    assert (len(officer.get(URL).json["linkages"]), len(officer.get(f"{URL}?state=all").json["linkages"])) == (0, 1)
    assert link(officer, cadre, household, from_on="2026-11-15").status_code == 201
    again = officer.patch(url, json={"to_on": None}, headers={"If-Match": '"2"'})
    assert (again.status_code, again.json["reason"]) == (409, "linkage_overlaps")
    assert as_user(cadre).patch(url, json={"to_on": None}, headers={"If-Match": '"2"'}).status_code == 404
    stranger = as_user(county.person("supervisor", county.townships["B"]))
    assert stranger.patch(url, json={"to_on": None}, headers={"If-Match": '"2"'}).status_code == 404


def test_the_ratios_are_sums_at_every_level(as_user, officer, county):
    leader, plain, idle = county.cadre("A1", name="县领导"), county.cadre("A2"), county.cadre("B1")
    leader.cadre.rank, leader.cadre.cadre_role = "county_leader", "team_member"
    homes = [county.household("A1") for _ in range(4)] + [county.household("B1") for _ in range(2)]
    county.household("A1", alive_to=date(2026, 11, 1))
    county_user = as_user(county.person("supervisor"))
    link(county_user, leader, *homes[:2])
    link(county_user, plain, homes[0])
    link(county_user, plain, *homes[:1], kind="key")
    link(county_user, idle, homes[4], from_on="2026-12-01")  # begins later
    answer = county_user.get(FIGURES).json
    total = {"cadres": 3, "cadres_meeting": 1, "cadre_rate": 1 / 3, "households": 6, "households_linked": 2,
             "household_rate": 1 / 3, "instructors": 2, "instructors_meeting": 0, "key_rate": 0.0}
    assert answer["figures"] == total
    rows = {row["division"]["name"]: row["figures"] for row in answer["rows"]}
    assert [(one["cadres"], one["households"], one["household_rate"]) for one in rows.values()] == [
        (2, 4, 0.5), (1, 2, 0.0)]
    assert all(sum(row[name] for row in rows.values()) == total[name] for name in total if "rate" not in name)
    # A village without anybody has no rate.
    [_b1, b2] = county_user.get(f"{FIGURES}?level=village&division={county.townships['B'].code}").json["rows"]
    assert (b2["figures"]["cadre_rate"], b2["figures"]["household_rate"]) == (None, None)
    cadres = county_user.get(f"{FIGURES}?level=cadre").json["rows"]
    assert [(row["links"], row["minimum"], row["meets_minimum"], row["key"], row["key_target"]) for row in cadres] == [
        (2, 3, False, 0, 0), (1, 1, True, 1, 10), (0, 1, False, 0, 10)]
    village = as_user(county.person("village", county.villages["A1"]))
    assert village.get(f"{FIGURES}?level=village").json["figures"]["cadres"] == 1
    assert village.get(f"{FIGURES}?level=cadre").status_code == 404
    assert officer.get(f"{FIGURES}?division={county.townships['B'].code}").status_code == 404


def test_at_a_handover_key_households_pass_to_the_successor_with_a_list(as_user, officer, county):
    old, new = county.cadre("A1", name="张三", to_on=date(2026, 11, 25)), county.cadre("A1", name="李四")
    homes = [county.household("A1", name, group="三组", number=str(number))
             for number, name in enumerate(("赵一", "钱二", "孙三"), start=10)]
    link(officer, old, *homes, kind="key", from_on="2026-01-01")
    link(officer, old, homes[0])
    link(officer, new, homes[1], kind="key")
    as_user(old).post("/api/v1/concerns", json={
        "id": str(uuid4()), "kind": "facility", "text": "三组的水池漏水", "village_code": county.villages["A1"].code,
        "household_id": homes[0].id, "captured_at": "2026-11-20T09:00:00+08:00", "elapsed_ms": 0})
    body = {"id": str(uuid4()), "posting_id": old.posting.id, "successor_id": new.cadre.id, "handed_on": "2026-11-25",
            "matters": [], "note": None}
    assert [officer.post("/api/v1/handovers", json=body).status_code for _ in range(2)] == [201, 200]
    links = county.session.execute(select(Linkage.cadre_id, Linkage.household_id, Linkage.kind, Linkage.from_on,
                                          Linkage.to_on).order_by(Linkage.id)).all()
    last, first = date(2026, 11, 25), date(2026, 11, 26)
    assert links == [
        *((old.cadre.id, home.id, "key", date(2026, 1, 1), last) for home in homes),
        (old.cadre.id, homes[0].id, "link", date(2026, 11, 1), None),  # 3+X belongs to the person
        (new.cadre.id, homes[1].id, "key", date(2026, 11, 1), None),  # had it already
        (new.cadre.id, homes[0].id, "key", first, None), (new.cadre.id, homes[2].id, "key", first, None)]
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "linkage.passed_on"))
    assert entry.details["count"] == 2
    paper = officer.post("/api/v1/exports", buffered=True,
                         json={"kind": "handover", "handover_id": body["id"], "format": "docx"})
    assert paper.status_code == 200
    tables = [[cell.text for cell in row.cells] for table in docx.Document(io.BytesIO(paper.data)).tables
              for row in table.rows]
    assert [["三组", str(number), name, ""] for number, name in enumerate(("赵一", "钱二", "孙三"), start=10)] == [
        row for row in tables if row[0] == "三组"]
    assert ["三组的水池漏水", "A1村", "2026年12月20日"] in tables
