"""Loads the facts of cadres, as plain values for the pure rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.checkin.kept_rules import CadreFacts, Policy, PostingFact
from api.checkin.models import Evidence, Leave
from api.checkin.rules import Span, leave_days
from api.postings import calendar_service, policies_service
from api.postings.models import Division, Posting
from api.vocabulary import ERRAND_KINDS

RATE_KEYS = ("basis", "days_per_week", "days_per_month", "errand")


@dataclass(frozen=True)
class Facts:
    """The facts of several cadres over a range of days, with the calendar and the policies that rule them."""

    by_cadre: dict[int, CadreFacts]
    workdays: set[date]
    policy: Policy

    @property
    def posting_ids(self) -> list[int]:
        return [posting.id for facts in self.by_cadre.values() for posting in facts.postings]


def load_facts(session: Session, *, cadre_ids: Iterable[int], first: date, last: date,
               evidence: bool = True) -> Facts:
    """Postings, evidence, approved leave, calendar and policies that bear on the days from `first` to `last`.

    Without `evidence` for who asks only what is due, not what was done.
    """
    ids = sorted(set(cadre_ids))
    by_cadre = {cadre_id: CadreFacts() for cadre_id in ids}
    _load_postings(session, ids, by_cadre)
    if evidence:
        _load_evidence(session, ids, by_cadre, first, last)
    _load_leave(session, ids, by_cadre, first, last)
    book = policies_service.policy_book(session, *RATE_KEYS)
    return Facts(by_cadre, calendar_service.workdays(session, first, last), book.value)


def _load_postings(session: Session, ids: Sequence[int], by_cadre: dict[int, CadreFacts]) -> None:
    rows = session.execute(
        select(Posting.cadre_id, Posting.id, Division.path, Posting.from_on, Posting.to_on)
        .join(Division, Division.id == Posting.village_id)
        .where(Posting.cadre_id.in_(ids)).order_by(Posting.cadre_id, Posting.from_on))
    for row in rows:
        by_cadre[row.cadre_id].postings.append(PostingFact(row.id, row.path, Span(row.from_on, row.to_on)))


def _load_evidence(session: Session, ids: Sequence[int], by_cadre: dict[int, CadreFacts], first: date,
                   last: date) -> None:
    rows = session.execute(
        select(Evidence.cadre_id, Evidence.posting_id, Evidence.day, Evidence.status)
        .where(Evidence.cadre_id.in_(ids), Evidence.day.between(first, last), Evidence.posting_id.is_not(None)))
    for row in rows:
        by_cadre[row.cadre_id].statuses.setdefault((row.posting_id, row.day), []).append(row.status)


def _load_leave(session: Session, ids: Sequence[int], by_cadre: dict[int, CadreFacts], first: date, last: date) -> None:
    rows = session.execute(
        select(Leave.cadre_id, Leave.kind, Leave.from_on, Leave.to_on, Leave.returned_on)
        .where(Leave.cadre_id.in_(ids), Leave.state == "approved", Leave.from_on <= last, Leave.to_on >= first))
    for row in rows:
        facts = by_cadre[row.cadre_id]
        days = facts.errand_on if row.kind in ERRAND_KINDS else facts.leave_on
        days.update(leave_days(from_on=row.from_on, to_on=row.to_on, returned_on=row.returned_on))
