"""The month ledger and the acceptances below a division as workbooks: a row each, in the order of the roster."""

from datetime import date
from functools import cache, partial

from sqlalchemy.orm import Session

from api import i18n
from api.contracts.acceptance_lists_service import acceptances_by_roster
from api.contracts.acceptances_service import AcceptanceView
from api.contracts.deeds_service import DeedView, list_deeds
from api.dashboards.orders_service import Order, Taking, every_page, sheet_taking
from api.diary.standing_service import VillageStanding
from api.http import as_number
from api.postings.divisions_service import audit_chain
from api.postings.models import Division

DEED_COLUMNS = (("village", 14), ("dimension", 12), ("line", 7), ("text", 44), ("due_on", 11), ("responsible", 12),
                ("state", 10), ("done_on", 11), ("reported_by", 10), ("last_note", 36), ("overdue", 7))
ACCEPTANCE_COLUMNS = (
    ("village", 14), ("dimension", 12), ("line", 7), ("text", 36), ("standard", 28), ("target", 9), ("measured", 9),
    ("unit", 8), ("due_on", 11), ("completed_on", 11), ("inspected_on", 11), ("place", 14), ("verdict", 10),
    ("findings", 36), ("assessors", 18), ("party_members", 16), ("representatives", 16), ("state", 10),
    ("held_on", 11), ("final_verdict", 10), ("notice", 26))


def deeds_taking(session: Session, *, standing: VillageStanding, division: Division, month_on: date, order: Order
                 ) -> Taking:
    """The deeds of a month below a division."""
    words = cache(partial(i18n.text, order.language))
    pages = every_page(partial(list_deeds, session, standing=standing, code=division.code, month_on=month_on))
    return sheet_taking(
        order, columns=DEED_COLUMNS, words="export.deed", rows=(_deed_cells(view, words) for view in pages),
        chain=audit_chain(division), subject=f"division:{division.code}", name=f"{division.name}-{month_on:%Y-%m}",
        details={"month": f"{month_on:%Y-%m}"})


def acceptances_taking(session: Session, *, standing: VillageStanding, division: Division, order: Order) -> Taking:
    """The acceptances below a division."""
    words = cache(partial(i18n.text, order.language))
    pages = every_page(partial(acceptances_by_roster, session, standing=standing, code=division.code))
    return sheet_taking(
        order, columns=ACCEPTANCE_COLUMNS, words="export.acceptance",
        rows=(_acceptance_cells(view, words) for view in pages), chain=audit_chain(division),
        subject=f"division:{division.code}", name=f"{division.name}-{order.today.isoformat()}")


def _deed_cells(view: DeedView, words) -> list:
    last = view.reports[-1] if view.reports else None
    return [view.village.name, view.line and words(f"contract.dimension.{view.line['dimension']}"),
            view.line and view.line["number"], view.text, view.due_on.isoformat(), view.owner,
            words(f"export.deed_state.{view.state}"), view.done_on and view.done_on.isoformat(),
            last and last["by"]["name"], (last and last["note"]) or view.note,
            words("export.yes") if view.is_overdue else None]


def _acceptance_cells(view: AcceptanceView, words) -> list:
    item = view.item
    return [view.village.name, words(f"contract.dimension.{item.dimension}"), item.number, item.text, item.standard,
            as_number(item.target), as_number(view.measured), item.unit, item.due_on and item.due_on.isoformat(),
            view.completion and view.completion.completed_on.isoformat(), view.inspected_on.isoformat(), view.place,
            words(f"contract.verdict.{view.verdict}"), view.findings,
            words("form.comma").join(one["name"] for one in view.assessors), _survey(view.survey, "party_members"),
            _survey(view.survey, "representatives"), words(f"export.acceptance_state.{view.state}"),
            view.held_on and view.held_on.isoformat(),
            view.final_verdict and words(f"contract.verdict.{view.final_verdict}"),
            view.notice and view.notice["label"]]


def _survey(survey: dict | None, group: str) -> str | None:
    """Satisfied or basically satisfied of all asked, such as 8/10."""
    return survey and f"{survey[group]['satisfied'] + survey[group]['basically']}/{survey[group]['asked']}"
