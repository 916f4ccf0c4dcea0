"""Exports: made into a file first, logged, then sent."""

from datetime import date, timedelta

from flask import current_app, send_file
from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.checkin.sums_service import Period
from api.contracts.notices_service import Standing
from api.contracts.standing_service import VillageStanding
from api.dashboards import export_service, forms_service
from api.dashboards.acceptance_form_service import acceptance_paper
from api.dashboards.concern_export_service import export_concerns
from api.dashboards.contract_paper_service import contract_paper
from api.dashboards.coverage_export_service import export_coverage
from api.dashboards.export_service import Export
from api.dashboards.findings_export_service import export_findings
from api.dashboards.forms_service import Order
from api.dashboards.households_export_service import export_households
from api.dashboards.meeting_pack_service import pack_paper
from api.dashboards.notice_export_service import export_notices, notice_paper
from api.dashboards.promises_export_service import export_acceptances, export_deeds
from api.dashboards.schemas import DIARY_PAPERS, FORMATS, ExportPostSchema
from api.dates import next_month, shanghai_day
from api.docx import DOCX
from api.errors import Forbidden, current_language
from api.http import Blueprint, now
from api.postings.access_service import SEES_PRESENCE, visible_division

BINARY = {"type": "string", "format": "binary"}

exports = Blueprint("exports", __name__, description="Tables and papers as files; every export is in the audit log")


@exports.route("")
class Exports(MethodView):
    @requires("cadre", "supervisor", "village", "admin", "discipline")
    @exports.arguments(ExportPostSchema)
    @exports.response(200, BINARY, content_type=export_service.XLSX)
    @exports.doc(responses={200: {"content": {"text/csv": {"schema": BINARY}, DOCX: {"schema": BINARY}}}})
    def post(self, body):
        """A table or a paper: .xlsx, .csv or .docx by its kind

        month_table; of a month: month_sheet, public_notice, register_book, allowance (of closed months only);
        certificate of a cadre's postings; peoples_diary, work_log, squatting_sheet of a cadre's day or month; list of a
        handover; concerns or households below a division; visit coverage of a quarter.
        Also the papers of a meeting, and what a spot_check found; notices below a division, or one; the deeds of a
        month, acceptances, the record of one. A POST, since who took what is logged.
        """
        made = _made(db.session(), body)
        db.commit()
        return send_file(made.file, mimetype=made.mimetype, as_attachment=True, download_name=made.name)


def _made(session, body: dict) -> Export:
    today, kind = shanghai_day(now()), body["kind"]
    order = Order(kind, body["format"] or FORMATS[kind][0], current_language(), identity().user_id, now(), today,
                  body["filled"])
    if kind == "certificate":
        return forms_service.certificate_paper(session, identity=identity(), cadre_id=body["cadre_id"], order=order,
                                               county_code=current_app.config["COUNTY"])
    if kind in DIARY_PAPERS:
        first, last = _days_of(body)
        return forms_service.diary_paper(session, identity=identity(), cadre_id=body["cadre_id"], first=first,
                                         last=last, order=order)
    if kind == "handover":
        return forms_service.handover_paper(session, identity=identity(), handover_id=body["handover_id"], order=order)
    if kind == "contract":
        return contract_paper(session, identity=identity(), contract_id=body["contract_id"], order=order)
    if kind == "meeting_pack":
        return pack_paper(session, identity=identity(), meeting_id=body["meeting_id"], order=order)
    if kind == "spot_check":
        return export_findings(session, identity=identity(), check_id=body["check_id"], language=order.language,
                               today=today, now=order.now)
    if kind == "acceptance":
        return acceptance_paper(session, identity=identity(), acceptance_id=body["acceptance_id"], order=order)
    if kind in ("deeds", "acceptances"):
        return _ledger(session, body, order)
    if kind == "concerns":
        division = visible_division(session, identity=identity(), code=body["division_code"], roles=("supervisor",))
        return export_concerns(session, division=division, language=order.language, user_id=order.user_id,
                               today=today, now=order.now)
    if kind == "households":
        division = visible_division(session, identity=identity(), code=body["division_code"],
                                    roles=("supervisor", "village", "admin"))
        return export_households(session, division=division, language=order.language, user_id=order.user_id,
                                 today=today, now=order.now)
    if kind in ("notice", "notices"):
        standing = Standing(session, identity(), today=today)
        if kind == "notice":
            return notice_paper(session, standing=standing, notice_id=body["notice_id"], now=order.now,
                                origin=current_app.config["ORIGINS"][0], language=order.language)
        division = visible_division(session, identity=identity(), code=body["division_code"], roles=SEES_PRESENCE)
        return export_notices(session, division=division, standing=standing, language=order.language, now=order.now)
    if not identity().has_role(*SEES_PRESENCE):
        # A cadre takes the own certificate here, an administrator a handover; months are for those who see them.
        raise Forbidden()
    division = visible_division(session, identity=identity(), code=body["division_code"], roles=SEES_PRESENCE)
    if kind == "month_table":
        return export_service.export_month_table(
            session, division=division, level=body["level"], period=Period(body["month"], today, today),
            format=order.format, language=order.language, user_id=order.user_id, now=order.now)
    if kind == "visit_coverage":
        return export_coverage(session, division=division, level=body["level"], month_on=body["month"],
                               language=order.language, user_id=order.user_id, today=today, now=order.now)
    return forms_service.month_paper(session, division=division, month_on=body["month"], order=order)


def _ledger(session, body: dict, order: Order) -> Export:
    """The deeds of a month, or the acceptances, below a division."""
    division = visible_division(session, identity=identity(), code=body["division_code"],
                                roles=("supervisor", "village"))
    standing = VillageStanding(session, identity(), today=order.today)
    if order.kind == "acceptances":
        return export_acceptances(session, standing=standing, division=division, order=order)
    return export_deeds(session, standing=standing, division=division, month_on=body["month"], order=order)


def _days_of(body: dict) -> tuple[date, date]:
    """The days that a paper of the diary is about: one, or those of a month."""
    if body["day"] is not None:
        return body["day"], body["day"]
    return body["month"], next_month(body["month"]) - timedelta(days=1)
