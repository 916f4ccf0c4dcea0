"""The month ledger and the acceptances below a division as workbooks: a row each, in the order of the roster."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, partial

from sqlalchemy.orm import Session

from api import audit, i18n
from api.contracts.acceptance_lists_service import acceptances_by_roster
from api.contracts.acceptances_service import AcceptanceView
from api.contracts.deeds_service import DeedView, list_deeds
from api.dashboards.orders_service import Export
from api.dashboards.orders_service import Order
from api.diary.standing_service import VillageStanding
from api.http import as_number
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.xlsx import XLSX, new_sheet, new_workbook, write_cell

DEED_COLUMNS = (("village", 14), ("dimension", 12), ("line", 7), ("text", 44), ("due_on", 11), ("responsible", 12),
                ("state", 10), ("done_on", 11), ("reported_by", 10), ("last_note", 36), ("overdue", 7))
ACCEPTANCE_COLUMNS = (
    ("village", 14), ("dimension", 12), ("line", 7), ("text", 36), ("standard", 28), ("target", 9), ("measured", 9),
    ("unit", 8), ("due_on", 11), ("completed_on", 11), ("inspected_on", 11), ("place", 14), ("verdict", 10),
    ("findings", 36), ("assessors", 18), ("party_members", 16), ("representatives", 16), ("state", 10),
    ("held_on", 11), ("final_verdict", 10), ("notice", 26))
# So many records are read at once; what a workbook holds of them goes to the disk.
_PAGE = 200


def export_deeds(session: Session, *, standing: VillageStanding, division: Division, month_on: date, order: Order
                 ) -> Export:
    """Write the deeds of a month below a division to a temporary file; noted in the audit log."""
    words = cache(partial(i18n.text, order.language))
    rows = (_deed_cells(view, words) for view in _pages(
        list_deeds, session, standing=standing, code=division.code, month_on=month_on))
    return _export(session, rows, division=division, order=order, name=f"{month_on:%Y-%m}", columns=DEED_COLUMNS,
                   group="deed", details={"month": f"{month_on:%Y-%m}"})


def export_acceptances(session: Session, *, standing: VillageStanding, division: Division, order: Order) -> Export:
    """Write the acceptances below a division to a temporary file; noted in the audit log."""
    words = cache(partial(i18n.text, order.language))
    rows = (_acceptance_cells(view, words) for view in _pages(
        acceptances_by_roster, session, standing=standing, code=division.code))
    return _export(session, rows, division=division, order=order, name=order.today.isoformat(),
                   columns=ACCEPTANCE_COLUMNS, group="acceptance", details={})


def _pages(read, session: Session, **asked) -> Iterator:
    number, seen = 1, 0
    while True:
        views, count = read(session, page=number, page_size=_PAGE, **asked)
        yield from views
        number, seen = number + 1, seen + len(views)
        if not views or seen >= count:
            return


def _export(session: Session, rows: Iterable[list], *, division: Division, order: Order, name: str, columns: tuple,
            group: str, details: dict) -> Export:
    file, title = tempfile.TemporaryFile(prefix="zhucun-export-"), i18n.text(order.language, f"export.{order.kind}")
    book = new_workbook(file, constant_memory=True)
    sheet = new_sheet(book, title)
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (key, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        write_cell(sheet, 0, column, i18n.text(order.language, f"export.{group}.{key}"), head)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            write_cell(sheet, count, column, value, cell)
    sheet.autofilter(0, 0, count, len(columns) - 1)
    book.close()
    file.seek(0)
    audit.append(session, chain=audit_chain(division), at=order.now, user_id=order.user_id, action="export.made",
                 subject=f"division:{division.code}", details={"kind": order.kind, **details, "rows": count})
    return Export(file, f"{division.name}-{name}-{title}.xlsx", XLSX)


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
