"""Clears away what only log-ins needed: sessions that are over, invitations long past, counters of old attempts."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from api.postings.account_models import Invitation, LogInCount, UserSession
from api.postings.limits_service import WINDOW

# So long one can still see that an invitation was used or ran out; that it was made stays in the audit log.
INVITATION_KEPT = timedelta(days=30)


def tidy(session: Session, *, now: datetime) -> dict[str, int]:
    """Delete what is over; answers how many `sessions`, `invitations` and `attempts` went."""
    before = now - INVITATION_KEPT
    return {
        "sessions": session.execute(delete(UserSession).where(UserSession.expires_at <= now)).rowcount,
        "invitations": session.execute(delete(Invitation).where(
            or_(Invitation.expires_at <= before, Invitation.used_at <= before))).rowcount,
        "attempts": session.execute(delete(LogInCount).where(LogInCount.window_at <= now - WINDOW)).rowcount,
    }
