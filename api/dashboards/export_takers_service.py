"""Which file is made for each kind of export, as far as the user may have it. Everything here only reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.sums_service import Period
from api.contracts.notices_service import Standing
from api.dashboards import forms_service
from api.dashboards.acceptance_form_service import acceptance_paper
from api.dashboards.concern_export_service import concerns_taking
from api.dashboards.contract_paper_service import contract_paper
from api.dashboards.coverage_export_service import coverage_taking
from api.dashboards.export_kinds_rules import DIARY_PAPERS
from api.dashboards.export_service import month_table_taking
from api.dashboards.findings_export_service import findings_taking
from api.dashboards.households_export_service import households_taking
from api.dashboards.meeting_pack_service import pack_paper
from api.dashboards.month_workbook_service import month_workbook
from api.dashboards.notice_export_service import notice_paper, notices_taking
from api.dashboards.orders_service import Order, Taking
from api.dashboards.promises_export_service import acceptances_taking, deeds_taking
from api.dashboards.rating_export_service import rating_results_taking
from api.dashboards.raw_days_service import days_taking
from api.dashboards.raw_visits_service import visits_taking
from api.dashboards.suggestions_export_service import suggestions_taking
from api.dashboards.table_registry_rules import TABLES
from api.dashboards.tables_service import Ask, table_taking
from api.dashboards.vote_papers_service import ballot_paper, minutes_paper
from api.dates import next_month, quarter_end, quarter_of
from api.diary.standing_service import VillageStanding
from api.errors import Forbidden
from api.postings.access_service import SEES_PRESENCE, visible_division
from api.postings.models import Division
from api.ratings import suggestions_service
from api.vocabulary import ROLES


@dataclass(frozen=True)
class Asked:
    """Who asks for which file; `body` as ExportPostSchema loads it, `ask` the application's own answers to the user."""

    session: Session
    identity: Identity
    order: Order
    body: Mapping
    ask: Ask
    county_code: str
    origin: str

    def below(self, *roles: str) -> Division:
        """The division that is asked for, if one of the roles reaches it; without one the widest that they reach."""
        return visible_division(self.session, identity=self.identity, code=self.body["division_code"], roles=roles)

    def with_days(self) -> Division:
        """A division whose days the user may see. Forbidden for who sees nobody's: a cadre takes the own certificate.
        """
        if not self.identity.has_role(*SEES_PRESENCE):
            raise Forbidden()
        return self.below(*SEES_PRESENCE)

    def standing(self) -> VillageStanding:
        return VillageStanding(self.session, self.identity, today=self.order.today)

    def days(self) -> dict[str, date]:
        """The days that a paper of the diary is about: one, or those of a month."""
        if self.body["day"] is not None:
            return {"first": self.body["day"], "last": self.body["day"]}
        return {"first": self.body["month"], "last": next_month(self.body["month"]) - timedelta(days=1)}

    def span(self) -> dict[str, date]:
        """The month that is asked for, or its quarter."""
        month_on = self.body["month"]
        if self.body["span"] == "quarter":
            return {"first": quarter_of(month_on), "last": quarter_end(quarter_of(month_on))}
        return {"first": month_on, "last": next_month(month_on) - timedelta(days=1)}


def take(asked: Asked) -> Taking:
    """The file that is asked for; raises as the list or record does of which it is made."""
    return TAKERS[asked.order.kind](asked)


def _about(make: Callable[..., Taking], name: str) -> Callable[[Asked], Taking]:
    """The taker of a file about one record, the id of which the body says by `name`."""
    return lambda asked: make(asked.session, identity=asked.identity, order=asked.order, **{name: asked.body[name]})


def _certificate(asked: Asked) -> Taking:
    return forms_service.certificate_paper(asked.session, identity=asked.identity, cadre_id=asked.body["cadre_id"],
                                           order=asked.order, county_code=asked.county_code)


def _diary_paper(asked: Asked) -> Taking:
    return forms_service.diary_paper(asked.session, identity=asked.identity, cadre_id=asked.body["cadre_id"],
                                     order=asked.order, **asked.days())


def _acceptances(asked: Asked) -> Taking:
    return acceptances_taking(asked.session, standing=asked.standing(), division=asked.below(*SEES_PRESENCE),
                              order=asked.order)


def _deeds(asked: Asked) -> Taking:
    return deeds_taking(asked.session, standing=asked.standing(), division=asked.below(*SEES_PRESENCE),
                        month_on=asked.body["month"], order=asked.order)


def _notice(asked: Asked) -> Taking:
    return notice_paper(asked.session, standing=Standing(asked.session, asked.identity, today=asked.order.today),
                        notice_id=asked.body["notice_id"], origin=asked.origin, order=asked.order)


def _notices(asked: Asked) -> Taking:
    return notices_taking(asked.session, division=asked.below(*SEES_PRESENCE), order=asked.order,
                          standing=Standing(asked.session, asked.identity, today=asked.order.today))


def _rating_results(asked: Asked) -> Taking:
    return rating_results_taking(asked.session, identity=asked.identity, campaign_id=asked.body["campaign_id"],
                                 division_code=asked.body["division_code"], order=asked.order)


def _suggestions(asked: Asked) -> Taking:
    standing = suggestions_service.Standing(asked.session, asked.identity, today=asked.order.today)
    return suggestions_taking(asked.session, standing=standing, division=asked.below(*suggestions_service.READERS),
                              order=asked.order)


def _concerns(asked: Asked) -> Taking:
    return concerns_taking(asked.session, division=asked.below("supervisor"), order=asked.order)


def _households(asked: Asked) -> Taking:
    return households_taking(asked.session, division=asked.below("supervisor", "village", "admin"), order=asked.order)


def _month_table(asked: Asked) -> Taking:
    period = Period(asked.body["month"], asked.order.today, asked.order.today)
    return month_table_taking(asked.session, division=asked.with_days(), level=asked.body["level"], period=period,
                              order=asked.order)


def _visit_coverage(asked: Asked) -> Taking:
    return coverage_taking(asked.session, division=asked.with_days(), level=asked.body["level"],
                           month_on=asked.body["month"], order=asked.order)


def _month_paper(asked: Asked) -> Taking:
    return forms_service.month_paper(asked.session, division=asked.with_days(), month_on=asked.body["month"],
                                     order=asked.order)


def _days(asked: Asked) -> Taking:
    return days_taking(asked.session, division=asked.with_days(), order=asked.order, **asked.span())


def _visits(asked: Asked) -> Taking:
    # As the list of visits: never the village committee's.
    return visits_taking(asked.session, division=asked.below("supervisor"), order=asked.order, **asked.span())


def _table(asked: Asked) -> Taking:
    # Its list says what of it the user may see. The log belongs to a division that one of the grants reaches.
    return table_taking(ask=asked.ask, division=asked.below(*ROLES), month_on=asked.body["month"],
                        filters=asked.body["filters"], order=asked.order)


def _month_workbook(asked: Asked) -> Taking:
    return month_workbook(ask=asked.ask, division=asked.with_days(), month_on=asked.body["month"], order=asked.order)


# By kind, as in export_kinds_rules; a test holds both to the same ones.
TAKERS: dict[str, Callable[[Asked], Taking]] = {
    "month_table": _month_table, "month_workbook": _month_workbook, "visit_coverage": _visit_coverage,
    **dict.fromkeys(("month_sheet", "public_notice", "register_book", "allowance"), _month_paper),
    "days": _days, "visits": _visits, "deeds": _deeds, "acceptances": _acceptances, "concerns": _concerns,
    "households": _households, "notices": _notices, "suggestions": _suggestions, "notice": _notice,
    "certificate": _certificate, "rating_results": _rating_results,
    "acceptance": _about(acceptance_paper, "acceptance_id"), "contract": _about(contract_paper, "contract_id"),
    "handover": _about(forms_service.handover_paper, "handover_id"),
    "meeting_pack": _about(pack_paper, "meeting_id"), "spot_check": _about(findings_taking, "check_id"),
    "vote_form": _about(ballot_paper, "vote_id"), "vote_minutes": _about(minutes_paper, "vote_id"),
    **dict.fromkeys(DIARY_PAPERS, _diary_paper), **dict.fromkeys(TABLES, _table),
}
