"""Stationed days and on-post rates, for the cadre and for those above."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin import days_service, rates_service
from api.checkin.schemas import DaysQuerySchema, DaysSchema, RatesQuerySchema, RatesSchema
from api.checkin.sums_service import Period
from api.dates import shanghai_day
from api.http import Blueprint, now
from api.paging import pagination
from api.postings.access_service import SEES_PRESENCE, visible_cadre, visible_division
from api.postings.divisions_service import division_by_id
from api.postings.roster_service import cadre_names, postings_of

stationed_days = Blueprint("stationed-days", __name__, description="Days, each with its evidence and decisions")
on_post_rates = Blueprint("on-post-rates", __name__, description="The month's on-post rate at every level")


@stationed_days.route("")
class StationedDays(MethodView):
    @requires("cadre", "supervisor", "village")
    @stationed_days.arguments(DaysQuerySchema, location="query")
    @stationed_days.response(200, DaysSchema)
    def get(self, query):
        """The days of a cadre, or the days that wait below a division

        With `cadre_id` (default: you) every day of the period, with why it does or does not count. With `division`
        the days waiting for a confirmation, 500 at most; `more` says that there are others.
        """
        session, today = db.session(), shanghai_day(now())
        period = {"first": query["first"], "last": query["last"]}
        if query["division"] is not None:
            division = visible_division(session, identity=identity(), code=query["division"], roles=SEES_PRESENCE)
            days, more = days_service.waiting_days(session, division=division, today=today, **period)
            return {"cadre": None, "days": days, "more": more, **period}
        cadre_id = visible_cadre(session, identity=identity(), cadre_id=query["cadre_id"], roles=SEES_PRESENCE)
        days = days_service.days_of_cadre(session, cadre_id=cadre_id, today=today, **period,
                                          with_reveals=_sees_reveals(cadre_id))
        name = cadre_names(session, [cadre_id])[cadre_id]
        return {"cadre": {"id": cadre_id, "name": name}, "days": days, "more": False, **period}


@on_post_rates.route("")
class OnPostRates(MethodView):
    @requires("cadre", "supervisor", "village")
    @on_post_rates.arguments(RatesQuerySchema, location="query")
    @on_post_rates.response(200, RatesSchema)
    def get(self, query):
        """On-post rates of a month

        Each rate with numerator, denominator, counting period, and the rules with their dates and sources. Rows come
        in the order of the roster; there is no other.
        """
        session, today = db.session(), shanghai_day(now())
        period = Period(query["month"], query["as_of"] or today, today)
        division, cadre_id = _scope(session, query)
        table = rates_service.month_table(session, division=division, level=query["level"], period=period,
                                          page=query["page"], page_size=query["page_size"], cadre_id=cadre_id)
        return _answer(table), 200, {"X-Pagination": pagination(table.row_count, query)}


def _sees_reveals(cadre_id: int) -> bool:
    """Whether the user may know who looked at a cadre's coordinates: the cadre, and those who may look."""
    return identity().cadre_id == cadre_id or identity().has_role("supervisor")


def _scope(session, query):
    """The division to show and the one cadre in it, if only one: a cadre without further roles sees own figures."""
    overseer = identity().has_role(*SEES_PRESENCE)
    if query["cadre_id"] is None and (query["division"] is not None or overseer):
        return visible_division(session, identity=identity(), code=query["division"], roles=SEES_PRESENCE), None
    cadre_id = visible_cadre(session, identity=identity(), cadre_id=query["cadre_id"], roles=SEES_PRESENCE)
    query["level"] = "cadre"
    postings = postings_of(session, [cadre_id])
    return rates_service.division_around(session, [division_by_id(session, p.village_id) for p in postings]), cadre_id


def _answer(table: rates_service.MonthTable) -> dict:
    period = table.period
    first, last = rates_service.counting_period(period)
    return {
        "month": period.month_on, "as_of": period.as_of, "counting_period": {"first": first, "last": last},
        "months_weeks": [{"monday": monday, "closed": period.is_closed(monday)} for monday in period.mondays],
        "running_week": period.running and {"monday": period.running, "sunday": period.sunday_of_running},
        "calendar_official": table.calendar_official, "level": table.level, "division": table.division,
        "rules": table.rules, "total": table.total, "rows": table.rows,
    }
