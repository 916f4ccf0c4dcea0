"""Acceptances as answers show them one by one, what waits to be accepted, and who sees which."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.contracts import acceptance_rules
from api.contracts.acceptance_models import Acceptance, AcceptanceAssessor, AcceptanceStep, Assessor, Completion
from api.contracts.acceptance_rules import GROUPS, STEPS, accept_by, allowed_steps, asked
from api.contracts.items_on_service import ItemsOn, due_since, waits_too_long
from api.contracts.models import CommitmentItem, Contract, ContractRevision
from api.contracts.notice_models import SupervisionNotice
from api.contracts.notices_service import label_of, parent_id
from api.contracts.promises_service import Promise, promises, promises_of_items, read_promises
from api.contracts.reports_service import CompletionView, completions_of_lines
from api.diary.standing_service import VillageStanding
from api.errors import NotFound
from api.photos import records_service
from api.photos.records_service import RecordPhotoView
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book


@dataclass(frozen=True)
class AcceptanceView:
    """An acceptance with its item, who was on the spot, its course, and the steps that the reader may take now."""

    acceptance: Acceptance
    item: Promise
    village: DivisionRef
    assessors: list[dict]
    entered_by: dict
    completion: CompletionView | None
    survey: dict | None
    steps: list[dict]
    next_steps: list[dict]
    is_editable: bool
    photos: list[RecordPhotoView]
    notice: dict | None

    @property
    def contract_id(self) -> UUID:
        return self.item.contract_id

    @property
    def measured(self) -> int | None:
        return self.acceptance.measured_hundredths

    @property
    def needs_survey(self) -> bool:
        return lacks_survey(self.acceptance, self.item)

    @property
    def held_on(self) -> date | None:
        """When the office confirmed it together."""
        held = [step["details"]["held_on"] for step in self.steps if step["step"] == "confirmed"]
        return date.fromisoformat(held[0]) if held else None

    @property
    def is_incomplete(self) -> bool:
        return records_service.is_incomplete(self.photos)

    def __getattr__(self, name: str):
        return getattr(self.acceptance, name)


@dataclass(frozen=True, slots=True)
class Due:
    """A line that waits for its acceptance: completed, or past its deadline."""

    item: Promise
    village: DivisionRef
    completion: CompletionView | None
    reason: str
    since_on: date
    accept_by: date
    is_overdue: bool

    @property
    def line_id(self) -> UUID:
        return self.item.line_id

    @property
    def contract_id(self) -> UUID:
        return self.item.contract_id


def list_due(session: Session, *, standing: VillageStanding, code: str | None, on: date | None = None) -> list[Due]:
    """The lines of published yearly contracts that wait for their acceptance, in the order of the roster.

    A line without a deadline is due when its contract ends. `on`: as it stood on that day, of the contracts of its
    year. Raises NotFound for a division out of reach.
    """
    today = on or standing.today
    deadline = func.coalesce(CommitmentItem.due_on, Contract.last_on)
    accepted = select(Acceptance.line_id).where(Acceptance.line_id == CommitmentItem.line_id)
    completed = select(Completion.line_id).where(Completion.line_id == CommitmentItem.line_id)
    found = read_promises(session, promises().where(
        standing.within(code), ~accepted.exists(), completed.exists() | (deadline < today)
    ) if on is None else _waiting(ItemsOn(on)).where(standing.within(code)))
    completions = completions_of_lines(session, [one.line_id for one in found])
    villages = refs(session, [one.contract.village_id for one in found])
    book = policy_book(session, "acceptance_days")
    due = []
    for one in found:
        village, completion = villages[one.contract.village_id], completions.get(one.line_id)
        completed_on = completion.completed_on if completion and completion.completed_on <= today else None
        reason, since_on = since_of(one, completed_on, today=today)
        last = accept_by(since_on, book.value("acceptance_days", village.path, since_on))
        due.append(Due(one, village, completion, reason, since_on, last, today > last))
    return due


def _waiting(items: ItemsOn) -> Select:
    return items.promises().where(items.waited())


def count_overdue(session: Session, *, division: Division, today: date) -> int:
    """How many lines below a division wait for their acceptance longer than the policy allows, counted in one query."""
    running = (
        select(ContractRevision.id, Contract.first_on, Contract.last_on, Division.path)
        .join(Contract, Contract.id == ContractRevision.contract_id)
        .join(Division, Division.id == Contract.village_id)
        .where(below(division.path), Contract.kind == "yearly", ContractRevision.state == "published")
        .cte("running").prefix_with("MATERIALIZED"))
    # Nothing is completed before its contract begins, nor inspected before it is due.
    begins = select(func.min(running.c.first_on)).scalar_subquery()
    since = due_since(completed_on=Completion.completed_on, last_on=running.c.last_on, day=today)
    return session.scalar(
        select(func.count()).select_from(running).join(CommitmentItem, CommitmentItem.revision_id == running.c.id)
        .outerjoin(Completion, and_(Completion.line_id == CommitmentItem.line_id, Completion.completed_on >= begins))
        .outerjoin(Acceptance, and_(Acceptance.line_id == CommitmentItem.line_id, Acceptance.inspected_on >= begins))
        .where(Acceptance.line_id.is_(None),
               waits_too_long(session, since=since, village=running.c.path, path=division.path, day=today)))


def since_of(promise: Promise, completed_on: date | None, *, today: date) -> tuple[str, date] | None:
    """(reason, day) since when a line waits for its acceptance, or None."""
    return acceptance_rules.due_since(completed_on=completed_on, deadline=promise.due_on or promise.contract.last_on,
                                      today=today)


def visible_acceptance(session: Session, *, standing: VillageStanding, acceptance_id: UUID, lock: bool = False
                       ) -> Acceptance:
    """An acceptance of a village that the user has to do with, locked if asked; NotFound for all others."""
    acceptance = session.get(Acceptance, acceptance_id, with_for_update=lock or None, populate_existing=lock)
    if acceptance is None or not standing.sees(refs(session, [acceptance.village_id])[acceptance.village_id]):
        raise NotFound()
    return acceptance


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID, today: date) -> bool:
    """Whether the user may see the acceptance that a photo belongs to."""
    acceptance = session.get(Acceptance, record_id)
    return acceptance is not None and VillageStanding(session, identity, today=today).sees(
        refs(session, [acceptance.village_id])[acceptance.village_id])


def is_own(standing: VillageStanding, completion: Completion | CompletionView | None) -> bool:
    """Whether the user reported the line completed, and so decides nothing about it, whatever came since."""
    return completion is not None and completion.user_id == standing.identity.user_id


def lacks_survey(acceptance: Acceptance, item: Promise | CommitmentItem) -> bool:
    """Whether the office cannot confirm yet, since a major item has not been asked about."""
    return item.is_major and acceptance.survey is None


def acceptance_views(session: Session, acceptances: list[Acceptance], *, standing: VillageStanding
                     ) -> list[AcceptanceView]:
    """Acceptances as answers show them to a user, in a handful of queries whatever their number."""
    ids = [one.id for one in acceptances]
    items = promises_of_items(session, [one.item_id for one in acceptances])
    villages = refs(session, [one.village_id for one in acceptances])
    people = assessors_of(session, ids)
    steps: dict[UUID, list[dict]] = {}
    for step, name in session.execute(
            select(AcceptanceStep, User.name).join(User, User.id == AcceptanceStep.user_id)
            .where(AcceptanceStep.acceptance_id.in_(ids)).order_by(AcceptanceStep.number)):
        steps.setdefault(step.acceptance_id, []).append({
            "id": step.id, "step": step.step, "at": step.at, "by": {"id": step.user_id, "name": name},
            "note": step.note, "details": step.details})
    names = dict(session.execute(select(User.id, User.name).where(
        User.id.in_([one.entered_by_id for one in acceptances]))).all())
    completions = completions_of_lines(session, [one.line_id for one in acceptances])
    photos = records_service.photos_of(session, ids)
    notices = notices_about(session, ids, standing=standing)
    views = []
    for one in acceptances:
        item, village = items[one.item_id], villages[one.village_id]
        completion = completions.get(one.line_id)
        decides = standing.is_above(village) and not standing.acts_for(village) and not is_own(standing, completion)
        views.append(AcceptanceView(
            one, item, village, people.get(one.id, []), {"id": one.entered_by_id, "name": names[one.entered_by_id]},
            completion, survey_view(one.survey), steps.get(one.id, []),
            next_steps(one, item) if decides else [], decides and one.state == "inspected", photos[one.id],
            notices.get(one.id)))
    return views


def assessors_of(session: Session, ids: list[UUID]) -> dict[UUID, list[dict]]:
    """Who of the assessment office was on the spot, by the acceptance."""
    found: dict[UUID, list[dict]] = {}
    for acceptance_id, id_, name, post in session.execute(
            select(AcceptanceAssessor.acceptance_id, Assessor.id, Assessor.name, Assessor.post)
            .join(Assessor, Assessor.id == AcceptanceAssessor.assessor_id)
            .where(AcceptanceAssessor.acceptance_id.in_(ids)).order_by(Assessor.id)):
        found.setdefault(acceptance_id, []).append({"id": id_, "name": name, "post": post})
    return found


def next_steps(acceptance: Acceptance, item: Promise) -> list[dict]:
    """The steps that may be taken now by who decides, each with what its details must name."""
    return [{"step": step, "needs": list(STEPS[step].needs)}
            for step in allowed_steps(acceptance.state, lacks_survey=lacks_survey(acceptance, item))]


def survey_view(survey: dict | None) -> dict | None:
    """Counts with how many were asked; never who."""
    return survey and {group: {"asked": asked(survey[group]), **survey[group]} for group in GROUPS}


def notices_about(session: Session, ids: list[UUID], *, standing: VillageStanding) -> dict[UUID, dict]:
    """The latest notice about each acceptance that the user may hear of: a village once it is issued.

    A draft is its issuer's alone, of whatever level.
    """
    found = session.scalars(select(SupervisionNotice).where(
        SupervisionNotice.source_id.in_(ids), SupervisionNotice.source_kind == "failed_item",
        SupervisionNotice.state != "cancelled").order_by(SupervisionNotice.drafted_at)).all()
    issuers = refs(session, [one.issuer_id for one in found])
    above = refs(session, [parent_id(issuer) for issuer in issuers.values()])
    latest = {one.source_id: one for one in found}
    return {source_id: {
        "id": one.id, "state": one.state,
        "label": label_of(one, issuer=issuers[one.issuer_id], above=above.get(parent_id(issuers[one.issuer_id])))}
        for source_id, one in latest.items()
        if one.issued_at is not None or standing.is_above(issuers[one.issuer_id])}
