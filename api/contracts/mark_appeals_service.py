"""Appeals against published marks: by the village within their term, answered by somebody who did not mark."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.contracts import marks_rules as rules
from api.contracts.check_models import MarkAppeal, MarkScheme, MarkSheet
from api.contracts.checks_service import Reader
from api.contracts.mark_sheets_service import (
    SheetView,
    decide_on,
    hundredths_of,
    marks_of,
    refuse_final,
    sheet_views,
    tell,
)
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.models import Division


def appeal(session: Session, *, reader: Reader, sheet: MarkSheet, id: UUID, text: str, content_hash: bytes,
           now: datetime) -> tuple[SheetView, bool]:
    """Appeal against a published sheet of the own village, locked by the caller; exactly once per id.

    Raises Forbidden for who is not of the village, Conflict (sheet_not_published, appeal_exists, appeal_too_late),
    IdReused.
    """
    village = session.get(Division, sheet.village_id)
    if not reader.identity.may(village.path, "village"):
        raise Forbidden()
    held = session.get(MarkAppeal, id)
    if held is not None:
        if (held.sheet_id, held.user_id, held.content_hash) != (sheet.id, reader.identity.user_id, content_hash):
            raise IdReused()
        return sheet_views(session, [sheet], reader=reader)[0], False
    [view] = sheet_views(session, [sheet], reader=reader)
    problem = rules.appeal_problem(state=sheet.state, has_appeal=view.appeal is not None, until=view.appeal_until,
                                   today=reader.today)
    if problem is not None:
        raise Conflict(problem)
    added = session.execute(dialect_insert(session, MarkAppeal).values(
        id=id, sheet_id=sheet.id, text=text, user_id=reader.identity.user_id, at=now, content_hash=content_hash)
        .on_conflict_do_nothing().returning(MarkAppeal.id)).scalar()
    if added is None:
        raise IdReused()
    tell(session, sheet, village, "mark_appeal.entered", identity=reader.identity, now=now, details={})
    return sheet_views(session, [sheet], reader=reader)[0], True


def answer(session: Session, *, reader: Reader, sheet: MarkSheet, outcome: str, answer: str,
           marks: Sequence[dict] | None, now: datetime) -> SheetView:
    """Answer the appeal against a sheet, locked by the caller: its marks are `upheld`, or `corrected` by a sheet that
    replaces it and is published at once. The same answer again changes nothing. Gives the sheet that was appealed
    against, which names its successor.

    Raises NotFound without an appeal, Forbidden (own_record also for those who marked), Conflict (appeal_answered),
    Unprocessable (correction_missing, correction_not_wanted, correction_same, marks_missing, marks_private_numbers
    and as for a draft).
    """
    village = decide_on(session, reader=reader, sheet=sheet)
    held = session.scalar(select(MarkAppeal).where(MarkAppeal.sheet_id == sheet.id))
    if held is None:
        raise NotFound()
    if reader.identity.user_id in (sheet.entered_by_id, sheet.published_by_id):
        raise Forbidden("own_record")
    if held.outcome is not None:
        if (held.outcome, held.answer, held.answered_by_id) != (outcome, answer, reader.identity.user_id):
            raise Conflict("appeal_answered")
        return sheet_views(session, [sheet], reader=reader)[0]
    scheme = session.get(MarkScheme, sheet.scheme_id)
    corrected = None if marks is None else marks_of(marks, scheme)
    problem = rules.answer_problem(outcome=outcome, before=hundredths_of(sheet.marks),
                                   marks=None if corrected is None else hundredths_of(corrected))
    if problem is not None:
        raise Unprocessable(problem)
    if corrected is not None:
        refuse_final(corrected, scheme)
    held.outcome, held.answer = outcome, answer
    held.answered_by_id, held.answered_at = reader.identity.user_id, now
    if corrected is not None:
        sheet.state = "replaced"
        session.add(MarkSheet(
            id=uuid5(held.id, "corrected"), village_id=sheet.village_id, half_on=sheet.half_on, scheme_id=scheme.id,
            marks=corrected, state="published", replaces_id=sheet.id, entered_by_id=reader.identity.user_id,
            entered_at=now, published_by_id=reader.identity.user_id, published_at=now, version=1,
            content_hash=held.content_hash))
    sheet.version += 1
    session.flush()
    tell(session, sheet, village, "mark_appeal.answered", identity=reader.identity, now=now,
         details={"outcome": outcome})
    return sheet_views(session, [sheet], reader=reader)[0]
