"""Policies kept with their dates and sources."""

import json
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from api import audit
from api.errors import Conflict, Unprocessable
from api.postings import policies_rules as rules
from api.postings.divisions_service import audit_chain
from api.postings.models import Division, Policy

# The day from which the county's own defaults hold: before any record that the schema accepts.
FOUNDED_ON = date(2000, 1, 1)
_DEFAULTS = Path(__file__).resolve().parent.parent / "data" / "policies.json"


def policy_book(session: Session, *keys: str) -> rules.PolicyBook:
    """All policies of the given keys (of every key without any), ready to be asked."""
    query = select(Policy.key, Policy.value, Policy.division_id, Division.path, Policy.effective_from, Policy.source
                   ).join(Division, Division.id == Policy.division_id)
    if keys:
        query = query.where(Policy.key.in_(keys))
    return rules.PolicyBook(rules.Rule(*row) for row in session.execute(query))


def holding_value(key: str, path: ColumnElement[str], day: ColumnElement[date]) -> ColumnElement:
    """The value of a key for the division at `path` on a day, as part of a larger question.

    The same rule as PolicyBook's, which a test holds against it: the nearest ancestor that has the key by then.
    """
    policies, setters = Policy.__table__, Division.__table__.alias("setters")
    return (
        select(policies.c.value).join(setters, setters.c.id == policies.c.division_id)
        .where(policies.c.key == key, policies.c.effective_from <= day, path.like(setters.c.path + "%"))
        .order_by(func.length(setters.c.path).desc(), policies.c.effective_from.desc()).limit(1).scalar_subquery())


def list_policies(session: Session, division: Division) -> list[Policy]:
    """Every policy row that bears on a division: its own, its ancestors' and those set below it."""
    ancestors = [int(part) for part in division.path.split("/") if part]
    return list(session.scalars(
        select(Policy).join(Division, Division.id == Policy.division_id)
        .where(Division.id.in_(ancestors) | Division.path.like(division.path + "%"))
        .order_by(Policy.key, Division.path, Policy.effective_from)))


def set_policy(session: Session, *, division: Division, key: str, value: int | str, effective_from: date, source: str,
               user_id: int | None, at: datetime, today: date, any_start: bool = False) -> Policy:
    """Add a policy row; `any_start` (the command line, which rebuilds afterwards) lets what touches rates begin on any
    day.

    Raises Unprocessable (unknown_policy, policy_value, policy_not_first_monday, policy_in_the_past, policy_promised),
    and Conflict (policy_exists) when the division already has a row of that key and day. The caller refreshes the kept
    figures.
    """
    problem = rules.value_problem(key, value)
    problem = problem or rules.start_problem(key, effective_from, today)
    if any_start and problem in ("policy_not_first_monday", "policy_in_the_past"):
        problem = None
    if problem:
        raise Unprocessable(problem, key=key)
    held = session.scalar(select(Policy.id).where(
        Policy.division_id == division.id, Policy.key == key, Policy.effective_from == effective_from))
    if held is not None:
        raise Conflict("policy_exists")
    policy = Policy(division_id=division.id, key=key, value=value, effective_from=effective_from, source=source,
                    set_by_id=user_id, set_at=at)
    session.add(policy)
    session.flush()
    audit.append(session, chain=audit_chain(division), at=at, user_id=user_id, action="policy.set",
                 subject=f"policy:{policy.id}", details={"division": division.code, "key": key, "value": value,
                                                         "effective_from": effective_from.isoformat(),
                                                         "source": source})
    return policy


def seed_policies(session: Session, *, county: Division, at: datetime) -> None:
    """Give the county the default of every key that it has not set, each with its source."""
    held = set(session.scalars(select(Policy.key).where(Policy.division_id == county.id)))
    for row in json.loads(_DEFAULTS.read_text(encoding="utf-8")):
        if row["key"] not in held:
            session.add(Policy(division_id=county.id, key=row["key"], value=row["value"], effective_from=FOUNDED_ON,
                               source=row["source"], set_by_id=None, set_at=at))
    session.flush()
