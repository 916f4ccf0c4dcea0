"""Exports: made into a file first, logged, then sent."""

from datetime import date, timedelta

from flask import current_app, send_file
from flask.views import MethodView

from api import db
from api.answers import own_answer
from api.auth import identity, requires
from api.checkin.sums_service import Period
from api.contracts.notices_service import Standing
from api.dashboards import forms_service
from api.dashboards.acceptance_form_service import acceptance_paper
from api.dashboards.concern_export_service import export_concerns
from api.dashboards.contract_paper_service import contract_paper
from api.dashboards.coverage_export_service import export_coverage
from api.dashboards.export_service import month_table_taking
from api.dashboards.findings_export_service import export_findings
from api.dashboards.households_export_service import export_households
from api.dashboards.meeting_pack_service import pack_paper
from api.dashboards.month_workbook_service import month_workbook
from api.dashboards.notice_export_service import export_notices, notice_paper
from api.dashboards.orders_service import Export, Order, Taking, note_taking
from api.dashboards.promises_export_service import export_acceptances, export_deeds
from api.dashboards.rating_export_service import export_rating_results
from api.dashboards.raw_days_service import days_taking
from api.dashboards.raw_visits_service import visits_taking
from api.dashboards.schemas import DIARY_PAPERS, FORMATS, ExportPostSchema
from api.dashboards.suggestions_export_service import export_suggestions
from api.dashboards.table_registry_rules import TABLES
from api.dashboards.tables_service import table_taking
from api.dashboards.vote_papers_service import ballot_paper, minutes_paper
from api.dates import next_month, quarter_end, quarter_of, shanghai_day
from api.diary.standing_service import VillageStanding
from api.docx import DOCX
from api.errors import Forbidden, current_language
from api.http import Blueprint, now
from api.postings.access_service import SEES_PRESENCE, visible_division
from api.ratings import suggestions_service
from api.vocabulary import ROLES
from api.xlsx import XLSX

BINARY = {"type": "string", "format": "binary"}

exports = Blueprint("exports", __name__, description="Tables and papers as files; every export is in the audit log")


@exports.route("")
class Exports(MethodView):
    @requires("cadre", "supervisor", "village", "admin", "discipline")
    @exports.arguments(ExportPostSchema)
    @exports.response(200, BINARY, content_type=XLSX)
    @exports.doc(responses={200: {"content": {"text/csv": {"schema": BINARY}, DOCX: {"schema": BINARY}}}})
    def post(self, body):
        """A table or a paper: .xlsx, .csv or .docx by its kind

        month_table; of a month: month_sheet, public_notice, register_book, allowance (of closed months only);
        certificate of a cadre's postings; peoples_diary, work_log, squatting_sheet of a cadre's day or month; list of a
        handover; concerns or households below a division; visit coverage of a quarter.
        Also the papers of a meeting, and what a spot_check found; notices below a division, or one; the deeds of a
        month, acceptances, the record of one; the blank ballot of a vote, and its result with the minutes; the
        rating_results of a closed campaign. For analysis, as rows of text below a division: days (one for each cadre
        and day with a fact: evidence by kind and verdict, leave, no position) and visits (for supervisors, as the list
        of visits: no telephone, no position, no summary). month_workbook: one look, its topics, what to talk about and
        the rules as the sheets of one file, each as far as you may see it. All other kinds are the tables of
        the dashboards: each holds what its own GET shows to you (`filters`), no more. A POST, since it is logged.
        """
        order = _order(body)
        made = _taken(body, order) if body["kind"] in TAKERS else _made(db.session(), body, order)
        db.commit()
        return send_file(made.file, mimetype=made.mimetype, as_attachment=True, download_name=made.name)


def _order(body: dict) -> Order:
    kind = body["kind"]
    return Order(kind, body["format"] or FORMATS[kind][0], current_language(), identity().user_id, now(),
                 shanghai_day(now()), body["filled"])


def _made(session, body: dict, order: Order) -> Export:
    return MAKERS.get(order.kind, _month_paper)(session, body, order)


def _taken(body: dict, order: Order) -> Export:
    """A file that is made from one snapshot, in which nothing can be written, and the note of it in a transaction of
    its own: however long the reading takes, the audit chain is not held for it.
    """
    db.restart()
    db.only_read()
    taking = TAKERS[order.kind](db.session(), body, order)
    db.restart()
    return note_taking(db.session(), taking, order=order)


def _below(session, body: dict, *roles: str):
    """The division that is asked for, if one of the roles reaches it; without one the widest that they reach."""
    return visible_division(session, identity=identity(), code=body["division_code"], roles=roles)


def _certificate(session, body: dict, order: Order) -> Export:
    return forms_service.certificate_paper(session, identity=identity(), cadre_id=body["cadre_id"], order=order,
                                           county_code=current_app.config["COUNTY"])


def _diary_paper(session, body: dict, order: Order) -> Export:
    first, last = _days_of(body)
    return forms_service.diary_paper(session, identity=identity(), cadre_id=body["cadre_id"], first=first, last=last,
                                     order=order)


def _handover(session, body: dict, order: Order) -> Export:
    return forms_service.handover_paper(session, identity=identity(), handover_id=body["handover_id"], order=order)


def _meeting_pack(session, body: dict, order: Order) -> Export:
    return pack_paper(session, identity=identity(), meeting_id=body["meeting_id"], order=order)


def _contract(session, body: dict, order: Order) -> Export:
    return contract_paper(session, identity=identity(), contract_id=body["contract_id"], order=order)


def _acceptance(session, body: dict, order: Order) -> Export:
    return acceptance_paper(session, identity=identity(), acceptance_id=body["acceptance_id"], order=order)


def _acceptances(session, body: dict, order: Order) -> Export:
    standing = VillageStanding(session, identity(), today=order.today)
    return export_acceptances(session, standing=standing, division=_below(session, body, *SEES_PRESENCE), order=order)


def _deeds(session, body: dict, order: Order) -> Export:
    standing = VillageStanding(session, identity(), today=order.today)
    return export_deeds(session, standing=standing, division=_below(session, body, *SEES_PRESENCE),
                        month_on=body["month"], order=order)


def _notice(session, body: dict, order: Order) -> Export:
    return notice_paper(session, standing=Standing(session, identity(), today=order.today),
                        notice_id=body["notice_id"], origin=current_app.config["ORIGINS"][0], language=order.language,
                        now=order.now)


def _notices(session, body: dict, order: Order) -> Export:
    return export_notices(session, division=_below(session, body, *SEES_PRESENCE), language=order.language,
                          standing=Standing(session, identity(), today=order.today), now=order.now)


def _rating_results(session, body: dict, order: Order) -> Export:
    return export_rating_results(session, identity=identity(), campaign_id=body["campaign_id"],
                                 division_code=body["division_code"], order=order)


def _spot_check(session, body: dict, order: Order) -> Export:
    return export_findings(session, identity=identity(), check_id=body["check_id"], language=order.language,
                           today=order.today, now=order.now)


def _suggestions(session, body: dict, order: Order) -> Export:
    return export_suggestions(session, standing=suggestions_service.Standing(session, identity(), today=order.today),
                              division=_below(session, body, *suggestions_service.READERS), language=order.language,
                              now=order.now)


def _concerns(session, body: dict, order: Order) -> Export:
    return export_concerns(session, division=_below(session, body, "supervisor"), language=order.language,
                           user_id=order.user_id, today=order.today, now=order.now)


def _households(session, body: dict, order: Order) -> Export:
    return export_households(session, division=_below(session, body, "supervisor", "village", "admin"),
                             language=order.language, user_id=order.user_id, today=order.today, now=order.now)


def _month_table(session, body: dict, order: Order) -> Taking:
    return month_table_taking(session, division=_with_days(session, body), level=body["level"],
                              period=Period(body["month"], order.today, order.today), order=order)


def _visit_coverage(session, body: dict, order: Order) -> Export:
    return export_coverage(session, division=_with_days(session, body), level=body["level"], month_on=body["month"],
                           language=order.language, user_id=order.user_id, today=order.today, now=order.now)


def _month_paper(session, body: dict, order: Order) -> Export:
    return forms_service.month_paper(session, division=_with_days(session, body), month_on=body["month"], order=order)


def _vote_form(session, body: dict, order: Order) -> Export:
    return ballot_paper(session, identity=identity(), vote_id=body["vote_id"], order=order)


def _vote_minutes(session, body: dict, order: Order) -> Export:
    return minutes_paper(session, identity=identity(), vote_id=body["vote_id"], order=order)


def _days(session, body: dict, order: Order) -> Taking:
    return days_taking(session, division=_with_days(session, body), order=order, **_span_of(body))


def _visits(session, body: dict, order: Order) -> Taking:
    # As the list of visits: never the village committee's.
    return visits_taking(session, division=_below(session, body, "supervisor"), order=order, **_span_of(body))


def _table(session, body: dict, order: Order) -> Taking:
    # Its list says what of it the user may see. The log belongs to a division that one of the grants reaches.
    return table_taking(ask=own_answer, division=_below(session, body, *ROLES), month_on=body["month"],
                        filters=body["filters"], order=order)


def _month_workbook(session, body: dict, order: Order) -> Taking:
    return month_workbook(ask=own_answer, division=_with_days(session, body), month_on=body["month"], order=order)


TAKERS = {"days": _days, "visits": _visits, "month_table": _month_table, "month_workbook": _month_workbook,
          **dict.fromkeys(TABLES, _table)}
# Every other kind is a paper of a month.
MAKERS = {
    **dict.fromkeys(DIARY_PAPERS, _diary_paper), "acceptance": _acceptance, "acceptances": _acceptances,
    "certificate": _certificate, "concerns": _concerns, "contract": _contract, "deeds": _deeds, "handover": _handover,
    "households": _households, "meeting_pack": _meeting_pack, "notice": _notice,
    "notices": _notices, "rating_results": _rating_results, "spot_check": _spot_check, "suggestions": _suggestions,
    "visit_coverage": _visit_coverage, "vote_form": _vote_form, "vote_minutes": _vote_minutes,
}


def _with_days(session, body: dict):
    """A division whose days the user may see. Forbidden for who sees nobody's: a cadre takes the own certificate."""
    if not identity().has_role(*SEES_PRESENCE):
        raise Forbidden()
    return _below(session, body, *SEES_PRESENCE)


def _days_of(body: dict) -> tuple[date, date]:
    """The days that a paper of the diary is about: one, or those of a month."""
    if body["day"] is not None:
        return body["day"], body["day"]
    return body["month"], next_month(body["month"]) - timedelta(days=1)


def _span_of(body: dict) -> dict[str, date]:
    """The month that is asked for, or its quarter."""
    if body["span"] == "quarter":
        return {"first": quarter_of(body["month"]), "last": quarter_end(quarter_of(body["month"]))}
    return {"first": body["month"], "last": next_month(body["month"]) - timedelta(days=1)}
