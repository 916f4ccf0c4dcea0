"""Visit coverage: kept counts that agree with the rule whatever happens, and the table at every level."""

import io
from datetime import date, datetime, timedelta
from uuid import uuid4

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from api.audit import AuditEntry
from api.auth import Identity
from api.dates import SHANGHAI, shanghai_day
from api.postings import policies_service
from api.visits import annulments_service, rounds_service, village_quarters_service, visit_coverage_service
from api.visits.models import Household, HouseholdAbsence, VillageQuarter
from tests.conftest import NOW
from tests.county import County

Q3, Q4 = date(2026, 7, 1), date(2026, 10, 1)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)


def visit(county: County, person, household, day: date, manner: str = "in_person", *, companions=()):
    """One household visited by a cadre; answers the visit's id."""
    id = uuid4()
    sender = Identity(person.user.id, "zh", person.cadre.id, 1, person.user.first_log_in_at, ())
    rounds_service.record_round(
        county.session, identity=sender, now=max(county.now, at(day)), content_hash=b"test", id=uuid4(),
        captured_at=at(day), companion_ids=[one.cadre.id for one in companions],
        visits=[{"id": id, "household_id": household.id, "manner": manner, "summary": None, "photos": []}])
    return id


def differences(county: County) -> list:
    ids = village_quarters_service.all_village_ids(county.session)
    return list(village_quarters_service.differences(county.session, village_ids=ids))


def figures(row: dict, period: str = "quarter") -> tuple:
    return tuple(row[period][name] for name in ("visited", "households", "visited_at_home", "at_home"))


@pytest.fixture
def village(county):
    """A village of four as in docs/rules.md, and the cadre who was there."""
    cadre = county.cadre("A1", name="张三")
    july, october, away, absent = (
        county.household("A1", name, away=((date(2026, 3, 1), None),) if name == "丙" else ())
        for name in ("甲", "乙", "丙", "丁"))
    visit(county, cadre, july, date(2026, 7, 10))
    visit(county, cadre, october, date(2026, 10, 8))
    visit(county, cadre, october, date(2026, 10, 28))
    visit(county, cadre, away, date(2026, 10, 9), "phone")
    visit(county, cadre, absent, date(2026, 11, 2), "not_home")
    village_quarters_service.roll(county.session, now=county.now)
    return cadre


def test_the_example_of_the_rules_is_what_the_table_says(as_user, county, village):
    answer = as_user(county.person("supervisor")).get("/api/v1/visit-coverage")
    rows = {row["division"]["name"]: row for row in answer.json["rows"]}
    assert rows["A1村"]["quarter"] == {
        "visited": 2, "households": 4, "rate": 0.5, "visited_at_home": 1, "at_home": 3, "rate_at_home": 1 / 3,
        "target_percent": 25, "missing": 0}
    assert rows["A1村"]["year"] == {
        "visited": 3, "households": 4, "rate": 0.75, "visited_at_home": 2, "at_home": 3, "rate_at_home": 2 / 3,
        "target_percent": 100, "missing": 1}
    assert rows["A1村"]["before"] == {"visited": 1, "households": 4, "rate": 0.25}
    assert rows["A2村"]["quarter"]["rate"] is None
    assert {key: answer.json[key] for key in ("quarter", "counted_on", "is_running", "level")} == {
        "quarter": "2026-Q4", "counted_on": "2026-11-20", "is_running": True, "level": "village"}
    assert [(rule["key"], rule["value"]) for rule in answer.json["rules"]] == [
        ("visit_quarter_percent", 25), ("visit_year_percent_q4", 100), ("calls_count", "when_away")]
    assert figures(answer.json["total"]) == (2, 4, 1, 3)


def test_every_level_is_a_sum_of_villages(as_user, county, village):
    other = county.cadre("A2")
    visit(county, other, county.household("A2"), date(2026, 11, 1))
    village_quarters_service.rebuild(county.session, village_ids=[county.villages["A2"].id], now=county.now)
    client = as_user(county.person("supervisor"))
    for level, expected in (("village", [(2, 4, 1, 3), (1, 1, 1, 1), (0, 0, 0, 0), (0, 0, 0, 0)]),
                            ("township", [(3, 5, 2, 4), (0, 0, 0, 0)]), ("county", [(3, 5, 2, 4)])):
        table = client.get(f"/api/v1/visit-coverage?level={level}").json
        assert [figures(row) for row in table["rows"]] == expected
        assert figures(table["total"]) == (3, 5, 2, 4)


def test_a_cadres_own_figure_has_own_visits_and_those_joined(as_user, county, village):
    friend = county.cadre("A1", name="李四", further=("A2",))
    homes = county.session.scalars(select(Household).order_by(Household.id)).all()
    shared = visit(county, village, homes[3], date(2026, 11, 3), companions=[friend])
    visit(county, friend, homes[1], date(2026, 11, 4))
    visit(county, friend, county.household("A2"), date(2026, 11, 4))
    village_quarters_service.rebuild(county.session, village_ids=[county.villages[one].id for one in ("A1", "A2")],
                                     now=county.now)
    client = as_user(friend)

    def own():
        [row] = client.get("/api/v1/visit-coverage").json["rows"]
        assert row["cadre"] == {"id": friend.cadre.id, "name": "李四"}
        return figures(row)

    assert own() == (2, 5, 2, 4)
    round_id = as_user(village).get(f"/api/v1/visits?household_id={homes[3].id}").json["visits"][0]["round_id"]
    as_user(friend).post("/api/v1/companion-answers", json={
        "id": str(uuid4()), "round_id": round_id, "state": "joined", "captured_at": "2026-11-05T08:00:00+08:00"})
    assert own() == (3, 5, 3, 4)
    # The village counts a household once: its figure is no sum of its cadres'.
    table = as_user(county.person("supervisor", county.townships["A"])).get("/api/v1/visit-coverage?level=cadre").json
    assert [figures(row) for row in table["rows"]] == [(3, 4, 2, 3), (3, 5, 3, 4)]
    assert figures(table["total"]) == (4, 5, 3, 4)
    assert shared


def test_a_quarter_that_ran_out_is_counted_on_its_last_day(as_user, county, village):
    table = as_user(county.person("supervisor")).get("/api/v1/visit-coverage?quarter=2026-Q3").json
    assert (table["counted_on"], table["is_running"], figures(table["total"])) == ("2026-09-30", False, (1, 4, 1, 3))
    refused = as_user(county.person("supervisor")).get("/api/v1/visit-coverage?quarter=2027-Q1")
    assert (refused.status_code, refused.json["reason"]) == (422, "quarter_to_come")


def test_cadres_are_shown_of_a_township_at_most(as_user, county, village):
    refused = as_user(county.person("supervisor")).get("/api/v1/visit-coverage?level=cadre")
    assert (refused.status_code, refused.json["reason"]) == (422, "division_too_wide")


def test_who_sees_whose_coverage(as_user, county, village):
    code, other = county.villages["A1"].code, county.villages["B1"].code
    people = {"committee": county.person("village", county.villages["A1"]),
              "township": county.person("supervisor", county.townships["A"]), "cadre": village}
    for name, person in people.items():
        client = as_user(person)
        seen = [client.get(f"/api/v1/unvisited-households?village={one}").status_code for one in (code, other)]
        assert (name, seen) == (name, [200, 404])
        assert client.get(f"/api/v1/visit-coverage?division={other}").status_code == 404
    assert as_user(county.person("auditor")).get("/api/v1/visit-coverage").status_code == 403


def test_the_longest_unvisited_and_the_needy_come_first(as_user, county):
    cadre = county.cadre("A1")
    fresh, old, never, needy, gone = (
        county.household("A1", name, labels=("elderly_alone",) if name == "困" else (), alive_from=date(2020, 1, 1),
                         alive_to=date(2026, 11, 1) if name == "走" else None)
        for name in ("新", "旧", "无", "困", "走"))
    visit(county, cadre, fresh, date(2026, 11, 3))
    visit(county, cadre, old, date(2026, 2, 3))
    client, code = as_user(county.person("village", county.villages["A1"])), county.villages["A1"].code

    def names(period):
        answer = client.get(f"/api/v1/unvisited-households?village={code}&period={period}")
        return [one["householder"] for one in answer.json["households"]]

    assert (names("quarter"), names("year")) == (["困", "无", "旧"], ["困", "无"])
    [first] = client.get(f"/api/v1/unvisited-households?village={code}&page_size=1").json["households"]
    assert first == {"id": needy.id, "number": needy.number, "householder": "困", "villagers_group": "一组",
                     "labels": ["elderly_alone"], "is_away": False, "last_visited_on": None}
    assert never.id != gone.id


def test_the_table_is_taken_away_as_a_workbook_and_that_is_logged(as_user, county, village):
    client = as_user(county.person("supervisor", county.townships["A"]))
    body = {"kind": "visit_coverage", "month": "2026-11", "level": "village",
            "division_code": county.villages["A1"].code}
    answer = client.post("/api/v1/exports", json=body, buffered=True)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = list(book["走访率"].iter_rows(min_row=2, values_only=True))
    assert rows == [(name, None, 4, 2, 0.5, 3, 1, 1 / 3, 0, 3, 0.75, 1, 1) for name in ("A1村", "合计")]
    assert [row[0] for row in book["未走访户"].iter_rows(min_row=2, values_only=True)] == ["丁", "甲"]
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
    assert entry.details == {
        "kind": "visit_coverage", "format": "xlsx", "quarter": "2026-Q4", "level": "village", "rows": 1}
    outside = as_user(county.person("supervisor", county.townships["B"])).post("/api/v1/exports", json=body)
    assert outside.status_code == 404


def test_a_county_may_say_that_calls_never_count(as_user, county, village):
    admin = as_user(county.person("admin"))
    answer = admin.post("/api/v1/policies", json={
        "division_code": county.CODE, "key": "calls_count", "value": "never", "effective_from": "2026-12-07",
        "source": "县委组织部通知"})
    assert answer.status_code == 201
    assert differences(county) == []
    assert visited(county, Q4) == 2
    policies_service.set_policy(county.session, division=county.county, key="calls_count", value="never",
                                effective_from=Q4, source="误", user_id=None, at=NOW, today=date.max, any_start=True)
    village_quarters_service.rebuild(county.session, village_ids=[county.villages["A1"].id], now=NOW)
    assert (visited(county, Q4), differences(county)) == (1, [])


def visited(county: County, quarter_on: date) -> int:
    return county.session.scalar(select(VillageQuarter.visited).where(
        VillageQuarter.village_id == county.villages["A1"].id, VillageQuarter.quarter_on == quarter_on))


def test_what_changes_by_itself_is_counted_on_its_day_also_before_it_is_rolled(county, village):
    session, home = county.session, county.session.scalar(select(Household).where(Household.householder == "乙"))
    home.alive_to, home.ended_as = date(2026, 11, 25), "moved"
    session.flush()
    village_quarters_service.households_changed(session, village_ids=[home.village_id], now=NOW)
    kept = session.scalar(select(VillageQuarter.changes_on).where(
        VillageQuarter.village_id == home.village_id, VillageQuarter.quarter_on == Q4))
    assert kept == date(2026, 11, 26)

    def read(today):
        return visit_coverage_service.coverage_table(
            session, division=county.villages["A1"], level="village", quarter_on=Q4, today=today, page=1,
            page_size=1).total.quarter

    assert [(read(day).visited, read(day).households) for day in (date(2026, 11, 25), date(2026, 11, 26))] == [
        (2, 4), (1, 3)]
    assert village_quarters_service.roll(session, now=at(date(2026, 11, 26))) == 1
    assert (differences(county), visited(county, Q4)) == ([], 1)
    assert village_quarters_service.roll(session, now=at(date(2026, 11, 26))) == 0


def test_the_register_brings_the_counts_along(as_user, county, village):
    client = as_user(county.person("village", county.villages["A1"]))
    body = {"village_code": county.villages["A1"].code, "number": "901", "villagers_group": "一组",
            "householder": "新来的", "alive_from": "2026-11-01"}
    made = client.post("/api/v1/households", json=body)
    assert (made.status_code, differences(county)) == (201, [])
    ended = client.patch(f"/api/v1/households/{made.json['id']}", headers={"If-Match": made.headers["ETag"]},
                         json={"alive_to": "2026-11-10", "ended_as": "moved"})
    assert (ended.status_code, differences(county)) == (200, [])


def test_what_was_changed_by_hand_is_reported_and_repaired(county, village):
    session = county.session
    session.execute(update(VillageQuarter).values(visited=VillageQuarter.visited + 1))
    session.execute(update(Household).values(last_visited_on=date(2026, 1, 1)))
    session.expire_all()
    assert len(differences(county)) > 4
    village_quarters_service.rebuild(session, village_ids=village_quarters_service.all_village_ids(session), now=NOW)
    assert differences(county) == []


steps = st.lists(st.one_of(
    st.tuples(st.just("visit"), st.integers(0, 3), st.integers(0, 600), st.sampled_from(
        ["in_person", "phone", "not_home"])),
    st.tuples(st.just("annul"), st.integers(0, 9)),
    st.tuples(st.just("leave"), st.integers(0, 3), st.integers(0, 600), st.integers(0, 200)),
    st.tuples(st.just("end"), st.integers(0, 3), st.integers(0, 600)),
    st.tuples(st.just("roll"), st.integers(0, 150)),
), max_size=12)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_kept_counts_agree_with_a_rebuild_whatever_happens_in_whatever_order(county, course):
    """Visits late and early, taken back, households that leave and end, days that pass: in any order."""
    with county.undone():
        _live(county, course)


def _live(county: County, course: list) -> None:
    session, start = county.session, date(2025, 6, 1)
    cadre = county.cadre("A1", from_on=start)
    homes = [county.household("A1") for _ in range(4)]
    visits, now = [], NOW
    for kind, *rest in course:
        if kind == "roll":
            now = max(now, NOW + timedelta(days=rest[0]))
            village_quarters_service.roll(session, now=now)
        elif kind == "visit":
            day = min(start + timedelta(days=rest[1]), shanghai_day(now))
            visits.append(visit(county, cadre, homes[rest[0]], day, rest[2]))
        elif kind == "annul" and visits:
            sender = Identity(cadre.user.id, "zh", cadre.cadre.id, 1, None, ())
            annulments_service.annul_visit(session, identity=sender, id=uuid4(), content_hash=b"test", now=now,
                                           visit_id=visits.pop(rest[0] % len(visits)), reason="记错了")
        elif kind == "leave":
            first = start + timedelta(days=rest[1])
            if session.scalar(select(HouseholdAbsence.id).where(HouseholdAbsence.household_id == homes[rest[0]].id,
                                                                HouseholdAbsence.from_on == first)) is None:
                session.add(HouseholdAbsence(household_id=homes[rest[0]].id, from_on=first,
                                             to_on=first + timedelta(days=rest[2])))
                session.flush()
            village_quarters_service.households_changed(session, village_ids=[homes[0].village_id], now=now)
        elif kind == "end":
            homes[rest[0]].alive_to, homes[rest[0]].ended_as = start + timedelta(days=rest[1]), "moved"
            session.flush()
            village_quarters_service.households_changed(session, village_ids=[homes[0].village_id], now=now)
    assert differences(county) == []
    held = _rows(session)
    village_quarters_service.rebuild(session, village_ids=[homes[0].village_id], now=now)
    assert {key: row for key, row in _rows(session).items() if key in held} == held


def _rows(session) -> dict:
    return {(row.village_id, row.quarter_on): tuple(row)[4:] for row in session.execute(
        select(*VillageQuarter.__table__.columns))}
