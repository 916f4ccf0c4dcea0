"""A village's month as it stands: the sheet, what was said of it, whether it is closed; and the steps up to closing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin import standings_forgetting_service
from api.checkin.month_models import MonthClose, MonthStep
from api.checkin.month_rules import (
    ROW_STEPS,
    VILLAGE_STEPS,
    Asker,
    Said,
    Standing,
    asker_problem,
    latest,
    step_problem,
)
from api.checkin.sheet_rules import MonthSheet, SheetRow, as_plain, from_plain, row_hash, sheet_hash
from api.checkin.sheet_service import is_over, live_sheets, postings_in_month
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.access_service import SEES_PRESENCE
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, division_by_code, division_by_id
from api.postings.models import Division
from api.postings.roster_service import lock_cadres, posting_by_id


@dataclass(frozen=True)
class Month:
    """A village's month: the live sheet, the closed one if there is one, and the steps in the order of time."""

    village: DivisionRef
    month_on: date
    over: bool
    live: MonthSheet
    close: MonthClose | None
    steps: tuple[MonthStep, ...]

    @cached_property
    def sheet(self) -> MonthSheet:
        """What stands: the frozen sheet once the month is closed, else the live one."""
        return self.live if self.close is None else from_plain(self.close.sheet)

    @cached_property
    def hash(self) -> bytes:
        return sheet_hash(as_plain(self.live)) if self.close is None else self.close.hash

    def row(self, posting_id: int) -> SheetRow | None:
        return next((row for row in self.sheet.rows if row.posting_id == posting_id), None)

    def check_of(self, row: SheetRow) -> MonthStep | None:
        """The latest word of a row's cadre (or of the township, from paper)."""
        return latest([step for step in self.steps if step.posting_id == row.posting_id], ROW_STEPS)

    @cached_property
    def confirmation(self) -> MonthStep | None:
        """The latest confirmation that was not taken back; whether it still holds is another matter."""
        step = latest(self.steps, VILLAGE_STEPS)
        return step if step is not None and step.step == "confirmed" else None

    def holds(self, step: MonthStep, row: SheetRow | None = None) -> bool:
        """Whether a step is about the row or the sheet as it stands."""
        return step.seen_hash == (self.hash if row is None else row_hash(row))

    @cached_property
    def standing(self) -> Standing:
        said = [(row, self.check_of(row)) for row in self.sheet.rows]
        rows = tuple(step and Said(step.step, self.holds(step, row)) for row, step in said)
        confirmation = self.confirmation
        disputed = confirmation is not None and any(
            one is not None and one.holds and one.step == "disputed" and step.at > confirmation.at
            for one, (_row, step) in zip(rows, said, strict=True))
        return Standing(self.over, self.close is not None,
                        confirmation and Said(confirmation.step, self.holds(confirmation)), rows, disputed)


def load_months(session: Session, *, villages: Iterable[DivisionRef], postings: list[Row], month_on: date,
                today: date) -> list[Month]:
    """A month of several villages, in their order; as many questions for many as for one."""
    villages = list(villages)
    ids = [village.id for village in villages]
    sheets = live_sheets(session, villages=villages, postings=postings, month_on=month_on, today=today)
    steps: dict[int, list[MonthStep]] = {}
    for step in session.scalars(select(MonthStep).where(MonthStep.village_id.in_(ids), MonthStep.month_on == month_on)
                                .order_by(MonthStep.at, MonthStep.id)):
        steps.setdefault(step.village_id, []).append(step)
    closes = {close.village_id: close for close in session.scalars(
        select(MonthClose).where(MonthClose.village_id.in_(ids), MonthClose.month_on == month_on))}
    over = is_over(month_on, today)
    return [Month(village, month_on, over, sheets[village.id], closes.get(village.id),
                  tuple(steps.get(village.id, ()))) for village in villages]


def load_month(session: Session, *, village: Division, month_on: date, today: date,
               postings: list[Row] | None = None) -> Month:
    """A month of one village; `postings` may have been read already (`lock_month`)."""
    if postings is None:
        postings = postings_in_month(session, division=village, month_on=month_on)
    return load_months(session, villages=[DivisionRef.of(village)], postings=postings, month_on=month_on,
                       today=today)[0]


def lock_month(session: Session, *, village: Division, month_on: date) -> list[Row]:
    """Make every writer of a village's facts wait, and answer the postings of its month.

    So that no record slips in between reading the sheet and keeping what was said of it.
    """
    locked: set[int] = set()
    while True:
        postings = postings_in_month(session, division=village, month_on=month_on)
        found = {posting.cadre_id for posting in postings}
        if found <= locked:
            return postings
        # Somebody may have been posted here while we waited for the others.
        locked |= found
        lock_cadres(session, locked)


def asker_of(identity: Identity, *, village: Division, postings: Iterable[Row], posting_id: int | None) -> Asker:
    """What a user is to a village's month, and to one row of it."""
    own = {posting.posting_id for posting in postings if posting.cadre_id == identity.cadre_id}
    township = any(grant.level != "village" for grant in identity.grants_over(village.path, "supervisor"))
    return Asker(identity.may(village.path, "village"), township, posting_id in own, bool(own))


def take_step(session: Session, *, identity: Identity, id: UUID, month_on: date, step: str, posting_id: int | None,
              village_code: str | None, note: str | None, on_paper: bool, seen_hash: bytes, content_hash: bytes,
              now: datetime) -> tuple[MonthStep, bool]:
    """Keep what a cadre says of the own row, or a village of its month; exactly once per id.

    Raises NotFound, Forbidden (own_record, not_your_step), Conflict (month_closed, month_not_over, month_empty,
    sheet_changed, not_all_checked, not_confirmed), Unprocessable (reason_missing).
    """
    posting_id = posting_id if step in ROW_STEPS else None
    if posting_id is None:
        village = village_by_code(session, identity=identity, code=village_code)
    else:
        village = division_by_id(session, posting_by_id(session, posting_id).village_id)
    check_visible(identity, village=village, posting_id=posting_id,
                  postings=postings_in_month(session, division=village, month_on=month_on))
    postings = lock_month(session, village=village, month_on=month_on)
    held = session.get(MonthStep, id)
    if held is not None:
        return _same(held, identity, content_hash), False
    month = load_month(session, village=village, month_on=month_on, today=shanghai_day(now), postings=postings)
    row = month.row(posting_id) if posting_id is not None else None
    if posting_id is not None and row is None:
        raise NotFound()
    asker = asker_of(identity, village=village, postings=postings, posting_id=posting_id)
    seen = seen_hash == (month.hash if row is None else row_hash(row))
    refuse(session, asker=asker_problem(step, asker=asker, on_paper=on_paper),
           step=step_problem(step, standing=month.standing, on_paper=on_paper, note=note, seen=seen),
           close=month.close)
    made, created = keep_step(session, month=month, id=id, step=step, posting_id=posting_id, user_id=identity.user_id,
                              note=note, on_paper=on_paper, seen_hash=seen_hash, content_hash=content_hash, now=now)
    return (made, True) if created else (_same(made, identity, content_hash), False)


def keep_step(session: Session, *, month: Month, id: UUID, step: str, posting_id: int | None, user_id: int,
              note: str | None, on_paper: bool, seen_hash: bytes, content_hash: bytes,
              now: datetime) -> tuple[MonthStep, bool]:
    """Keep a step that the rules allow, with its entry in the audit log; (the one that has the id, False) if known."""
    village = month.village
    # Later than the step before, so that it is always plain which is the latest.
    at = max([now, *(one.at + timedelta(microseconds=1) for one in month.steps[-1:])])
    added = session.execute(dialect_insert(session, MonthStep).values(
        id=id, village_id=village.id, month_on=month.month_on, posting_id=posting_id, step=step, user_id=user_id,
        at=at, note=note, on_paper=on_paper, seen_hash=seen_hash, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(MonthStep.id)).scalar()
    if added is not None:
        standings_forgetting_service.said(session, village_id=village.id, month_on=month.month_on)
        audit.append(session, chain=audit_chain(village), at=now, user_id=user_id, action=f"month.{step}",
                     subject=subject_of(village, month.month_on),
                     details={"posting": posting_id, "note": note, "on_paper": on_paper, "seen_hash": seen_hash.hex()})
    return session.get(MonthStep, id), added is not None


def subject_of(village: DivisionRef, month_on: date) -> str:
    """How the audit log names a village's month."""
    return f"month:{village.code}:{month_on:%Y-%m}"


def refuse(session: Session, *, asker: str | None, step: str | None, close: MonthClose | None) -> None:
    """Raise what the rules object to: first that it is not for this user, then how the month stands."""
    if asker is not None:
        raise Forbidden(asker)
    if step == "month_closed":
        raise Conflict("month_closed", errors=_named(session, close))
    if step is not None:
        raise (Unprocessable if step == "reason_missing" else Conflict)(step)


def _named(session: Session, close: MonthClose) -> dict:
    """Which close it is that stands, so that a page can show it."""
    names = user_names(session, [close.closed_by_id])
    return {"close": {"id": str(close.id), "by": names[close.closed_by_id], "at": close.closed_at.isoformat()}}


def user_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The names of users, by id."""
    wanted = sorted(set(ids))
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(wanted))).all()) if wanted else {}


def village_by_code(session: Session, *, identity: Identity, code: str) -> Division:
    """The village of a code. Raises NotFound, Unprocessable (not_a_village) for a wider division that the user sees."""
    village = division_by_code(session, code)
    if village.level != "village":
        if not identity.may(village.path, *SEES_PRESENCE):
            raise NotFound()
        raise Unprocessable("not_a_village", code=code)
    return village


def check_visible(identity: Identity, *, village: Division, postings: list[Row], posting_id: int | None = None) -> None:
    """Raise NotFound for whom the month, or the row of it, is none of their business.

    A cadre without another role reaches the own row only, and learns of nothing else."""
    own = {posting.posting_id for posting in postings if posting.cadre_id == identity.cadre_id}
    if not identity.may(village.path, *SEES_PRESENCE) and not (posting_id in own if posting_id is not None else own):
        raise NotFound()


def _same(held: MonthStep, identity: Identity, content_hash: bytes) -> MonthStep:
    if (held.user_id, held.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return held
