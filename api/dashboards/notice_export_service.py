"""Supervision notices as files: those below a division as a workbook, one as the printed form with its QR code."""

import tempfile
from datetime import datetime
from functools import cache, partial
from uuid import UUID

from sqlalchemy.orm import Session

from api import audit, i18n
from api.contracts.notice_lists_service import list_notices
from api.contracts.notices_service import NoticeView, Standing, notice_views, visible_notice
from api.dashboards.orders_service import Export
from api.dashboards.notice_paper_service import write_notice
from api.dates import shanghai_day
from api.docx import DOCX
from api.form_words import FormWords
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.xlsx import XLSX, new_sheet, new_workbook, write_cell

COLUMNS = (("label", 24), ("village", 12), ("title", 36), ("source", 16), ("state", 14), ("issued_on", 11),
           ("due_on", 11), ("overdue", 8), ("reissues", 8), ("owner", 14), ("lead_unit", 16), ("struck_off_on", 11),
           ("last_note", 44))
PAGE = 500


def export_notices(session: Session, *, division: Division, standing: Standing, language: str, now: datetime) -> Export:
    """Write every issued notice below a division to a temporary file and note in the audit log who took it."""
    words, file = cache(partial(i18n.text, language)), tempfile.TemporaryFile(prefix="zhucun-export-")
    book = new_workbook(file, constant_memory=True)
    title = words("export.notices")
    sheet = new_sheet(book, title)
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        write_cell(sheet, 0, column, words(f"export.notice.{name}"), head)
    sheet.freeze_panes(1, 0)
    count, page, total = 0, 1, 1
    while (page - 1) * PAGE < total:
        found, total = list_notices(session, standing=standing, code=division.code, page=page, page_size=PAGE)
        for view in found:
            # Drafts are not out yet; a table goes further than its maker means.
            if view.issued_at is not None:
                count += 1
                for column, value in enumerate(_cells(view, words)):
                    write_cell(sheet, count, column, value, cell)
        page += 1
    sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    book.close()
    file.seek(0)
    audit.append(session, chain=audit_chain(division), at=now, user_id=standing.identity.user_id, action="export.made",
                 subject=f"division:{division.code}", details={"kind": "notices", "rows": count})
    return Export(file, f"{division.name}-{standing.today.isoformat()}-{title}.xlsx", XLSX)


def notice_paper(session: Session, *, standing: Standing, notice_id: UUID, origin: str, language: str, now: datetime
                 ) -> Export:
    """The printed form of a notice that the user may see; its QR code opens the notice for those who may."""
    notice = visible_notice(session, standing=standing, notice_id=notice_id)
    view, file = notice_views(session, [notice], standing=standing)[0], tempfile.TemporaryFile(prefix="zhucun-paper-")
    words = FormWords(language)
    write_notice(file, view, url=f"{origin}/notices/{notice.id}", words=words)
    file.seek(0)
    audit.append(session, chain=audit_chain(view.village), at=now, user_id=standing.identity.user_id,
                 action="export.made", subject=f"notice:{notice.id}", details={"kind": "notice", "label": view.label})
    return Export(file, f"{view.village.name}-{view.label or words('supervision.draft')}.docx", DOCX)


def _cells(view: NoticeView, words) -> list[str | int | None]:
    notes = [step["note"] for step in view.steps if step["note"]]
    return [view.label, view.village.name, view.title, words(f"supervision.source.{view.source_kind}"),
            words(f"supervision.state.{view.state}"), shanghai_day(view.issued_at).isoformat(), view.due_on.isoformat(),
            words("export.notice.yes") if view.is_overdue else None, view.reissues, view.owner.name, view.lead_unit,
            view.struck_off_on and view.struck_off_on.isoformat(), notes[-1] if notes else None]
