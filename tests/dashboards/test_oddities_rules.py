"""What is odd in a cadre's records, by tables of made-up days; most of all what is not odd."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.dashboards.oddities_rules import (
    Piece,
    clock_jumps,
    impossible_speeds,
    is_told_already,
    looks_from,
    same_positions,
    shared_devices,
)

NINE = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
# One degree of latitude is about 110.8 km here.
DEGREE_KM = 110.8


def piece(number=1, *, day=2, minutes=0, north_km=0.0, accuracy=20.0, datum="wgs84", fix=True, clock=0, waited=0,
          counted=True, device=None, village=7):
    """A record of 2 November at nine (or `minutes` later), `north_km` of the office; the phone's clock is `clock`
    minutes ahead; it came `waited` minutes later and, if `counted`, says so."""
    made = NINE + timedelta(days=day - 2, minutes=minutes)
    latitude = 27.2254 + north_km / DEGREE_KM
    return Piece(UUID(int=number), 1, village, date(2026, 11, day), made + timedelta(minutes=clock),
                 made + timedelta(minutes=waited), waited * 60_000 if counted else None,
                 latitude if fix else None, 107.8879 if fix else None, datum if fix else None, accuracy,
                 latitude if fix else None, 107.8879 if fix else None, device, None)


@pytest.mark.parametrize(("pieces", "days"), [
    # Three days at the very same spot.
    ([piece(1, day=2), piece(2, day=3), piece(3, day=6)], [2, 3, 6]),
    # Two days, however often.
    ([piece(1, day=2), piece(2, day=2, minutes=5), piece(3, day=3)], None),
    # A metre beside it, as every receiver gives.
    ([piece(1, day=2), piece(2, day=3), piece(3, day=6, north_km=0.001)], None),
    # The same numbers in another datum are another spot.
    ([piece(1, day=2), piece(2, day=3), piece(3, day=6, datum="gcj02")], None),
    # No position is not a position.
    ([piece(1, day=2, fix=False), piece(2, day=3, fix=False), piece(3, day=6, fix=False)], None),
])
def test_positions_that_are_equal_to_six_decimals(pieces, days):
    found = list(same_positions(pieces, least_days=3))
    assert [[day.day for day in one.days] for one in found] == ([days] if days else [])


def test_the_mark_and_the_facts_of_a_position_lead_to_no_spot():
    [found] = same_positions([piece(number, day=number + 1) for number in (1, 2, 3)], least_days=3)
    assert (found.mark, found.facts) == (UUID(int=1).hex, {})


@pytest.mark.parametrize(("pieces", "speed"), [
    # 60 km in 10 minutes.
    ([piece(1), piece(2, minutes=10, north_km=60)], 360),
    # The same in an hour is a car.
    ([piece(1), piece(2, minutes=60, north_km=60)], None),
    # In favour of the cadre the accuracies are taken off: 28 km in 12 minutes is 140, not 150 and more.
    ([piece(1, accuracy=2000), piece(2, minutes=12, north_km=32, accuracy=2000)], None),
    ([piece(1), piece(2, minutes=12, north_km=32)], 160),
    # An unknown accuracy proves nothing.
    ([piece(1, accuracy=None), piece(2, minutes=10, north_km=60)], None),
    ([piece(1), piece(2, minutes=10, north_km=60, accuracy=5000)], None),
    # Within a village a fix may be off by that much at once.
    ([piece(1), piece(2, minutes=0, north_km=2.5)], None),
    # At one moment in two places: as if a minute lay between.
    ([piece(1), piece(2, minutes=0, north_km=10)], 598),
    # Nobody knows when a record was made that came later without saying how much.
    ([piece(1), piece(2, minutes=10, waited=600, north_km=60, counted=False)], None),
    # One that came at once needs not say it.
    ([piece(1), piece(2, minutes=10, waited=1, north_km=60, counted=False)], 360),
    # A wrong clock does not matter: reckoned time has an hour between them.
    ([piece(1), piece(2, minutes=60, clock=-50, north_km=60)], None),
])
def test_speeds_that_nobody_has(pieces, speed):
    found = list(impossible_speeds(pieces, most_kmh=150))
    assert [pytest.approx(speed, abs=2)] * bool(speed) == [one.facts["speed_kmh"] for one in found]


def test_of_a_day_the_fastest_is_told_once_with_both_records():
    pieces = [piece(1), piece(2, minutes=10, north_km=60), piece(3, minutes=15, north_km=0)]
    [found] = impossible_speeds(pieces, most_kmh=150)
    assert (found.mark, found.records) == ("2026-11-02", (UUID(int=2), UUID(int=3)))
    assert (found.facts["minutes"], found.facts["place_ids"]) == (5, [None, None])
    assert found.facts["kilometres"] == pytest.approx(60, abs=0.2)


@pytest.mark.parametrize(("pieces", "expected"), [
    # Two hours ahead on two days are one oddity.
    ([piece(1, clock=120), piece(2, day=3, clock=121)], ("ahead", 121, [2, 3])),
    ([piece(1, clock=-90), piece(2, day=3)], ("behind", 90, [2])),
    # Within the hour that the rule leaves.
    ([piece(1, clock=59), piece(2, day=3, clock=-59)], None),
    # A record that waited a day in a valley has a right clock.
    ([piece(1, waited=1440)], None),
    # It may not say how long it waited; then only a clock that is ahead can be told.
    ([piece(1, waited=1440, counted=False)], None),
    ([piece(1, clock=120, counted=False)], ("ahead", 120, [2])),
    # Each within the rule, but between two records in order the clock went back by 70 minutes.
    ([piece(1, clock=50), piece(2, minutes=10, clock=-30)], ("back", 70, [2])),
    # Two phones may differ.
    ([piece(1, clock=50, device="a"), piece(2, minutes=10, clock=-30, device="b")], None),
])
def test_clocks_that_jump(pieces, expected):
    found = list(clock_jumps(pieces, most_minutes=60))
    assert [(one.facts["clock"], one.facts["minutes"], [day.day for day in one.days]) for one in found] == (
        [expected] if expected else [])


def test_a_phone_of_two_is_told_to_each_of_them_without_the_other():
    one, other = piece(1, device="d"), piece(2, day=3, device="d")._replace(cadre_id=2)
    alone = piece(3, device="e")
    found = list(shared_devices({"d": {1: [one], 2: [other]}, "e": {1: [alone]}}))
    assert [(each.cadre_id, each.days[0].day, each.facts) for each in found] == [
        (1, 2, {"others": 1}), (2, 3, {"others": 1})]
    assert len({each.mark for each in found}) == 1 and "d" != found[0].mark


def test_what_goes_on_is_told_once_and_what_happens_again_is_told_again():
    [goes_on] = same_positions([piece(number, day=number + 1) for number in (1, 2, 3)], least_days=3)
    assert is_told_already(goes_on, [("same_position", [date(2026, 11, 2)])])
    assert not is_told_already(goes_on, [("same_position", [date(2026, 10, 2)]), ("clock_jump", [date(2026, 11, 2)])])
    [clock] = clock_jumps([piece(1, clock=120)], most_minutes=60)
    assert is_told_already(clock, [("clock_jump", [date(2026, 10, 20)])])
    assert not is_told_already(clock, [("clock_jump", [date(2026, 9, 20)]), ("same_position", [date(2026, 11, 2)])])
    [again] = impossible_speeds([piece(1), piece(2, minutes=10, north_km=60)], most_kmh=150)
    assert not is_told_already(again, [("impossible_speed", [date(2026, 11, 2)])])


records = st.builds(
    piece, st.integers(1, 50), day=st.integers(1, 28), minutes=st.integers(0, 600), north_km=st.floats(-50, 50),
    accuracy=st.one_of(st.none(), st.floats(-1, 5000)), clock=st.integers(-300, 300), waited=st.integers(0, 5000),
    counted=st.booleans(), fix=st.booleans(), device=st.sampled_from([None, "a", "b"]),
    village=st.sampled_from([None, 7]))


@given(st.lists(records, max_size=12, unique_by=lambda one: one.record_id), st.randoms())
def test_the_order_in_which_records_are_read_makes_no_difference(pieces, random):
    def everything(ordered):
        return [list(same_positions(ordered, least_days=2)), list(impossible_speeds(ordered, most_kmh=100)),
                list(clock_jumps(ordered, most_minutes=30))]

    shuffled = random.sample(pieces, len(pieces))
    for one, other in zip(everything(pieces), everything(shuffled), strict=True):
        assert sorted(map(repr, one)) == sorted(map(repr, other))


@given(st.lists(records, max_size=12, unique_by=lambda one: one.record_id))
def test_facts_hold_no_position(pieces):
    for rule in (same_positions(pieces, least_days=2), impossible_speeds(pieces, most_kmh=60),
                 clock_jumps(pieces, most_minutes=6)):
        for found in rule:
            told = repr(found.facts) + found.mark
            assert all(f"{one.latitude:.4f}" not in told for one in pieces if one.latitude is not None)


@pytest.mark.parametrize(("looked", "days"), [
    # There was no look yet.
    (None, 31),
    # Each day, with what was on its way meanwhile.
    (timedelta(days=1), 2), (timedelta(0), 1),
    # After ten days of rest all of them; after a whole year no more than are looked at together.
    (timedelta(days=10), 11), (timedelta(days=365), 31)])
def test_from_when_on_what_came_is_looked_at(looked, days):
    assert looks_from(None if looked is None else NINE - looked, NINE) == NINE - timedelta(days=days)
