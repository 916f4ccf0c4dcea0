"""The tree of divisions, the places of villages, policies and the calendar."""

from datetime import date

from flask import current_app
from flask.views import MethodView

from api import db
from api.auth import ANY_USER, identity, requires
from api.checkin import calendar_effect_service, judging_service, kept_service, standings_forgetting_service
from api.checkin.month_service import user_names
from api.dates import month_of, shanghai_day
from api.errors import Forbidden
from api.http import Blueprint, check_if_match, etag, now
from api.postings import calendar_service, divisions_service, policies_service, roster_service
from api.postings.access_service import SEES_ROSTER, cadres_below, visible_division
from api.postings.divisions_service import division_by_id, find_county, refs
from api.postings.roster_schemas import (
    ByDivisionQuerySchema,
    CalendarDaySchema,
    CalendarPutSchema,
    CalendarQuerySchema,
    CalendarYearSchema,
    DivisionsQuerySchema,
    DivisionsSchema,
    PlacePatchSchema,
    PlacePostSchema,
    PlaceSchema,
    PlacesQuerySchema,
    PlacesSchema,
    PoliciesSchema,
    PolicyPostSchema,
    PolicySchema,
)
from api.visits import village_quarters_service

divisions = Blueprint("divisions", __name__, description="The administrative tree down to the villages")
places = Blueprint("places", __name__, description="Spots of a village against which fixes are judged")
policies = Blueprint("policies", __name__, description="Rules with their dates and sources")
calendar_days = Blueprint("calendar-days", __name__, description="The working calendar")


@divisions.route("")
class Divisions(MethodView):
    @requires("supervisor", "village", "admin", "auditor", "discipline")
    @divisions.arguments(DivisionsQuerySchema, location="query")
    @divisions.response(200, DivisionsSchema)
    def get(self, query):
        """What lies directly under a division"""
        parent = visible_division(db.session(), identity=identity(), code=query["parent"],
                                  roles=(*SEES_ROSTER, "auditor", "discipline"))
        return {"division": _division(parent, None),
                "divisions": [_division(one, parent.code) for one in
                              divisions_service.children(db.session(), parent)]}


@places.route("")
class Places(MethodView):
    @requires("supervisor", "village", "admin")
    @places.arguments(PlacesQuerySchema, location="query")
    @places.response(200, PlacesSchema)
    def get(self, query):
        """The places of a village; their coordinates are not shown"""
        village = visible_division(db.session(), identity=identity(), code=query["village"], roles=SEES_ROSTER)
        return {"places": [_place(one, village) for one in roster_service.places_of(db.session(), [village.id])]}

    @requires("supervisor", "admin")
    @places.arguments(PlacePostSchema)
    @places.response(201, PlaceSchema)
    def post(self, body):
        """Add a place to a village

        Evidence of the cadres who cover the village is judged anew at once.
        """
        village = visible_division(db.session(), identity=identity(), code=body["village_code"],
                                   roles=("supervisor", "admin"))
        place = _put(None, village, body)
        db.commit()
        return _place(place, village), 201, {"ETag": etag(place.version)}


@places.route("/<id:place_id>")
class PlaceById(MethodView):
    @requires("supervisor", "village", "admin")
    @places.response(200, PlaceSchema)
    def get(self, place_id):
        """One place"""
        place, village = _own_place(place_id, SEES_ROSTER)
        return _place(place, village), 200, {"ETag": etag(place.version)}

    @requires("supervisor", "admin")
    @places.edit
    @places.arguments(PlacePatchSchema)
    @places.response(200, PlaceSchema)
    def patch(self, body, place_id):
        """Move, rename or resize a place; evidence is judged anew at once"""
        place, village = _own_place(place_id, ("supervisor", "admin"))
        check_if_match(place.version)
        held = {"latitude": place.latitude, "longitude": place.longitude, "datum": place.datum}
        place = _put(place, village, {"name": place.name, "villagers_group": place.villagers_group,
                                      "radius_m": place.radius_m, "position": held, **body})
        db.commit()
        return _place(place, village), 200, {"ETag": etag(place.version)}

    @requires("supervisor", "admin")
    @places.edit
    @places.response(204)
    def delete(self, place_id):
        """Take a place away; evidence is judged anew at once"""
        place, village = _own_place(place_id, ("supervisor", "admin"))
        check_if_match(place.version)
        roster_service.remove_place(db.session(), place=place, village=village, by_id=identity().user_id, now=now())
        judging_service.village_changed(db.session(), village_id=village.id)
        db.commit()


@policies.route("")
class Policies(MethodView):
    @requires("supervisor", "village", "admin", "auditor")
    @policies.arguments(ByDivisionQuerySchema, location="query")
    @policies.response(200, PoliciesSchema)
    def get(self, query):
        """Every policy that bears on a division: its own, those above and those below"""
        division = visible_division(db.session(), identity=identity(), code=query["division"],
                                    roles=(*SEES_ROSTER, "auditor"))
        rows = policies_service.list_policies(db.session(), division)
        setters = refs(db.session(), [row.division_id for row in rows])
        people = user_names(db.session(), [row.set_by_id for row in rows if row.set_by_id is not None])
        return {"policies": [_policy(row, setters[row.division_id], people) for row in rows]}

    @requires("admin")
    @policies.arguments(PolicyPostSchema)
    @policies.response(201, PolicySchema)
    def post(self, body):
        """Set a rule from a day on

        A new row beside the old ones, which go on explaining earlier months.
        """
        session = db.session()
        division = visible_division(session, identity=identity(), code=body.pop("division_code"), roles=("admin",))
        policy = policies_service.set_policy(session, division=division, user_id=identity().user_id, at=now(),
                                             today=shanghai_day(now()), **body)
        concerned = cadres_below(session, division=division, first=policy.effective_from)
        if policy.key == "radius_m":
            judging_service.cadres_changed(session, cadre_ids=concerned, first=policy.effective_from)
        elif policy.key == "calls_count":
            below = village_quarters_service.villages_below(session, division=division)
            village_quarters_service.households_changed(session, village_ids=below, now=now())
        else:
            kept_service.refresh(session, cadre_ids=concerned, first=month_of(policy.effective_from))
        # Sheets of villages whose cadres had left by then name the rules of their weeks and months as well.
        standings_forgetting_service.rules_changed(session, division=division, first=policy.effective_from)
        db.commit()
        return _policy(policy, division, user_names(db.session(), [policy.set_by_id]))


@calendar_days.route("")
class CalendarDays(MethodView):
    @requires(ANY_USER)
    @calendar_days.arguments(CalendarQuerySchema, location="query")
    @calendar_days.response(200, CalendarYearSchema)
    def get(self, query):
        """The days of a year that differ from Monday to Friday, and whether the year is official"""
        year = query["year"]
        days = calendar_service.special_days(db.session(), date(year, 1, 1), date(year, 12, 31))
        return {"year": year, "official": year in calendar_service.official_years(db.session()),
                "days": list(days.values())}


@calendar_days.route("/<day:day>")
class CalendarDayByDate(MethodView):
    @requires("admin")
    @calendar_days.arguments(CalendarPutSchema)
    @calendar_days.response(200, CalendarDaySchema)
    def put(self, body, day):
        """Say what a day is; figures of its week and month follow at once"""
        session = db.session()
        county = find_county(session, current_app.config["COUNTY"])
        if county is None or not identity().may(county.path, "admin"):
            # The calendar is the whole county's: a township's administrator would move everybody's figures.
            raise Forbidden("county_admin_only")
        row = calendar_service.put_calendar_day(session, day=day, user_id=identity().user_id, at=now(), **body)
        calendar_effect_service.calendar_changed(session, days=[day])
        db.commit()
        return row, 200, {"ETag": etag(row.version)}


def _put(place, village, body: dict):
    session, position = db.session(), body["position"]
    place = roster_service.put_place(
        session, place=place, village=village, name=body["name"], latitude=position["latitude"],
        longitude=position["longitude"], datum=position["datum"], radius_m=body["radius_m"],
        villagers_group=body["villagers_group"], by_id=identity().user_id, now=now())
    judging_service.village_changed(session, village_id=village.id)
    return place


def _own_place(place_id: int, roles: tuple[str, ...]):
    place = roster_service.place_by_id(db.session(), place_id)
    village = division_by_id(db.session(), place.village_id)
    return place, visible_division(db.session(), identity=identity(), code=village.code, roles=roles)


def _place(place, village) -> dict:
    default = policies_service.policy_book(db.session(), "radius_m").value("radius_m", village.path,
                                                                           shanghai_day(now()))
    return {"id": place.id, "village": village, "name": place.name, "villagers_group": place.villagers_group,
            "radius_m": place.radius_m, "effective_radius_m": default if place.radius_m is None else place.radius_m,
            "is_made_up": place.is_made_up, "version": place.version}


def _division(division, parent_code: str | None) -> dict:
    return {"code": division.code, "name": division.name, "level": division.level, "parent_code": parent_code,
            "valid_from": division.valid_from, "valid_to": division.valid_to}


def _policy(policy, division, people: dict[int, str]) -> dict:
    by_id = policy.set_by_id
    return {"id": policy.id, "division": division, "key": policy.key, "value": policy.value,
            "effective_from": policy.effective_from, "source": policy.source,
            "set_by": by_id and {"id": by_id, "name": people[by_id]}, "set_at": policy.set_at}
