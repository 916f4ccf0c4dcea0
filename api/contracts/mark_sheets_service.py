"""Sheets of marks: drafted from above, published once complete, then unchanged; who sees them, how they look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts import marks_rules as rules
from api.contracts.acceptance_models import Acceptance
from api.contracts.check_models import MarkAppeal, MarkScheme, MarkSheet
from api.contracts.checks_service import Reader
from api.contracts.mark_schemes_service import scheme_for
from api.contracts.models import CommitmentItem
from api.contracts.private_numbers_rules import mask
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, division_by_code, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book

APPEAL_DAYS = "mark_appeal_days"


@dataclass(frozen=True)
class SheetView:
    """A sheet line by line with what the verdicts suggest, until when it may be appealed against, and its appeal."""

    sheet: MarkSheet
    village: DivisionRef
    scheme: MarkScheme
    marks: list[dict]
    total: int | None
    replaced_by_id: UUID | None
    entered_by: dict
    published_by: dict | None
    appeal_until: date | None
    appeal: dict | None
    next_steps: list[dict]

    @property
    def full_marks(self) -> int:
        return self.scheme.full_marks

    def __getattr__(self, name: str):
        return getattr(self.sheet, name)


def seen(reader: Reader) -> ColumnElement[bool]:
    """The condition that a user may see a sheet, `Division` being its village: from above any, in the village those
    that were published.
    """
    of_village = or_(Division.id.in_(reader.posted), reach_of(reader.identity, "village"))
    return or_(reach_of(reader.identity, "supervisor"), and_(MarkSheet.state != "drafted", of_village))


def list_sheets(session: Session, *, identity: Identity, today: date, code: str | None = None,
                half_on: date | None = None, state: str | None = None, page: int = 1, page_size: int = 100
                ) -> tuple[list[SheetView], int, list[DivisionRef]]:
    """The sheets that a user may see, the latest half first, in the order of the roster; how many; and of a half that
    was asked for the villages below the own division that have none yet.
    """
    reader = Reader(session, identity, today=today)
    where = [seen(reader)]
    if code is not None:
        where.append(reader.within(code))
    query = select(MarkSheet).join(Division, Division.id == MarkSheet.village_id).where(*where)
    if half_on is not None:
        query = query.where(MarkSheet.half_on == half_on)
    if state is not None:
        query = query.where(MarkSheet.state == state)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = session.scalars(query.order_by(MarkSheet.half_on.desc(), Division.code, MarkSheet.entered_at.desc(),
                                           MarkSheet.id).offset((page - 1) * page_size).limit(page_size))
    unmarked = _unmarked(session, reader, half_on=half_on, where=where[1:]) if half_on is not None else []
    return sheet_views(session, list(found), reader=reader), count, unmarked


def _unmarked(session: Session, reader: Reader, *, half_on: date, where: list) -> list[DivisionRef]:
    marked = select(MarkSheet.village_id).where(MarkSheet.half_on == half_on)
    return [DivisionRef.of(village) for village in session.scalars(
        select(Division).where(reach_of(reader.identity, "supervisor"), *where, Division.level == "village",
                               Division.valid_to.is_(None), Division.id.not_in(marked)).order_by(Division.code))]


def visible_sheet(session: Session, *, reader: Reader, sheet_id: UUID, lock: bool = False) -> MarkSheet:
    """A sheet that the user may see, locked for a step if asked; NotFound for all others."""
    found = session.scalar(select(MarkSheet).join(Division, Division.id == MarkSheet.village_id).where(
        MarkSheet.id == sheet_id, seen(reader)))
    if found is None:
        raise NotFound()
    return session.get(MarkSheet, sheet_id, with_for_update=True, populate_existing=True) if lock else found


def decide_on(session: Session, *, reader: Reader, sheet: MarkSheet) -> Division:
    """The village of a sheet that the user may decide on; Forbidden for who is not above it or acts for it."""
    village = session.get(Division, sheet.village_id)
    if not reader.identity.may(village.path, "supervisor"):
        raise Forbidden()
    if reader.acts_for(village):
        raise Forbidden("own_record")
    return village


def enter_sheet(session: Session, *, identity: Identity, id: UUID, village_code: str, half_on: date,
                marks: Sequence[dict], content_hash: bytes, now: datetime) -> tuple[SheetView, bool]:
    """Draft the sheet of a village for a half, by the scheme that holds on the half's first day; exactly once per id.

    Raises NotFound for a village out of reach, Forbidden (own_record), Conflict (sheet_exists), Unprocessable
    (not_a_village, scheme_missing, scheme_not_a_half, half_not_begun, marks_unknown_key, marks_out_of_range), IdReused.
    """
    village, reader = division_by_code(session, village_code), Reader(session, identity, today=shanghai_day(now))
    if not identity.may(village.path, "supervisor"):
        raise NotFound("division_not_found", code=village_code)
    if village.level != "village":
        raise Unprocessable("not_a_village", code=village_code)
    if reader.acts_for(village):
        raise Forbidden("own_record")
    # Of two who begin the same village's sheet at once only one does.
    session.execute(select(Division.id).where(Division.id == village.id).with_for_update(key_share=True)).all()
    sheet, created = session.get(MarkSheet, id), False
    if sheet is None:
        _refuse(rules.half_problem(half_on, reader.today))
        scheme = scheme_for(session, path=village.path, half_on=half_on)
        if scheme is None:
            raise Unprocessable("scheme_missing")
        if session.scalar(select(MarkSheet.id).where(MarkSheet.village_id == village.id, MarkSheet.half_on == half_on,
                                                     MarkSheet.state != "replaced")) is not None:
            raise Conflict("sheet_exists")
        created = session.execute(dialect_insert(session, MarkSheet).values(
            id=id, village_id=village.id, half_on=half_on, scheme_id=scheme.id, marks=marks_of(marks, scheme),
            state="drafted", entered_by_id=identity.user_id, entered_at=now, version=1, content_hash=content_hash)
            .on_conflict_do_nothing().returning(MarkSheet.id)).scalar() is not None
        sheet = session.get(MarkSheet, id)
    if (sheet.entered_by_id, sheet.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return sheet_views(session, [sheet], reader=reader)[0], created


def change_sheet(session: Session, *, reader: Reader, sheet: MarkSheet, marks: Sequence[dict], now: datetime
                 ) -> SheetView:
    """Change the marks of a draft. Raises Forbidden (own_record), Conflict (sheet_published), Unprocessable."""
    village = decide_on(session, reader=reader, sheet=sheet)
    if sheet.state != "drafted":
        raise Conflict("sheet_published")
    before = sheet.marks
    sheet.marks = marks_of(marks, session.get(MarkScheme, sheet.scheme_id))
    sheet.version += 1
    session.flush()
    tell(session, sheet, village, "mark_sheet.changed", identity=reader.identity, now=now,
         details=_changes(before, sheet.marks))
    return sheet_views(session, [sheet], reader=reader)[0]


def publish_sheet(session: Session, *, reader: Reader, sheet: MarkSheet, now: datetime) -> SheetView:
    """Publish a complete draft: from then on it stays as it is; once published the same again changes nothing.

    Raises Forbidden (own_record), Conflict (sheet_published for one that was replaced), Unprocessable (marks_missing,
    marks_private_numbers).
    """
    village = decide_on(session, reader=reader, sheet=sheet)
    if sheet.state == "replaced":
        raise Conflict("sheet_published")
    if sheet.state == "drafted":
        refuse_final(sheet.marks, session.get(MarkScheme, sheet.scheme_id))
        sheet.state, sheet.published_by_id, sheet.published_at = "published", reader.identity.user_id, now
        sheet.version += 1
        session.flush()
        tell(session, sheet, village, "mark_sheet.published", identity=reader.identity, now=now, details={})
    return sheet_views(session, [sheet], reader=reader)[0]


def marks_of(marks: Sequence[dict], scheme: MarkScheme) -> dict[str, dict]:
    """Marks as a sheet keeps them. Raises Unprocessable (marks_twice, marks_unknown_key, marks_out_of_range)."""
    kept = {one["key"]: {"hundredths": one["marks"], "note": one["note"]} for one in marks}
    if len(kept) < len(marks):
        raise Unprocessable("marks_twice")
    _refuse(rules.marks_problem(hundredths_of(kept), scheme.criteria, is_final=False))
    return kept


def refuse_final(marks: Mapping[str, dict], scheme: MarkScheme) -> None:
    """Raise Unprocessable for marks that cannot be published: marks_missing, or marks_private_numbers where a number of
    a person stands in a note, which says in which.
    """
    _refuse(rules.marks_problem(hundredths_of(marks), scheme.criteria, is_final=True))
    held = rules.number_in_notes({key: one["note"] for key, one in marks.items()})
    if held is not None:
        key, found = held
        [criterion] = [one["text"] for one in scheme.criteria if one["key"] == key]
        raise Unprocessable("marks_private_numbers", criterion=mask(criterion), masked=found.masked)


def hundredths_of(marks: Mapping[str, dict]) -> dict[str, int]:
    return {key: one["hundredths"] for key, one in marks.items()}


def sheet_views(session: Session, sheets: list[MarkSheet], *, reader: Reader) -> list[SheetView]:
    """Sheets as answers show them to a user, in a handful of queries whatever their number."""
    ids = [sheet.id for sheet in sheets]
    places = refs(session, [sheet.village_id for sheet in sheets])
    schemes = {one.id: one for one in session.scalars(
        select(MarkScheme).where(MarkScheme.id.in_({sheet.scheme_id for sheet in sheets})))}
    appeals = {one.sheet_id: one for one in session.scalars(select(MarkAppeal).where(MarkAppeal.sheet_id.in_(ids)))}
    successors = dict(session.execute(select(MarkSheet.replaces_id, MarkSheet.id).where(
        MarkSheet.replaces_id.in_(ids))).all())
    asked = {*(sheet.entered_by_id for sheet in sheets), *(sheet.published_by_id for sheet in sheets),
             *(one.user_id for one in appeals.values()), *(one.answered_by_id for one in appeals.values())} - {None}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(asked))).all())
    book, verdicts = policy_book(session, APPEAL_DAYS), _verdicts(session, sheets)

    def person(user_id: int | None) -> dict | None:
        return None if user_id is None else {"id": user_id, "name": names[user_id]}

    def view(sheet: MarkSheet) -> SheetView:
        scheme, village, appeal = schemes[sheet.scheme_id], places[sheet.village_id], appeals.get(sheet.id)
        of_half = verdicts.get((sheet.village_id, sheet.half_on), ())
        suggested, until = rules.suggestions(scheme.criteria, of_half), None
        if sheet.published_at is not None:
            published_on = shanghai_day(sheet.published_at)
            until = rules.appeal_until(published_on, book.value(APPEAL_DAYS, village.path, published_on))
        return SheetView(
            sheet=sheet, village=village, scheme=scheme, total=rules.total(hundredths_of(sheet.marks), scheme.criteria),
            replaced_by_id=successors.get(sheet.id), entered_by=person(sheet.entered_by_id),
            published_by=person(sheet.published_by_id), appeal_until=until,
            marks=[{**criterion, "marks": sheet.marks.get(criterion["key"], {}).get("hundredths"),
                    "note": sheet.marks.get(criterion["key"], {}).get("note"),
                    "suggestion": suggested[criterion["key"]]} for criterion in scheme.criteria],
            appeal=appeal and {"id": appeal.id, "text": appeal.text, "by": person(appeal.user_id), "at": appeal.at,
                               "outcome": appeal.outcome, "answer": appeal.answer,
                               "answered_by": person(appeal.answered_by_id), "answered_at": appeal.answered_at},
            next_steps=_next_steps(sheet, village, appeal, until=until, reader=reader))

    return [view(sheet) for sheet in sheets]


def _next_steps(sheet: MarkSheet, village: DivisionRef, appeal: MarkAppeal | None, *, until: date | None,
                reader: Reader) -> list[dict]:
    """What the user may do with a sheet now: changed, published, appealed, answered; each with what it needs."""
    decides = reader.identity.may(village.path, "supervisor") and not reader.acts_for(village)
    steps = []
    if sheet.state == "drafted" and decides:
        steps += [{"step": "changed", "needs": ["marks"]}, {"step": "published", "needs": []}]
    if reader.identity.may(village.path, "village") and rules.appeal_problem(
            state=sheet.state, has_appeal=appeal is not None, until=until, today=reader.today) is None:
        steps.append({"step": "appealed", "needs": ["text"]})
    if appeal is not None and appeal.outcome is None and decides and reader.identity.user_id not in (
            sheet.entered_by_id, sheet.published_by_id):
        steps.append({"step": "answered", "needs": ["outcome", "answer"]})
    return steps


def _verdicts(session: Session, sheets: list[MarkSheet]) -> dict[tuple[int, date], list[tuple[str, str]]]:
    """(dimension, verdict) of what was accepted in each sheet's village and half, as the office confirmed it."""
    if not sheets:
        return {}
    halves = [sheet.half_on for sheet in sheets]
    rows = session.execute(
        select(Acceptance.village_id, Acceptance.inspected_on, CommitmentItem.dimension, Acceptance.final_verdict)
        .join(CommitmentItem, CommitmentItem.id == Acceptance.item_id)
        .where(Acceptance.village_id.in_({sheet.village_id for sheet in sheets}),
               Acceptance.final_verdict.is_not(None),
               Acceptance.inspected_on.between(min(halves), rules.half_end(max(halves)))))
    found: dict[tuple[int, date], list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault((row.village_id, rules.half_of(row.inspected_on)), []).append(
            (row.dimension, row.final_verdict))
    return found


def tell(session: Session, sheet: MarkSheet, village: Division, action: str, *, identity: Identity, now: datetime,
         details: dict) -> None:
    """Write what was done with a sheet into the audit log of its village's township."""
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action=action,
                 subject=f"mark_sheet:{sheet.id}",
                 details={"village": village.code, "half_on": sheet.half_on.isoformat(), **details})


def _changes(before: Mapping[str, dict], after: Mapping[str, dict]) -> dict[str, dict]:
    """The criteria whose marks were changed, as the log tells it: {"from": {key: marks or null}, "to": …}."""
    was, now_is = hundredths_of(before), hundredths_of(after)
    changed = sorted(key for key in {*was, *now_is} if was.get(key) != now_is.get(key))
    return {"from": {key: was[key] / 100 if key in was else None for key in changed},
            "to": {key: now_is[key] / 100 if key in now_is else None for key in changed}}


def _refuse(problem: str | None) -> None:
    if problem is not None:
        raise Unprocessable(problem)
