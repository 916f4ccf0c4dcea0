"""The course of a disclosure: published or held, withdrawn, masked; and the stages of a decision."""

from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.contracts.board_models import Deliberation, Disclosure
from api.contracts.disclosures_rules import (
    allowed_steps,
    deliberation_problem,
    found_in_file,
    found_in_texts,
    masked_texts,
    step_problem,
)
from api.contracts.disclosures_service import files_of, record, refuse_published, stages_of, touch
from api.contracts.private_numbers_rules import find, mask
from api.errors import Conflict, NotFound, Unprocessable
from api.postings.divisions_service import refs


def is_taken(disclosure: Disclosure, *, step: str, reason: str | None, user_id: int) -> bool:
    """Whether this user's very step has been taken already, and nothing has happened since."""
    if disclosure.state != step or disclosure.published_by_id is None:
        return False
    return disclosure.published_by_id == user_id if step == "published" else disclosure.withdrawn_reason == reason


def refuse_step(session: Session, disclosure: Disclosure, *, step: str, reason: str | None) -> None:
    """Raise Conflict (disclosure_step, with the allowed ones) or Unprocessable where a step may not be taken."""
    is_empty = not (disclosure.text or "").strip() and not disclosure.lines and not files_of(session, [disclosure])
    problem = step_problem(state=disclosure.state, step=step, reason=reason, is_empty=is_empty)
    if problem == "disclosure_step":
        raise Conflict(problem, errors={"allowed": allowed_steps(disclosure.state)})
    if problem is not None:
        raise Unprocessable(problem)


def take_step(session: Session, disclosure: Disclosure, *, identity: Identity, step: str, reason: str | None,
              now: datetime) -> None:
    """Put a locked disclosure on the board, or take it off. Where a number of a person stands in it, it is held."""
    village = refs(session, [disclosure.village_id])[disclosure.village_id]
    held_for = _found(session, disclosure) if step == "published" else []
    touch(disclosure, now=now)
    if held_for:
        disclosure.state, disclosure.held_for = "held", held_for
        record(session, disclosure, village=village, identity=identity, action="held", now=now, places=len(held_for))
        return
    disclosure.state, disclosure.held_for = step, []
    if step == "published":
        disclosure.published_by_id, disclosure.published_at = identity.user_id, now
        disclosure.withdrawn_reason = None
        record(session, disclosure, village=village, identity=identity, action="published", now=now)
    else:
        disclosure.withdrawn_reason = reason
        record(session, disclosure, village=village, identity=identity, action="withdrawn", now=now, reason=reason)


def _found(session: Session, disclosure: Disclosure) -> list[dict]:
    notes = {one.stage: one.note for one in stages_of(session, [disclosure]).get(disclosure.id, [])}
    found = found_in_texts(title=disclosure.title, text=disclosure.text, lines=disclosure.lines, notes=notes)
    for file in files_of(session, [disclosure]).get(disclosure.id, []):
        found += found_in_file(file_id=str(file["id"]), name=file["name"], reading=file["reading"],
                               found=file["found"], is_checked=file["is_checked"])
    return found


def mask_texts(session: Session, disclosure: Disclosure, *, identity: Identity, now: datetime) -> None:
    """Replace every number of a person in what was typed by its masked form; files are left to their owners."""
    refuse_published(disclosure)
    village = refs(session, [disclosure.village_id])[disclosure.village_id]
    for key, value in masked_texts(title=disclosure.title, text=disclosure.text, lines=disclosure.lines).items():
        setattr(disclosure, key, value)
    for stage in stages_of(session, [disclosure]).get(disclosure.id, []):
        stage.note = mask(stage.note) if stage.note else stage.note
    touch(disclosure, now=now)
    record(session, disclosure, village=village, identity=identity, action="masked", now=now)


def put_stage(session: Session, disclosure: Disclosure, *, identity: Identity, stage: str, held_on: date,
              entitled: int | None, present: int | None, in_favour: int | None, note: str | None,
              now: datetime) -> None:
    """Write down a stage of a decision, the same again without harm.

    The disclosures of a decision come when it is on the board already, so stages may be added there; a note with a
    number of a person may not. Raises Unprocessable (not_a_decision, deliberation_no_vote, deliberation_counts,
    private_numbers).
    """
    if disclosure.disclosure_class != "decision":
        raise Unprocessable("not_a_decision")
    problem = deliberation_problem(stage=stage, entitled=entitled, present=present, in_favour=in_favour)
    if problem is not None:
        raise Unprocessable(problem)
    if disclosure.state == "published" and note and find(note):
        raise Unprocessable("private_numbers")
    held = _stage(session, disclosure.id, stage)
    if held is None:
        held = Deliberation(id=uuid5(disclosure.id, stage), disclosure_id=disclosure.id, stage=stage, entered_at=now,
                            entered_by_id=identity.user_id)
        session.add(held)
    held.held_on, held.entitled, held.present = held_on, entitled, present
    held.in_favour, held.note = in_favour, note
    _moved(session, disclosure, identity=identity, action="stage_written", stage=stage, now=now)


def remove_stage(session: Session, disclosure: Disclosure, *, identity: Identity, stage: str, now: datetime) -> None:
    """Take a stage back that was written by mistake, before it is on the board."""
    refuse_published(disclosure)
    held = _stage(session, disclosure.id, stage)
    if held is None:
        raise NotFound()
    session.delete(held)
    _moved(session, disclosure, identity=identity, action="stage_removed", stage=stage, now=now)


def _stage(session: Session, disclosure_id: UUID, stage: str) -> Deliberation | None:
    return session.scalar(select(Deliberation).where(
        Deliberation.disclosure_id == disclosure_id, Deliberation.stage == stage))


def _moved(session: Session, disclosure: Disclosure, *, identity: Identity, action: str, stage: str,
           now: datetime) -> None:
    touch(disclosure, now=now)
    session.flush()
    village = refs(session, [disclosure.village_id])[disclosure.village_id]
    record(session, disclosure, village=village, identity=identity, action=action, now=now, stage=stage)
