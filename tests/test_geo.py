"""Positions and datums against the golden cases, and what must never be taken for a position."""

import json
from math import inf, nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import geo
from api.geo import Position

CASES = json.loads((Path(__file__).parent / "data" / "coordinates.json").read_text(encoding="utf-8"))
CASES_BY_NAME = [pytest.param(case, id=case["place"]) for case in CASES]


@pytest.mark.parametrize("case", CASES_BY_NAME)
@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_a_position_in_any_datum_is_found_to_ten_centimetres(case, datum):
    assert geo.distance_m(geo.to_wgs84(*case[datum], datum), Position(*case["wgs84"])) < 0.1
    shown = geo.from_wgs84(Position(*case["wgs84"]), datum)
    assert geo.distance_m(Position(*shown), Position(*case[datum])) < 0.1


@pytest.mark.parametrize(("latitude", "longitude"), [
    (91, 0), (-90.1, 0), (0, 180.1), (0, -181), (nan, 0), (0, nan), (inf, 0), (0, -inf),
])
def test_what_is_off_the_globe_is_no_position(latitude, longitude):
    with pytest.raises(ValueError):
        Position(latitude, longitude)


@pytest.mark.parametrize("missing", [(None, None), (None, 107.9), ("", "")])
def test_missing_numbers_are_no_position_in_the_gulf_of_guinea(missing):
    with pytest.raises((TypeError, ValueError)):
        Position(*missing)


def test_an_unknown_datum_is_refused():
    with pytest.raises(ValueError, match="nad27"):
        geo.to_wgs84(27, 107, "nad27")
    with pytest.raises(ValueError, match="nad27"):
        geo.from_wgs84(Position(27, 107), "nad27")


def test_outside_china_nothing_is_shifted():
    assert geo.to_wgs84(51.5, -0.1, "gcj02") == Position(51.5, -0.1)


latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


@given(latitude=latitudes, longitude=longitudes, datum=st.sampled_from(["wgs84", "gcj02", "bd09"]))
def test_whatever_a_phone_sends_becomes_a_position(latitude, longitude, datum):
    assert isinstance(geo.to_wgs84(latitude, longitude, datum), Position)


@given(latitude=st.floats(18, 53), longitude=st.floats(74, 134), datum=st.sampled_from(["gcj02", "bd09"]))
def test_within_china_there_and_back_is_the_same_place(latitude, longitude, datum):
    here = Position(latitude, longitude)
    assert geo.distance_m(geo.to_wgs84(*geo.from_wgs84(here, datum), datum), here) < 0.1


@given(one=st.builds(Position, latitudes, longitudes), other=st.builds(Position, latitudes, longitudes))
def test_the_rough_distance_is_within_its_promise(one, other):
    exact = geo.distance_m(one, other)
    assert abs(geo.rough_distance_m(one, other) - exact) <= 0.006 * exact + 0.01
