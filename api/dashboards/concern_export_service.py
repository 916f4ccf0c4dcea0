"""The concerns below a division as a workbook: a row each, what is due first; streamed, whatever their number."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache, partial

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from api import audit, i18n
from api.dashboards.orders_service import Export
from api.diary.concern_lists_service import due_first
from api.diary.concerns_service import is_late
from api.diary.models import Concern, ConcernStep
from api.postings.account_models import User
from api.postings.divisions_service import audit_chain, below
from api.postings.models import Division
from api.visits.models import Household
from api.xlsx import XLSX, new_sheet, new_workbook, write_cell

COLUMNS = (("village", 14), ("household", 12), ("kind", 12), ("text", 44), ("raised_on", 11), ("raised_by", 10),
           ("state", 10), ("owner", 14), ("due_on", 11), ("done_on", 11), ("overdue", 8), ("last_note", 44))


def export_concerns(session: Session, *, division: Division, language: str, user_id: int, today: date, now: datetime
                    ) -> Export:
    """Write every concern below a division to a temporary file and note in the audit log who took it."""
    words, file = cache(partial(i18n.text, language)), tempfile.TemporaryFile(prefix="zhucun-export-")
    book = new_workbook(file, constant_memory=True)
    title = words("export.concerns")
    sheet = new_sheet(book, title)
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        write_cell(sheet, 0, column, words(f"export.concern.{name}"), head)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(_rows(session, division), start=1):
        for column, value in enumerate(_cells(row, words, today)):
            write_cell(sheet, count, column, value, cell)
    sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    book.close()
    file.seek(0)
    audit.append(session, chain=audit_chain(division), at=now, user_id=user_id, action="export.made",
                 subject=f"division:{division.code}", details={"kind": "concerns", "rows": count})
    return Export(file, f"{division.name}-{today.isoformat()}-{title}.xlsx", XLSX)


def _rows(session: Session, division: Division) -> Iterator[Row]:
    owner, last = aliased(Division), aliased(ConcernStep)
    note = (select(last.note).where(last.concern_id == Concern.id, last.note.is_not(None))
            .order_by(last.number.desc()).limit(1).scalar_subquery())
    query = (select(Division.name.label("village"), Household.householder, Concern.kind, Concern.text,
                    Concern.raised_on, User.name.label("raised_by"), Concern.state, owner.name.label("owner"),
                    Concern.due_on, Concern.done_on, note.label("note"))
             .join(Division, Division.id == Concern.village_id).join(owner, owner.id == Concern.owner_id)
             .join(User, User.id == Concern.raised_by_id)
             .outerjoin(Household, Household.id == Concern.household_id)
             .where(below(division.path)))
    return session.execute(due_first(query).execution_options(yield_per=500))


def _cells(row: Row, words: Callable[[str], str], today: date) -> list[str | None]:
    late = is_late(row, today=today)
    return [row.village, row.householder, words(f"concern.kind.{row.kind}"), row.text, row.raised_on.isoformat(),
            row.raised_by, words(f"concern.state.{row.state}"), row.owner, row.due_on.isoformat(),
            row.done_on and row.done_on.isoformat(), words("export.concern.yes") if late else None, row.note]
