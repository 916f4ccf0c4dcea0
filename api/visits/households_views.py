"""The register of households."""

from flask import current_app
from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.dates import shanghai_day
from api.errors import NotFound
from api.http import Blueprint, check_if_match, etag, now
from api.paging import pagination
from api.postings.access_service import visible_division
from api.postings.divisions_service import division_by_code, lock_villages
from api.sealing import Keyring
from api.visits import households_service, phones_service, village_quarters_service
from api.visits.household_access_service import SEES, kept_household, may_see_village, visible_household
from api.visits.household_schemas import (
    HouseholdGroupsQuerySchema,
    HouseholdGroupsSchema,
    HouseholdPatchSchema,
    HouseholdPostSchema,
    HouseholdSchema,
    HouseholdSearchPostSchema,
    HouseholdsQuerySchema,
    HouseholdsSchema,
    PhoneRevealPostSchema,
    PhoneRevealSchema,
)
from api.visits.households_service import HouseholdFilter

households = Blueprint("households", __name__, description="The register of households, village by village")
household_searches = Blueprint("household-searches", __name__, description="Finding a household by its telephone")
phone_reveals = Blueprint("phone-reveals", __name__, description="One telephone number shown, for a reason")
household_groups = Blueprint("household-groups", __name__, description="The villagers' groups of a village")


@households.route("")
class Households(MethodView):
    @requires("cadre", *SEES)
    @households.arguments(HouseholdsQuerySchema, location="query")
    @households.response(200, HouseholdsSchema)
    def get(self, query):
        """Households that you may see, a page of them

        For a cadre these are those of the posted villages and the linked ones.
        """
        # What lies elsewhere is simply not among them, so that any code may be asked for.
        path = None if query["division"] is None else division_by_code(db.session(), query["division"]).path
        wanted = HouseholdFilter(path, query["group"], query["q"], query["label"], query["state"], query["linked"])
        found, count = households_service.list_households(
            db.session(), identity=identity(), wanted=wanted, unvisited_first=query["unvisited_first"],
            page=query["page"], page_size=query["page_size"], today=shanghai_day(now()))
        return {"households": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires(*SEES)
    @households.arguments(HouseholdPostSchema)
    @households.response(201, HouseholdSchema)
    def post(self, body):
        """Add a household; its number must be new in the village"""
        session = db.session()
        village = visible_division(session, identity=identity(), code=body.pop("village_code"), roles=SEES)
        beside = {name: body.pop(name) for name in ("labels", "absences", "phone")}
        # The village before its households, as rounds lock them.
        lock_villages(session, [village.id])
        household = households_service.add_household(session, keyring(), village=village, facts=body,
                                                     by_id=identity().user_id, now=now(), **beside)
        village_quarters_service.households_changed(session, village_ids=[village.id], now=now())
        db.commit()
        return _answer(household, 201)


@households.route("/<id:household_id>")
class HouseholdById(MethodView):
    @requires("cadre", *SEES)
    @households.response(200, HouseholdSchema)
    def get(self, household_id):
        """One household"""
        return _answer(visible_household(db.session(), identity=identity(), household_id=household_id,
                                         today=shanghai_day(now())), 200)

    @requires(*SEES)
    @households.edit
    @households.arguments(HouseholdPatchSchema)
    @households.response(200, HouseholdSchema)
    def patch(self, body, household_id):
        """Correct a household, or end it: split, merged, moved, died out

        The visits that were made stay where they are; links to it end with it.
        """
        household, village = kept_household(db.session(), identity=identity(), household_id=household_id)
        check_if_match(household.version)
        households_service.change_household(db.session(), keyring(), household=household, village=village,
                                            changes=body, by_id=identity().user_id, now=now())
        if not body.keys().isdisjoint(("alive_from", "alive_to", "absences")):
            village_quarters_service.households_changed(db.session(), village_ids=[village.id], now=now())
        db.commit()
        return _answer(household, 200)


@household_groups.route("")
class HouseholdGroups(MethodView):
    @requires("cadre", *SEES)
    @household_groups.arguments(HouseholdGroupsQuerySchema, location="query")
    @household_groups.response(200, HouseholdGroupsSchema)
    def get(self, query):
        """The villagers' groups of a village with their households, for choosing one"""
        today, village = shanghai_day(now()), division_by_code(db.session(), query["village"])
        if not may_see_village(db.session(), identity=identity(), village=village, today=today):
            raise NotFound()
        groups = households_service.groups_of(db.session(), village_id=village.id, today=today)
        return {"groups": [{"name": name, "households": count} for name, count in groups]}


@household_searches.route("")
class HouseholdSearches(MethodView):
    @requires("cadre", *SEES)
    @household_searches.arguments(HouseholdSearchPostSchema)
    @household_searches.response(200, HouseholdsSchema)
    def post(self, body):
        """Whose telephone number is this, among the households that you may see

        A POST, so that no number stands in an address or in a proxy's log; nothing is kept of it.
        """
        wanted = HouseholdFilter(state="all", more=(phones_service.has_phone(keyring(), body["phone"]),))
        found, _count = households_service.list_households(
            db.session(), identity=identity(), wanted=wanted, unvisited_first=False, page=1, page_size=100,
            today=shanghai_day(now()))
        return {"households": found}


@phone_reveals.route("")
class PhoneReveals(MethodView):
    @requires("cadre", "village", "supervisor")
    @phone_reveals.arguments(PhoneRevealPostSchema)
    @phone_reveals.response(201, PhoneRevealSchema)
    def post(self, body):
        """Show one household's telephone number, for a reason that is kept in the audit log"""
        number = phones_service.reveal_phone(db.session(), keyring(), identity=identity(), today=shanghai_day(now()),
                                             now=now(), **body)
        db.commit()
        return {"household_id": body["household_id"], "phone": number}


def keyring() -> Keyring:
    return current_app.config["SEALING"]


def _answer(household, status: int):
    [view] = households_service.household_views(db.session(), [household], today=shanghai_day(now()))
    return view, status, {"ETag": etag(view.version)}
