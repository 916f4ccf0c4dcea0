"""The kept counts of links agree with the links, whoever changes them and whatever day it is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from api.auth import Grant, Identity
from api.dates import shanghai_day
from api.db import Database
from api.postings.divisions_service import lock_villages
from api.postings.policies_service import set_policy
from api.visits import linkage_counts_service, linkages_service, village_quarters_service
from api.visits.linkage_figures_service import linkage_figures
from api.visits.linkage_rules import KEY_HOUSEHOLDS
from api.visits.models import CadreLinkage, Household, Linkage, VillageLinkage
from tests.county import County
from tests.parallel import in_parallel

START = date(2026, 10, 1)


@pytest.fixture
def officer(as_user, county):
    return as_user(county.person("supervisor"))


@pytest.fixture
def rolled(county) -> County:
    linkage_counts_service.roll(county.session, today=county.now.date())
    return county


def differences(county: County) -> list:
    return list(linkage_counts_service.differences(county.session))


def links_of(county: County, person, day: date) -> tuple[int, int]:
    return linkage_counts_service.links_of_cadres(
        county.session, cadre_ids=[person.cadre.id], today=day)[person.cadre.id]


def linked_in(county: County, village: str, day: date) -> int:
    id_ = county.villages[village].id
    return linkage_counts_service.linked_in_villages(county.session, village_ids=[id_], today=day)[id_]


def test_what_is_kept_follows_links_and_the_end_of_a_household(officer, county):
    cadre, homes = county.cadre("A1"), [county.household("A1") for _ in range(3)]
    linkage_counts_service.roll(county.session, today=county.now.date())
    today = shanghai_day(county.now)
    body = {"cadre_id": cadre.cadre.id, "kind": "link", "from_on": "2026-11-01",
            "household_ids": [one.id for one in homes]}
    made = officer.post("/api/v1/linkages", json=body).json["linkages"]
    officer.post("/api/v1/linkages", json={**body, "kind": "key", "household_ids": [homes[0].id]})
    assert (links_of(county, cadre, today), linked_in(county, "A1", today), differences(county)) == ((3, 1), 3, [])
    # It ends tomorrow: today it counts, the day after no longer.
    officer.patch(f"/api/v1/linkages/{made[1]['id']}", headers={"If-Match": '"1"'},
                  json={"to_on": (today + timedelta(days=1)).isoformat()})
    assert [(links_of(county, cadre, day), linked_in(county, "A1", day))
            for day in (today, today + timedelta(days=2))] == [((3, 1), 3), ((2, 1), 2)]
    village = officer.get(f"/api/v1/households/{homes[2].id}")
    ended = officer.patch(f"/api/v1/households/{homes[2].id}", headers={"If-Match": village.headers["ETag"]},
                          json={"alive_to": (today - timedelta(days=1)).isoformat(), "ended_as": "moved"})
    assert ended.status_code == 200, ended.json
    assert (links_of(county, cadre, today), linked_in(county, "A1", today), differences(county)) == ((2, 1), 2, [])


def test_the_roll_counts_what_changed_by_itself_and_nothing_twice(rolled):
    cadre, today = rolled.cadre("A1"), rolled.now.date()
    rolled.session.add(Linkage(cadre_id=cadre.cadre.id, household_id=rolled.household("A1").id, kind="link",
                               from_on=today + timedelta(days=3)))
    rolled.session.flush()
    linkage_counts_service.linkages_changed(rolled.session, cadre_ids=[cadre.cadre.id], today=today,
                                            village_ids=[rolled.villages["A1"].id])
    assert [linkage_counts_service.roll(rolled.session, today=today + timedelta(days=days))
            for days in (0, 2, 3, 3, 9)] == [0, 0, 2, 0, 0]
    kept = rolled.session.scalar(select(CadreLinkage.counted_on).where(CadreLinkage.cadre_id == cadre.cadre.id))
    assert (kept, differences(rolled)) == (today + timedelta(days=3), [])


def test_what_was_changed_by_hand_is_reported_and_repaired(rolled):
    session, today = rolled.session, rolled.now.date()
    rolled.cadre("A1")
    linkage_counts_service.roll(session, today=today)
    session.execute(update(VillageLinkage).where(VillageLinkage.village_id == rolled.villages["A1"].id)
                    .values(households=9))
    session.execute(update(CadreLinkage).values(key=9))
    assert [table for table, _held, _right in differences(rolled)] == ["village_linkages", "cadre_linkages"]
    linkage_counts_service.linkages_changed(
        session, today=today, cadre_ids=session.scalars(select(CadreLinkage.cadre_id)).all(),
        village_ids=village_quarters_service.all_village_ids(session))
    assert differences(rolled) == []


def test_added_up_or_one_by_one_a_division_has_the_same_figures(county):
    """Who is not kept is counted one by one; a village's own rule is asked for village by village."""
    session, today = county.session, county.now.date()
    one, two, unposted = county.cadre("A1"), county.cadre("A2"), county.cadre(None)
    homes = [county.household("A1") for _ in range(3)] + [county.household("A2") for _ in range(2)]
    session.flush()
    session.add_all(Linkage(cadre_id=cadre, household_id=home.id, kind=kind, from_on=START)
                    for cadre, home, kind in (
                        (one.cadre.id, homes[0], "key"), (one.cadre.id, homes[0], "link"),
                        (one.cadre.id, homes[1], "link"), (two.cadre.id, homes[3], "key"),
                        (unposted.cadre.id, homes[4], "link")))
    session.flush()

    def figures():
        found = {level: linkage_figures(session, division=county.county, level=level, today=today)
                 for level in ("county", "township", "village", "cadre")}
        [total] = {str(total) for total, _rows in found.values()}
        return found["cadre"][0], total, [(row["division"].code, row["figures"]) for level in ("township", "village")
                                          for row in found[level][1]]

    counted = figures()
    assert (counted[0].cadres, counted[0].households_linked) == (3, 4)
    linkage_counts_service.roll(session, today=today)
    assert figures() == counted
    set_policy(session, division=county.villages["A2"], key=KEY_HOUSEHOLDS, value=1, effective_from=date(2026, 1, 1),
               source="县委办 1 号", user_id=None, at=county.now, today=date.max, any_start=True)
    session.flush()
    assert [figures()[0].instructors_meeting, counted[0].instructors_meeting] == [1, 0]


def test_links_made_at_once_in_a_village_while_a_household_of_it_ends_are_all_counted(own_county, own_database):
    county, database = own_county, Database(own_database)
    supervisor, cadres = county.person("supervisor"), [county.cadre("A1") for _ in range(4)]
    homes = [county.household("A1").id for _ in range(6)]
    today, now, village = county.now.date(), county.now, county.villages["A1"].id
    linkage_counts_service.roll(county.session, today=today)
    ids, top = [one.cadre.id for one in cadres], county.county
    identity = Identity(supervisor.user.id, "zh", None, 0, None, (Grant("supervisor", top.id, top.path, "county"),))
    county.session.commit()

    def link(number: int) -> None:
        with database.session() as session:
            linkages_service.make_links(session, identity=identity, cadre_id=ids[number], kind="link", from_on=START,
                                        household_ids=homes[number:number + 2], today=today, now=now)
            session.commit()

    def end() -> None:
        with database.session() as session:
            lock_villages(session, [village])
            session.get(Household, homes[5]).alive_to = today - timedelta(days=1)
            village_quarters_service.households_changed(session, village_ids=[village], now=now)
            session.commit()

    results = in_parallel([*(lambda number=number: link(number) for number in range(4)), end])
    assert results == [None] * 5
    with database.session() as session:
        assert list(linkage_counts_service.differences(session)) == []
        assert linkage_counts_service.linked_in_villages(session, village_ids=[village], today=today) == {village: 5}
        assert set(linkage_counts_service.links_of_cadres(session, cadre_ids=ids, today=today).values()) == {(2, 0)}
    database.engine.dispose()


steps = st.lists(st.one_of(
    st.tuples(st.just("link"), st.integers(0, 1), st.integers(0, 3), st.sampled_from(["link", "key"]),
              st.integers(-60, 60), st.one_of(st.none(), st.integers(0, 60))),
    st.tuples(st.just("cut"), st.integers(0, 9), st.integers(-20, 60)),
    st.tuples(st.just("end"), st.integers(0, 3), st.integers(-60, 60)),
    st.tuples(st.just("roll"), st.integers(0, 60)),
), max_size=10)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_kept_counts_are_those_of_the_links_whatever_happens_in_whatever_order(county, course):
    with county.undone():
        _live(county, course)


def _live(county: County, course: list) -> None:
    session, today = county.session, county.now.date()
    cadres = [county.cadre("A1"), county.cadre("B1")]
    homes = [county.household(village) for village in ("A1", "A1", "A2", "A2")]
    linkage_counts_service.roll(session, today=today)
    villages, links = sorted({one.village_id for one in homes}), []
    for kind, *rest in course:
        now = datetime(today.year, today.month, today.day, 4, tzinfo=UTC)
        if kind == "roll":
            today += timedelta(days=rest[0])
            linkage_counts_service.roll(session, today=today)
        elif kind == "link":
            who, where, what, first, length = rest
            link = Linkage(cadre_id=cadres[who].cadre.id, household_id=homes[where].id, kind=what,
                           from_on=today + timedelta(days=first),
                           to_on=None if length is None else today + timedelta(days=first + length))
            if any((one.cadre_id, one.household_id, one.kind) == (link.cadre_id, link.household_id, what)
                   for one in links):
                continue
            session.add(link)
            session.flush()
            links.append(link)
            linkage_counts_service.linkages_changed(
                session, cadre_ids=[link.cadre_id], village_ids=[homes[where].village_id], today=today)
        elif kind == "cut" and links:
            link = links[rest[0] % len(links)]
            identity = county.identity(county.person("supervisor"))
            linkages_service.end_link(session, identity=identity, linkage=link, now=now,
                                      to_on=max(link.from_on, today + timedelta(days=rest[1])))
        elif kind == "end":
            home = homes[rest[0]]
            home.alive_to, home.ended_as = today + timedelta(days=rest[1]), "moved"
            session.flush()
            village_quarters_service.households_changed(session, village_ids=[home.village_id], now=now)
    assert differences(county) == []
    for day in (today, today + timedelta(days=7), today + timedelta(days=45)):
        holding = [one for one in session.scalars(select(Linkage)) if _holds(one.from_on, one.to_on, day)]
        alive = {one.id: one.village_id for one in session.scalars(select(Household))
                 if _holds(one.alive_from, one.alive_to, day)}
        assert linkage_counts_service.links_of_cadres(
            session, cadre_ids=[one.cadre.id for one in cadres], today=day) == {
            one.cadre.id: tuple(len({link.household_id for link in holding
                                     if link.cadre_id == one.cadre.id and link.kind in kinds})
                                for kinds in (("link", "key"), ("key",))) for one in cadres}
        assert linkage_counts_service.linked_in_villages(session, village_ids=villages, today=day) == {
            id_: len({link.household_id for link in holding if alive.get(link.household_id) == id_})
            for id_ in villages}


def _holds(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or last >= day)
