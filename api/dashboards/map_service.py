"""Villages at their places with a measure; in the roster's order, whatever the figure."""

from datetime import date

from sqlalchemy import Date, String, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from api.dashboards import figures_service
from api.dashboards.figure_rules_service import TopicRules
from api.dashboards.figures_rules import MEASURES, CountedMonth, Parts
from api.dates import quarter_of
from api.errors import Unprocessable
from api.geo import Position, from_wgs84
from api.postings.divisions_service import below
from api.postings.models import Division, Place
from api.visits.models import VillageQuarter

NOWHERE = (None, None)
NOTHING = Parts()
COLUMNS = ("code", "name", "latitude", "longitude", "households", "numerator", "denominator")

_on = bindparam("on", type_=Date)
_firsts = select(func.min(Place.id).label("id"), Place.village_id).group_by(Place.village_id).subquery()
# Built once: the id, whether the village was valid on the day, and what stands in COLUMNS up to the figures.
_VILLAGES = (
    select(Division.id, or_(Division.valid_to.is_(None), Division.valid_to >= _on) & (Division.valid_from <= _on),
           Division.code, Division.name, Place.wgs84_latitude, Place.wgs84_longitude,
           func.coalesce(VillageQuarter.households, 0))
    .outerjoin(_firsts, _firsts.c.village_id == Division.id).outerjoin(Place, Place.id == _firsts.c.id)
    .outerjoin(VillageQuarter, and_(VillageQuarter.village_id == Division.id,
                                    VillageQuarter.quarter_on == bindparam("quarter_on", type_=Date)))
    .where(below(bindparam("path", type_=String)), Division.level == "village")
    .order_by(Division.code, Division.id))


def villages_on_map(session: Session, *, division: Division, month_on: date, today: date, measure: str,
                    tiles: dict | None) -> dict:
    """The answer of the map; `tiles` is what the settings say of a tile server, None without one.

    The villages come as columns, which a thousand of them need half the bytes and a third of the time for. A village
    stands at its first place, which is the committee's office, and has None for a position without a place. `drawn` is
    where they are to be drawn when that is not there: on tiles in GCJ-02 some hundred metres beside. Raises
    Unprocessable (month_to_come).
    """
    if month_on > today:
        raise Unprocessable("month_to_come")
    month, topic = CountedMonth(month_on, today), MEASURES[measure].topic
    figures = figures_service.measure_by_village(
        session, division=division, month_on=month_on, today=today, measure=measure)
    found = session.execute(
        _VILLAGES, {"path": division.path, "on": month.on, "quarter_on": quarter_of(month.on)})
    rows = [(*row, *figures.get(village_id, NOTHING)) for village_id, is_valid, *row in found
            if is_valid or any(figures.get(village_id, NOTHING))]
    villages = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(COLUMNS, ())
    return {"measure": measure, "topic": topic, "month": month_on, "counted_on": month.on,
            "target": TopicRules(session, topic=topic, month=month).target(measure, division),
            "more_is_better": MEASURES[measure].more_is_better, "villages": villages,
            "drawn": _drawn(villages, tiles["datum"]) if tiles else None,
            "without_place": villages["latitude"].count(None), "tiles": tiles}


def _drawn(villages: dict, datum: str) -> dict | None:
    if datum == "wgs84":
        return None
    shifted = [NOWHERE if latitude is None else from_wgs84(Position(latitude, longitude), datum)
               for latitude, longitude in zip(villages["latitude"], villages["longitude"], strict=True)]
    return {"latitude": [one[0] for one in shifted], "longitude": [one[1] for one in shifted]}
