"""The concerns below a division as a workbook: a row each, what is due first; streamed, whatever their number."""

import tempfile
from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from api import audit
from api.dashboards.export_service import Export
from api.diary.concern_lists_service import due_first
from api.diary.concerns_service import is_late
from api.diary.models import Concern, ConcernStep
from api.form_words import FormWords
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
    words, file = FormWords(language), tempfile.TemporaryFile(prefix="zhucun-export-")
    book = new_workbook(file, constant_memory=True)
    title = words.other("export.concerns")
    sheet = new_sheet(book, title)
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        write_cell(sheet, 0, column, words.other(f"export.concern.{name}"), head)
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
    query = (select(Concern, Division.name.label("village"), owner.name.label("owner"), User.name.label("raised_by"),
                    Household.householder, note.label("note"))
             .join(Division, Division.id == Concern.village_id).join(owner, owner.id == Concern.owner_id)
             .join(User, User.id == Concern.raised_by_id)
             .outerjoin(Household, Household.id == Concern.household_id)
             .where(below(division.path)))
    return session.execute(due_first(query).execution_options(yield_per=500))


def _cells(row: Row, words: FormWords, today: date) -> list[str | None]:
    concern: Concern = row.Concern
    return [row.village, row.householder, words.other(f"concern.kind.{concern.kind}"), concern.text,
            concern.raised_on.isoformat(), row.raised_by, words.other(f"concern.state.{concern.state}"), row.owner,
            concern.due_on.isoformat(), concern.done_on and concern.done_on.isoformat(),
            words.other("export.concern.yes") if is_late(concern, today=today) else None, row.note]
