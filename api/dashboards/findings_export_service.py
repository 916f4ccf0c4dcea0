"""What a check found as a workbook: a row each, township by township (逐镇逐村点出存在的问题), as far as the reader may know."""

from datetime import date
from functools import cache, partial
from uuid import UUID

from sqlalchemy.orm import Session

from api import i18n
from api.auth import Identity
from api.contracts.checks_service import CheckView, Reader, visible_check
from api.contracts.findings_service import FindingView, list_findings
from api.dashboards.orders_service import Order, Taking, sheet_taking
from api.postings.divisions_service import audit_chain, refs

COLUMNS = (("township", 14), ("village", 14), ("visited_on", 11), ("problem", 8), ("text", 60), ("line", 30),
           ("photos", 6), ("entered_by", 10), ("notice", 12))
PAGE = 200


def findings_taking(session: Session, *, identity: Identity, check_id: UUID, order: Order) -> Taking:
    """The findings of a check that the user may see; NotFound for a check that is hidden.

    Villages that were visited without a finding have a row too. The log of the division that checks notes who took it.
    """
    check = visible_check(session, reader=Reader(session, identity, today=order.today), check_id=check_id)
    words = cache(partial(i18n.text, order.language))
    return sheet_taking(
        order, columns=COLUMNS, words="export.finding", chain=audit_chain(check.division), subject=f"check:{check_id}",
        name=check.title, rows=_lines(session, check, identity=identity, today=order.today, words=words))


def _lines(session: Session, check: CheckView, *, identity: Identity, today: date, words) -> list[list]:
    found: dict[str, list[FindingView]] = {}
    page, count = 1, None
    while count is None or (page - 1) * PAGE < count:
        views, count = list_findings(session, identity=identity, today=today, check_id=check.id, page=page,
                                     page_size=PAGE)
        page += 1
        for view in views:
            found.setdefault(view.village.code, []).append(view)
    townships = refs(session, [row["village"].township_id for row in check.villages])
    rows = sorted(check.villages, key=lambda row: row["village"].code)
    return [_cells(row, view, township=townships.get(row["village"].township_id), words=words)
            for row in rows for view in found.get(row["village"].code) or [None]]


def _cells(row: dict, view: FindingView | None, *, township, words) -> list:
    place = [township and township.name, row["village"].name, row["visited_on"] and row["visited_on"].isoformat()]
    if view is None:
        return [*place, None, words("export.finding.none") if row["visited_on"] else words("export.finding.unvisited"),
                None, None, None, None]
    return [*place, words("export.finding.yes") if view.is_problem else None, view.text, view.line and view.line.text,
            len(view.photos) or None, view.entered_by["name"],
            view.notice and words(f"supervision.state.{view.notice['state']}")]
