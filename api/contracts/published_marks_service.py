"""Published marks as a notice board shows them: the sheets that hold, the latest half first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.contracts.check_models import MarkScheme, MarkSheet
from api.contracts.marks_rules import half_end, total
from api.contracts.mark_sheets_service import hundredths_of
from api.dates import shanghai_day


@dataclass(frozen=True, slots=True)
class PublishedMarks:
    """The marks of a half: `lines` [{"text", "dimension", "full_marks", "hundredths", "note"}] as in the scheme."""

    first_on: date
    last_on: date
    scheme: str
    full_marks: int
    hundredths: int
    lines: list[dict]
    published_on: date
    is_corrected: bool


def published_marks(session: Session, *, village_id: int, most: int = 4) -> list[PublishedMarks]:
    """The published sheets of a village, without those that were replaced; drafts are never among them."""
    rows = session.execute(
        select(MarkSheet, MarkScheme).join(MarkScheme, MarkScheme.id == MarkSheet.scheme_id)
        .where(MarkSheet.village_id == village_id, MarkSheet.state == "published")
        .order_by(MarkSheet.half_on.desc(), MarkSheet.id).limit(most))
    return [PublishedMarks(
        first_on=sheet.half_on, last_on=half_end(sheet.half_on), scheme=scheme.title, full_marks=scheme.full_marks,
        hundredths=total(hundredths_of(sheet.marks), scheme.criteria),
        lines=[{"text": one["text"], "dimension": one["dimension"], "full_marks": one["full_marks"],
                **sheet.marks[one["key"]]} for one in scheme.criteria],
        published_on=shanghai_day(sheet.published_at), is_corrected=sheet.replaces_id is not None)
        for sheet, scheme in rows]
