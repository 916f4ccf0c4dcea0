"""Takes an acceptance one step further: the survey, the confirmation by the office together, the archive."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.acceptance_entry_service import allowed_of, check_impartial, refuse_own
from api.contracts.acceptance_models import Acceptance, AcceptanceStep, Assessor
from api.contracts.acceptance_rules import STEPS, confirmation_problem, step_problem
from api.contracts.acceptances_service import AcceptanceView, acceptance_views, lacks_survey, visible_acceptance
from api.contracts.promises_service import promises_of_items
from api.contracts.rosters_service import assessors_on
from api.dates import shanghai_day
from api.db import dialect_insert
from api.diary.standing_service import VillageStanding
from api.errors import Conflict, IdReused, Unprocessable
from api.postings.divisions_service import DivisionRef, audit_chain, refs
from api.postings.policies_service import policy_book


def take_step(session: Session, *, identity: Identity, acceptance_id: UUID, id: UUID, step: str, note: str | None,
              details: dict, content_hash: bytes, now: datetime) -> tuple[AcceptanceView, bool]:
    """Take a step, exactly once per id; `details` are what the step needs, as its schema read them.

    Raises NotFound, IdReused, Forbidden (own_record), Conflict (acceptance_step, with the steps that are allowed;
    roster_unpublished), Unprocessable (survey_missing, confirmed_in_future, confirmed_before_inspection,
    too_few_present, confirmed_alone, assessor_unknown, assessor_of_village).
    """
    standing = VillageStanding(session, identity, today=shanghai_day(now))
    acceptance = visible_acceptance(session, standing=standing, acceptance_id=acceptance_id, lock=True)
    village = refs(session, [acceptance.village_id])[acceptance.village_id]
    refuse_own(session, acceptance, standing=standing, village=village)
    held = session.get(AcceptanceStep, id)
    if held is not None:
        if (held.acceptance_id, held.user_id, held.content_hash) != (
                acceptance_id, identity.user_id, content_hash):
            raise IdReused()
        return acceptance_views(session, [acceptance], standing=standing)[0], False
    item = promises_of_items(session, [acceptance.item_id])[acceptance.item_id]
    problem = step_problem(state=acceptance.state, step=step, lacks_survey=lacks_survey(acceptance, item))
    if problem == "acceptance_step":
        raise Conflict(problem, errors={"allowed": allowed_of(acceptance, item)})
    if problem is not None:
        raise Unprocessable(problem)
    kept = {}
    if step == "surveyed":
        acceptance.survey = kept = details
    elif step == "confirmed":
        kept = _confirm(session, acceptance, village, details, today=standing.today, now=now)
    number = session.scalar(select(func.max(AcceptanceStep.number)).where(
        AcceptanceStep.acceptance_id == acceptance_id)) or 0
    added = session.execute(dialect_insert(session, AcceptanceStep).values(
        id=id, acceptance_id=acceptance_id, number=number + 1, step=step, user_id=identity.user_id, at=now, note=note,
        details=kept, content_hash=content_hash).on_conflict_do_nothing().returning(AcceptanceStep.id)).scalar()
    if added is None:
        raise IdReused()
    acceptance.state = STEPS[step].leads_to
    acceptance.changed_at, acceptance.version = now, acceptance.version + 1
    session.flush()
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action=f"acceptance.{step}",
                 subject=f"acceptance:{acceptance.id}",
                 details={"village": village.code, **({"verdict": acceptance.final_verdict}
                                                      if step == "confirmed" else {})})
    return acceptance_views(session, [acceptance], standing=standing)[0], True


def _confirm(session: Session, acceptance: Acceptance, village: DivisionRef, details: dict, *, today: date,
             now: datetime) -> dict:
    """Write what the office decided together; answers what the step keeps of it."""
    held_on = details["held_on"]
    present: list[Assessor] = assessors_on(session, township_id=village.township_id, day=held_on,
                                           ids=details["present"])
    check_impartial(session, present, village=village, day=held_on)
    least = policy_book(session, "confirmation_present").value("confirmation_present", village.path, held_on)
    problem = confirmation_problem(
        held_on=held_on, inspected_on=acceptance.inspected_on, today=today, present=len(present), least=least,
        others=sum(one.user_id != acceptance.entered_by_id for one in present))
    if problem is not None:
        raise Unprocessable(problem)
    acceptance.final_verdict, acceptance.confirmed_at = details["verdict"], now
    return {"held_on": held_on.isoformat(), "present": [one.name for one in present], "verdict": details["verdict"]}
