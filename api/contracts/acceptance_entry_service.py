"""The inspection on the spot as it is entered and changed: by whom, of which line, with which assessors."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.acceptance_models import Acceptance, AcceptanceAssessor, Assessor, Completion
from api.contracts.acceptance_rules import LEAST_ASSESSORS, allowed_steps, change_problem, inspection_problem
from api.contracts.acceptances_service import AcceptanceView, acceptance_views, is_own, lacks_survey, since_of
from api.contracts.models import CommitmentItem
from api.contracts.promises_service import locked_line, promises_of_items, published_promise
from api.contracts.rosters_service import assessors_on
from api.dates import shanghai_day
from api.db import dialect_insert
from api.diary.standing_service import VillageStanding, acting_for
from api.errors import Conflict, Forbidden, IdReused, Unprocessable
from api.photos import records_service
from api.postings.divisions_service import DivisionRef, audit_chain, refs


def enter_acceptance(session: Session, *, identity: Identity, id: UUID, line_id: UUID, inspected_on: date, place: str,
                     verdict: str, measured: int | None, findings: str, assessor_ids: list[int], survey: dict | None,
                     photos: Iterable[str], content_hash: bytes, now: datetime) -> tuple[AcceptanceView, bool]:
    """Keep what was found of a line on the spot, exactly once per id, and once per line.

    Raises NotFound, IdReused, Forbidden (own_record), Conflict (line_not_published, already_accepted,
    acceptance_not_due, roster_unpublished), Unprocessable (inspected_in_future, inspected_before_due,
    too_few_assessors, assessor_unknown, assessor_of_village).
    """
    today = shanghai_day(now)
    standing = VillageStanding(session, identity, today=today)
    _line, village = locked_line(session, line_id)
    standing.decide_on(village)
    held = session.get(Acceptance, id)
    if held is not None:
        if (held.line_id, held.entered_by_id, held.content_hash) != (line_id, identity.user_id, content_hash):
            raise IdReused()
        return acceptance_views(session, [held], standing=standing)[0], False
    promise = published_promise(session, line_id)
    if promise is None:
        raise Conflict("line_not_published")
    if session.scalar(select(Acceptance.id).where(Acceptance.line_id == line_id)) is not None:
        raise Conflict("already_accepted")
    completion = session.scalar(select(Completion).where(Completion.line_id == line_id))
    if is_own(standing, completion):
        raise Forbidden("own_record")
    since = since_of(promise, completion and completion.completed_on, today=today)
    _check_day(inspected_on, since, today)
    assessors = _on_the_spot(session, village, assessor_ids, inspected_on)
    added = session.execute(dialect_insert(session, Acceptance).values(
        id=id, line_id=line_id, item_id=promise.item.id, village_id=village.id, inspected_on=inspected_on, place=place,
        verdict=verdict, measured_hundredths=measured, findings=findings, survey=survey, state="inspected",
        entered_by_id=identity.user_id, entered_at=now, changed_at=now, version=1, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(Acceptance.id)).scalar()
    if added is None:
        raise IdReused()
    _name(session, id, assessors)
    records_service.attach(session, kind="acceptance", record_id=id, hashes=list(photos), now=now)
    acceptance = session.get(Acceptance, id)
    _audit(session, acceptance, village, "acceptance.entered", identity=identity, now=now, details={
        "line": str(line_id), "verdict": verdict, "assessors": [one.name for one in assessors]})
    return acceptance_views(session, [acceptance], standing=standing)[0], True


def change_acceptance(session: Session, *, identity: Identity, acceptance: Acceptance, changes: dict, now: datetime
                      ) -> AcceptanceView:
    """Change what was found, while it is not confirmed; `acceptance` is locked, `changes` as they were sent.

    Raises as `enter_acceptance`, and Conflict (acceptance_step, with the steps that are allowed).
    """
    today = shanghai_day(now)
    standing = VillageStanding(session, identity, today=today)
    village = refs(session, [acceptance.village_id])[acceptance.village_id]
    refuse_own(session, acceptance, standing=standing, village=village)
    item = promises_of_items(session, [acceptance.item_id])[acceptance.item_id]
    problem = change_problem(acceptance.state)
    if problem is not None:
        raise Conflict(problem, errors={"allowed": allowed_of(acceptance, item)})
    day = changes.get("inspected_on", acceptance.inspected_on)
    completed_on = session.scalar(select(Completion.completed_on).where(Completion.line_id == acceptance.line_id))
    _check_day(day, since_of(item, completed_on, today=today), today)
    before = {}
    if "assessor_ids" in changes or day != acceptance.inspected_on:
        ids = set(session.scalars(select(AcceptanceAssessor.assessor_id).where(
            AcceptanceAssessor.acceptance_id == acceptance.id)))
        assessors = _on_the_spot(session, village, changes.get("assessor_ids", ids), day)
        session.execute(delete(AcceptanceAssessor).where(AcceptanceAssessor.acceptance_id == acceptance.id))
        _name(session, acceptance.id, assessors)
        before["assessor_ids"] = sorted(ids)
    if "photos" in changes:
        records_service.attach(session, kind="acceptance", record_id=acceptance.id, hashes=changes["photos"], now=now)
    for name, value in changes.items():
        if name not in ("assessor_ids", "photos"):
            column = "measured_hundredths" if name == "measured" else name
            held = getattr(acceptance, column)
            before[name] = _plain(held)
            setattr(acceptance, column, value)
    acceptance.changed_at, acceptance.version = now, acceptance.version + 1
    session.flush()
    _audit(session, acceptance, village, "acceptance.changed", identity=identity, now=now, details={
        "from": before, "to": {name: _plain(changes.get(name, before[name])) for name in before}})
    return acceptance_views(session, [acceptance], standing=standing)[0]


def refuse_own(session: Session, acceptance: Acceptance, *, standing: VillageStanding, village: DivisionRef) -> None:
    """Raise unless the user may decide on an acceptance: never who acts for the village, nor who told of its end."""
    standing.decide_on(village)
    if is_own(standing, session.scalar(select(Completion).where(Completion.line_id == acceptance.line_id))):
        raise Forbidden("own_record")


def allowed_of(acceptance: Acceptance, item: CommitmentItem) -> list[str]:
    """The steps that an acceptance's state allows."""
    return allowed_steps(acceptance.state, lacks_survey=lacks_survey(acceptance, item))


def _check_day(inspected_on: date, since: tuple[str, date] | None, today: date) -> None:
    problem = inspection_problem(inspected_on=inspected_on, since=since, today=today)
    if problem == "acceptance_not_due":
        raise Conflict(problem)
    if problem is not None:
        raise Unprocessable(problem)


def _on_the_spot(session: Session, village: DivisionRef, ids: Iterable[int], day: date) -> list[Assessor]:
    """The assessors of an inspection: enough of them, on the roster that day, none who acts for the village."""
    wanted = set(ids)
    if len(wanted) < LEAST_ASSESSORS:
        raise Unprocessable("too_few_assessors")
    assessors = assessors_on(session, township_id=village.township_id, day=day, ids=wanted)
    check_impartial(session, assessors, village=village, day=day)
    return assessors


def check_impartial(session: Session, assessors: list[Assessor], *, village: DivisionRef, day: date) -> None:
    """Raise Unprocessable (assessor_of_village) where one of them acts for the village on a day."""
    if acting_for(session, user_ids=[one.user_id for one in assessors], village=village, day=day):
        raise Unprocessable("assessor_of_village")


def _name(session: Session, acceptance_id: UUID, assessors: list[Assessor]) -> None:
    session.execute(insert(AcceptanceAssessor), [
        {"acceptance_id": acceptance_id, "assessor_id": one.id} for one in assessors])


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value


def _audit(session: Session, acceptance: Acceptance, village: DivisionRef, action: str, *, identity: Identity,
           now: datetime, details: dict) -> None:
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action=action,
                 subject=f"acceptance:{acceptance.id}", details={"village": village.code, **details})
