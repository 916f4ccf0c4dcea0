"""Gathers all that a revision's course depends on, for one or for many, and says what may come next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.contracts import private_numbers_rules
from api.contracts.acceptance_models import Acceptance
from api.contracts.contract_standing_service import Standing
from api.contracts.contracts_rules import (
    LOCAL_STEPS,
    REVIEWERS,
    WAITS_FOR,
    allowed_steps,
    needs_of,
    review_problems,
    vote_problem,
)
from api.contracts.contracts_service import Item, items_of
from api.contracts.items_rules import Problem, items_problems, shown, words_of
from api.contracts.models import Contract, ContractReview, ContractRevision, ContractStep
from api.http import content_hash
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, refs
from api.postings.policies_service import policy_book

CONFIRMED = ("confirmed", "archived")


@dataclass(frozen=True)
class Facts:
    """A revision with its items, its course, and what the reader is to it; nothing here asks the database.

    `steps` and `reviews` are rows with the name of who took or entered them, in their order; `accepted` are the lines
    whose acceptance the office has confirmed; `quorum` and `majority` are the policies' words on the day of the vote.
    """

    contract: Contract
    revision: ContractRevision
    village: DivisionRef
    items: Sequence[Item]
    steps: Sequence[tuple[ContractStep, str]]
    reviews: Sequence[tuple[ContractReview, str]]
    accepted: Collection[UUID]
    is_latest: bool
    quorum: str
    majority: str
    standing: Standing

    @cached_property
    def standings(self) -> frozenset[str]:
        return self.standing.towards(self.village)

    @property
    def last_number(self) -> int:
        return self.steps[-1][0].number

    @cached_property
    def items_hash(self) -> bytes:
        """The hash of the items as they stand, by which a review is known to be of these."""
        return content_hash({"items": [{"line_id": item.line_id, **shown(item)} for item in self.items]})

    @cached_property
    def has_acted(self) -> bool:
        """Whether the user took a step, left a review or added an item for the village in this revision."""
        user_id = self.standing.identity.user_id
        return (any(step.user_id == user_id and step.step in LOCAL_STEPS for step, _name in self.steps)
                or any(review.user_id == user_id and review.body in REVIEWERS for review, _name in self.reviews)
                or any(item.entered_by_id == user_id and item.is_by_village for item in self.items))

    @property
    def is_due(self) -> bool:
        """Whether the period is over, or every line is accepted: time to close."""
        accepted = bool(self.items) and all(item.line_id in self.accepted for item in self.items)
        return accepted or self.standing.today > self.contract.last_on

    @property
    def allowed(self) -> list[str]:
        """The steps that the user may take now."""
        return allowed_steps(self.revision.state, self.standings, has_acted=self.has_acted, is_latest=self.is_latest)

    @property
    def next_steps(self) -> list[dict]:
        return [{"step": step, "needs": needs_of(step, is_due=self.is_due)} for step in self.allowed]

    @property
    def problems(self) -> list[Problem]:
        """What stands in the way of the step that comes next, whoever takes it."""
        step = WAITS_FOR.get(self.revision.state)
        return self.in_the_way_of(step) if step and self.is_latest else []

    def in_the_way_of(self, step: str) -> list[Problem]:
        """What has to be mended before a step can be taken."""
        if step in ("measures", "deliberated"):
            return items_problems(self.items, kind=self.contract.kind, first_on=self.contract.first_on,
                                  last_on=self.contract.last_on)
        if step == "sealed":
            problem = vote_problem(self.vote, quorum=self.quorum, majority=self.majority)
            latest = {review.body: review.is_agreed for review, _name in self.reviews if self.is_current(review)}
            return [Problem(None, reason) for reason in [*filter(None, [problem]), *review_problems(latest)]]
        if step == "published":
            return [Problem(item.line_id, "contract_private_numbers") for item in self.items
                    if private_numbers_rules.find(words_of(item))]
        return []

    @property
    def vote(self) -> dict:
        """The last vote of the meeting."""
        return next(step.details for step, _name in reversed(self.steps) if step.step == "deliberated")

    def is_current(self, review: ContractReview) -> bool:
        """Whether a review is of this round of measures and of the items as they stand."""
        later = any(step.step == "measures" and step.number > review.after_step for step, _name in self.steps)
        return not later and review.items_hash == self.items_hash


def facts_of(session: Session, revisions: Sequence[tuple[Contract, ContractRevision]], *, standing: Standing
             ) -> dict[UUID, Facts]:
    """The facts of revisions by their ids, in a handful of queries whatever their number."""
    ids = [revision.id for _contract, revision in revisions]
    contract_ids = {contract.id for contract, _revision in revisions}
    villages = refs(session, {contract.village_id for contract, _revision in revisions})
    items = items_of(session, ids)
    steps = _rows(session, ContractStep, ids)
    reviews = _rows(session, ContractReview, ids)
    last = dict(session.execute(
        select(ContractRevision.contract_id, func.max(ContractRevision.number))
        .where(ContractRevision.contract_id.in_(contract_ids)).group_by(ContractRevision.contract_id)).all())
    lines = {item.line_id for found in items.values() for item in found}
    accepted = set(session.scalars(select(Acceptance.line_id).where(
        Acceptance.line_id.in_(lines), Acceptance.state.in_(CONFIRMED))))
    book = policy_book(session, "deliberation_quorum", "deliberation_majority")
    facts = {}
    for contract, revision in revisions:
        village = villages[contract.village_id]
        held_on = next((date.fromisoformat(step.details["held_on"]) for step, _name in reversed(steps[revision.id])
                        if step.step == "deliberated"), standing.today)
        facts[revision.id] = Facts(
            contract=contract, revision=revision, village=village, items=items[revision.id], steps=steps[revision.id],
            reviews=reviews[revision.id], accepted=accepted, is_latest=last[contract.id] == revision.number,
            quorum=book.value("deliberation_quorum", village.path, held_on),
            majority=book.value("deliberation_majority", village.path, held_on), standing=standing)
    return facts


def _rows(session: Session, model: type[ContractStep] | type[ContractReview], revision_ids: list[UUID]
          ) -> dict[UUID, list]:
    """The steps or reviews of revisions, each with the name of its user."""
    found: dict[UUID, list] = {revision_id: [] for revision_id in revision_ids}
    for row, name in session.execute(select(model, User.name).join(User, User.id == model.user_id)
                                     .where(model.revision_id.in_(revision_ids)).order_by(model.number)):
        found[row.revision_id].append((row, name))
    return found
