"""Lets the demo's county have had heavy rain: one emergency duty for a township, over by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import demo_words as words
from api.auth import Identity
from api.checkin import emergency_service
from api.dates import shanghai_day, start_of_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.http import content_hash
from api.postings.models import Division

_WEEKS_AGO = timedelta(weeks=2)


def keep_watch(session: Session, *, people: People, identity: Callable[[str], Identity], seed: int,
               as_of: datetime) -> None:
    """A flood duty of two days and a night for the first township, two weeks before `as_of`."""
    officer = next(one for one in people.officials if one.role == "supervisor" and one.code.endswith("000000"))
    township = session.scalars(select(Division).where(Division.level == "township").order_by(Division.code)).first()
    from_at = start_of_day(shanghai_day(as_of - _WEEKS_AGO)) + timedelta(hours=7, minutes=30)
    content = {"kind": "flood", "reason": words.HEAVY_RAIN, "division_codes": [township.code], "from_at": from_at,
               "until_at": from_at + timedelta(hours=34, minutes=30)}
    emergency_service.declare(
        session, identity=identity(officer.username), id=new_id(Random(f"{seed} {as_of} emergency")),
        content_hash=content_hash(content), now=from_at - timedelta(minutes=20), **content)
