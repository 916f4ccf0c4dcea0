"""Supervision notices as answers show them: who sees one, who may take which step, its course in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.contracts.check_models import Finding
from api.contracts.notice_models import NoticeStep, SupervisionNotice
from api.contracts.notices_rules import (
    ANSWERS,
    DRAFTER,
    INVOLVED,
    ISSUER,
    OPEN,
    OWNER,
    RECEIVER,
    Matter,
    allowed_steps,
    is_overdue,
    label,
    needed_parts,
)
from api.diary.standing_service import VillageStanding
from api.errors import NotFound
from api.photos import records_service
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book

# Of a step what is shown; a list reads hundreds of them.
_STEP = (NoticeStep.id, NoticeStep.notice_id, NoticeStep.step, NoticeStep.user_id, NoticeStep.at, NoticeStep.note,
         NoticeStep.new_due_on, NoticeStep.signer, NoticeStep.has_passed)


@dataclass(frozen=True)
class NoticeView:
    """A notice with its course, and the steps that the reader may take now (each with what it needs)."""

    notice: SupervisionNotice
    label: str | None
    issuer: DivisionRef
    owner: DivisionRef
    village: DivisionRef
    is_overdue: bool
    days_left: int | None
    steps: list[dict]
    next_steps: list[dict]
    is_incomplete: bool
    source_check_id: UUID | None

    def __getattr__(self, name: str):
        return getattr(self.notice, name)


class Standing(VillageStanding):
    """What a user is to notices today: those of the villages, and those that the own division issues."""

    def may_see(self, notice: SupervisionNotice, *, village: DivisionRef, issuer: DivisionRef) -> bool:
        """A draft is its issuer's alone; once it is issued the village sees it, and whoever is above the village."""
        if self.identity.may(issuer.path, "supervisor"):
            return True
        return notice.issued_at is not None and self.sees(village)

    def seen_notices(self) -> ColumnElement[bool]:
        """The same as a condition; `Division` is the notice's village."""
        own = SupervisionNotice.issuer_id.in_(select(Division.id).where(reach_of(self.identity, "supervisor")))
        return or_(own, and_(SupervisionNotice.issued_at.is_not(None), self.seen()))

    def towards(self, notice: SupervisionNotice, *, village: DivisionRef, issuer: DivisionRef, owner: DivisionRef,
                steps: Sequence[NoticeStep | Row]) -> set[str]:
        """Who the user is to a notice, with the steps that were taken on it."""
        found, user_id = set(), self.identity.user_id
        if self.acts_for(village):
            found |= {RECEIVER, INVOLVED}
        if any(step.user_id == user_id and step.step in ANSWERS and step.signer is None for step in steps):
            found.add(INVOLVED)
        if notice.drafted_by_id == user_id:
            found.add(DRAFTER)
        found |= {standing for standing, place in ((ISSUER, issuer), (OWNER, owner))
                  if self.identity.may(place.path, "supervisor")}
        return found


def visible_notice(session: Session, *, standing: Standing, notice_id: UUID, lock: bool = False) -> SupervisionNotice:
    """A notice that the user may see, locked for a step or an edit if asked; NotFound for all others."""
    notice = session.get(SupervisionNotice, notice_id, with_for_update=lock or None, populate_existing=lock)
    if notice is None:
        raise NotFound()
    places = refs(session, [notice.village_id, notice.issuer_id])
    if not standing.may_see(notice, village=places[notice.village_id], issuer=places[notice.issuer_id]):
        raise NotFound()
    return notice


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID, today: date) -> bool:
    """Whether the user may see the notice that a step with a photo belongs to."""
    step = session.get(NoticeStep, record_id)
    if step is None:
        return False
    try:
        visible_notice(session, standing=Standing(session, identity, today=today), notice_id=step.notice_id)
    except NotFound:
        return False
    return True


def matter_of(notice: SupervisionNotice, *, owner: DivisionRef, most_reissues: int) -> Matter:
    """Where a notice stands, for the rules."""
    return Matter(state=notice.state, due_on=notice.due_on, asked_due_on=notice.asked_due_on,
                  has_passed=notice.has_passed, reissues=notice.reissues, most_reissues=most_reissues,
                  is_at_county=owner.level != "township")


def notice_views(session: Session, notices: list[SupervisionNotice], *, standing: Standing) -> list[NoticeView]:
    """Notices as answers show them to a user, in a handful of queries whatever their number."""
    if not notices:
        return []
    courses: dict[UUID, list] = {notice.id: [] for notice in notices}
    for step in session.execute(
            select(*_STEP, User.name).join(User, User.id == NoticeStep.user_id)
            .where(NoticeStep.notice_id.in_(courses)).order_by(NoticeStep.number)):
        courses[step.notice_id].append(step)
    photos = records_service.photos_of(session, [step.id for course in courses.values() for step in course])
    ids = {id for notice in notices for id in (notice.village_id, notice.issuer_id, notice.owner_id)}
    places = refs(session, ids)
    counties = refs(session, [parent_id(places[notice.issuer_id]) for notice in notices])
    book = policy_book(session, "notice_reissues")
    checks = _checks_of(session, notices)
    views = []
    for notice in notices:
        course, issuer = courses[notice.id], places[notice.issuer_id]
        steps = [{"id": step.id, "step": step.step, "at": step.at, "by": {"id": step.user_id, "name": step.name},
                  "note": step.note, "new_due_on": step.new_due_on, "signer": step.signer,
                  "has_passed": step.has_passed, "photos": photos[step.id]} for step in course]
        towards = {"village": places[notice.village_id], "issuer": issuer, "owner": places[notice.owner_id]}
        standings = standing.towards(notice, **towards, steps=course)
        matter = matter_of(notice, owner=towards["owner"],
                           most_reissues=book.value("notice_reissues", towards["village"].path, standing.today))
        views.append(NoticeView(
            notice=notice, label=label_of(notice, issuer=issuer, above=counties.get(parent_id(issuer))), **towards,
            is_overdue=is_overdue(matter, standing.today), steps=steps,
            days_left=(notice.due_on - standing.today).days if notice.state in OPEN else None,
            next_steps=[{"step": step, "needs": needed_parts(matter, step, standings, today=standing.today)}
                        for step in allowed_steps(matter, standings, today=standing.today)],
            is_incomplete=any(records_service.is_incomplete(step["photos"]) for step in steps),
            source_check_id=checks.get(notice.source_id)))
    return views


def label_of(notice: SupervisionNotice, *, issuer: DivisionRef, above: DivisionRef | None) -> str | None:
    """The number of a notice as it is written on paper; None while it has none. `above`: what its township lies in."""
    if notice.number is None:
        return None
    is_township = issuer.level == "township" and above is not None
    return label(county=above.name if is_township else issuer.name, township=issuer.name if is_township else None,
                 year=notice.year, number=notice.number)


def parent_id(division: DivisionRef) -> int | None:
    """The division that one lies directly in; None for the topmost."""
    above = [int(part) for part in division.path.split("/") if part][:-1]
    return above[-1] if above else None


def _checks_of(session: Session, notices: list[SupervisionNotice]) -> dict[UUID, UUID]:
    """The check that each finding among the sources was made in."""
    found = [notice.source_id for notice in notices if notice.source_kind == "spot_check"]
    if not found:
        return {}
    return dict(session.execute(select(Finding.id, Finding.check_id).where(Finding.id.in_(found))).all())
