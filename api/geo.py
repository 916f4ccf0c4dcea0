"""Positions, their datums, and distance. Knows nothing of Flask or the database.

Phones and maps in China speak three datums. WGS-84 is what a receiver gives; GCJ-02 is what Tencent and AMap show,
300 to 700 m away; BD-09 is Baidu's, about 1 km away. The published constants of the shift are those of the
Krasovsky ellipsoid around 105° E, 35° N.
"""

from dataclasses import dataclass
from math import asin, atan2, cos, hypot, isfinite, pi, radians, sin, sqrt

from geopy.distance import geodesic

_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BAIDU_PI = pi * 3000.0 / 180.0
_EARTH_RADIUS_M = 6371008.8
# One for all: a new one for each distance spends most of its time on being made.
_GEODESIC = geodesic()


@dataclass(frozen=True, slots=True)
class Position:
    """A point on WGS-84, in degrees; never built from missing numbers, which geopy would read as 0° N 0° E."""

    latitude: float
    longitude: float

    def __post_init__(self):
        if not (isfinite(self.latitude) and -90 <= self.latitude <= 90):
            raise ValueError("latitude must lie within -90 and 90")
        if not (isfinite(self.longitude) and -180 <= self.longitude <= 180):
            raise ValueError("longitude must lie within -180 and 180")


def to_wgs84(latitude: float, longitude: float, datum: str) -> Position:
    """The WGS-84 position of coordinates in `datum`; exact to a centimetre. Raises ValueError for an unknown datum."""
    if datum == "wgs84":
        return Position(latitude, longitude)
    if datum == "gcj02":
        return _gcj02_to_wgs84(latitude, longitude)
    if datum == "bd09":
        return _gcj02_to_wgs84(*_bd09_to_gcj02(latitude, longitude))
    raise ValueError(f"unknown datum {datum!r}")


def from_wgs84(position: Position, datum: str) -> tuple[float, float]:
    """(latitude, longitude) of a WGS-84 position in `datum`. Raises ValueError for an unknown datum."""
    if datum == "wgs84":
        return position.latitude, position.longitude
    shifted = _wgs84_to_gcj02(position.latitude, position.longitude)
    if datum == "gcj02":
        return shifted
    if datum == "bd09":
        return _gcj02_to_bd09(*shifted)
    raise ValueError(f"unknown datum {datum!r}")


def distance_m(one: Position, other: Position) -> float:
    """Geodesic distance on WGS-84, in metres."""
    return 1000 * _GEODESIC.measure((one.latitude, one.longitude), (other.latitude, other.longitude))


def rough_distance_m(one: Position, other: Position) -> float:
    """Great-circle distance in metres, within 0.6 % of the geodesic one and fifty times quicker."""
    lat1, lat2 = radians(one.latitude), radians(other.latitude)
    half_lat, half_lon = (lat2 - lat1) / 2, radians(other.longitude - one.longitude) / 2
    chord = sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2
    return 2 * _EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def _outside_china(latitude: float, longitude: float) -> bool:
    # The published code shifts nothing outside this rectangle.
    return not (72.004 <= longitude <= 137.8347 and 0.8293 <= latitude <= 55.8271)


def _wgs84_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    if _outside_china(latitude, longitude):
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    common = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
        + (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
        + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    )
    east = (
        300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
        + (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
        + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    )
    phi = radians(latitude)
    magic = 1 - _ECCENTRICITY2 * sin(phi) ** 2
    north = north * 180.0 / ((_SEMI_MAJOR_M * (1 - _ECCENTRICITY2)) / (magic * sqrt(magic)) * pi)
    east = east * 180.0 / (_SEMI_MAJOR_M / sqrt(magic) * cos(phi) * pi)
    return latitude + north, longitude + east


def _gcj02_to_wgs84(latitude: float, longitude: float) -> Position:
    guess_lat, guess_lon = latitude, longitude
    # Each pass of the fixed point shrinks the error about 150 times; three leave less than a millimetre.
    for _ in range(3):
        shifted_lat, shifted_lon = _wgs84_to_gcj02(guess_lat, guess_lon)
        guess_lat, guess_lon = guess_lat + latitude - shifted_lat, guess_lon + longitude - shifted_lon
    # Baidu's shift is also taken off at the poles and the date line, where it would leave the globe.
    return Position(max(-90.0, min(90.0, guess_lat)), max(-180.0, min(180.0, guess_lon)))


def _gcj02_to_bd09(latitude: float, longitude: float) -> tuple[float, float]:
    radius = hypot(longitude, latitude) + 0.00002 * sin(latitude * _BAIDU_PI)
    angle = atan2(latitude, longitude) + 0.000003 * cos(longitude * _BAIDU_PI)
    return radius * sin(angle) + 0.006, radius * cos(angle) + 0.0065


def _bd09_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    guess_lat, guess_lon = latitude - 0.006, longitude - 0.0065
    # The published inverse is one step and up to half a metre off; the same fixed point as above makes it exact.
    for _ in range(3):
        shifted_lat, shifted_lon = _gcj02_to_bd09(guess_lat, guess_lon)
        guess_lat, guess_lon = guess_lat + latitude - shifted_lat, guess_lon + longitude - shifted_lon
    return guess_lat, guess_lon
