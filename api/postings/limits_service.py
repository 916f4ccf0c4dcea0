"""Limits for what anybody may try: attempts are counted in windows, in the database, so that all workers share them.

What is counted, a name or an address, is kept as a keyed hash only, and goes with its window.
"""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.db import dialect_insert
from api.errors import TooMany
from api.postings.account_models import LogInCount

WINDOW = timedelta(minutes=15)


def limit_key(secret: bytes, kind: str, value: str) -> bytes:
    """The counter of an address, a name or what else is limited; `kind` keeps those of different things apart."""
    return hmac.digest(secret, f"{kind}\0{value}".encode("utf-8", "replace"), "sha256")


def check_limit(session: Session, *, keys: dict[bytes, int], now: datetime) -> None:
    """Raise TooMany (with the seconds to wait) when a counter holds as many attempts of the window as it may."""
    for row in session.execute(select(LogInCount.key, LogInCount.failures, LogInCount.window_at)
                               .where(LogInCount.key.in_(keys))):
        _refuse_above(keys[row.key] - 1, row.failures, row.window_at, now)


def count_attempt(session: Session, *, keys: dict[bytes, int], now: datetime) -> None:
    """Add an attempt to its counters, one after the other for attempts made at once; drop counters of old windows.

    Raises TooMany like `check_limit`; then nothing is to be committed.
    """
    session.execute(delete(LogInCount).where(LogInCount.window_at <= now - WINDOW))
    for key in sorted(keys):
        insert = dialect_insert(session, LogInCount).values(key=key, window_at=now, failures=1)
        row = session.execute(insert.on_conflict_do_update(
            index_elements=[LogInCount.key], set_={"failures": LogInCount.failures + 1}
        ).returning(LogInCount.failures, LogInCount.window_at)).one()
        _refuse_above(keys[key], row.failures, row.window_at, now)


def forgive_attempt(session: Session, *, keys: dict[bytes, int]) -> None:
    """Take an attempt off its counters: it was a good one."""
    session.execute(update(LogInCount).where(LogInCount.key.in_(keys)).values(failures=LogInCount.failures - 1))


def _refuse_above(most: int, failures: int, window_at: datetime, now: datetime) -> None:
    if failures > most and now < window_at + WINDOW:
        wait_s = int((window_at + WINDOW - now).total_seconds()) + 1
        raise TooMany(headers={"Retry-After": str(wait_s)}, minutes=-(-wait_s // 60))
