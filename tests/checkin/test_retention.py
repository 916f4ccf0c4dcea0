"""Coordinates go when their days are over or their consent is gone; every verdict and figure stays as it was."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from api import audit
from api.audit import AuditEntry
from api.checkin import judging_service, kept_service, retention_service
from api.checkin.models import Evidence
from api.postings import policies_service, roster_service, tidying_service
from api.postings.account_models import Invitation, LogInCount, UserSession
from api.postings.accounts_service import invite
from api.postings.proposal_models import PlaceProposal
from tests.conftest import NOW
from tests.county import County

TODAY = NOW.date()


def forget_all(county: County) -> Counter:
    """Run the job; answers how many positions went by chain."""
    counts = Counter()
    for chain in retention_service.chains(county.session):
        while count := retention_service.forget_chunk(county.session, chain=chain, county=county.county, now=NOW):
            counts[chain] += count
    return counts


def kept(county: County) -> list[tuple]:
    """(days ago, has coordinates) of all evidence, oldest first."""
    rows = county.session.execute(select(Evidence.day, Evidence.latitude, Evidence.wgs84_latitude, Evidence.longitude,
                                         Evidence.wgs84_longitude, Evidence.datum).order_by(Evidence.day))
    found = []
    for day, *position in rows:
        assert len({value is None for value in position}) == 1
        found.append(((TODAY - day).days, position[0] is not None))
    return found


def kept_oldest_first(county: County) -> list[bool]:
    return [has for _days, has in kept(county)]


def judged(county: County) -> list[tuple]:
    return county.session.execute(select(Evidence.id, Evidence.verdict, Evidence.status, Evidence.accuracy_m,
                                         func.round(Evidence.distance_m), Evidence.place_id)
                                  .order_by(Evidence.id)).all()


def assert_whole(county: County) -> None:
    ids = kept_service.all_cadre_ids(county.session)
    assert list(judging_service.misjudged(county.session, cadre_ids=ids)) == []
    assert list(kept_service.differences(county.session, cadre_ids=ids)) == []
    assert list(audit.verify(county.session)) == []


def test_coordinates_live_as_many_days_as_the_policy_says(county):
    person = county.cadre()
    for days_ago in (0, 89, 90, 91, 200):
        county.check_in(person, TODAY - timedelta(days=days_ago), metres_north=100.4)
    before = judged(county)
    assert forget_all(county) == {county.townships["A"].id: 2}
    county.session.expire_all()
    assert kept(county) == [(200, False), (91, False), (90, True), (89, True), (0, True)]
    assert judged(county) == before
    assert_whole(county)
    assert forget_all(county) == {}


@pytest.mark.parametrize(("days", "gone"), [
    # What was given on the word of 90 days goes by it, whatever a later rule allows; a shorter one holds for all.
    (3650, {91, 200}), (30, {31, 60, 90, 91, 200}),
])
def test_a_later_rule_shortens_what_was_promised_and_never_prolongs_it(county, days, gone):
    person = county.cadre()
    before = (0, 30, 31, 60, 90, 91, 200)
    for days_ago in before:
        county.check_in(person, TODAY - timedelta(days=days_ago))
    policies_service.set_policy(
        county.session, division=county.county, key="coordinates_days", value=days, effective_from=TODAY,
        source="县规定", user_id=None, at=NOW, today=TODAY)
    forget_all(county)
    county.session.expire_all()
    assert {days_ago for days_ago, holds in kept(county) if not holds} == gone


def test_a_proposed_place_goes_by_the_days_of_its_own_day_too(county):
    person = county.person("village", county.villages["A1"], location=None)
    made = [propose(county, person, "A1", days_ago) for days_ago in (90, 91)]
    policies_service.set_policy(
        county.session, division=county.townships["A"], key="coordinates_days", value=365, effective_from=TODAY,
        source="镇规定", user_id=None, at=NOW, today=TODAY)
    assert forget_all(county) == {county.townships["A"].id: 1}
    county.session.expire_all()
    assert [one.latitude is None for one in made] == [False, True]


def test_every_township_has_its_own_days_and_its_own_count(county):
    policies_service.set_policy(
        county.session, division=county.townships["B"], key="coordinates_days", value=10, effective_from=TODAY,
        source="镇规定", user_id=None, at=NOW, today=TODAY)
    for village in ("A1", "A2", "B1"):
        person = county.cadre(village)
        for days_ago in (5, 20, 100):
            county.check_in(person, TODAY - timedelta(days=days_ago))
    unposted = county.cadre(None)
    for days_ago in (20, 100):
        county.check_in(unposted, TODAY - timedelta(days=days_ago))
    expected = {0: 1, county.townships["A"].id: 2, county.townships["B"].id: 2}
    assert forget_all(county) == expected
    entries = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "retention.coordinates"))
    assert {entry.chain: entry.details for entry in entries} == {
        chain: {"count": count, "why": "retention"} for chain, count in expected.items()}


@pytest.mark.parametrize("choice", ["declined", None])
def test_nothing_stays_of_who_does_not_agree(county, choice):
    person, other = county.cadre(), county.cadre()
    for who in (person, other):
        county.check_in(who, TODAY)
    person.user.location_choice = choice
    county.session.flush()
    assert sum(forget_all(county).values()) == 1
    found = dict(county.session.execute(select(Evidence.cadre_id, Evidence.latitude)).all())
    assert found[person.cadre.id] is None and found[other.cadre.id] is not None


def propose(county: County, person, village: str = "A1", days_ago: int = 0) -> PlaceProposal:
    proposal = PlaceProposal(
        id=uuid4(), village_id=county.villages[village].id, name="三组晒坝", latitude=27.5, longitude=107.9,
        datum="wgs84", accuracy_m=20, state="proposed", proposed_by_id=person.user.id,
        proposed_at=NOW - timedelta(days=days_ago), content_hash=bytes(32))
    county.session.add(proposal)
    county.session.flush()
    return proposal


def test_a_place_that_nobody_decides_on_keeps_its_position_no_longer_than_a_record(county):
    policies_service.set_policy(
        county.session, division=county.townships["B"], key="coordinates_days", value=10, effective_from=TODAY,
        source="镇规定", user_id=None, at=NOW, today=TODAY)
    # Who is no cadre is never asked about positions; tapping there for the place is the word.
    person = county.person("village", county.villages["A1"], location=None)
    made = [propose(county, person, village, days_ago) for village, days_ago in (
        ("A1", 90), ("A1", 91), ("B1", 10), ("B1", 11))]
    assert forget_all(county) == {county.townships["A"].id: 1, county.townships["B"].id: 1}
    county.session.expire_all()
    assert [(one.latitude is None, one.content_hash == b"", one.version, one.state) for one in made] == [
        (False, False, 1, "proposed"), (True, True, 2, "proposed")] * 2
    assert {(one.longitude, one.datum, one.accuracy_m) for one in made if one.latitude is None} == {(None,) * 3}
    assert forget_all(county) == {}


def test_what_somebody_proposed_who_does_without_positions_goes(county):
    person, other = county.cadre(), county.cadre()
    gone, kept_one = propose(county, person), propose(county, other)
    person.user.location_choice = "declined"
    county.session.flush()
    assert forget_all(county) == {county.townships["A"].id: 1}
    county.session.expire_all()
    assert (gone.latitude, kept_one.latitude) == (None, 27.5)


def test_a_chunk_is_never_larger_than_it_may_be(county, monkeypatch):
    monkeypatch.setattr(retention_service, "CHUNK", 3)
    person = county.cadre()
    for number in range(7):
        county.check_in(person, TODAY - timedelta(days=100 + number))
    chain = county.townships["A"].id
    assert [retention_service.forget_chunk(county.session, chain=chain, county=county.county, now=NOW)
            for _ in range(4)] == [3, 3, 1, 0]
    assert kept_oldest_first(county) == [False] * 7


@pytest.mark.parametrize("change", ["radius", "place", "gone", "policy"])
def test_a_verdict_without_coordinates_is_the_fact_whatever_changes_later(county, change):
    person = county.cadre()
    old = county.check_in(person, TODAY - timedelta(days=100), metres_north=900)
    new = county.check_in(person, TODAY - timedelta(days=10), metres_north=900)
    forget_all(county)
    county.session.expire_all()
    village, place = county.villages["A1"], county.places["A1"]
    if change == "gone":
        roster_service.remove_place(county.session, place=place, village=village, by_id=None, now=NOW)
    elif change == "policy":
        roster_service.put_place(county.session, place=place, village=village, name="村委会", latitude=place.latitude,
                                 longitude=place.longitude, datum="wgs84", radius_m=None, by_id=None, now=NOW)
        policies_service.set_policy(county.session, division=county.county, key="radius_m", value=50,
                                    effective_from=TODAY - timedelta(days=365), source="x", user_id=None, at=NOW,
                                    today=TODAY, any_start=True)
    else:
        latitude = place.latitude + (0.2 if change == "place" else 0)
        roster_service.put_place(county.session, place=place, village=village, name="村委会", latitude=latitude,
                                 longitude=place.longitude, datum="wgs84", radius_m=50, by_id=None, now=NOW)
    judging_service.village_changed(county.session, village_id=village.id)
    county.session.expire_all()
    assert (old.verdict, old.status, old.distance_m) == ("inside", "counts", round(old.distance_m))
    assert new.verdict == ("not_judged" if change == "gone" else "outside")
    assert_whole(county)


def test_a_withdrawal_with_very_many_positions_is_left_to_the_job(county, monkeypatch):
    monkeypatch.setattr(retention_service, "AT_ONCE", 2)
    person = county.cadre()
    for days_ago in range(3):
        county.check_in(person, TODAY - timedelta(days=days_ago))
    person.user.location_choice = "declined"
    county.session.flush()
    assert retention_service.forget_withdrawn(county.session, cadre_id=person.cadre.id, user_id=person.user.id,
                                              now=NOW) == 0
    assert forget_all(county) == {county.townships["A"].id: 3}


def test_what_log_ins_left_behind_is_cleared_away(county):
    person = county.cadre()
    county.token(person)
    county.token(person)
    old = county.session.scalars(select(UserSession).order_by(UserSession.id)).first()
    old.expires_at = NOW
    for made_at in (NOW, NOW - timedelta(days=50), NOW - timedelta(days=20)):
        # Making one voids the unused ones before it, so each is of another person.
        invite(county.session, user=county.person().user, made_by_id=None, now=made_at)
    county.session.add(LogInCount(key=b"1" * 32, window_at=NOW - timedelta(hours=1), failures=3))
    county.session.add(LogInCount(key=b"2" * 32, window_at=NOW, failures=3))
    county.session.flush()
    assert tidying_service.tidy(county.session, now=NOW) == {"sessions": 1, "invitations": 1, "attempts": 1}
    assert [county.session.scalar(select(func.count()).select_from(table))
            for table in (UserSession, Invitation, LogInCount)] == [1, 2, 1]


def test_the_command_does_it_all_and_verify_stays_silent(own_county, command_line):
    person = own_county.cadre()
    for days_ago in (1, 100, 150):
        own_county.check_in(person, TODAY - timedelta(days=days_ago))
    # The command's clock is the real one, later than that of the tests.
    own_county.session.execute(update(Evidence).values(received_at=NOW))
    own_county.session.commit()
    assert command_line("verify")[0] == 0
    status, told = command_line("retention")
    assert (status, told.startswith("Deleted the coordinates of ")) == (0, True), told
    own_county.session.expire_all()
    assert kept_oldest_first(own_county)[:2] == [False, False]
    own_county.session.commit()
    for command in ("verify", "verify-audit", "rebuild", "verify"):
        status, told = command_line(command)
        assert status == 0, f"{command}: {told}"
    assert command_line("retention")[1].startswith("Deleted the coordinates of 0 records")
