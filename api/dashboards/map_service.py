"""Villages at their places with a measure; in the roster's order, whatever the figure."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.dashboards.figure_rules_service import TopicRules
from api.dashboards.figures_rules import MEASURES, CountedMonth, Parts
from api.dashboards.figures_service import by_village
from api.dates import quarter_of
from api.errors import Unprocessable
from api.geo import Position, from_wgs84
from api.postings.divisions_service import below
from api.postings.models import Division, Place
from api.visits.models import VillageQuarter

NOWHERE = (None, None)


def villages_on_map(session: Session, *, division: Division, month_on: date, today: date, measure: str,
                    tiles: dict | None) -> dict:
    """The answer of the map; `tiles` is what the settings say of a tile server, None without one.

    A village stands at its first place, which is the committee's office, and has None for a position without a place.
    `drawn_*` is where it is to be drawn: on tiles in GCJ-02 some hundred metres beside its WGS-84 position. Raises
    Unprocessable (month_to_come).
    """
    if month_on > today:
        raise Unprocessable("month_to_come")
    month, topic = CountedMonth(month_on, today), MEASURES[measure].topic
    figures = by_village(session, division=division, month_on=month_on, today=today, topic=topic)
    datum = tiles["datum"] if tiles else "wgs84"
    places, households = _positions(session, division), _households(session, division, month)
    villages = []
    for row in _villages(session, division, month):
        parts = figures.get(row.id, {}).get(measure, Parts())
        if not (row.is_valid or any(parts)):
            continue
        position = places.get(row.id, NOWHERE)
        drawn = position if datum == "wgs84" or position == NOWHERE else from_wgs84(Position(*position), datum)
        villages.append({
            "code": row.code, "name": row.name, "latitude": position[0], "longitude": position[1],
            "drawn_latitude": drawn[0], "drawn_longitude": drawn[1],
            "households": households.get(row.id, 0), "numerator": parts.numerator, "denominator": parts.denominator,
            "rate": parts.rate})
    return {"measure": measure, "topic": topic, "month": month_on, "counted_on": month.on,
            "target": TopicRules(session, topic=topic, month=month).target(measure, division),
            "more_is_better": MEASURES[measure].more_is_better, "villages": villages,
            "without_place": sum(one["latitude"] is None for one in villages), "tiles": tiles}


def _villages(session: Session, division: Division, month: CountedMonth):
    was_valid = or_(Division.valid_to.is_(None), Division.valid_to >= month.on)
    return session.execute(
        select(Division.id, Division.code, Division.name, (was_valid & (Division.valid_from <= month.on))
               .label("is_valid"))
        .where(below(division.path), Division.level == "village").order_by(Division.code, Division.id)).all()


def _positions(session: Session, division: Division) -> dict[int, tuple[float, float]]:
    rows = session.execute(
        select(Place.village_id, Place.wgs84_latitude, Place.wgs84_longitude)
        .join(Division, Division.id == Place.village_id).where(below(division.path)).order_by(Place.id.desc()))
    # The first place is read last, and stays.
    return {village_id: (latitude, longitude) for village_id, latitude, longitude in rows}


def _households(session: Session, division: Division, month: CountedMonth) -> dict[int, int]:
    return dict(session.execute(
        select(VillageQuarter.village_id, VillageQuarter.households)
        .join(Division, Division.id == VillageQuarter.village_id)
        .where(below(division.path), VillageQuarter.quarter_on == quarter_of(month.on))).all())
