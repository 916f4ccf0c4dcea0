"""What a village tells of its promises, from a phone or a page: a deed is done, a line is completed (一事一毕一考)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.presence_service import moment_of
from api.contracts.acceptance_models import Acceptance, Completion, Deed, DeedReport
from api.contracts.deeds_rules import allowed_steps, report_problem
from api.contracts.deeds_service import DeedView, deed_views
from api.contracts.promises_service import (
    Promise,
    locked_line,
    promises_of_lines,
    published_promise,
)
from api.dates import quarter_end, quarter_of, shanghai_day
from api.db import dialect_insert
from api.diary.standing_service import VillageStanding
from api.errors import Conflict, IdReused, NotFound, Unprocessable
from api.photos import records_service
from api.photos.records_service import RecordPhotoView
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, refs


@dataclass(frozen=True)
class CompletionView:
    """A completion with the line that it is about, who reported it, and its photos."""

    completion: Completion
    village: DivisionRef
    item: Promise | None
    by: dict
    photos: list[RecordPhotoView]

    @property
    def is_incomplete(self) -> bool:
        return records_service.is_incomplete(self.photos)

    def __getattr__(self, name: str):
        return getattr(self.completion, name)


def report_deed(session: Session, *, identity: Identity, deed_id: UUID, id: UUID, done_on: date, note: str | None,
                photos: Iterable[str], captured_at: datetime, elapsed_ms: int | None, content_hash: bytes,
                now: datetime) -> tuple[DeedView, bool]:
    """Keep that a deed was done, exactly once per id; what is done already may be told again, with more to say.

    The deeds of the same line in other months of the quarter are the same share: they are done with it. Raises
    NotFound, IdReused, Conflict (deed_step) for one that was dropped, Unprocessable (done_in_future).
    """
    today = shanghai_day(now)
    line_id = session.scalar(select(Deed.line_id).where(Deed.id == deed_id))
    if line_id is not None:
        # Before the deed itself, as a filling does.
        locked_line(session, line_id)
    deed = session.get(Deed, deed_id, with_for_update=True, populate_existing=True)
    if deed is None:
        raise NotFound()
    held = session.get(DeedReport, id)
    if held is not None:
        if (held.deed_id, held.user_id, held.content_hash) != (deed_id, identity.user_id, content_hash):
            raise IdReused()
        return deed_views(session, [deed], today=today)[0], False
    at, day, _flags = moment_of(captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms,
                                first_log_in_at=identity.first_log_in_at)
    village = refs(session, [deed.village_id])[deed.village_id]
    if not VillageStanding(session, identity, today=today).may_tell(village, day):
        raise NotFound()
    problem = report_problem(deed.state)
    if problem is not None:
        raise Conflict(problem, errors={"allowed": allowed_steps(deed.state)})
    _check_past(done_on, today)
    added = session.execute(dialect_insert(session, DeedReport).values(
        id=id, deed_id=deed_id, done_on=done_on, note=note, user_id=identity.user_id, at=at, received_at=now,
        content_hash=content_hash).on_conflict_do_nothing().returning(DeedReport.id)).scalar()
    if added is None:
        raise IdReused()
    records_service.attach(session, kind="deed_report", record_id=id, hashes=list(photos), now=now)
    for one in [deed, *_same_share(session, deed)]:
        if one.state == "planned":
            one.state, one.done_on = "done", done_on
        one.changed_at, one.version = now, one.version + 1
    session.flush()
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action="deed.reported",
                 subject=f"deed:{deed.id}", details={"village": village.code, "done_on": done_on.isoformat()})
    return deed_views(session, [deed], today=today)[0], True


def report_completion(session: Session, *, identity: Identity, id: UUID, line_id: UUID, completed_on: date,
                      note: str | None, photos: Iterable[str], captured_at: datetime, elapsed_ms: int | None,
                      content_hash: bytes, now: datetime) -> tuple[CompletionView, bool]:
    """Keep that a line is completed, as the village reports it: one matter, one completion. Exactly once per id.

    Raises NotFound (also where nothing of the line is published, and for who does not act for the village), IdReused,
    Conflict (already_completed, already_accepted), Unprocessable (done_in_future, completed_before_contract).
    """
    today = shanghai_day(now)
    _line, village = locked_line(session, line_id)
    held = session.get(Completion, id)
    if held is not None:
        if (held.line_id, held.user_id, held.content_hash) != (line_id, identity.user_id, content_hash):
            raise IdReused()
        return completion_views(session, [held])[0], False
    at, day, _flags = moment_of(captured_at=captured_at, received_at=now, elapsed_ms=elapsed_ms,
                                first_log_in_at=identity.first_log_in_at)
    standing, promise = VillageStanding(session, identity, today=today), published_promise(session, line_id)
    told = standing.acts_for(village) or not standing.is_above(village) and standing.may_tell(village, day)
    if not told or promise is None:
        raise NotFound()
    _check_past(completed_on, today)
    if completed_on < promise.contract.first_on:
        raise Unprocessable("completed_before_contract")
    if session.scalar(select(Acceptance.id).where(Acceptance.line_id == line_id)) is not None:
        raise Conflict("already_accepted")
    added = session.execute(dialect_insert(session, Completion).values(
        id=id, line_id=line_id, completed_on=completed_on, note=note, user_id=identity.user_id, at=at, received_at=now,
        content_hash=content_hash).on_conflict_do_nothing().returning(Completion.id)).scalar()
    if added is None:
        raise IdReused() if session.get(Completion, id) is not None else Conflict("already_completed")
    records_service.attach(session, kind="completion", record_id=id, hashes=list(photos), now=now)
    # Phones hear of the line by its deeds.
    session.execute(update(Deed).where(Deed.line_id == line_id).values(changed_at=now))
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action="completion.reported",
                 subject=f"line:{line_id}", details={"village": village.code, "completed_on": completed_on.isoformat()})
    return completion_views(session, [session.get(Completion, id)])[0], True


def completion_views(session: Session, completions: list[Completion]) -> list[CompletionView]:
    """Completions as answers show them."""
    lines = promises_of_lines(session, [one.line_id for one in completions])
    villages = refs(session, [line.contract.village_id for line in lines.values()])
    names = dict(session.execute(select(User.id, User.name).where(
        User.id.in_([one.user_id for one in completions]))).all())
    photos = records_service.photos_of(session, [one.id for one in completions])
    return [CompletionView(one, villages[lines[one.line_id].contract.village_id], lines[one.line_id],
                           {"id": one.user_id, "name": names[one.user_id]}, photos[one.id]) for one in completions]


def completions_of_lines(session: Session, line_ids: Iterable[UUID]) -> dict[UUID, CompletionView]:
    """What was reported completed, by line."""
    found = session.scalars(select(Completion).where(Completion.line_id.in_(set(line_ids))))
    return {view.line_id: view for view in completion_views(session, list(found))}


def may_see_photo_of_deed(session: Session, *, identity: Identity, record_id: UUID, today: date) -> bool:
    """Whether the user may see the deed that a report with a photo belongs to."""
    village_id = session.scalar(select(Deed.village_id).join(DeedReport, DeedReport.deed_id == Deed.id)
                                .where(DeedReport.id == record_id))
    return village_id is not None and VillageStanding(session, identity, today=today).sees(
        refs(session, [village_id])[village_id])


def may_see_photo_of_completion(session: Session, *, identity: Identity, record_id: UUID, today: date) -> bool:
    """Whether the user may see the completion that a photo belongs to."""
    completion = session.get(Completion, record_id)
    return completion is not None and VillageStanding(session, identity, today=today).sees(
        completion_views(session, [completion])[0].village)


def _same_share(session: Session, deed: Deed) -> list[Deed]:
    """The planned deeds of the same line in other months of the quarter, locked."""
    if deed.line_id is None:
        return []
    first = quarter_of(deed.month_on)
    return list(session.scalars(
        select(Deed).where(Deed.line_id == deed.line_id, Deed.id != deed.id, Deed.state == "planned",
                           Deed.month_on.between(first, quarter_end(first)))
        .order_by(Deed.id).with_for_update().execution_options(populate_existing=True)))


def _check_past(day: date, today: date) -> None:
    if day > today:
        raise Unprocessable("done_in_future")
