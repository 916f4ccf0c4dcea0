"""The steps of those who handle a suggestion; becoming a concern; closing what nobody can appeal against any more.

All of it is in the county's audit log: a township's auditor must not learn that somebody complained about a person.
"""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.dates import shanghai_day
from api.db import NO_HASH
from api.diary import concerns_service
from api.errors import Conflict, Forbidden, IdReused, Unprocessable
from api.postings.divisions_service import refs
from api.postings.policies_service import policy_book
from api.ratings.suggestion_entry_service import add_step, due_day, has_appealed
from api.ratings.suggestion_models import Suggestion, SuggestionStep
from api.ratings.suggestions_rules import (
    HOLDER,
    TOLD,
    concern_problem,
    is_told,
    state_after,
    step_problem,
    whom_of,
)
from api.ratings.suggestions_service import Standing, SuggestionView, suggestion_views, visible_suggestion


def take_step(session: Session, *, identity: Identity, suggestion_id: UUID, id: UUID, step: str, text: str | None,
              told: bool, kind: str | None, about: str | None, about_whom: str | None, content_hash: bytes,
              now: datetime) -> tuple[SuggestionView | dict, bool]:
    """Take one step, exactly once per id; (as it now stands, False) when it is sent again.

    Whoever moves it out of the own sight by `reclassify` is told just that. Raises NotFound, IdReused, Forbidden
    (suggestion_of_others), Conflict (suggestion_step, suggestion_appeal_open), Unprocessable (suggestion_text_missing,
    suggestion_same_class, suggestion_whom_missing).
    """
    today = shanghai_day(now)
    standing = Standing(session, identity, today=today)
    # Held first: of two that were sent at once the second finds what the first has done, also where that took the
    # suggestion out of sight.
    suggestion = session.get(Suggestion, suggestion_id, with_for_update=True, populate_existing=True)
    held = session.get(SuggestionStep, id)
    if held is not None:
        if (held.suggestion_id, held.user_id, held.content_hash) != (suggestion_id, identity.user_id, content_hash):
            raise IdReused()
        return _seen(session, suggestion, standing), False
    suggestion = visible_suggestion(session, standing=standing, suggestion_id=suggestion_id)
    place = refs(session, [suggestion.division_id])[suggestion.division_id]
    becomes = {"kind": kind or suggestion.kind, "about": about or suggestion.about,
               "about_whom": whom_of(about_whom) or suggestion.about_whom} if step == "reclassify" else {}
    _refuse(step_problem(
        step=step, state=suggestion.state, stands=standing.towards(suggestion, place=place), text=text,
        changes=any(getattr(suggestion, key) != value for key, value in becomes.items()),
        appeal_until=suggestion.appeal_until, has_appealed=has_appealed(session, suggestion.id), today=today))
    if becomes.get("about") == "person" and not becomes["about_whom"]:
        raise Unprocessable("suggestion_whom_missing")
    add_step(session, suggestion, id=id, step=step, day=today, user_id=identity.user_id,
             text=(text or "").strip() or None, is_told=is_told(step, told), content_hash=content_hash)
    details = {"division": place.code, **{f"{key}_before": getattr(suggestion, key) for key in ("kind", "about")
                                          if key in becomes and becomes[key] != getattr(suggestion, key)}}
    _lead_on(session, suggestion, step=step, path=place.path, today=today)
    for key, value in becomes.items():
        setattr(suggestion, key, value)
    suggestion.version += 1
    session.flush()
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=identity.user_id, action=f"suggestion.{step}",
                 subject=f"suggestion:{suggestion.id}", details=details)
    return _seen(session, suggestion, standing), True


def raise_as_concern(session: Session, *, identity: Identity, suggestion_id: UUID, id: UUID, kind: str,
                     content_hash: bytes, now: datetime) -> tuple[SuggestionView, bool]:
    """Make a concern of a suggestion about a village; the same again is safe.

    Raises NotFound, IdReused, Forbidden (suggestion_of_others), Conflict (suggestion_not_open, suggestion_no_village,
    suggestion_has_concern).
    """
    standing = Standing(session, identity, today=shanghai_day(now))
    suggestion = visible_suggestion(session, standing=standing, suggestion_id=suggestion_id, lock=True)
    place = refs(session, [suggestion.division_id])[suggestion.division_id]
    is_again = suggestion.concern_id == id
    if standing.towards(suggestion, place=place) != HOLDER:
        raise Forbidden("suggestion_of_others")
    if not is_again:
        problem = concern_problem(kind=suggestion.kind, about=suggestion.about,
                                  is_of_village=place.level == "village",
                                  has_concern=suggestion.concern_id is not None)
        if problem is not None:
            raise Conflict(problem)
    _view, created = concerns_service.raise_concern(
        session, identity=identity, id=id, kind=kind, text=suggestion.text, village_id=place.id, household_id=None,
        source_kind="suggestion", source_id=suggestion.id, captured_at=now, now=now, content_hash=content_hash)
    if not is_again:
        suggestion.concern_id = id
        suggestion.version += 1
        session.flush()
        audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=identity.user_id,
                     action="suggestion.concern_raised", subject=f"suggestion:{suggestion.id}",
                     details={"division": place.code, "kind": kind})
    return suggestion_views(session, [suggestion], standing=standing)[0], created


def close_settled(session: Session, *, today: date, now: datetime, most: int = 500) -> int:
    """Close what was answered or declined and nobody can appeal against any more, so that contacts go in time."""
    found = session.scalars(select(Suggestion).where(
        Suggestion.state.in_(TOLD), or_(Suggestion.appeal_until.is_(None), Suggestion.appeal_until < today))
        .order_by(Suggestion.id).limit(most).with_for_update()).all()
    for one in found:
        add_step(session, one, id=uuid4(), step="close", day=today, user_id=None, text=None, is_told=True,
                 content_hash=NO_HASH)
        one.state, one.closed_on, one.due_on = "closed", today, None
        one.version += 1
    if found:
        session.flush()
        audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=None, action="suggestion.closed_by_term",
                     subject="suggestions", details={"count": len(found)})
    return len(found)


def _lead_on(session: Session, suggestion: Suggestion, *, step: str, path: str, today: date) -> None:
    before, after = suggestion.state, state_after(step, suggestion.state)
    suggestion.state = after
    # Beginning to handle what was accepted gives no new time.
    if after != before and step != "note":
        suggestion.due_on = due_day(session, state=after, path=path, since=today)
    if after in TOLD and after != before:
        suggestion.appeal_until = None
        if not has_appealed(session, suggestion.id):
            key = "suggestion_appeal_days"
            days = policy_book(session, key).value(key, path, today)
            suggestion.appeal_until = date.fromordinal(today.toordinal() + days)
    if after == "closed":
        suggestion.closed_on = today


def _seen(session: Session, suggestion: Suggestion, standing: Standing) -> SuggestionView | dict:
    place = refs(session, [suggestion.division_id])[suggestion.division_id]
    if standing.towards(suggestion, place=place) is None:
        return {"id": suggestion.id, "is_out_of_sight": True}
    return suggestion_views(session, [suggestion], standing=standing)[0]


def _refuse(problem: str | None) -> None:
    if problem == "suggestion_of_others":
        raise Forbidden(problem)
    if problem in ("suggestion_text_missing", "suggestion_same_class"):
        raise Unprocessable(problem)
    if problem is not None:
        raise Conflict(problem)
