"""Supervision notices, from the draft until they are struck off."""

from flask import current_app
from flask.views import MethodView

from api import db, intake
from api.auth import identity, requires
from api.contracts import (
    acceptances_service,
    notice_drafting_service,
    notice_lists_service,
    notice_prefill_service,
    notice_steps_service,
    notices_service,
)
from api.contracts.notice_schemas import (
    SupervisionNoticeDraftQuerySchema,
    SupervisionNoticeDraftSchema,
    SupervisionNoticeFiguresQuerySchema,
    SupervisionNoticeFiguresSchema,
    SupervisionNoticePatchSchema,
    SupervisionNoticePostSchema,
    SupervisionNoticeSchema,
    SupervisionNoticesQuerySchema,
    SupervisionNoticesSchema,
    SupervisionNoticeStepPostSchema,
    SupervisionNoticeStepRecordSchema,
)
from api.contracts.notices_service import NoticeView, Standing
from api.dates import shanghai_day
from api.errors import current_language
from api.http import Blueprint, check_if_match, content_hash, etag, now
from api.paging import pagination
from api.postings.access_service import visible_division

SEES = ("cadre", "village", "supervisor")
KEPT, TAKEN = "The same id and content again: already kept", "The same step again: already taken"

supervision_notices = Blueprint("supervision-notices", __name__,
                                description="What has to be put right, by when, and what became of it")
notice_drafts = Blueprint("notice-drafts", __name__,
                          description="What a notice would say of a failed item, a finding or an overdue concern")
notice_figures = Blueprint("notice-figures", __name__, description="Notices open, overdue, reissued, escalated")


@intake.register("notice_step", body=SupervisionNoticeStepRecordSchema(), answer=SupervisionNoticeSchema(), roles=SEES)
def take_notice_step(session, sender, body, *, content_hash, now):
    return notice_steps_service.take_step(session, identity=sender, county_code=current_app.config["COUNTY"],
                                          content_hash=content_hash, now=now, **body)


@supervision_notices.route("")
class SupervisionNotices(MethodView):
    @requires(*SEES)
    @supervision_notices.arguments(SupervisionNoticesQuerySchema, location="query")
    @supervision_notices.response(200, SupervisionNoticesSchema)
    def get(self, query):
        """Notices that you may see, what is due first; pages by X-Pagination

        A cadre sees those to the villages posted to, a village its own, both from the day on which they are issued. A
        supervisor sees all below the own division; drafts only those who may issue them.
        """
        found, count = notice_lists_service.list_notices(
            db.session(), standing=_standing(), code=query["division"], state=query["state"],
            source_id=query["source_id"], on=query["open_on"], overdue=query["overdue"], page=query["page"],
            page_size=query["page_size"])
        return {"notices": found}, 200, {"X-Pagination": pagination(count, query)}

    @requires("supervisor")
    @supervision_notices.arguments(SupervisionNoticePostSchema)
    @supervision_notices.response(201, SupervisionNoticeSchema)
    @supervision_notices.alt_response(200, schema=SupervisionNoticeSchema, description=KEPT)
    def post(self, body):
        """Draft a notice to a village; there is one open notice for each matter

        It is the township's or the county's, by your grant nearest to the village. Safe to repeat.
        """
        view, created = notice_drafting_service.draft_notice(
            db.session(), identity=identity(), county_code=current_app.config["COUNTY"],
            content_hash=content_hash(body), now=now(), **body)
        db.commit()
        return _answer(view, 201 if created else 200)


@supervision_notices.route("/<uuid:notice_id>")
class SupervisionNoticeById(MethodView):
    @requires(*SEES)
    @supervision_notices.response(200, SupervisionNoticeSchema)
    def get(self, notice_id):
        """A notice with its course, and the steps that you may take"""
        standing = _standing()
        notice = notices_service.visible_notice(db.session(), standing=standing, notice_id=notice_id)
        return _answer(notices_service.notice_views(db.session(), [notice], standing=standing)[0], 200)

    @requires("supervisor")
    @supervision_notices.edit
    @supervision_notices.arguments(SupervisionNoticePatchSchema)
    @supervision_notices.response(200, SupervisionNoticeSchema)
    def patch(self, body, notice_id):
        """Correct a draft; once it was reviewed it says what it says"""
        standing = _standing()
        notice = notices_service.visible_notice(db.session(), standing=standing, notice_id=notice_id, lock=True)
        check_if_match(notice.version)
        view = notice_drafting_service.edit_draft(db.session(), notice=notice, standing=standing, changes=body,
                                                  now=now())
        db.commit()
        return _answer(view, 200)


@supervision_notices.route("/<uuid:notice_id>/steps")
class SupervisionNoticeSteps(MethodView):
    @requires(*SEES)
    @supervision_notices.arguments(SupervisionNoticeStepPostSchema)
    @supervision_notices.response(201, SupervisionNoticeSchema)
    @supervision_notices.alt_response(200, schema=SupervisionNoticeSchema, description=TAKEN)
    def post(self, body, notice_id):
        """Take a step; a step that the course does not allow is a 409 that names those that it does

        Nobody decides on a notice to the village that one acts for. Issuing gives the number. Safe to repeat.
        """
        body["notice_id"] = notice_id
        view, created = take_notice_step(db.session(), identity(), body, content_hash=content_hash(body), now=now())
        db.commit()
        return _answer(view, 201 if created else 200)


@notice_drafts.route("")
class NoticeDrafts(MethodView):
    @requires("supervisor")
    @notice_drafts.arguments(SupervisionNoticeDraftQuerySchema, location="query")
    @notice_drafts.response(200, SupervisionNoticeDraftSchema)
    def get(self, query):
        """What a notice would say of an item that failed, a finding or an overdue concern; kept nowhere"""
        return notice_prefill_service.prefilled(
            db.session(), identity=identity(), source_kind=query["source_kind"], source_id=query["source_id"],
            county_code=current_app.config["COUNTY"], language=current_language(), today=shanghai_day(now()))


@notice_figures.route("")
class NoticeFigures(MethodView):
    @requires("supervisor", "village")
    @notice_figures.arguments(SupervisionNoticeFiguresQuerySchema, location="query")
    @notice_figures.response(200, SupervisionNoticeFiguresSchema)
    def get(self, query):
        """Notices of a division and of those directly below it: open, overdue, issued anew, escalated, struck off

        With how many promises wait too long for their acceptance.
        """
        division = visible_division(db.session(), identity=identity(), code=query["division"],
                                    roles=("supervisor", "village"))
        session, today = db.session(), shanghai_day(now())
        total, rows = notice_lists_service.notice_figures(session, division=division, today=today)
        late = acceptances_service.count_overdue(session, division=division, today=today)
        return {"total": total, "rows": rows, "acceptances_overdue": late}


def _standing() -> Standing:
    return Standing(db.session(), identity(), today=shanghai_day(now()))


def _answer(view: NoticeView, status: int):
    return view, status, {"ETag": etag(view.version)}
