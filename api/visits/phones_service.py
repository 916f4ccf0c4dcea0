"""Households' telephone numbers: sealed when they are kept, found by a keyed hash, shown one at a time for a reason."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.errors import Conflict, Unprocessable
from api.postings.divisions_service import audit_chain, division_by_id
from api.sealing import CannotOpen, Keyring
from api.visits.household_access_service import visible_household
from api.visits.households_rules import normal_phone
from api.visits.models import Household

LEAST_REASON = 5
_INDEX = {"table": "households", "column": "phone"}


def checked_phone(text: str | None) -> str | None:
    """A number in digits, None for none; Unprocessable (bad_phone)."""
    if text is None or not text.strip():
        return None
    number = normal_phone(text)
    if number is None:
        raise Unprocessable("bad_phone")
    return number


def sealed_phone(ring: Keyring, *, household_id: int, number: str) -> dict:
    """The columns of a household that keep a number."""
    key_id, sealed = ring.seal(number, **_INDEX, row=household_id)
    return {"phone_sealed": sealed, "phone_key": key_id, "phone_index": ring.index(number, **_INDEX),
            "phone_last4": number[-4:]}


def no_phone() -> dict:
    """The same columns where there is none."""
    return dict.fromkeys(("phone_sealed", "phone_key", "phone_index", "phone_last4"))


def phone_indexes(ring: Keyring, number: str) -> list[bytes]:
    """The hashes under which a number may be kept, by every key."""
    return ring.indexes(number, **_INDEX)


def put_phone(ring: Keyring, *, household: Household, text: str | None) -> None:
    """Keep or take away a household's number; Unprocessable (bad_phone)."""
    number = checked_phone(text)
    columns = sealed_phone(ring, household_id=household.id, number=number) if number else no_phone()
    for name, value in columns.items():
        setattr(household, name, value)


def has_phone(ring: Keyring, text: str) -> ColumnElement[bool]:
    """The condition that a household has a number; Unprocessable (bad_phone)."""
    number = checked_phone(text)
    if number is None:
        raise Unprocessable("bad_phone")
    return Household.phone_index.in_(phone_indexes(ring, number))


def reveal_phone(session: Session, ring: Keyring, *, identity: Identity, household_id: int, reason: str, today: date,
                 now: datetime) -> str:
    """The number of a household within reach, noted in the audit log with the reason.

    Raises NotFound, Unprocessable (reason_too_short), Conflict (no_phone, phone_unreadable).
    """
    household = visible_household(session, identity=identity, household_id=household_id, today=today,
                                  roles=("village", "supervisor"))
    if len(reason.strip()) < LEAST_REASON:
        raise Unprocessable("reason_too_short")
    if household.phone_sealed is None:
        raise Conflict("no_phone")
    try:
        number = ring.open(household.phone_sealed, household.phone_key, **_INDEX, row=household.id)
    except CannotOpen as error:
        raise Conflict("phone_unreadable") from error
    audit.append(session, chain=audit_chain(division_by_id(session, household.village_id)), at=now,
                 user_id=identity.user_id, action="household.phone_revealed", subject=f"household:{household.id}",
                 details={"reason": reason.strip()})
    return number


def seal_again(session: Session, ring: Keyring, *, most: int) -> int:
    """Seal at most so many numbers with today's key that are under another; answers how many, 0: none is left.

    The caller commits each time. Raises CannotOpen for a number whose key is missing.
    """
    held = list(session.scalars(select(Household).where(
        Household.phone_sealed.is_not(None), Household.phone_key != ring.current)
        .order_by(Household.id).limit(most).with_for_update()))
    for household in held:
        number = ring.open(household.phone_sealed, household.phone_key, **_INDEX, row=household.id)
        put_phone(ring, household=household, text=number)
    session.flush()
    return len(held)
