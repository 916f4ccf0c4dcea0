"""The log-ins of a demo county, to be printed for whoever tries it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.postings.account_models import Grant, User
from api.postings.models import Division

# Those whose log-ins are printed; every cadreN, villageN and townshipN has the same password.
LOG_INS = ("cadre1", "village1", "township1", "county", "discipline", "admin", "auditor")


@dataclass(frozen=True)
class LogIn:
    """A log-in to try: the first role of the user and the division that it stands over."""

    username: str
    name: str
    role: str
    division: str


def log_ins(session: Session) -> list[LogIn]:
    """The log-ins that a demo prints, as far as they exist; none when this is no demo."""
    rows = session.execute(
        select(User.username, User.name, Grant.role, Division.name).join(Grant, Grant.user_id == User.id)
        .join(Division, Division.id == Grant.division_id).where(User.username.in_(LOG_INS)).order_by(Grant.id.desc()))
    found = {row[0]: LogIn(*row) for row in rows}
    return [found[username] for username in LOG_INS if username in found]


def last_numbers(session: Session) -> dict[str, int]:
    """How many cadres, villages and townships of a demo have a log-in each, numbered from 1 on."""
    return {name: session.scalar(select(func.count()).select_from(User).where(User.username.like(f"{name}%")))
            for name in ("cadre", "village", "township")}
