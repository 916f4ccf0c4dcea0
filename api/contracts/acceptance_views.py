"""Acceptance on the spot, item by item, and the roster of those who accept."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.contracts import (
    acceptance_entry_service,
    acceptance_lists_service,
    acceptance_steps_service,
    acceptances_service,
    rosters_service,
)
from api.contracts.acceptance_schemas import (
    AcceptancePatchSchema,
    AcceptancePostSchema,
    AcceptanceSchema,
    AcceptancesQuerySchema,
    AcceptancesSchema,
    AcceptanceStepPostSchema,
    DueListSchema,
    DueQuerySchema,
)
from api.contracts.roster_schemas import AssessorPatchSchema, AssessorPostSchema, RosterPatchSchema, RosterSchema
from api.dates import shanghai_day
from api.diary.standing_service import VillageStanding
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination

SEES = ("cadre", "village", "supervisor")

acceptances = Blueprint("acceptances", __name__, description="Items checked on the spot, confirmed together, archived")
assessor_rosters = Blueprint("assessor-rosters", __name__, description="Who of a township accepts")


@acceptances.route("/due")
class DueAcceptances(MethodView):
    @requires(*SEES)
    @acceptances.arguments(DueQuerySchema, location="query")
    @acceptances.response(200, DueListSchema)
    def get(self, query):
        """Lines of published yearly contracts that wait for their acceptance: completed, or past their deadline"""
        due = acceptances_service.list_due(db.session(), standing=_standing(), code=query["division"], on=query["on"])
        overdue = [one for one in due if one.is_overdue]
        return {"due": overdue if query["overdue"] else due, "count": len(due), "overdue_count": len(overdue)}


@acceptances.route("")
class Acceptances(MethodView):
    @requires(*SEES)
    @acceptances.arguments(AcceptancesQuerySchema, location="query")
    @acceptances.response(200, AcceptancesSchema)
    def get(self, query):
        """Acceptances that you may see, the latest first; pages by X-Pagination"""
        found, count = acceptance_lists_service.list_acceptances(
            db.session(), standing=_standing(), code=query["division"], state=query["state"],
            counted_on=query["counted_on"], page=query["page"], page_size=query["page_size"])
        return {"acceptances": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires("supervisor")
    @acceptances.arguments(AcceptancePostSchema)
    @acceptances.response(201, AcceptanceSchema)
    @acceptances.alt_response(200, schema=AcceptanceSchema, description="The same id and content again: already kept")
    def post(self, body):
        """Enter what was found of a line on the spot; one acceptance for a line. Safe to repeat

        Two assessors at least, of the township's roster as it was published on the day, and none who acts for the
        village.
        """
        view, created = acceptance_entry_service.enter_acceptance(
            db.session(), identity=identity(), now=now(), content_hash=content_hash(body), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@acceptances.route("/<uuid:acceptance_id>")
class AcceptanceById(MethodView):
    @requires(*SEES)
    @acceptances.response(200, AcceptanceSchema)
    def get(self, acceptance_id):
        """An acceptance with its course, and the steps that you may take"""
        standing = _standing()
        acceptance = acceptances_service.visible_acceptance(db.session(), standing=standing,
                                                            acceptance_id=acceptance_id)
        view = acceptances_service.acceptance_views(db.session(), [acceptance], standing=standing)[0]
        return view, 200, {"ETag": etag(view.version)}

    @requires("supervisor")
    @acceptances.edit
    @acceptances.arguments(AcceptancePatchSchema)
    @acceptances.response(200, AcceptanceSchema)
    def patch(self, body, acceptance_id):
        """Change what was found, until it is confirmed"""
        acceptance = acceptances_service.visible_acceptance(db.session(), standing=_standing(),
                                                            acceptance_id=acceptance_id, lock=True)
        check_if_match(acceptance.version)
        view = acceptance_entry_service.change_acceptance(db.session(), identity=identity(), acceptance=acceptance,
                                                          changes=body, now=now())
        db.commit()
        return view, 200, {"ETag": etag(view.version)}


@acceptances.route("/<uuid:acceptance_id>/steps")
class AcceptanceSteps(MethodView):
    @requires("supervisor")
    @acceptances.arguments(AcceptanceStepPostSchema)
    @acceptances.response(201, AcceptanceSchema)
    @acceptances.alt_response(200, schema=AcceptanceSchema, description="The same step again: already taken")
    def post(self, body, acceptance_id):
        """Enter the survey, the confirmation by the office together, or the archive

        A step that the state does not allow is a 409 that names those that it does. Safe to repeat.
        """
        view, created = acceptance_steps_service.take_step(
            db.session(), identity=identity(), acceptance_id=acceptance_id, now=now(),
            content_hash=content_hash({**body, "acceptance_id": acceptance_id}), **body)
        db.commit()
        return view, 201 if created else 200, {"ETag": etag(view.version)}


@assessor_rosters.route("/<code:code>")
class AssessorRosterByCode(MethodView):
    @requires(*SEES)
    @assessor_rosters.response(200, RosterSchema)
    def get(self, code):
        """The roster of a township; a village of it sees it once it is published"""
        standing = _standing()
        township = rosters_service.visible_township(db.session(), standing=standing, code=code)
        return _roster(township, is_above=standing.is_above(township))

    @requires("supervisor")
    @assessor_rosters.edit
    @assessor_rosters.arguments(RosterPatchSchema)
    @assessor_rosters.response(200, RosterSchema)
    def patch(self, body, code):
        """Write the hotline, or publish the roster: from then on every change needs its approval"""
        township, roster = rosters_service.roster_to_change(db.session(), identity=identity(), code=code)
        check_if_match(roster.version)
        rosters_service.change_roster(db.session(), identity=identity(), township=township, roster=roster,
                                      changes=body, today=shanghai_day(now()), now=now())
        answer = _roster(township)
        db.commit()
        return answer


@assessor_rosters.route("/<code:code>/assessors")
class Assessors(MethodView):
    @requires("supervisor")
    @assessor_rosters.arguments(AssessorPostSchema)
    @assessor_rosters.response(201, RosterSchema)
    def post(self, body, code):
        """Put a person on the roster; once it is published, with who approved it"""
        township, roster = rosters_service.roster_to_change(db.session(), identity=identity(), code=code)
        rosters_service.add_assessor(db.session(), identity=identity(), township=township, roster=roster, now=now(),
                                     **body)
        answer, _status, headers = _roster(township)
        db.commit()
        return answer, 201, headers


@assessor_rosters.route("/<code:code>/assessors/<id:assessor_id>")
class AssessorById(MethodView):
    @requires("supervisor")
    @assessor_rosters.edit
    @assessor_rosters.arguments(AssessorPatchSchema)
    @assessor_rosters.response(200, RosterSchema)
    def patch(self, body, code, assessor_id):
        """Change a person's line; on a published roster only when it ends, with who approved that

        If-Match names the person's own version, and so does the answer's ETag.
        """
        township, roster = rosters_service.roster_to_change(db.session(), identity=identity(), code=code)
        assessor = rosters_service.assessor_to_change(db.session(), township=township, assessor_id=assessor_id)
        check_if_match(assessor.version)
        rosters_service.change_assessor(db.session(), identity=identity(), township=township, roster=roster,
                                        assessor=assessor, changes=body, now=now())
        answer, status, _headers = _roster(township)
        db.commit()
        return answer, status, {"ETag": etag(assessor.version)}


def _standing() -> VillageStanding:
    return VillageStanding(db.session(), identity(), today=shanghai_day(now()))


def _roster(township, *, is_above: bool = True) -> tuple:
    view = rosters_service.roster_view(db.session(), township, today=shanghai_day(now()), is_above=is_above)
    return view, 200, {"ETag": etag(view.version)}
