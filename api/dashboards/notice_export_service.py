"""Supervision notices as files: those below a division as a workbook, one as the printed form with its QR code."""

from functools import cache, partial
from uuid import UUID

from sqlalchemy.orm import Session

from api import i18n
from api.contracts.notice_lists_service import list_notices
from api.contracts.notices_service import NoticeView, Standing, notice_views, visible_notice
from api.dashboards.notice_paper_service import write_notice
from api.dashboards.orders_service import Order, Taking, every_page, paper_taking, sheet_taking
from api.dates import shanghai_day
from api.postings.divisions_service import audit_chain
from api.postings.models import Division

COLUMNS = (("label", 24), ("village", 12), ("title", 36), ("source", 16), ("state", 14), ("issued_on", 11),
           ("due_on", 11), ("overdue", 8), ("reissues", 8), ("owner", 14), ("lead_unit", 16), ("struck_off_on", 11),
           ("last_note", 44))


def notices_taking(session: Session, *, division: Division, standing: Standing, order: Order) -> Taking:
    """Every issued notice below a division. Drafts are not out yet; a table goes further than its maker means."""
    words = cache(partial(i18n.text, order.language))
    pages = every_page(partial(list_notices, session, standing=standing, code=division.code))
    return sheet_taking(
        order, columns=COLUMNS, words="export.notice", chain=audit_chain(division), subject=f"division:{division.code}",
        name=f"{division.name}-{order.today.isoformat()}",
        rows=(_cells(view, words) for view in pages if view.issued_at is not None))


def notice_paper(session: Session, *, standing: Standing, notice_id: UUID, origin: str, order: Order) -> Taking:
    """The printed form of a notice that the user may see; its QR code opens the notice for those who may."""
    notice = visible_notice(session, standing=standing, notice_id=notice_id)
    view = notice_views(session, [notice], standing=standing)[0]
    return paper_taking(
        order, division=view.village, subject=f"notice:{notice.id}", details={"label": view.label},
        name=f"{view.village.name}-{view.label or order.words('supervision.draft')}",
        write=lambda file: write_notice(file, view, url=f"{origin}/notices/{notice.id}", words=order.words))


def _cells(view: NoticeView, words) -> list[str | int | None]:
    notes = [step["note"] for step in view.steps if step["note"]]
    return [view.label, view.village.name, view.title, words(f"supervision.source.{view.source_kind}"),
            words(f"supervision.state.{view.state}"), shanghai_day(view.issued_at).isoformat(), view.due_on.isoformat(),
            words("export.notice.yes") if view.is_overdue else None, view.reissues, view.owner.name, view.lead_unit,
            view.struck_off_on and view.struck_off_on.isoformat(), notes[-1] if notes else None]
