"""What the public does with the suggestion box: write, follow by the receipt, appeal. Nobody is asked who it is.

Only days are written down, and nothing of where it came from.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.db import dialect_insert
from api.errors import Conflict, IdReused, NotFound, TooMany, Unprocessable
from api.postings.divisions_service import DivisionRef, division_by_code, find_county, is_valid_on, refs
from api.postings.limits_service import WINDOW, count_attempt, limit_key
from api.postings.policies_service import policy_book
from api.ratings.codes_rules import RECEIPT, code_hash, code_of
from api.ratings.suggestion_contacts_service import sealed_contact
from api.ratings.suggestion_models import Suggestion, SuggestionStep
from api.ratings.suggestions_rules import APPEAL, WAITING, appeal_problem, due_on, may_appeal, whom_of
from api.sealing import Keyring

# In a window of the limiter; a village hall, or a whole village behind one address, may write that much in a meeting.
MOST_OF_AN_ADDRESS = 200


def count_sender(session: Session, *, secret: bytes, address: str, now: datetime) -> None:
    """Count one more suggestion from an address, which is kept as a keyed hash until its window is over.

    Raises TooMany (suggestions_too_many); then nothing is to be committed.
    """
    # The beginning of a window that the clock gives, not of the first who wrote in it.
    begun = datetime.fromtimestamp(now.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds(), now.tzinfo)
    try:
        count_attempt(session, keys={limit_key(secret, "suggestion", address): MOST_OF_AN_ADDRESS}, now=begun)
    except TooMany as error:
        raise TooMany("suggestions_too_many", headers=error.headers,
                      minutes=error.params["minutes"]) from error


def box_place(session: Session, *, county_code: str, code: str | None, today: date) -> DivisionRef:
    """The division that something is about: of the code, or the county; NotFound for what is no part of it today."""
    county = find_county(session, county_code)
    place = division_by_code(session, code) if code is not None else county
    if county is None or not place.path.startswith(county.path) or not is_valid_on(place, today):
        raise NotFound("division_not_found", code=code or county_code)
    return DivisionRef.of(place)


def write(session: Session, ring: Keyring, *, county_code: str, id: UUID, receipt: str, division_code: str | None,
          kind: str, about: str, about_whom: str | None, text: str, name: str | None, phone: str | None,
          content_hash: bytes, today: date) -> tuple[Suggestion, bool]:
    """Put a suggestion into the box, exactly once per id; (as it stands, False) when it is sent again.

    The hash of what was sent holds the receipt, which is kept nowhere, so that nobody can try telephone numbers on it.
    Raises NotFound, Unprocessable (receipt_malformed, suggestion_whom_missing, suggestion_text_missing), IdReused.
    """
    code = code_of(receipt, RECEIPT)
    if code is None:
        raise Unprocessable("receipt_malformed")
    if not text.strip():
        raise Unprocessable("suggestion_text_missing")
    whom = whom_of(about_whom)
    if about == "person" and whom is None:
        raise Unprocessable("suggestion_whom_missing")
    place = box_place(session, county_code=county_code, code=division_code, today=today)
    key_id, sealed = sealed_contact(ring, suggestion_id=id, name=name, phone=phone)
    created = session.execute(dialect_insert(session, Suggestion).values(
        id=id, division_id=place.id, kind=kind, about=about, about_whom=whom, text=text.strip(),
        sealed_contact=sealed, contact_key_id=key_id, receipt_hash=code_hash(code), received_on=today,
        state="received", due_on=due_day(session, state="received", path=place.path, since=today), version=1,
        content_hash=content_hash).on_conflict_do_nothing().returning(Suggestion.id)).scalar() is not None
    held = session.get(Suggestion, id)
    # Where the receipt belongs to another, nothing was written.
    if held is None or held.content_hash != content_hash:
        raise IdReused()
    return held, created


def by_receipt(session: Session, receipt: str, *, lock: bool = False) -> Suggestion:
    """The suggestion of a receipt; NotFound (receipt_unknown) for one that is none."""
    code = code_of(receipt, RECEIPT)
    query = select(Suggestion).where(Suggestion.receipt_hash == code_hash(code)) if code is not None else None
    found = session.scalar(query.with_for_update() if lock else query) if query is not None else None
    if found is None:
        raise NotFound("receipt_unknown")
    return found


def receipt_view(session: Session, suggestion: Suggestion, *, today: date) -> Mapping:
    """What the sender reads: the own words, and what one is told of."""
    steps = session.scalars(select(SuggestionStep).where(
        SuggestionStep.suggestion_id == suggestion.id, SuggestionStep.is_told).order_by(SuggestionStep.number)).all()
    appealed = any(step.step == APPEAL for step in steps)
    waits = suggestion.state in WAITING
    may = may_appeal(suggestion.state, appeal_until=suggestion.appeal_until, has_appealed=appealed, today=today)
    return {
        "division": refs(session, [suggestion.division_id])[suggestion.division_id], "kind": suggestion.kind,
        "about": suggestion.about, "about_whom": suggestion.about_whom, "text": suggestion.text,
        "received_on": suggestion.received_on, "state": suggestion.state,
        "due_on": suggestion.due_on if waits else None, "has_contact": suggestion.sealed_contact is not None,
        "steps": [{"step": step.step, "day": step.day, "text": step.text} for step in steps],
        "may_appeal": may, "appeal_until": suggestion.appeal_until if may else None}


def appeal(session: Session, *, id: UUID, receipt: str, text: str, content_hash: bytes, today: date
           ) -> tuple[Suggestion, bool]:
    """Ask for another look at what was answered or declined, once; the same again is safe.

    Raises NotFound (receipt_unknown), IdReused, Unprocessable (suggestion_text_missing), Conflict
    (suggestion_appealed_already, suggestion_not_answered, suggestion_appeal_late).
    """
    suggestion = by_receipt(session, receipt, lock=True)
    session.refresh(suggestion)
    held = session.get(SuggestionStep, id)
    if held is not None:
        if (held.suggestion_id, held.step, held.content_hash) != (suggestion.id, APPEAL, content_hash):
            raise IdReused()
        return suggestion, False
    if not text.strip():
        raise Unprocessable("suggestion_text_missing")
    problem = appeal_problem(suggestion.state, appeal_until=suggestion.appeal_until, today=today,
                             has_appealed=has_appealed(session, suggestion.id))
    if problem is not None:
        raise Conflict(problem)
    add_step(session, suggestion, id=id, step=APPEAL, day=today, user_id=None, text=text.strip(), is_told=True,
             content_hash=content_hash)
    path = refs(session, [suggestion.division_id])[suggestion.division_id].path
    suggestion.state, suggestion.appeal_until = "appealed", None
    suggestion.due_on = due_day(session, state="appealed", path=path, since=today)
    suggestion.version += 1
    session.flush()
    return suggestion, True


def add_step(session: Session, suggestion: Suggestion, *, id: UUID, step: str, day: date, user_id: int | None,
             text: str | None, is_told: bool, content_hash: bytes) -> None:
    """Write one step of a course; IdReused where its id belongs to another."""
    number = session.scalar(select(func.coalesce(func.max(SuggestionStep.number), 0)).where(
        SuggestionStep.suggestion_id == suggestion.id)) + 1
    added = session.execute(dialect_insert(session, SuggestionStep).values(
        id=id, suggestion_id=suggestion.id, number=number, step=step, day=day, user_id=user_id, text=text,
        is_told=is_told, content_hash=content_hash,
    ).on_conflict_do_nothing().returning(SuggestionStep.id)).scalar()
    if added is None:
        raise IdReused()


def has_appealed(session: Session, suggestion_id: UUID) -> bool:
    return session.scalar(select(SuggestionStep.id).where(
        SuggestionStep.suggestion_id == suggestion_id, SuggestionStep.step == APPEAL).limit(1)) is not None


def due_day(session: Session, *, state: str, path: str, since: date) -> date | None:
    """The last day for what comes next, by the policy that holds where it is about."""
    key = WAITING.get(state)
    days = policy_book(session, key).value(key, path, since) if key is not None else None
    return due_on(state, since=since, days=days)
