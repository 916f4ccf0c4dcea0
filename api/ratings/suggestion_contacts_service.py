"""Who wrote, where somebody said so: sealed when it comes, shown one at a time for a reason, deleted in time."""

import json
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.db import NO_HASH
from api.errors import Conflict, NotFound, Unprocessable
from api.postings.divisions_service import refs
from api.postings.policies_service import policy_book
from api.ratings.suggestion_models import Suggestion
from api.ratings.suggestions_rules import HOLDER, contact_is_due
from api.ratings.suggestions_service import Standing, visible_suggestion
from api.sealing import CannotOpen, Keyring

LEAST_REASON = 5
CHUNK = 500
_PLACE = {"table": "suggestions", "column": "contact"}


def sealed_contact(ring: Keyring, *, suggestion_id: UUID, name: str | None, phone: str | None
                   ) -> tuple[str | None, bytes | None]:
    """(key id, sealed name and telephone) as kept; nothing where nobody said who it is."""
    name, phone = (text.strip() or None if text is not None else None for text in (name, phone))
    if name is None and phone is None:
        return None, None
    return ring.seal(json.dumps({"name": name, "phone": phone}), **_PLACE, row=suggestion_id)


def reveal_contact(session: Session, ring: Keyring, *, identity: Identity, suggestion_id: UUID, reason: str,
                   today: date, now: datetime) -> dict:
    """{name, phone} of who wrote, for one who handles it; noted in the county's audit log with the reason.

    Raises NotFound (also for a village, which never learns it), Unprocessable (reason_too_short), Conflict
    (no_contact, contact_unreadable).
    """
    standing = Standing(session, identity, today=today)
    suggestion = visible_suggestion(session, standing=standing, suggestion_id=suggestion_id)
    if standing.towards(suggestion, place=refs(session, [suggestion.division_id])[suggestion.division_id]) != HOLDER:
        raise NotFound()
    if len(reason.strip()) < LEAST_REASON:
        raise Unprocessable("reason_too_short")
    if suggestion.sealed_contact is None:
        raise Conflict("no_contact")
    try:
        contact = json.loads(ring.open(suggestion.sealed_contact, suggestion.contact_key_id, **_PLACE,
                                       row=suggestion.id))
    except CannotOpen as error:
        raise Conflict("contact_unreadable") from error
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=identity.user_id,
                 action="suggestion.contact_revealed", subject=f"suggestion:{suggestion.id}",
                 details={"reason": reason.strip()})
    return contact


def forget_contacts(session: Session, *, today: date, now: datetime) -> int:
    """Delete up to 500 contacts whose time after closing is over, and note how many; 0 when none is left.

    By the policy of the day on which it came, or today's if that is shorter: that was promised.
    """
    book = policy_book(session, "suggestion_contact_days")
    held = session.scalars(select(Suggestion).where(
        Suggestion.sealed_contact.is_not(None), Suggestion.closed_on.is_not(None), Suggestion.closed_on <= today)
        .order_by(Suggestion.closed_on, Suggestion.id).with_for_update()).all()
    places = refs(session, [one.division_id for one in held])
    due = [one for one in held if contact_is_due(
        closed_on=one.closed_on, today=today, days=min(
            book.value("suggestion_contact_days", places[one.division_id].path, day)
            for day in (one.received_on, today)))][:CHUNK]
    for one in due:
        # What was sent cannot be tried out on its hash either.
        one.sealed_contact = one.contact_key_id = None
        one.content_hash = NO_HASH
    if due:
        session.flush()
        audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=None, action="suggestion.contacts_deleted",
                     subject="suggestions", details={"count": len(due)})
    return len(due)


def seal_again(session: Session, ring: Keyring, *, most: int) -> int:
    """Seal at most so many contacts with today's key that are under another; answers how many, 0: none is left.

    The caller commits each time. Raises CannotOpen for one whose key is missing.
    """
    held = list(session.scalars(select(Suggestion).where(
        Suggestion.sealed_contact.is_not(None), Suggestion.contact_key_id != ring.current)
        .order_by(Suggestion.id).limit(most).with_for_update()))
    for one in held:
        text = ring.open(one.sealed_contact, one.contact_key_id, **_PLACE, row=one.id)
        one.contact_key_id, one.sealed_contact = ring.seal(text, **_PLACE, row=one.id)
    session.flush()
    return len(held)
