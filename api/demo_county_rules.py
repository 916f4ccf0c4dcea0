"""The lie of a made-up county of any size: divisions, places, how many households, who is posted where. Pure.

Rows are numbered here: townships follow the county, villages the townships, users the cadres; whoever fills a table
or asks for a load knows every id without a question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, radians
from random import Random
from typing import NamedTuple

from api import demo_words as words
from api.geo import Position

COUNTY = "520329000000"
COUNTY_ID, FIRST_TOWNSHIP = 3, 4
FOUNDED_ON = date(2000, 1, 1)
# The middle of the county's south-western township, and how far its townships and villages lie apart, in degrees.
_CORNER, _TOWNSHIP_STEP, _VILLAGE_STEP = Position(26.98, 107.55), 0.085, 0.013
_COLUMNS = 6
_TOWNSHIP_NAMES = ("清溪", "龙泉", "白马", "青山", "石桥", "松林", "茶园", "河口", "新场", "凤凰", "大坪", "金竹", "枫香", "双河",
                   "永安", "太平", "长坡", "云峰", "柳塘", "花坝", "沙湾", "高坪", "马鞍", "黄泥", "水口", "天池", "木瓜", "红岩",
                   "旧州", "老林")
_VILLAGE_NAMES = ("上坝", "下坝", "大田", "岩脚", "新房", "水井", "老街", "石板", "田坝", "河边", "竹林", "桐梓", "核桃", "梨树",
                  "杉木", "月亮", "关口", "柏香", "塘边", "岩门", "平寨", "箐口", "青龙", "中寨", "坪上", "小河", "向阳", "团结",
                  "和平", "胜利", "桃源", "幸福", "民主", "光明")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a county is to be: `cadres` are the posts, spread over the villages as evenly as can be."""

    townships: int
    villages: int
    cadres: int
    households: int

    @property
    def first_village(self) -> int:
        """The id of the first village; the others follow, and so do the townships from FIRST_TOWNSHIP on."""
        return FIRST_TOWNSHIP + self.townships

    def village_of(self, post: int) -> int:
        """The id of the village of a post, from 0 on."""
        return self.first_village + post % self.villages

    def neighbour_of(self, village_id: int) -> int:
        """The next village of the same township, as its id."""
        nth = village_id - self.first_village
        near = nth + self.townships
        return self.first_village + (near if near < self.villages else nth % self.townships)

    def township_of(self, village_id: int) -> int:
        return FIRST_TOWNSHIP + (village_id - self.first_village) % self.townships


FULL = Size(townships=30, villages=1000, cadres=3000, households=200_000)


class Stay(NamedTuple):
    """A posting: what its `pattern` (demo_county_days_rules) makes of the days, in the post `seat` of the village."""

    id: int
    cadre_id: int
    village_id: int
    further_id: int | None
    from_on: date
    to_on: date | None
    pattern: int
    seat: int


def division_rows(size: Size) -> list[dict]:
    """Province, prefecture, county, townships and villages, as rows."""
    rows = [_division(1, "520000000000", "贵州省", "province", None, "/1/", None),
            _division(2, "520300000000", "遵义市", "prefecture", 1, "/1/2/", None),
            _division(COUNTY_ID, COUNTY, "余庆县", "county", 2, "/1/2/3/", None)]
    for number in range(size.townships):
        own = FIRST_TOWNSHIP + number
        rows.append(_division(own, f"520329{number + 100}000", f"{_TOWNSHIP_NAMES[number]}镇", "township", COUNTY_ID,
                              f"/1/2/3/{own}/", own))
    for number in range(size.villages):
        own, township = size.first_village + number, FIRST_TOWNSHIP + number % size.townships
        nth = number // size.townships
        code = f"520329{number % size.townships + 100}{200 + nth}"
        name = _VILLAGE_NAMES[(nth + 5 * (number % size.townships)) % len(_VILLAGE_NAMES)]
        rows.append(_division(own, code, f"{name}村", "village", township, f"/1/2/3/{township}/{own}/", township))
    return rows


def _division(own: int, code: str, name: str, level: str, parent: int | None, path: str, township: int | None) -> dict:
    return {"id": own, "code": code, "name": name, "level": level, "parent_id": parent, "township_id": township,
            "path": path, "valid_from": FOUNDED_ON, "valid_to": None}


def offices(size: Size, seed: int) -> list[Position]:
    """Where each village's committee sits: villages around their township, townships in rows."""
    rng, found = Random(f"{seed} offices"), []
    for number in range(size.villages):
        row, column = divmod(number % size.townships, _COLUMNS)
        nth = number // size.townships
        north = _TOWNSHIP_STEP * row + _VILLAGE_STEP * (nth // 6 - 2.5) + rng.uniform(-0.004, 0.004)
        east = _TOWNSHIP_STEP * column + _VILLAGE_STEP * (nth % 6 - 2.5) + rng.uniform(-0.004, 0.004)
        latitude = _CORNER.latitude + north
        found.append(Position(round(latitude, 6),
                              round(_CORNER.longitude + east / cos(radians(latitude)), 6)))
    return found


def place_rows(size: Size, seed: int) -> list[dict]:
    """An office for every village, and an outlying group with a radius of its own for every second one."""
    rows = []
    for number, office in enumerate(offices(size, seed)):
        rows.append(_place(size.first_village + number, "村委会", office.latitude, office.longitude, None))
        if number % 2:
            rows.append(_place(size.first_village + number, words.GROUPS[number % len(words.GROUPS)],
                               round(office.latitude + 0.02, 6), office.longitude, 300))
    return [{"id": number, **row} for number, row in enumerate(rows, 1)]


def _place(village_id: int, name: str, latitude: float, longitude: float, radius_m: int | None) -> dict:
    return {"village_id": village_id, "name": name, "latitude": latitude, "longitude": longitude, "datum": "wgs84",
            "wgs84_latitude": latitude, "wgs84_longitude": longitude, "radius_m": radius_m, "is_made_up": True,
            "version": 1}


def household_counts(size: Size, seed: int) -> list[int]:
    """How many households each village has; small villages have half as many as the mean, large ones twice."""
    rng = Random(f"{seed} sizes")
    weights = [rng.uniform(0.5, 1.2) if rng.random() < 0.8 else rng.uniform(1.2, 2.2) for _ in range(size.villages)]
    counts = [int(size.households * weight / sum(weights)) for weight in weights]
    for number in range(size.households - sum(counts)):
        counts[number % size.villages] += 1
    return counts


def steady_stays(size: Size, posted_from: date, patterns: int) -> list[Stay]:
    """Cadre n in posting n from a day on, as many patterns as there are in turn; every tenth covers a neighbour too."""
    return [_stay(size, number, number, number - 1, posted_from, None, number % patterns)
            for number in range(1, size.cadres + 1)]


def _stay(size: Size, own: int, cadre_id: int, post: int, from_on: date, to_on: date | None, pattern: int) -> Stay:
    village_id = size.village_of(post)
    further = size.neighbour_of(village_id) if own % 10 == 0 else None
    return Stay(own, cadre_id, village_id, None if further == village_id else further, from_on, to_on, pattern,
                post // size.villages)


class Part(NamedTuple):
    """A posting within a course: its pattern, its days, whether in the neighbouring village, whether of a successor."""

    pattern: int
    from_on: date
    to_on: date | None
    is_moved: bool = False
    is_successor: bool = False


def course_of(post: int, size: Size, courses: int) -> int:
    """Which course a post takes: the posts of one village, and those of neighbours, take different ones."""
    return (7 * (post % size.villages) + 31 * (post // size.villages)) % courses


def stays_of(size: Size, courses: list[tuple[Part, ...]]) -> Iterator[Stay]:
    """The postings of all posts; cadres are numbered by their posts, successors after them."""
    own, successor = 0, size.cadres
    for post in range(size.cadres):
        for part in courses[course_of(post, size, len(courses))]:
            own, cadre_id = own + 1, post + 1
            if part.is_successor:
                successor += 1
                cadre_id = successor
            stay = _stay(size, own, cadre_id, post, part.from_on, part.to_on, part.pattern)
            yield stay._replace(village_id=size.neighbour_of(stay.village_id), further_id=None) if part.is_moved \
                else stay


def plan_courses(first_on: date, today: date, courses: int = 80) -> list[tuple[Part, ...]]:
    """How the posts are held over the years: most by one cadre, some handed over, some moved, a few vacant now."""
    span, found = (today - first_on).days, []
    for number in range(courses):
        share = (number * 37 % courses + 1) / (courses + 2)
        # Never within the first and the last weeks, and on any day of a week.
        day = first_on + timedelta(days=30 + int((span - 60) * share))
        before = day - timedelta(days=1)
        kind = number * 80 // courses
        if 60 <= kind < 66:
            found.append((Part(number, first_on, before), Part(courses + number, day, None, is_successor=True)))
        elif 66 <= kind < 71:
            found.append((Part(number, first_on, before), Part(courses + number, day, None, is_moved=True)))
        elif 71 <= kind < 73:
            found.append((Part(number, first_on, today - timedelta(days=20 + number)),))
        elif 73 <= kind < 75:
            found.append((Part(number, day, None),))
        else:
            found.append((Part(number, first_on, None),))
    return found
